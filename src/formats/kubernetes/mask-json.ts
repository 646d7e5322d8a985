import type { Action } from './actions.ts';

/** What becomes of each action (kept as a word, else blanks), and of single characters between them. */
export interface Treatment {
  readonly kept: readonly boolean[];
  /** Ascending. */
  readonly written: readonly { readonly at: number; readonly char: string }[];
}

/** What stood last outside of strings: an opening bracket, a comma, a colon, or the end of a value. */
type Before = 'open' | 'comma' | 'colon' | 'value';

/**
 * JSON that begins at `start`, with template actions: those in strings and in place of a value are kept, those that stand for whole entries
 * become blanks; a comma that an action would have brought is put where only blanks are.
 */
export function treatJson(text: string, actions: readonly Action[], start: number): Treatment {
  return new JsonWalk(text, actions, start).treatment();
}

class JsonWalk {
  readonly #text: string;
  readonly #actions: readonly Action[];
  readonly #kept: boolean[] = [];
  readonly #written: { readonly at: number; readonly char: string }[] = [];
  #at = 0;
  #next = 0;
  #before: Before = 'open';
  #depth = 0;
  /** Behind the last value, bracket or mark. */
  #end = 0;

  constructor(text: string, actions: readonly Action[], start: number) {
    this.#text = text;
    this.#actions = actions;
    this.#preamble(start);
  }

  /** What stands before the JSON says nothing: it becomes blanks, its line breaks aside. */
  #preamble(start: number): void {
    for (; this.#at < start; this.#at++) {
      const action = this.#actions[this.#next];
      if (action !== undefined && action.start === this.#at) {
        this.#keep(false);
        this.#at--;
      } else if (!isSpace(this.#text[this.#at] ?? '')) {
        this.#written.push({ at: this.#at, char: ' ' });
      }
    }
  }

  treatment(): Treatment {
    while (this.#at < this.#text.length) {
      const action = this.#actions[this.#next];
      const char = this.#text[this.#at] ?? '';
      if (action !== undefined && action.start === this.#at) this.#group();
      else if (isSpace(char)) this.#at++;
      else if (char === '"') this.#string();
      else if (char === '#') this.#comment();
      else if (!this.#mark(char)) this.#bareword();
    }
    return { kept: this.#kept, written: this.#written };
  }

  #mark(char: string): boolean {
    if (char === '{' || char === '[') this.#open();
    else if (char === '}' || char === ']') this.#close();
    else if (char === ',') this.#before = 'comma';
    else if (char === ':') this.#before = 'colon';
    else return false;
    this.#at++;
    this.#end = this.#at;
    return true;
  }

  #open(): void {
    this.#beginValue();
    this.#before = 'open';
    this.#depth++;
  }

  #close(): void {
    this.#before = 'value';
    this.#depth--;
  }

  /** A value begins behind another one: the comma between them is missing. */
  #beginValue(): void {
    if (this.#depth < 1 || this.#before !== 'value' || this.#end >= this.#at) return;
    if (!isSpace(this.#text[this.#end] ?? '') && !this.#blankedAt(this.#end)) return;
    this.#written.push({ at: this.#end, char: ',' });
  }

  /** True where a blanked action begins at the offset. */
  #blankedAt(offset: number): boolean {
    for (let index = this.#next - 1; index >= 0; index--) {
      const start = this.#actions[index]?.start ?? 0;
      if (start <= offset) return start === offset && this.#kept[index] === false;
    }
    return false;
  }

  #string(): void {
    this.#beginValue();
    this.#at++;
    while (this.#at < this.#text.length) {
      const action = this.#actions[this.#next];
      if (action !== undefined && action.start <= this.#at) this.#keep(true);
      else if (this.#text[this.#at] === '\\') this.#at += 2;
      else if (this.#text[this.#at++] === '"') break;
    }
    this.#endValue();
  }

  #bareword(): void {
    this.#beginValue();
    while (this.#at < this.#text.length) {
      const action = this.#actions[this.#next];
      if (action !== undefined && action.start <= this.#at) this.#keep(true);
      else if (isSpace(this.#text[this.#at] ?? '') || ',:{}[]"'.includes(this.#text[this.#at] ?? '')) break;
      else this.#at++;
    }
    this.#endValue();
  }

  #comment(): void {
    const lineEnd = this.#text.indexOf('\n', this.#at);
    const end = lineEnd === -1 ? this.#text.length : lineEnd;
    while ((this.#actions[this.#next]?.start ?? this.#text.length) < end) this.#keep(false);
    this.#at = Math.max(end, this.#at);
  }

  /** A run of actions with only space between: at most one of them stands for a value. */
  #group(): void {
    let last = this.#next;
    for (; last + 1 < this.#actions.length; last++) {
      const gap = skipSpace(this.#text, this.#actions[last]?.end ?? 0);
      if (gap < (this.#actions[last + 1]?.start ?? 0)) break;
    }
    const end = this.#actions[last]?.end ?? 0;
    const after = this.#text[skipSpace(this.#text, end)] ?? '';
    const touches = isBare(this.#text[end] ?? '');
    const isValue =
      this.#before === 'colon' || (this.#before !== 'value' && (after === ',' || after === ']'));
    const valueAt = touches ? last : isValue || after === ':' ? this.#firstText(last) : -1;
    while (this.#next <= last) {
      if (this.#next === valueAt) {
        this.#bareword();
      } else {
        this.#keep(false);
      }
      this.#at = Math.min(
        skipSpace(this.#text, this.#at),
        this.#actions[this.#next]?.start ?? this.#text.length,
      );
    }
  }

  /** The first action of the group that puts text in its place; -1 where all only steer. */
  #firstText(last: number): number {
    for (let index = this.#next; index <= last; index++)
      if (this.#actions[index]?.control === false) return index;
    return -1;
  }

  #keep(kept: boolean): void {
    this.#kept.push(kept);
    this.#at = Math.max(this.#at, this.#actions[this.#next]?.end ?? this.#at);
    this.#next++;
  }

  #endValue(): void {
    this.#before = 'value';
    this.#end = this.#at;
  }
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r';
}

function isBare(char: string): boolean {
  return char !== '' && !isSpace(char) && !',:{}[]"#'.includes(char);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text[at] ?? '')) at++;
  return at;
}
