import type { Inventory, ListedBase, ListedImage, Standing } from '../../domain/index.ts';

/** A line of a list: an image on one of its bases. */
export interface Row {
  readonly image: ListedImage;
  readonly base: ListedBase;
}

/** The list as rows, one for each base of each image. */
export function rowsOf({ images }: Inventory): readonly Row[] {
  return images.flatMap((image) => image.bases.map((base) => ({ image, base })));
}

/** The name that people know it by, else its definition. */
export function labelOf({ name, id }: ListedImage): string {
  return name ?? id;
}

/** The place that decides a base: the end of its chain. */
export function decidedAt({ chain }: ListedBase): string {
  const last = chain.at(-1);
  return last === undefined ? '' : `${last.path}:${last.line}`;
}

/** Places in order, from where the base is used to where it is decided. */
export function chainText({ chain }: ListedBase): string {
  return chain.map(({ path, line }) => `${path}:${line}`).join(' > ');
}

/** A standing in words. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  allowed: 'allowed',
  'needs-exception': 'needs exception',
  'not-allowed': 'not allowed',
  unresolved: 'unresolved',
};

/** `12 images on 14 bases: 9 allowed · 2 need an exception · 1 not allowed · 2 unresolved`. */
export function summaryOf(inventory: Inventory): string {
  const rows = rowsOf(inventory);
  const count = (standing: Standing) => rows.filter(({ base }) => base.standing === standing).length;
  const parts = [
    `${count('allowed')} allowed`,
    `${count('needs-exception')} need an exception`,
    `${count('not-allowed')} not allowed`,
    `${count('unresolved')} unresolved`,
  ];
  const images = inventory.images.length;
  return `${images} image${images === 1 ? '' : 's'} on ${rows.length} base${rows.length === 1 ? '' : 's'}: ${parts.join(' · ')}`;
}
