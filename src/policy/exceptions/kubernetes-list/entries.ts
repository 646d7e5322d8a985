import type { ExceptionReason } from '../../../domain/index.ts';
import { partsOf, plainText } from './markdown.ts';
import type { Columns, ExceptionList, Row, Table } from './read.ts';
import { reasonOf } from './reason.ts';

/** What a row of the list says of one image. */
export interface ListedException {
  readonly image: string;
  /** As the list calls it; null where it names none. */
  readonly base: string | null;
  readonly reason: ExceptionReason;
  /** The reason in words, as it is written. */
  readonly text: string;
  /** Empty where the list names nobody. */
  readonly owner: string;
  /** What the column says; null where the table has none. */
  readonly supported: string | null;
  /** Line of the row in the list, from 1. */
  readonly line: number;
}

/** What the list is to say of one image. */
export interface RowWanted {
  readonly image: string;
  readonly base: string;
  readonly text: string;
  /** Empty where nobody is named: the list keeps whom it names. */
  readonly owner: string;
}

/** What the rows of a list say, image by image. */
export function listedExceptions(list: ExceptionList): readonly ListedException[] {
  return list.tables.flatMap((table) => table.rows.flatMap((row) => exceptionsOfRow(table, row)));
}

/** What one row says; one that names no image says nothing. */
export function exceptionsOfRow({ headingBase, columns }: Table, row: Row): readonly ListedException[] {
  const text = readableText(cellText(row, columns.reason));
  const base = columns.base === null ? headingBase : plainText(cellText(row, columns.base));
  const owner = ownerOf(row, columns, text);
  const supported = columns.supported === null ? null : plainText(cellText(row, columns.supported));
  return partsOf(cellText(row, columns.image)).map((part) => ({
    image: plainText(part),
    base: base === '' ? null : base,
    reason: reasonOf(text),
    text,
    owner,
    supported,
    line: row.line + 1,
  }));
}

/** The text of a cell as it is written; a row may end before its table does. */
export function cellText(row: Row, column: number): string {
  return row.cells[column]?.text ?? '';
}

function readableText(cell: string): string {
  return cell.replace(/\s{0,20}<br\s{0,20}\/?>\s{0,20}/gi, ' ').replaceAll('\\|', '|');
}

/** The owner of the column, else one that the reason names: `OWNER: @someone`. */
function ownerOf(row: Row, { owner }: Columns, text: string): string {
  const named = owner === null ? '' : plainText(cellText(row, owner));
  return named !== '' ? named : (/\bowners?\s*:\s*(@[\w/-]+)/i.exec(text)?.[1] ?? '');
}
