import type { Brings, BuiltImage, EffectiveBase } from '../domain/index.ts';
import { isNonEmpty } from '../domain/index.ts';
import { joinBrings } from './brings.ts';
import { type Assess, boundedBases } from './effective-bases.ts';
import type { Past, PublishedImages } from './published.ts';

const DEEPEST = 8;

/**
 * Replaces bases that are images of the same tree by what those are built on; the finding stays on the line that names the image. A base that
 * the policy knows by name stands by its name, and one whose name only the result gives stays an alternative (SEMANTICS 2.2).
 */
export function withOwnBases(
  images: readonly BuiltImage[],
  published: PublishedImages,
  past: Past,
  assess: Assess,
): readonly BuiltImage[] {
  return images.map((image) => {
    const bases = image.bases.flatMap((base) => followed(base, image, { published, past }, 0));
    const kept = boundedBases(assess, bases);
    const inner = image.bases.flatMap((base) => innerImages(base, image, published));
    if (inner.length === 0 || !isNonEmpty(kept)) return image;
    return {
      ...image,
      bases: kept,
      brings: withInner(image, published),
      reads: [...image.reads, ...inner.flatMap(({ reads }) => reads)],
    };
  });
}

/** What the images that it is built on bring is in it as well; a shell among it came by the line that names them. */
function withInner(image: BuiltImage, published: PublishedImages): Brings {
  const inner = image.bases.flatMap((base) =>
    innerImages(base, image, published).map(({ brings }): Brings => {
      const [line] = base.chain;
      return brings.shell === undefined ? brings : { ...brings, shell: line };
    }),
  );
  return joinBrings([image.brings, ...inner]);
}

/** Which definitions stand on the images of which others. */
export function builtOn(images: readonly BuiltImage[]): ReadonlySet<string> {
  const paths = new Map(images.map(({ id, path }) => [id, path]));
  const pairs = new Set<string>();
  for (const { path, bases } of images)
    for (const { through = [] } of bases) {
      const chain = [path, ...through.flatMap((id) => paths.get(id) ?? [])];
      for (const [index, inner] of chain.entries()) if (index > 0) pairs.add(`${chain[index - 1]}\0${inner}`);
    }
  return pairs;
}

function innerImages(
  base: EffectiveBase,
  outer: BuiltImage,
  published: PublishedImages,
): readonly BuiltImage[] {
  if (base.assessment.family !== null) return [];
  return published.namedAs(base.reference).filter((inner) => inner.path !== outer.path);
}

function followed(
  base: EffectiveBase,
  outer: BuiltImage,
  names: { readonly published: PublishedImages; readonly past: Past },
  depth: number,
): readonly EffectiveBase[] {
  const inner = innerImages(base, outer, names.published);
  if (inner.length === 0 || depth >= DEEPEST) return [base];
  const found = inner.flatMap((image) =>
    image.bases.flatMap((below) =>
      followed(below, image, names, depth + 1).map(
        (one): EffectiveBase => ({
          ...one,
          platform: base.platform ?? one.platform,
          chain: base.chain,
          through: [image.id, ...(one.through ?? [])],
        }),
      ),
    ),
  );
  const isNew = names.past.wasThere(outer) && names.published.isNewName(base.reference);
  // What it stood on before, it may go on standing on: a registry that is renamed renames both.
  return isNew && !inner.every((image) => names.past.stoodOn(outer, image)) ? [base, ...found] : found;
}
