// Tools that build images and are known by name only: said, never guessed.
import { locate } from '../../domain/index.ts';
import type { Carried, CarrierSources } from '../carriers.ts';

export function foreignBuildsCarrier(sources: CarrierSources): Carried {
  const unread = sources.facts('foreign-build').map(({ path, fact }) => ({
    path,
    at: locate(path, fact.span),
    because: `${fact.because}; the Dockerfiles of the tree are judged by their own defaults`,
  }));
  return { invocations: [], uses: [], declared: [], unread };
}
