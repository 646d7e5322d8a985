import type { StarlarkPlace } from '../../domain/index.ts';

/** `indent` and `dedent` stand for changes of indentation, `line` for the end of a logical line. */
export type Token = { readonly at: StarlarkPlace; readonly start: number } & (
  | { readonly kind: 'name' | 'operator'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'line' | 'indent' | 'dedent' | 'end' }
);

/** A place in a text where it is no Starlark; the message is a clause without a full stop. */
export class SyntaxProblem extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|0[oO][0-7]+|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+/y;
const OPERATOR = /\*\*=?|\/\/=?|<<=?|>>=?|->|[=!<>+\-*/%&|^]=|[-+*/%&|^~<>=()[\]{},:;.@]/y;
const BLANKS = /[ \t\f\r]*/y;
const DEEPEST_INDENT = 64;

/** Cuts a text into tokens, one at a time, as Starlark does; linear. */
export class Tokens {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #brackets = 0;
  #indents: number[] = [0];
  #pendingDedents = 0;
  #atLineStart = true;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the next token is looked for. */
  get offset(): number {
    return this.#at;
  }

  next(): Token {
    if (this.#pendingDedents > 0) {
      this.#pendingDedents -= 1;
      this.#indents.pop();
      return this.#empty('dedent');
    }
    if (this.#atLineStart && this.#brackets === 0) {
      const token = this.#indentation();
      if (token !== undefined) return token;
    }
    this.#skipBlanks();
    if (this.#at >= this.#text.length) return this.#end();
    const character = this.#text[this.#at] ?? '';
    if (character === '\n') {
      const token = this.#empty('line');
      this.#newLine();
      this.#atLineStart = true;
      return token;
    }
    return this.#string() ?? this.#word() ?? this.#number() ?? this.#operator();
  }

  /** Goes on behind an offset at the next line that begins a statement at the margin. */
  recover(offset: number): void {
    this.#pendingDedents = 0;
    this.#indents = [0];
    this.#brackets = 0;
    this.#atLineStart = true;
    const feed = this.#text.indexOf('\n', offset);
    const begin = feed < 0 ? this.#text.length : feed;
    const found = /\n(?=[A-Za-z_[@])/g;
    found.lastIndex = begin;
    const match = found.exec(this.#text);
    const to = match === null ? this.#text.length : match.index + 1;
    this.#line = 1;
    for (let at = this.#text.indexOf('\n'); at >= 0 && at < to; at = this.#text.indexOf('\n', at + 1))
      this.#line += 1;
    this.#lineStart = match === null ? this.#text.lastIndexOf('\n') + 1 : to;
    this.#at = to;
  }

  /** Blanks, comments, continuations; inside brackets line feeds as well. */
  #skipBlanks(): void {
    for (;;) {
      BLANKS.lastIndex = this.#at;
      BLANKS.exec(this.#text);
      this.#at = BLANKS.lastIndex;
      const character = this.#text[this.#at];
      if (character === '#') {
        const feed = this.#text.indexOf('\n', this.#at);
        this.#at = feed < 0 ? this.#text.length : feed;
      } else if (character === '\\' && /^\\\r?\n/.test(this.#text.slice(this.#at, this.#at + 3))) {
        this.#at = this.#text.indexOf('\n', this.#at);
        this.#newLine();
      } else if (character === '\n' && this.#brackets > 0) {
        this.#newLine();
      } else {
        return;
      }
    }
  }

  #newLine(): void {
    this.#at += 1;
    this.#line += 1;
    this.#lineStart = this.#at;
  }

  #indentation(): Token | undefined {
    for (;;) {
      BLANKS.lastIndex = this.#at;
      BLANKS.exec(this.#text);
      const end = BLANKS.lastIndex;
      const character = this.#text[end];
      if (character === '#') {
        const feed = this.#text.indexOf('\n', end);
        this.#at = feed < 0 ? this.#text.length : feed;
      } else {
        this.#at = end;
      }
      if (this.#text[this.#at] !== '\n') break;
      this.#newLine();
    }
    if (this.#at >= this.#text.length) return undefined;
    this.#atLineStart = false;
    return this.#indentTo(this.#at - this.#lineStart);
  }

  #indentTo(column: number): Token | undefined {
    const current = this.#indents.at(-1) ?? 0;
    if (column > current) {
      if (this.#indents.length > DEEPEST_INDENT)
        throw new SyntaxProblem(this.#line, `blocks nested more than ${DEEPEST_INDENT} deep`);
      this.#indents.push(column);
      return this.#empty('indent');
    }
    if (column === current) return undefined;
    this.#pendingDedents = this.#indents.filter((one) => one > column).length - 1;
    this.#indents.pop();
    return this.#empty('dedent');
  }

  #end(): Token {
    if (this.#brackets > 0) throw new SyntaxProblem(this.#line, 'a bracket that is never closed');
    if (!this.#atLineStart) {
      this.#atLineStart = true;
      return this.#empty('line');
    }
    if (this.#indents.length > 1) {
      this.#indents.pop();
      return this.#empty('dedent');
    }
    return this.#empty('end');
  }

  #word(): Token | undefined {
    const text = this.#match(NAME);
    if (text === undefined) return undefined;
    return { kind: 'name', text, ...this.#passed(text.length) };
  }

  #number(): Token | undefined {
    const text = this.#match(NUMBER);
    if (text === undefined) return undefined;
    return { kind: 'number', value: Number(text), ...this.#passed(text.length) };
  }

  #operator(): Token {
    const text = this.#match(OPERATOR);
    if (text === undefined)
      throw new SyntaxProblem(this.#line, `an unexpected sign (${JSON.stringify(this.#text[this.#at])})`);
    if ('([{'.includes(text)) this.#brackets += 1;
    if (')]}'.includes(text)) this.#brackets = Math.max(0, this.#brackets - 1);
    return { kind: 'operator', text, ...this.#passed(text.length) };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  /** A string literal with an optional prefix (`r`, `b`), decoded. */
  #string(): Token | undefined {
    const prefix = /[rRbB]{0,2}(?="|')/y;
    prefix.lastIndex = this.#at;
    const found = prefix.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    const start = this.#at;
    const [line, column] = [this.#line, start - this.#lineStart + 1];
    const isRaw = /r/i.test(found);
    const quote = this.#text[start + found.length] ?? '"';
    const opens = start + found.length;
    const mark = this.#text.startsWith(quote.repeat(3), opens) ? quote.repeat(3) : quote;
    this.#at = opens + mark.length;
    const text = this.#body(mark, isRaw, line);
    return { kind: 'text', text, start, at: [line, column, this.#line, this.#at - this.#lineStart + 1] };
  }

  #body(mark: string, isRaw: boolean, line: number): string {
    const stops = mark[0] === '"' ? /["\\\n]/g : /['\\\n]/g;
    let text = '';
    for (;;) {
      stops.lastIndex = this.#at;
      const stop = stops.exec(this.#text);
      if (stop === null) throw new SyntaxProblem(line, 'a string that is never closed');
      text += this.#text.slice(this.#at, stop.index);
      this.#at = stop.index;
      if (this.#text.startsWith(mark, this.#at)) {
        this.#at += mark.length;
        return text;
      }
      if (stop[0] === '\\') {
        text += this.#escape(isRaw);
      } else if (stop[0] === '\n') {
        if (mark.length === 1) throw new SyntaxProblem(line, 'a string that is not closed on its line');
        text += '\n';
        this.#newLine();
      } else {
        text += stop[0];
        this.#at += 1;
      }
    }
  }

  /** What a backslash and the signs behind it stand for; an escape that is none keeps its backslash, as older Bazel does. */
  #escape(isRaw: boolean): string {
    const next = this.#text[this.#at + 1] ?? '';
    if (next === '\n') {
      this.#at += 1;
      this.#newLine();
      return isRaw ? '\\\n' : '';
    }
    const simple = isRaw ? undefined : ESCAPES.get(next);
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const code = isRaw ? undefined : this.#match(CODE);
    if (code !== undefined) {
      this.#at += code.length;
      const value = /^\\[xuU]/.test(code) ? parseInt(code.slice(2), 16) : parseInt(code.slice(1), 8);
      return value <= 0x10ffff ? String.fromCodePoint(value) : '\ufffd';
    }
    this.#at += 1 + next.length;
    return `\\${next}`;
  }

  #passed(length: number): { start: number; at: StarlarkPlace } {
    const start = this.#at;
    const column = start - this.#lineStart + 1;
    this.#at += length;
    return { start, at: [this.#line, column, this.#line, column + length] };
  }

  #empty(kind: 'line' | 'indent' | 'dedent' | 'end'): Token {
    return { kind, ...this.#passed(0) };
  }
}

const CODE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3})/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);
