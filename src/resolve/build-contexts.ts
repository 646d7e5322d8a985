import type { Alternative, DockerfileFact, EffectiveBase, Location, Part, Value } from '../domain/index.ts';
import { type Assess, chainFrom, externalBase, unresolvedBase } from './effective-bases.ts';
import { referencesOf } from './references.ts';

const IMAGE = 'docker-image://';

/** Build contexts by name: each takes the place of a stage, a base or a source of that name (SEMANTICS 3.6). */
export class BuildContexts {
  readonly #contexts = new Map<string, Value>();

  constructor(contexts: ReadonlyMap<string, Value>) {
    for (const [name, value] of contexts) this.#contexts.set(familiar(name), value);
  }

  find(name: string): Value | undefined {
    return this.#contexts.size === 0 ? undefined : this.#contexts.get(familiar(name));
  }
}

/** As BuildKit compares them: `docker.io/library/alpine:latest` is `alpine`; a platform behind the name limits it. */
function familiar(name: string): string {
  const plain = name.toLowerCase().split('::', 1)[0] ?? '';
  return plain
    .replace(/^(index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/:latest$/, '');
}

/** The bases that a context gives to what is named so: an image that it names, else what no file says. */
export function contextBases(
  name: string,
  value: Value,
  at: Location,
  given: { readonly fact: DockerfileFact; readonly assess: Assess },
): readonly EffectiveBase[] {
  return value.alternatives.flatMap((alternative): readonly EffectiveBase[] => {
    const chain = chainFrom(at, alternative);
    const parts = withoutScheme(alternative);
    if (parts === null) return [unresolvedBase(given.assess, name, chain, reasonOf(name, alternative))];
    const image = referencesOf({ alternatives: [{ ...alternative, parts, chain }] });
    return image.map((one) => externalBase(given, one, at, value.beyond));
  });
}

function withoutScheme(alternative: Alternative): readonly Part[] | null {
  const [first, ...rest] = joined(alternative);
  return typeof first === 'string' && first.startsWith(IMAGE) ? [first.slice(IMAGE.length), ...rest] : null;
}

/** Its parts, texts that follow each other in one. */
function joined({ parts }: Alternative): readonly Part[] {
  const found: Part[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (typeof part === 'string' && typeof last === 'string') found[found.length - 1] = last + part;
    else found.push(part);
  }
  return found;
}

function reasonOf(name: string, alternative: Alternative): string {
  const [first] = joined(alternative);
  if (first === undefined || typeof first !== 'string')
    return `the build context ${name} takes its place, and no file read here says what that is`;
  return `the build context ${name} takes its place, and what ${first.slice(0, 80)} holds is not known`;
}
