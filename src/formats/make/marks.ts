import type { Piece } from './pieces.ts';

/** Characters that marks are made of; a makefile that holds them loses them on reading. */
const FIRST = '\ue200';
const LAST = '\ue201';

export const MARKS = /[\ue200\ue201]/g;

const MARK = /\ue200(\d{1,9})\ue201/g;

/** Runs of characters that mean nothing to make or to a shell; a name in front of `=` is none, nor what a backslash stands in front of. */
const RUN =
  /(?<!\\)[^\0\s$"'\\`;&|<>(){}#*?[\]!=~:,@+-][^\0\s$"'\\`;&|<>(){}#*?[\]!=~:,]*(?![^\0\s$"'\\`;&|<>(){}#*?[\]!=~:,]|=)/g;

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'include sinclude define endef ifeq ifneq ifdef ifndef else endif export unexport override private undefine ' +
    'if then elif fi for in do done while until case esac function select time'
  ).split(' '),
);

/** Pieces as plain text and back: what must keep its origin, or stays open, is written as a mark. */
export class Marks {
  readonly #pieces: Piece[] = [];

  /** Text whose open pieces, and whose runs of ordinary characters, are marks; what stands in a reference stays plain. */
  write(pieces: readonly Piece[]): string {
    const reference = new ReferenceWatch();
    let text = '';
    for (const piece of pieces) {
      if (piece.open !== undefined) {
        text += this.#mark(piece);
        continue;
      }
      let from = 0;
      for (const { end, inside } of reference.cut(piece.text)) {
        const part = piece.text.slice(from, end);
        text += inside ? part : part.replace(RUN, (run) => this.#markRun(run, piece));
        from = end;
      }
    }
    return text;
  }

  /** Text whose open pieces alone are marks. */
  writeOpen(pieces: readonly Piece[]): string {
    return pieces.map((piece) => (piece.open === undefined ? piece.text : this.#mark(piece))).join('');
  }

  /** Marked text as pieces; what is no mark gets the given chain. */
  read(text: string, chain: Piece['chain']): readonly Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (const match of text.matchAll(MARK)) {
      const piece = this.#pieces[Number(match[1])];
      if (piece === undefined) continue;
      if (match.index > from) pieces.push({ text: text.slice(from, match.index), chain });
      pieces.push(piece);
      from = match.index + match[0].length;
    }
    if (from < text.length) pieces.push({ text: text.slice(from), chain });
    return pieces;
  }

  /** One piece as a mark, whatever it holds. */
  writePiece(piece: Piece): string {
    return this.#mark(piece);
  }

  #markRun(run: string, piece: Piece): string {
    return KEYWORDS.has(run) ? run : this.#mark({ text: run, chain: piece.chain });
  }

  #mark(piece: Piece): string {
    this.#pieces.push(piece);
    return `${FIRST}${this.#pieces.length - 1}${LAST}`;
  }
}

export function hasMark(text: string): boolean {
  return text.includes(FIRST);
}

/** Tells, over texts that follow each other, what stands in `$(…)`, `${…}` or `$name`. */
class ReferenceWatch {
  #dollar = false;
  #name = false;
  #opens = '';
  #depth = 0;

  cut(text: string): readonly { readonly end: number; readonly inside: boolean }[] {
    const cuts: { end: number; inside: boolean }[] = [];
    let inside = this.#inside();
    for (let at = 0; at < text.length; at++) {
      this.#step(text[at] ?? '');
      const now = this.#inside();
      if (now === inside) continue;
      // The character that ends a name stands outside, the bracket that closes a reference inside; both are plain anyway.
      cuts.push({ end: at, inside });
      inside = now;
    }
    cuts.push({ end: text.length, inside });
    return cuts;
  }

  #inside(): boolean {
    return this.#dollar || this.#name || this.#depth > 0;
  }

  #step(character: string): void {
    if (this.#depth > 0) {
      if (character === this.#opens) this.#depth++;
      else if (character === (this.#opens === '(' ? ')' : '}')) this.#depth--;
      return;
    }
    if (this.#dollar && (character === '(' || character === '{')) {
      this.#opens = character;
      this.#depth = 1;
      this.#dollar = false;
      return;
    }
    this.#name = (this.#dollar || this.#name) && /\w/.test(character);
    this.#dollar = character === '$' && !this.#dollar;
  }
}
