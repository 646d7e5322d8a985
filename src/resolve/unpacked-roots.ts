import type { BaseAssessment, BuiltImage, EffectiveBase, ImageUse } from '../domain/index.ts';
import { fileName, folderOf, isNonEmpty, joinPath } from '../domain/index.ts';
import { referencesOf } from './references.ts';

/** How stages write a base that is an archive unpacked onto nothing. */
const UNPACKED = 'scratch + ';

/**
 * Bases of images that unpack the root file system of another one (`docker export … > rootfs.tar`, `ADD rootfs.tar /`): the image that it was exported
 * from. What that is built on is followed as that of any base of the tree (DOMAIN 5.2).
 */
export function withUnpackedRoots(
  images: readonly BuiltImage[],
  uses: readonly ImageUse[],
  assess: (reference: string) => BaseAssessment,
): readonly BuiltImage[] {
  const exports = uses.filter(({ kind, file }) => kind === 'export' && file !== undefined);
  if (exports.length === 0) return images;
  return images.map((image) => {
    const bases = image.bases.flatMap((base) => unpacked(base, image, exports, assess));
    return isNonEmpty(bases) ? { ...image, bases } : image;
  });
}

function unpacked(
  base: EffectiveBase,
  image: BuiltImage,
  exports: readonly ImageUse[],
  assess: (reference: string) => BaseAssessment,
): readonly EffectiveBase[] {
  if (base.unresolved === undefined || !base.reference.startsWith(UNPACKED)) return [base];
  const source = base.reference.slice(UNPACKED.length);
  const found = exportsOf(source, image, exports).flatMap((use) => referencesOf(use.image));
  const named = found.filter(({ open, placeholders }) => !open && placeholders.length === 0);
  if (found.length === 0 || named.length < found.length) return [base];
  const { unresolved: _, ...rest } = base;
  const references = [...new Set(named.map(({ reference }) => reference))];
  return references.map((reference) => ({ ...rest, reference, assessment: assess(reference) }));
}

/** Exports to the archive beside the definition; else those by its name in a file that builds the image. */
function exportsOf(source: string, image: BuiltImage, exports: readonly ImageUse[]): readonly ImageUse[] {
  const path = joinPath(folderOf(image.path), source);
  const beside = exports.filter(({ file }) => file === path);
  if (beside.length > 0) return beside;
  const builders = new Set(image.reads.map((rest) => (typeof rest === 'string' ? rest : rest.path)));
  return exports.filter(({ file, at }) => fileName(file ?? '') === fileName(source) && builders.has(at.path));
}
