import type { Inventory } from '../../domain/index.ts';
import { visible } from '../visible.ts';
import { decidedAt, type Row, rowsOf, STANDING_WORDS, summaryOf } from './rows.ts';

const HEADINGS = ['IMAGE', 'DEFINITION', 'BASE', 'STANDING', 'BUILT BY', 'DECIDED AT'] as const;

/** For a terminal: a row for each base of each image, why a base is unresolved below its row, and the sums. */
export function inventoryTable(inventory: Inventory): string {
  const rows = rowsOf(inventory).map((row) => ({ cells: cellsOf(row), note: row.base.unresolved }));
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
  return `${[...(rows.length === 0 ? [] : [laid(HEADINGS)]), ...lines, ...tail(inventory)].join('\n')}\n`;
}

function cellsOf({ image, base }: Row): readonly string[] {
  const platform = base.platform === null ? '' : ` (${base.platform})`;
  const scope = image.scope === 'release' ? '' : ` (${image.scope})`;
  return [
    (image.name ?? '-') + scope,
    image.id,
    (base.reference === '' ? '(empty)' : shortDigest(base.reference)) + platform,
    STANDING_WORDS[base.standing],
    image.workflow,
    decidedAt(base),
  ].map(visible);
}

/** Twelve digits tell digests apart for a reader; the other formats have all of them. */
function shortDigest(reference: string): string {
  return reference.replace(/(@sha\d{3}:[0-9a-f]{12})[0-9a-f]{20,}$/, '$1…');
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
