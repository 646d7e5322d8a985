import { makeFunctionEnd } from './words.ts';

/** A part of a word: text with quotes and escapes removed, or a use of a variable. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** `-`, `+`, `?`, `#`, `##`, `%`, `%%`, `/`, `//`; empty for a plain use. */
      readonly operator: string;
      /** True for `:-`, `:+`, `:?`: an empty value counts as none. */
      readonly emptyIsUnset: boolean;
      /** The default, the pattern, the message. */
      readonly word: readonly Part[];
      readonly replacement: readonly Part[];
    }
  /** A brace that is not closed, or what is no expansion; Docker refuses the file. */
  | { readonly kind: 'broken'; readonly text: string };

const DEEPEST = 16;

/** Cuts a word as Docker's lexer does (BuildKit, frontend/dockerfile/shell/lex.go); total. */
export function partsOfWord(word: string): readonly Part[] {
  return new WordReader(word).read();
}

class WordReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly Part[] {
    return this.#until(null, false) ?? [];
  }

  /** Reads up to the stop character, which is passed; null where it never comes. */
  #until(stop: string | null, keepEscapes: boolean): readonly Part[] | null {
    const parts = new PartList();
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      if (character === stop) {
        this.#at++;
        return parts.list();
      }
      if (character === "'") this.#singleQuoted(parts);
      else if (character === '"') this.#doubleQuoted(parts, keepEscapes);
      else if (character === '$') parts.add(this.#variable());
      else if (character === '\\') this.#escaped(parts, keepEscapes);
      else if (this.#text.startsWith('{{', this.#at)) this.#action(parts);
      else {
        parts.text(character);
        this.#at++;
      }
    }
    return stop === null ? parts.list() : null;
  }

  #singleQuoted(parts: PartList): void {
    const close = this.#text.indexOf("'", this.#at + 1);
    const end = close < 0 ? this.#text.length : close;
    parts.text(this.#text.slice(this.#at + 1, end));
    this.#at = end + 1;
  }

  #doubleQuoted(parts: PartList, keepEscapes: boolean): void {
    this.#at++;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      const next = this.#text[this.#at + 1] ?? '';
      if (character === '"') {
        this.#at++;
        return;
      }
      if (character === '$') parts.add(this.#variable());
      else if (character === '\\' && next !== '' && '"$\\'.includes(next)) {
        parts.text(keepEscapes ? `\\${next}` : next);
        this.#at += 2;
      } else {
        parts.text(character);
        this.#at++;
      }
    }
  }

  #escaped(parts: PartList, keepEscapes: boolean): void {
    const next = this.#text[this.#at + 1] ?? '';
    parts.text(keepEscapes ? `\\${next}` : next);
    this.#at += 2;
  }

  /** A template's `{{ … }}` is not Docker's: it stays as written. */
  #action(parts: PartList): void {
    const close = this.#text.indexOf('}}', this.#at);
    const end = close < 0 ? this.#text.length : close + 2;
    parts.text(this.#text.slice(this.#at, end));
    this.#at = end;
  }

  #variable(): Part {
    const end = makeFunctionEnd(this.#text, this.#at, this.#text.length);
    if (end !== null) {
      const start = this.#at;
      this.#at = end;
      return { kind: 'broken', text: this.#text.slice(start, end) };
    }
    this.#at++;
    if (this.#text[this.#at] === '{') return this.#braced();
    const name = this.#name();
    return name === '' ? { kind: 'text', text: '$' } : plainUse(name);
  }

  #name(): string {
    const start = this.#at;
    const first = this.#text[start] ?? '';
    const pattern = /\p{Nd}/u.test(first) ? /\p{Nd}/u : /[\p{L}\p{Nd}_]/u;
    if ('@*#?-$!'.includes(first)) {
      this.#at += first.length;
      return first;
    }
    while (pattern.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #braced(): Part {
    const start = this.#at - 1;
    this.#depth++;
    this.#at++;
    const part = this.#depth > DEEPEST ? null : this.#insideBraces();
    this.#depth--;
    if (part !== null) return part;
    this.#at = this.#text.length;
    return { kind: 'broken', text: this.#text.slice(start) };
  }

  #insideBraces(): Part | null {
    const name = this.#name();
    let character = this.#take();
    if (name === '') return null;
    if (character === '}') return plainUse(name);
    const emptyIsUnset = character === ':';
    if (emptyIsUnset) character = this.#take();
    const allowed = emptyIsUnset ? '-+?#%' : '-+?#%/';
    if (character === '' || !allowed.includes(character)) return null;
    const doubled = '#%/'.includes(character) && this.#text[this.#at] === character;
    if (doubled) this.#at++;
    const isPattern = '#%/'.includes(character);
    const word = this.#until(character === '/' ? '/' : '}', isPattern);
    const replacement = character === '/' ? this.#until('}', true) : [];
    if (word === null || replacement === null) return null;
    const operator = doubled ? character + character : character;
    return { kind: 'variable', name, operator, emptyIsUnset, word, replacement };
  }

  #take(): string {
    return this.#text[this.#at++] ?? '';
  }
}

function plainUse(name: string): Part {
  return { kind: 'variable', name, operator: '', emptyIsUnset: false, word: [], replacement: [] };
}

/** Parts in order, neighbouring texts joined. */
class PartList {
  readonly #parts: Part[] = [];
  #pending: string[] = [];

  text(text: string): void {
    this.#pending.push(text);
  }

  add(part: Part): void {
    if (part.kind === 'text') {
      this.text(part.text);
      return;
    }
    this.#flush();
    this.#parts.push(part);
  }

  list(): readonly Part[] {
    this.#flush();
    return this.#parts;
  }

  #flush(): void {
    const text = this.#pending.join('');
    this.#pending = [];
    if (text !== '') this.#parts.push({ kind: 'text', text });
  }
}
