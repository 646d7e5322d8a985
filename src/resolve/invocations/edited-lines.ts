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

/** Edits the lines of one text, which are given in order; lines that decide nothing may be left out. */
export class LineEditor {
  readonly #edits: readonly Edit[];
  /** Where ranges begin that do not begin with their own line, and those that are behind. */
  readonly #starts = new Map<Edit, number>();
  readonly #ended = new Set<Edit>();

  constructor(edits: readonly Edit[]) {
    this.#edits = edits;
  }

  /** A line after all edits; null where one takes it away. */
  edited(line: EditedLine): EditedLine | null {
    let now = line;
    const replaced = new Set<number>();
    for (let index = 0; index < this.#edits.length; index++) {
      const edit = this.#edits[index];
      if (edit === undefined) continue;
      if (edit.kind === 'leave') {
        if ([...replaced].some((one) => one >= index - edit.before && one < index)) {
          for (let left = index + 1; left <= index + edit.behind; left++) this.#miss(this.#edits[left], line);
          index += edit.behind;
        }
        continue;
      }
      const next = this.#after(now, edit);
      if (next === null) return null;
      if (next.pieces !== now.pieces) replaced.add(index);
      now = next;
    }
    return now;
  }

  #after(line: EditedLine, edit: Exclude<Edit, { kind: 'leave' }>): EditedLine | null {
    switch (edit.kind) {
      case 'unknown':
        return { ...line, unknown: edit.by };
      case 'line':
        if (!this.#holds(edit.address, edit, line)) return line;
        return edit.to === null ? null : { ...line, pieces: edit.to.pieces };
      case 'replace':
        if (edit.address !== undefined && !this.#holds(edit.address, edit, line)) return line;
        return { ...line, pieces: replaced(line.pieces, edit) };
      default:
        return edit satisfies never;
    }
  }

  #holds(address: Address, edit: Edit, line: EditedLine): boolean {
    if (address.kind === 'range') return this.#isInside(address, edit, line);
    const found =
      address.kind === 'line'
        ? address.number === line.number
        : matchIn(address.pattern, shown(line.pieces), 0) !== null;
    return found !== (address.negated === true);
  }

  /** A range begins with its line, seen or not, and ends with a line behind that. */
  #isInside(
    { from, to }: Extract<Address, { kind: 'range' }>,
    edit: Edit,
    { number, pieces }: EditedLine,
  ): boolean {
    const start = this.#starts.get(edit) ?? from;
    if (number < start || this.#ended.has(edit)) return false;
    if (typeof to === 'number') return number <= to || number === start;
    if (number > start && matchIn(to, shown(pieces), 0) !== null) this.#ended.add(edit);
    return true;
  }

  /** Where the line that begins a range does not come to it, GNU's sed begins it with the next one. */
  #miss(edit: Edit | undefined, { number }: EditedLine): void {
    if (edit === undefined || !('address' in edit) || edit.address?.kind !== 'range') return;
    if (number === (this.#starts.get(edit) ?? edit.address.from)) this.#starts.set(edit, number + 1);
  }
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
