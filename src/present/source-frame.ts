// Source lines with marks under them, laid out in terminal columns: tabs expanded, unsafe characters as code points, long lines cut
// around what is marked.
import { shownCharacters } from './visible.ts';

/** A part of a line to mark; columns count UTF-16 units from 1, the end is exclusive. */
export interface Mark {
  readonly column: number;
  readonly endColumn: number;
}

/** A line and the marks below it, as they are printed; `from` and `to` are terminal columns from 0. */
export interface LaidLine {
  readonly text: string;
  readonly marks: readonly { readonly from: number; readonly to: number }[];
}

const TAB = 4;
const CUT = '…';

/** Lays out one source line in at most `width` columns so that the first mark is seen. */
export function layLine(line: string, marks: readonly Mark[], width: number): LaidLine {
  const [first] = marks;
  const near = nearby(line, first?.column ?? 1, width);
  const cells = cellsOfLine(near.text);
  const placed = marks.map((mark) => place(cells, mark, near.offset, near.text.length));
  const total = cells.at(-1)?.end ?? 0;
  const window = chooseWindow(total, placed[0], width, near);
  const shown = cells.filter((cell) => cell.start >= window.from && cell.end <= window.to);
  const start = shown[0]?.start ?? window.from;
  const lead = window.cutLeft ? CUT : '';
  const shift = lead.length - start;
  return {
    text: lead + shown.map((cell) => cell.shown).join('') + (window.cutRight ? CUT : ''),
    marks: placed.flatMap((mark) => {
      const from = Math.max(mark.from, start);
      // One column past the text: where something is missing at the end, or below the sign of a cut.
      const to = Math.min(mark.to, window.to + 1);
      return to > from ? [{ from: from + shift, to: to + shift }] : [];
    }),
  };
}

interface Cell {
  readonly index: number;
  readonly shown: string;
  readonly start: number;
  readonly end: number;
}

interface Nearby {
  readonly text: string;
  /** UTF-16 units cut off before. */
  readonly offset: number;
  readonly more: boolean;
}

/** The part of a line that can be shown at all, so that one mark in a megabyte costs no megabyte. */
function nearby(line: string, column: number, width: number): Nearby {
  const reach = width * 4;
  const from = boundary(line, Math.max(0, column - 1 - reach));
  const to = boundary(line, Math.min(line.length, column - 1 + reach));
  return { text: line.slice(from, Math.max(from, to)), offset: from, more: to < line.length };
}

/** Not between the halves of a surrogate pair. */
function boundary(line: string, index: number): number {
  const unit = line.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index + 1 : index;
}

function cellsOfLine(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  let at = 0;
  for (const character of shownCharacters(text)) {
    const isTab = text[character.index] === '\t';
    const width = isTab ? TAB - (at % TAB) : character.cells;
    const shown = isTab ? ' '.repeat(width) : character.shown;
    cells.push({ index: character.index, shown, start: at, end: at + width });
    at += width;
  }
  return cells;
}

/** A mark in terminal columns; an empty one, or one at the line's end, still marks one column. */
function place(
  cells: readonly Cell[],
  mark: Mark,
  offset: number,
  length: number,
): { readonly from: number; readonly to: number } {
  const total = cells.at(-1)?.end ?? 0;
  const from = cellAt(cells, mark.column - 1 - offset, length)?.start ?? total;
  const to = cellAt(cells, mark.endColumn - 1 - offset, length)?.start ?? total;
  return { from, to: Math.max(to, from + 1) };
}

function cellAt(cells: readonly Cell[], index: number, length: number): Cell | undefined {
  if (index >= length) return undefined;
  return cells.find((cell) => cell.index >= index);
}

function chooseWindow(
  total: number,
  mark: { readonly from: number; readonly to: number } | undefined,
  width: number,
  near: Nearby,
): { readonly from: number; readonly to: number; readonly cutLeft: boolean; readonly cutRight: boolean } {
  const beforeIsCut = near.offset > 0;
  if (total <= width && !beforeIsCut && !near.more)
    return { from: 0, to: total, cutLeft: false, cutRight: false };
  const room = Math.max(8, width - 2);
  const wanted =
    mark === undefined ? 0 : mark.from - Math.max(4, Math.floor((room - (mark.to - mark.from)) / 2));
  const from = Math.max(0, Math.min(wanted, Math.max(0, total - room)));
  const to = from + room;
  return { from, to, cutLeft: from > 0 || beforeIsCut, cutRight: to < total || near.more };
}
