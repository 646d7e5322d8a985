import { code } from './escape.ts';
import { cellsIn } from './visible.ts';

/** A cell that is longer stands out of its column, so that one long name does not make every row as long. */
const WIDEST = 100;

/** A table of Markdown whose bars stand below each other; the first row is its head. */
export function alignedTable(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => cellsIn(row[column] ?? '')).filter((width) => width <= WIDEST)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => padded(cell, widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellsIn(text)));
}

/** Text of others as a code span in a cell. */
export function codeCell(text: string): string {
  return asCell(code(text));
}

/** A bar ends a cell even inside a code span. */
export function asCell(markdown: string): string {
  return markdown.replaceAll('|', '\\|');
}
