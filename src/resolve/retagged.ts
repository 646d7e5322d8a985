// Images of elsewhere that commands give a name of the tree: what is built under it, or on it, is then another image.
import type { BaseAssessment, BuiltImage, ImageUse, Invocation, Scope, Value } from '../domain/index.ts';
import { fileName } from '../domain/index.ts';
import type { DeclaredImage } from './declared.ts';
import { imageNames, nameAsWritten } from './names.ts';
import { withoutArchitecture } from './published.ts';

interface Questions {
  readonly assess: (reference: string) => BaseAssessment;
  /** What is made by commands of a file. */
  readonly scopeOf: (path: string) => Scope;
}

/**
 * Images that `docker tag`, `commit` and `import` make of what the tree does not build, under a name that the tree builds or builds on. A tag that
 * keeps the image's own name moves it elsewhere and makes nothing.
 */
export function retaggedImages(
  uses: readonly ImageUse[],
  invocations: readonly Invocation[],
  images: readonly BuiltImage[],
  { assess, scopeOf }: Questions,
): readonly DeclaredImage[] {
  const tags = uses.filter(({ kind, becomes }) => kind === 'tag' && becomes !== undefined);
  if (tags.length === 0) return [];
  const built = new Set(invocations.flatMap((one) => one.tags.flatMap(imageNames)));
  const used = new Set([
    ...built,
    ...images.flatMap(({ bases }) => bases.map(({ reference }) => nameAsWritten(reference))),
  ]);
  const isStrange = (name: string) =>
    !built.has(name) && !name.includes('$') && (hasHost(name) || assess(name).family !== null);
  return tags.flatMap(({ at, image, becomes }): readonly DeclaredImage[] => {
    const [name] = becomes === undefined ? [] : imageNames(becomes);
    if (becomes === undefined || name === undefined || name.includes('$') || !used.has(name)) return [];
    const sources = imageNames(image);
    const isOther = (source: string) => isStrange(source) && ownName(source) !== ownName(name);
    if (!isUnknown(image) && !sources.some(isOther)) return [];
    const names = [becomes];
    return [
      {
        workflow: 'script',
        at,
        within: name,
        scope: scopeOf(at.path),
        base: image,
        instructions: [],
        names,
        rests: [at],
      },
    ];
  });
}

/** What is kept of a container or an archive that nothing here knows. */
function isUnknown({ beyond }: Value): boolean {
  return beyond !== undefined;
}

function hasHost(name: string): boolean {
  const slash = name.indexOf('/');
  return slash > 0 && /[.:]/.test(name.slice(0, slash));
}

function ownName(name: string): string {
  return withoutArchitecture(fileName(name));
}
