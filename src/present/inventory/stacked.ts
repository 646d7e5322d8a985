import type { Inventory, ListedBase, ListedImage } from '../../domain/index.ts';
import { cellsIn, visible } from '../visible.ts';
import { wrap } from '../wrap.ts';
import { baseCell, labelled } from './cells.ts';
import { decidedAt, STANDING_WORDS } from './rows.ts';

const STANDING_WIDTH = Math.max(...Object.values(STANDING_WORDS).map((word) => word.length));
const INDENT = '  ';
/** Under a base, in the column where it begins. */
const BESIDE = ' '.repeat(INDENT.length + STANDING_WIDTH + 2);

/** For a terminal that the table does not fit: each image over its bases, as many lines as that takes. */
export function stackedImages({ images }: Inventory, width: number): readonly string[] {
  return images.flatMap((image) => imageLines(image, width));
}

function imageLines(image: ListedImage, width: number): readonly string[] {
  const by = `, built by ${image.workflow}`;
  const named = visible(labelled(image));
  return [
    ...(image.name === null ? [named + by] : [named, INDENT + visible(image.id) + by]),
    ...image.bases.flatMap((base) => baseLines(base, image, width)),
  ];
}

/** A base with the place that decides it, on one line where that fits, and why nothing does. */
function baseLines(base: ListedBase, { path }: ListedImage, width: number): readonly string[] {
  const place = decidedAt(base);
  // The file was named above.
  const decided = visible(place.startsWith(`${path}:`) ? `line ${place.slice(path.length + 1)}` : place);
  const first = `${INDENT}${STANDING_WORDS[base.standing].padEnd(STANDING_WIDTH)}  ${visible(baseCell(base))}`;
  const isShort = cellsIn(`${first}  ${decided}`) <= width;
  const because = base.unresolved === undefined ? [] : wrap(visible(base.unresolved), width - BESIDE.length);
  return [
    isShort ? `${first}  ${decided}` : first,
    ...(isShort ? [] : [BESIDE + decided]),
    ...because.map((line) => BESIDE + line),
  ];
}
