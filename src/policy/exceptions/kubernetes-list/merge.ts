import {
  cellText,
  exceptionsOfRow,
  type ListedException,
  listedExceptions,
  type RowWanted,
} from './entries.ts';
import { asCell, partsOf, plainText } from './markdown.ts';
import { baseCell, newRow, newSection } from './new-list.ts';
import type { ExceptionList, Row, Table } from './read.ts';

/** Whether two names mean one base. The list says `debian-base` where an entry may name its repository. */
type SameBase = (listed: string, wanted: string) => boolean;

/**
 * The text of a list that says what is wanted and nothing else. Rows that say it already, and all that is no row, are
 * written as they were read; another row changes its own line.
 */
export function listWith(list: ExceptionList, wanted: readonly RowWanted[], isSame: SameBase): string {
  const open = new Set(wanted);
  const listed = listedExceptions(list);
  const moved = new Set(wanted.filter((want) => !listed.some((one) => isFor(one, want, isSame))));
  const lines: string[] = [...list.lines];
  for (const table of list.tables)
    for (const row of table.rows) lines[row.line] = rowWith(list, { table, row }, { open, moved, isSame });
  return withNew(list, lines, { added: [...open], isSame });
}

interface Matching {
  /** What no row says so far. */
  readonly open: Set<RowWanted>;
  /** What no row has on its base, so that a row of its image on another may be meant. */
  readonly moved: ReadonlySet<RowWanted>;
  readonly isSame: SameBase;
}

/** The line of a row with what is wanted of its images; empty where none is. */
function rowWith(
  { lines, definitions }: ExceptionList,
  { table, row }: { readonly table: Table; readonly row: Row },
  matching: Matching,
): string {
  const line = lines[row.line] ?? '';
  const listed = exceptionsOfRow(table, row);
  const kept = wantedOf(listed, table, matching);
  const first = kept.find((want) => want !== undefined);
  // Of what names no image or no base, no entry can speak: that it is not wanted is not known.
  if (first === undefined) return listed.length === 0 || listed[0]?.base === null ? line : '';
  // Who has another reason or owner than the first image of the row leaves it for a row of its own.
  const stays = kept.map(
    (want) => want?.text === first.text && want.owner === first.owner && want.base === first.base,
  );
  for (const [index, want] of kept.entries())
    if (want !== undefined && stays[index] === true) matching.open.delete(want);
  const { columns } = table;
  const changes = new Map<number, string>();
  const images = cellText(row, columns.image);
  if (stays.includes(false)) changes.set(columns.image, partsKept(images, stays));
  const [said] = listed;
  if (said !== undefined && said.text !== first.text) changes.set(columns.reason, asCell(first.text));
  if (columns.base !== null && (said?.base == null || !matching.isSame(said.base, first.base)))
    changes.set(columns.base, baseCell(first.base, definitions));
  if (columns.owner !== null && first.owner !== '' && said?.owner !== first.owner)
    changes.set(columns.owner, asCell(first.owner));
  return withCells(line, row, changes);
}

/** What is wanted of each image of a row; no two stand for the same. */
function wantedOf(
  listed: readonly ListedException[],
  { columns }: Table,
  { open, moved, isSame }: Matching,
): readonly (RowWanted | undefined)[] {
  const left = new Set(open);
  return listed.map((one) => {
    const wants = [...left].filter((want) => isOf(one, want));
    const here = wants.filter((want) => isFor(one, want, isSame));
    const fitting = here.length > 0 || columns.base === null ? here : wants.filter((want) => moved.has(want));
    const want = fitting.find(({ image }) => image === one.image) ?? fitting[0];
    if (want !== undefined) left.delete(want);
    return want;
  });
}

function isFor(listed: ListedException, want: RowWanted, isSame: SameBase): boolean {
  return isOf(listed, want) && listed.base !== null && isSame(listed.base, want.base);
}

/** The list calls images by the last part of their name. */
function isOf(listed: ListedException, { image }: RowWanted): boolean {
  return image === listed.image || image.endsWith(`/${listed.image}`);
}

function partsKept(cell: string, stays: readonly boolean[]): string {
  const separator = /\s{0,20}(?:,|<br\s{0,20}\/?>)\s{0,20}/i.exec(cell)?.[0] ?? ', ';
  return partsOf(cell)
    .filter((_, index) => stays[index] === true)
    .join(separator);
}

/** A line with other texts in some cells; the blanks around them stay. */
function withCells(line: string, row: Row, changes: ReadonlyMap<number, string>): string {
  let text = line;
  for (const [column, content] of [...changes].sort(([a], [b]) => b - a)) {
    const cell = row.cells[column];
    if (cell === undefined) continue;
    const written = line.slice(cell.start, cell.end);
    const [before, after] = written.trim() === '' ? [' ', ' '] : blanksAround(written);
    text = `${text.slice(0, cell.start)}${before}${content}${after}${text.slice(cell.end)}`;
  }
  return text;
}

function blanksAround(text: string): readonly [string, string] {
  return [/^\s*/.exec(text)?.[0] ?? '', text.slice(text.trimEnd().length)];
}

/** The lines with rows for what no row said: in the table of its base, else in one with a column for it, else in a section of its own. */
function withNew(
  list: ExceptionList,
  lines: readonly string[],
  { added, isSame }: { readonly added: readonly RowWanted[]; readonly isSame: SameBase },
): string {
  const end = list.lines.find((line) => line.endsWith('\n'))?.endsWith('\r\n') ? '\r\n' : '\n';
  const behind = new Map<number, string[]>();
  const homeless: RowWanted[] = [];
  for (const want of added) {
    const table = tableFor(list, want, isSame);
    if (table === undefined) {
      homeless.push(want);
      continue;
    }
    const at = table.rows.at(-1)?.line ?? table.below;
    const row = newRow({ ...want, image: nameIn(table, want.image) }, table.columns, list.definitions);
    behind.set(at, [...(behind.get(at) ?? []), row + end]);
  }
  const text = lines.map((line, index) => joined(line, behind.get(index) ?? [], end)).join('');
  const bases = [...new Set(homeless.map(({ base }) => base))];
  return bases.reduce((whole, base) => {
    const gap = whole === '' ? '' : whole.endsWith('\n') ? end : end + end;
    const section = newSection(
      base,
      homeless.filter((want) => want.base === base),
    );
    return whole + gap + section.replaceAll('\n', end);
  }, text);
}

/** The name as the table would write it: its last part, where no row has more of a name. */
function nameIn({ rows, columns }: Table, image: string): string {
  const isShort = rows.every((row) => !plainText(cellText(row, columns.image)).includes('/'));
  return isShort ? image.slice(image.lastIndexOf('/') + 1) : image;
}

function joined(line: string, rows: readonly string[], end: string): string {
  if (rows.length === 0) return line;
  return `${line === '' || line.endsWith('\n') ? line : line + end}${rows.join('')}`;
}

function tableFor({ tables }: ExceptionList, { base }: RowWanted, isSame: SameBase): Table | undefined {
  const own = tables.find(
    ({ columns, headingBase }) => columns.base === null && headingBase !== null && isSame(headingBase, base),
  );
  const sharing = (table: Table): boolean =>
    table.columns.base !== null &&
    table.rows.some((row) => isSame(plainText(cellText(row, table.columns.base ?? 0)), base));
  return own ?? tables.find(sharing) ?? tables.find(({ columns }) => columns.base !== null);
}
