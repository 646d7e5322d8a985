import type { ExceptedIdentity } from '../../domain/index.ts';

/** The keys of a text that say what an entry is for. */
interface WrittenIdentity {
  readonly image?: string | undefined;
  readonly path?: string | undefined;
  readonly target?: string | undefined;
  readonly blob?: string | undefined;
}

/** What they name; that it is either an image or a path is checked elsewhere. */
export function identityOf({ image, path, target, blob }: WrittenIdentity): ExceptedIdentity {
  if (image !== undefined) return { image };
  return {
    path: path ?? '',
    ...(target === undefined ? {} : { target }),
    ...(blob === undefined ? {} : { blob }),
  };
}
