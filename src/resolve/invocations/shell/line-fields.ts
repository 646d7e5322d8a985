// What `read` takes of a line. Source: the bash manual, `read` and word splitting.
import type { Piece } from '../../../formats/make/pieces.ts';
import { listOf } from './fields.ts';

interface Wanted {
  readonly separators: string;
  /** Of the variable. */
  readonly index: number;
  readonly isLast: boolean;
  /** `read -a`: one variable takes all. */
  readonly isArray: boolean;
}

/** Stands for a piece that is open: it is taken for one word. */
const OPEN = '\ufffc';

type Range = readonly [from: number, to: number];

/** What the variable of that number gets of the first line. */
export function lineField(pieces: readonly Piece[], wanted: Wanted): readonly Piece[] {
  const line =
    pieces
      .map(({ text, open }) => (open === undefined ? text : OPEN))
      .join('')
      .split('\n', 1)[0] ?? '';
  const ranges = rangesOf(line, wanted.separators);
  if (wanted.isArray) return listOf(ranges.map((range) => sliceOf(pieces, range)));
  const range = ranges[wanted.index];
  // What is not known may have been several words.
  if (range === undefined)
    return line.includes(OPEN) ? pieces.filter(({ open }) => open !== undefined).slice(-1) : [];
  const isRest = wanted.isLast && ranges.length > wanted.index + 1;
  return sliceOf(pieces, isRest ? [range[0], endOf(line, wanted.separators)] : range);
}

/** Fields of a line: blanks of the separators run together, any other separator ends one field. */
function rangesOf(line: string, separators: string): readonly Range[] {
  const ranges: Range[] = [];
  const isBlank = (at: number): boolean => at < line.length && isBlankIn(line[at] ?? '', separators);
  const isSign = (at: number): boolean =>
    at < line.length && separators.includes(line[at] ?? '') && !isBlank(at);
  let at = 0;
  while (isBlank(at)) at++;
  while (at < line.length) {
    const from = at;
    while (at < line.length && !isBlank(at) && !isSign(at)) at++;
    ranges.push([from, at]);
    while (isBlank(at)) at++;
    if (isSign(at)) at++;
    while (isBlank(at)) at++;
  }
  return ranges;
}

function isBlankIn(character: string, separators: string): boolean {
  return separators.includes(character) && ' \t\n'.includes(character);
}

/** The end of a line without the blanks behind it. */
function endOf(line: string, separators: string): number {
  let end = line.length;
  while (end > 0 && isBlankIn(line[end - 1] ?? '', separators)) end--;
  return end;
}

/** The pieces between two places of their text. */
function sliceOf(pieces: readonly Piece[], [from, to]: Range): readonly Piece[] {
  let at = 0;
  return pieces.flatMap((piece): readonly Piece[] => {
    const start = at;
    const length = piece.open === undefined ? piece.text.length : 1;
    at += length;
    if (start >= to || at <= from) return [];
    if (piece.open !== undefined) return [piece];
    return [{ ...piece, text: piece.text.slice(Math.max(0, from - start), Math.min(length, to - start)) }];
  });
}
