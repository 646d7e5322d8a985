import type { BaseAssessment, BuiltImage, EffectiveBase, NonEmpty } from '../domain/index.ts';

/** A base as reports show it. */
export interface BaseOutline extends Pick<EffectiveBase, 'reference' | 'platform' | 'chain'> {
  readonly assessment: Pick<BaseAssessment, 'family' | 'standing' | 'basis' | 'identity'>;
}

/** What comparison and report need of an image once the rules have seen it. Plain JSON data. */
export interface ImageOutline
  extends Pick<BuiltImage, 'id' | 'path' | 'at' | 'name' | 'workflow' | 'scope' | 'reads'> {
  /** All names that it is published under. */
  readonly names: readonly string[];
  readonly bases: NonEmpty<BaseOutline>;
  /** True where a shell is copied into it. */
  readonly bringsShell: boolean;
}

export function outlineOf(image: BuiltImage): ImageOutline {
  const { id, path, at, name, workflow, scope, reads } = image;
  const [first, ...rest] = image.bases;
  const bringsShell = image.brings.shell !== undefined;
  return {
    id,
    path,
    at,
    name,
    names: image.names ?? [],
    workflow,
    scope,
    reads,
    bases: [baseOf(first), ...rest.map(baseOf)],
    bringsShell,
  };
}

function baseOf({ reference, platform, chain, assessment }: EffectiveBase): BaseOutline {
  const { family, standing, basis, identity } = assessment;
  return { reference, platform, chain, assessment: { family, standing, basis, identity } };
}
