import type { Inventory } from '../../domain/index.ts';
import { cellsIn, visible } from '../visible.ts';
import { wrap } from '../wrap.ts';
import { baseCell, labelled } from './cells.ts';
import { decidedAt, type Row, rowsOf, STANDING_WORDS, summaryOf } from './rows.ts';
import { stackedImages } from './stacked.ts';

const HEADINGS = ['IMAGE', 'DEFINITION', 'BASE', 'STANDING', 'BUILT BY', 'DECIDED AT'] as const;

/**
 * A row for each base of each image, why a base is unresolved below its row, and the sums. In a terminal, which has a `width` in columns, each
 * image has lines of its own where rows would not fit; elsewhere a row stays a line.
 */
export function inventoryTable(inventory: Inventory, width: number | null): string {
  const rows = tableRows(inventory);
  const fits = width === null || rows.every((row) => cellsIn(row) <= width);
  const shown = fits ? rows : stackedImages(inventory, width);
  const said = tail(inventory).flatMap((line) => (width === null ? [line] : hanging(line, width)));
  return `${[...shown, ...said].join('\n')}\n`;
}

function tableRows(inventory: Inventory): readonly string[] {
  const rows = rowsOf(inventory).map((row) => ({ cells: cellsOf(row), note: row.base.unresolved }));
  if (rows.length === 0) return [];
  const widths = HEADINGS.map((heading, at) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[at]?.length ?? 0)),
  );
  const laid = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = rows.flatMap(({ cells, note }) =>
    note === undefined ? [laid(cells)] : [laid(cells), `  unresolved: ${visible(note)}`],
  );
  return [laid(HEADINGS), ...lines];
}

function cellsOf({ image, base }: Row): readonly string[] {
  return [
    labelled(image, '-'),
    image.id,
    baseCell(base),
    STANDING_WORDS[base.standing],
    image.workflow,
    decidedAt(base),
  ].map(visible);
}

/** A line that is too long goes on further in. */
function hanging(line: string, width: number): readonly string[] {
  const start = /^ */.exec(line)?.[0] ?? '';
  const [first = '', ...rest] = wrap(
    line.slice(start.length),
    width - start.length - 2,
    width - start.length,
  );
  return [start + first, ...rest.map((one) => `${start}  ${one}`)];
}

function tail(inventory: Inventory): readonly string[] {
  const { unread } = inventory;
  const sums = [...(inventory.images.length === 0 ? [] : ['']), ...summaryOf(inventory)];
  if (unread.length === 0) return sums;
  return [
    ...sums,
    `${unread.length} file${unread.length === 1 ? '' : 's'} could not be read; what they define is missing:`,
    ...unread.map(({ path, because }) => `  ${visible(path)}: ${visible(because)}`),
  ];
}
