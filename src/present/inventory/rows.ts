import type { Inventory, ListedBase, ListedImage, Standing } from '../../domain/index.ts';
import { SCOPES } from '../../domain/project.ts';
import { counted } from '../../domain/words.ts';

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

/** The sums over all images, then over those of each scope where there are several. */
export function summaryOf({ images }: Pick<Inventory, 'images'>): readonly string[] {
  const scopes = SCOPES.filter((scope) => images.some((image) => image.scope === scope));
  const each = scopes.map((scope) => {
    const own = images.filter((image) => image.scope === scope);
    return `${scope}: ${own.length} (${standingsOf(own)})`;
  });
  return [
    `${counted(images.length, 'image')} on ${counted(basesOf(images), 'base')}: ${standingsOf(images)}`,
    ...(scopes.length < 2 ? [] : each),
  ];
}

/** How many different bases there are: a base that several images share counts once. */
function basesOf(images: readonly ListedImage[]): number {
  return new Set(images.flatMap(({ bases }) => bases.map(({ reference }) => reference))).size;
}

/** `9 allowed · 2 need an exception · 1 not allowed · 2 unresolved`; an image stands as its worst base does. */
function standingsOf(images: readonly ListedImage[]): string {
  const count = (standing: Standing) => images.filter((image) => image.standing === standing).length;
  const exceptions = count('needs-exception');
  return [
    `${count('allowed')} allowed`,
    `${exceptions} ${exceptions === 1 ? 'needs' : 'need'} an exception`,
    `${count('not-allowed')} not allowed`,
    `${count('unresolved')} unresolved`,
  ].join(' · ');
}
