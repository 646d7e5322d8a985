import type { Position, Span } from '../../domain/index.ts';
import { lastAtMost } from '../../domain/sorted.ts';

/** Finds the line and column of an offset; lines end with a line feed, as Docker and git count them. */
export class LineIndex {
  readonly #starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  positionAt(offset: number): Position {
    const line = lastAtMost(this.#starts, offset);
    return { line: line + 1, column: offset - (this.#starts[line] ?? 0) + 1 };
  }

  spanOf(start: number, end: number): Span {
    return { start: this.positionAt(start), end: this.positionAt(Math.max(start, end)) };
  }
}

/** Text put together from pieces of a file, each character with its place there. */
export class MappedText {
  readonly text: string;
  readonly lines: LineIndex;
  readonly #textStarts: readonly number[];
  readonly #sourceStarts: readonly number[];

  constructor(source: string, pieces: readonly (readonly [start: number, end: number])[], lines: LineIndex) {
    const texts: string[] = [];
    const textStarts: number[] = [];
    const sourceStarts: number[] = [];
    let length = 0;
    for (const [start, end] of pieces) {
      texts.push(source.slice(start, end));
      textStarts.push(length);
      sourceStarts.push(start);
      length += end - start;
    }
    this.text = texts.join('');
    this.lines = lines;
    this.#textStarts = textStarts;
    this.#sourceStarts = sourceStarts;
  }

  /** The offset in the file of a character of the text. */
  sourceAt(offset: number): number {
    const piece = lastAtMost(this.#textStarts, offset);
    return (this.#sourceStarts[piece] ?? 0) + offset - (this.#textStarts[piece] ?? 0);
  }

  /** Where the characters from `start` up to `end` stand in the file, in order. */
  pieces(start: number, end: number): readonly (readonly [start: number, end: number])[] {
    const found: (readonly [number, number])[] = [];
    for (let piece = lastAtMost(this.#textStarts, start); piece < this.#textStarts.length; piece++) {
      const from = Math.max(start, this.#textStarts[piece] ?? 0);
      const to = Math.min(end, this.#textStarts[piece + 1] ?? this.text.length);
      if (from >= end) break;
      if (to > from) found.push([this.sourceAt(from), this.sourceAt(to - 1) + 1]);
    }
    return found;
  }

  positionAt(offset: number): Position {
    return this.lines.positionAt(this.sourceAt(offset));
  }

  /** From the first character to right behind the last one, wherever the pieces between them stand. */
  spanOf(start: number, end: number): Span {
    if (end <= start) return this.lines.spanOf(this.sourceAt(start), this.sourceAt(start));
    return this.lines.spanOf(this.sourceAt(start), this.sourceAt(end - 1) + 1);
  }
}

/** A part of a mapped text, from `start` up to `end`. */
export interface Slice {
  readonly of: MappedText;
  readonly start: number;
  readonly end: number;
}

export function textOf(slice: Slice): string {
  return slice.of.text.slice(slice.start, slice.end);
}

const BLANKS: ReadonlySet<string> = new Set([' ', '\t', '\v', '\f', '\r', '\n']);

export function isBlank(character: string | undefined): boolean {
  return character !== undefined && BLANKS.has(character);
}

/** A blank or a space of Unicode, which Docker trims and splits quoted words at. */
export function isSpace(character: string | undefined): boolean {
  if (character === undefined) return false;
  if (character < '\u0080') return isBlank(character);
  return character === '\u0085' || (character !== '\ufeff' && /\s/.test(character));
}

/** The slice without spaces at its ends. */
export function trim(slice: Slice): Slice {
  const { text } = slice.of;
  let { start, end } = slice;
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return { of: slice.of, start, end };
}
