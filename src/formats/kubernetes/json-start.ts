import type { Action } from './actions.ts';
import { hasContainerList } from './prefilter.ts';

/**
 * Where the JSON of a template begins: behind actions, comments and a marker, and behind text that a statement block of
 * Jinja guards at the top of the file. Null where the text is no JSON.
 */
export function jsonStart(text: string, actions: readonly Action[]): number | null {
  return new Preamble(text, actions).jsonStart();
}

class Preamble {
  readonly #text: string;
  readonly #actions: readonly Action[];
  #at = 0;
  #next = 0;
  /** How many statement blocks are open. */
  #depth = 0;
  /** Lines that a statement block guards. */
  readonly #guarded: string[] = [];

  constructor(text: string, actions: readonly Action[]) {
    this.#text = text;
    this.#actions = actions;
  }

  jsonStart(): number | null {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (this.#actions[this.#next]?.start === this.#at) this.#action();
      else if (isSpace(char)) this.#at++;
      else if (char === '{' || char === '[') return this.#mayStart() ? this.#at : null;
      else if (!this.#line()) return null;
    }
    return null;
  }

  #mayStart(): boolean {
    if (this.#guarded.length === 0) return true;
    const startsLine = this.#text[this.#at - 1] === '\n';
    return this.#depth === 0 && startsLine && !hasContainerList(this.#guarded.join('\n'));
  }

  /** Passes by a comment, the first marker, or a guarded line; false where the text is no preamble. */
  #line(): boolean {
    const isMarker = this.#guarded.length === 0 && this.#text.startsWith('---', this.#at);
    const isSilent = isMarker || this.#text[this.#at] === '#';
    if (!isSilent && this.#depth <= 0) return false;
    const lineBreak = this.#text.indexOf('\n', this.#at);
    const end = lineBreak === -1 ? this.#text.length : lineBreak;
    if (!isSilent) this.#guarded.push(this.#text.slice(this.#at, end));
    while ((this.#actions[this.#next]?.start ?? this.#text.length) < end) this.#action();
    this.#at = Math.max(this.#at, end);
    return true;
  }

  #action(): void {
    const action = this.#actions[this.#next++];
    if (action === undefined) return;
    this.#depth += depthOf(this.#text, action);
    this.#at = action.end;
  }
}

/** Jinja only: text that a Go template guards is most often the whole document. */
function depthOf(text: string, action: Action): number {
  if (text[action.start + 1] !== '%') return 0;
  const word = /^\{%[-+]?\s{0,8}([a-z]{0,12})/.exec(text.slice(action.start, action.start + 24))?.[1] ?? '';
  if (word === 'if' || word === 'for') return 1;
  return word === 'endif' || word === 'endfor' ? -1 : 0;
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\uFEFF';
}
