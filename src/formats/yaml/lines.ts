import type { Position, Span } from '../../domain/index.ts';
import { lastAtMost } from '../../domain/sorted.ts';

/** Turns offsets of a text into lines and columns. Lines end at `\n`, as git counts them. */
export class LineTable {
  readonly #starts: readonly number[];
  readonly #length: number;

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
    this.#length = text.length;
  }

  /** The place of an offset; offsets outside the text are moved to its nearest end. */
  position(offset: number): Position {
    const bounded = Math.max(0, Math.min(offset, this.#length));
    const line = lastAtMost(this.#starts, bounded);
    return { line: line + 1, column: bounded - (this.#starts[line] ?? 0) + 1 };
  }

  span(start: number, end: number): Span {
    return { start: this.position(start), end: this.position(end) };
  }
}
