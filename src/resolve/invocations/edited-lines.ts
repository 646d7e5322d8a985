import type { Piece } from '../../formats/make/pieces.ts';
import { shown } from '../../formats/make/pieces.ts';
import type { Address, Edit } from './sed.ts';
import { type Match, matchIn } from './sed-pattern.ts';
import { wordFrom, wordOf } from './words.ts';

/** A line of a definition: its number, and its text in pieces. */
export interface EditedLine {
  readonly number: number;
  readonly pieces: readonly Piece[];
  /** What changed it in a way that is not followed. */
  readonly unknown?: string;
}

const MOST_ROUNDS = 64;
const LONGEST_LINE = 4096;

/** A line after a list of edits; null where one takes it away. */
export function editedLine(line: EditedLine, edits: readonly Edit[]): EditedLine | null {
  let now = line;
  for (const edit of edits) {
    const next = afterEdit(now, edit);
    if (next === null) return null;
    now = next;
  }
  return now;
}

function afterEdit(line: EditedLine, edit: Edit): EditedLine | null {
  switch (edit.kind) {
    case 'unknown':
      return { ...line, unknown: edit.by };
    case 'line':
      if (!holds(edit.address, line)) return line;
      return edit.to === null ? null : { ...line, pieces: edit.to.pieces };
    case 'replace':
      if (edit.address !== undefined && !holds(edit.address, line)) return line;
      return { ...line, pieces: replaced(line.pieces, edit) };
    default:
      return edit satisfies never;
  }
}

function holds(address: Address, line: EditedLine): boolean {
  const found =
    address.kind === 'line'
      ? address.number === line.number
      : matchIn(address.pattern, shown(line.pieces), 0) !== null;
  return found !== (address.negated === true);
}

function replaced(pieces: readonly Piece[], edit: Extract<Edit, { kind: 'replace' }>): readonly Piece[] {
  if (edit.pattern.steps.length === 0) return pieces;
  let now = pieces;
  let from = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const text = shown(now);
    if (text.length > LONGEST_LINE) return now;
    const match = matchIn(edit.pattern, text, from);
    if (match === null) return now;
    const behind = endOfOpen(now, match);
    if (behind !== null) {
      from = behind;
      continue;
    }
    const put = replacementOf(edit, match, now);
    const word = wordOf(now, edit.to.at);
    now = [...wordFrom(word, 0, match.start).pieces, ...put, ...wordFrom(word, match.end).pieces];
    from = match.start + shown(put).length + (match.end === match.start ? 1 : 0);
    if (!edit.everywhere) return now;
  }
  return now;
}

/** The end of an open piece that a match only cuts into: its name is no text of the line. Null where it cuts into none. */
function endOfOpen(pieces: readonly Piece[], { start, end }: Match): number | null {
  let at = 0;
  for (const piece of pieces) {
    const next = at + shown([piece]).length;
    const cuts = (offset: number): boolean => offset > at && offset < next;
    if (piece.open !== undefined && (cuts(start) || cuts(end))) return next;
    at = next;
  }
  return null;
}

/** `&` is the whole match, `\1` a group; any other backslash only protects the next character. */
function replacementOf(
  { to }: Extract<Edit, { kind: 'replace' }>,
  match: Match,
  line: readonly Piece[],
): readonly Piece[] {
  const word = wordOf(line, to.at);
  const part = ([start, end]: readonly [number, number]): readonly Piece[] =>
    wordFrom(word, start, end).pieces;
  const result: Piece[] = [];
  for (const piece of to.pieces) {
    if (piece.open !== undefined) {
      result.push(piece);
      continue;
    }
    for (const text of piece.text.split(/(\\[\s\S]|&|\$\{?\d\}?)/)) {
      const group = /^(?:\\|\$\{?)(\d)\}?$/.exec(text)?.[1];
      if (text === '&' || group === '0') result.push(...part([match.start, match.end]));
      else if (group !== undefined) result.push(...part(match.groups[Number(group)] ?? [0, 0]));
      else if (text === '\\n') result.push({ ...piece, text: '\n' });
      else if (text.startsWith('\\') && text.length > 1) result.push({ ...piece, text: text.slice(1) });
      else if (text !== '') result.push({ ...piece, text });
    }
  }
  return result;
}
