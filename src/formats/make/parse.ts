import type { MakeStatement, MakeTest, Span, UnreadableFact, Word } from '../../domain/index.ts';
import { type LogicalLine, logicalLines, withoutComment } from './lines.ts';
import { findOutside, splitOutside } from './references.ts';

/** Turns an offset of the text into a position of its file. */
export type Place = (offset: number) => Span['start'];

export interface ParsedMakefile {
  readonly statements: readonly MakeStatement[];
  readonly unread: readonly UnreadableFact[];
}

const MOST_STATEMENTS = 100_000;

/** Reads a makefile's text (line feeds only) into statements; total, one pass. */
export function parseMake(text: string, place: Place): ParsedMakefile {
  return new Parser(text, place).run();
}

interface OpenDefine {
  readonly line: LogicalLine;
  readonly name: string;
  readonly operator: Operator;
  readonly override: boolean;
  readonly exported: boolean;
  readonly bodyStart: number;
  depth: number;
}

type Operator = '=' | ':=' | '?=' | '+=' | '!=';

class Parser {
  readonly #text: string;
  readonly #place: Place;
  readonly #statements: MakeStatement[] = [];
  readonly #unread: UnreadableFact[] = [];
  #inRule = false;
  #define: OpenDefine | null = null;
  #conditionals: LogicalLine[] = [];

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
  }

  run(): ParsedMakefile {
    for (const line of logicalLines(this.#text)) {
      if (this.#statements.length >= MOST_STATEMENTS) {
        this.#say(line, `more than ${MOST_STATEMENTS} statements`);
        break;
      }
      if (this.#define !== null) this.#inDefine(line, this.#define);
      else this.#line(line);
    }
    if (this.#define !== null) this.#say(this.#define.line, 'define without its endef');
    const open = this.#conditionals.at(-1);
    if (open !== undefined) this.#say(open, 'a conditional without its endif');
    return { statements: this.#statements, unread: this.#unread };
  }

  #say(line: LogicalLine, because: string): void {
    const span = this.#span(line.start, line.end);
    this.#unread.push({ kind: 'unreadable', span, because: `line ${span.start.line}: ${because}` });
  }

  #span(start: number, end: number): Span {
    return { start: this.#place(start), end: this.#place(end) };
  }

  /** The text between two offsets, blanks around it left out. */
  #word(from: number, to: number): Word {
    let start = from;
    let end = to;
    while (start < end && (isSpace(this.#text[start]) || this.#text.startsWith('\\\n', start))) start++;
    while (end > start && isSpace(this.#text[end - 1])) end--;
    return { text: this.#text.slice(start, end), span: this.#span(start, end) };
  }

  /** As a word, but blanks at its end belong to it, as they do for make. */
  #value(from: number, to: number): Word {
    const { text, span } = this.#word(from, to);
    const start = this.#text.indexOf(text, from);
    return text === '' ? { text, span } : { text: this.#text.slice(start, to), span };
  }

  #add(line: LogicalLine, statement: StatementBody): void {
    this.#statements.push({ ...statement, span: this.#span(line.start, line.end) });
  }

  #line(line: LogicalLine): void {
    if (this.#text[line.start] === '\t' && this.#inRule) {
      this.#recipe(line, line.start + 1);
      return;
    }
    const end = withoutComment(this.#text, line.start, line.end);
    const word = this.#word(line.start, end);
    if (word.text === '') return;
    const start = line.start + this.#text.slice(line.start, end).search(/\S/);
    if (this.#conditional(line, word, start, end)) return;
    if (!this.#directive(line, start, end)) this.#other(line, start, end);
  }

  #recipe(line: LogicalLine, start: number): void {
    const text = this.#text.slice(start, line.end);
    if (text.trim() === '') return;
    this.#add(line, { kind: 'recipe', text: { text, span: this.#span(start, line.end) } });
  }

  // ---- conditionals ------------------------------------------------------------------------------------

  #conditional(line: LogicalLine, word: Word, start: number, end: number): boolean {
    const keyword = keywordOf(word.text);
    switch (keyword) {
      case 'ifeq':
      case 'ifneq':
      case 'ifdef':
      case 'ifndef':
        this.#conditionals.push(line);
        this.#add(line, { kind: 'if', test: this.#test(keyword, start + keyword.length, end) });
        return true;
      case 'else': {
        const inner = /^else\s+(ifeq|ifneq|ifdef|ifndef)(?=[\s("'])/.exec(word.text);
        if (inner === null) this.#add(line, { kind: 'else' });
        else
          this.#add(line, {
            kind: 'else-if',
            test: this.#test(inner[1] ?? '', start + inner[0].length, end),
          });
        return true;
      }
      case 'endif':
        this.#conditionals.pop();
        this.#add(line, { kind: 'endif' });
        return true;
      default:
        return false;
    }
  }

  #test(keyword: string, from: number, end: number): MakeTest {
    const negated = keyword === 'ifneq' || keyword === 'ifndef';
    if (keyword === 'ifdef' || keyword === 'ifndef')
      return { kind: 'defined', negated, name: this.#word(from, end) };
    const sides = this.#sides(from, end);
    if (sides === null) return { kind: 'unreadable', text: this.#word(from, end).text };
    return { kind: 'equal', negated, left: sides[0], right: sides[1] };
  }

  /** `(a,b)`, `"a" "b"`, `'a' 'b'` and mixtures. */
  #sides(from: number, end: number): readonly [Word, Word] | null {
    const whole = this.#word(from, end);
    const start = from + this.#text.slice(from, end).search(/\S/);
    const { text } = whole;
    if (text.startsWith('(')) {
      const close = text.lastIndexOf(')');
      if (close < 0) return null;
      const [left = ''] = splitOutside(text.slice(1, close), ',', 2);
      const comma = start + 1 + left.length;
      if (comma >= start + close) return null;
      // Make keeps the blanks in front of the first side and behind the second.
      return [this.#exact(start + 1, comma, 'start'), this.#exact(comma + 1, start + close, 'end')];
    }
    const quote = text[0] ?? '';
    const close = text.indexOf(quote, 1);
    if ((quote !== '"' && quote !== "'") || close < 0) return null;
    const rest = text.slice(close + 1);
    const gap = rest.search(/\S/);
    const second = rest[gap] ?? '';
    const last = rest.indexOf(second, gap + 1);
    if (gap < 0 || (second !== '"' && second !== "'") || last < 0) return null;
    const offset = start + close + 1;
    return [this.#exact(start + 1, start + close), this.#exact(offset + gap + 1, offset + last)];
  }

  /** A side of a test with the blanks at the given ends. */
  #exact(from: number, to: number, keeps: 'start' | 'end' | 'both' = 'both'): Word {
    const text = this.#text.slice(from, to);
    const kept = keeps === 'start' ? text.trimEnd() : keeps === 'end' ? text.trimStart() : text;
    return { text: kept, span: this.#word(from, to).span };
  }

  // ---- directives --------------------------------------------------------------------------------------

  #directive(line: LogicalLine, start: number, end: number): boolean {
    const text = this.#text.slice(start, end);
    const include = /^(?:-include|sinclude|include)(?=\s)/.exec(text);
    if (include !== null) {
      this.#inRule = false;
      const files = this.#word(start + include[0].length, end);
      const optional = include[0] === 'include' ? {} : { optional: true as const };
      this.#add(line, { kind: 'include', files, ...optional });
      return true;
    }
    const { override, exported, unexported, length } = modifiersOf(text);
    const from = start + length;
    const rest = this.#text.slice(from, end);
    const define = /^define\s+([^\s=:?+!]+)\s*(=|:{1,3}=|\?=|\+=|!=)?\s*$/.exec(rest);
    if (define !== null) {
      const operator = operatorOf(define[2] ?? '=');
      const name = define[1] ?? '';
      this.#define = { line, name, operator, override, exported, bodyStart: line.end + 1, depth: 1 };
      return true;
    }
    const undefine = /^undefine\s+(\S+)\s*$/.exec(rest);
    if (undefine !== null) {
      this.#inRule = false;
      this.#add(line, { kind: 'undefine', name: undefine[1] ?? '' });
      return true;
    }
    if (this.#assignment(line, from, end, { override, exported })) return true;
    if (!exported && !unexported) return false;
    const names = rest.split(/\s+/).filter((name) => name !== '');
    this.#inRule = false;
    this.#add(line, { kind: 'export', names, exported });
    return true;
  }

  #inDefine(line: LogicalLine, define: OpenDefine): void {
    const start = this.#text.slice(line.start, line.end).trimStart();
    if (/^define(\s|$)/.test(start)) define.depth++;
    if (!/^endef(\s|#|$)/.test(start) || --define.depth > 0) return;
    const end = Math.max(define.bodyStart, line.start - 1);
    this.#define = null;
    this.#inRule = false;
    const value = { text: this.#text.slice(define.bodyStart, end), span: this.#span(define.bodyStart, end) };
    this.#statements.push({
      kind: 'assignment',
      name: define.name,
      operator: define.operator,
      value,
      multiline: true,
      ...(define.override ? { override: true } : {}),
      ...(define.exported ? { exported: true } : {}),
      span: this.#span(define.line.start, line.end),
    });
  }

  #assignment(
    line: LogicalLine,
    start: number,
    end: number,
    given: { readonly override: boolean; readonly exported: boolean; readonly targets?: Word },
  ): boolean {
    const from = start + this.#text.slice(start, end).search(/\S|$/);
    const found = findOperator(this.#text, from, end);
    if (found === null) return false;
    const name = this.#word(from, found.at).text;
    if (name === '.RECIPEPREFIX') this.#say(line, '.RECIPEPREFIX changes which lines are recipes');
    if (given.targets === undefined) this.#inRule = false;
    this.#add(line, {
      kind: 'assignment',
      name,
      operator: operatorOf(found.operator),
      value: this.#value(found.at + found.operator.length, end),
      ...(given.targets === undefined ? {} : { targets: given.targets }),
      ...(given.override ? { override: true } : {}),
      ...(given.exported ? { exported: true } : {}),
    });
    return true;
  }

  // ---- rules -------------------------------------------------------------------------------------------

  #other(line: LogicalLine, start: number, end: number): void {
    const colon = outside(this.#text, start, end, (at) => this.#text[at] === ':');
    if (colon < 0) {
      if (this.#text.slice(start, end).includes('$'))
        this.#add(line, { kind: 'expression', text: this.#word(start, end) });
      return;
    }
    const grouped = this.#text[colon - 1] === '&' ? 1 : 0;
    const targets = this.#word(start, colon - grouped);
    const after = this.#text[colon + 1] === ':' ? colon + 2 : colon + 1;
    const modifiers = modifiersOf(this.#text.slice(after, end));
    const specific = { override: modifiers.override, exported: modifiers.exported, targets };
    if (this.#assignment(line, after + modifiers.length, end, specific)) {
      // A line with a tab below it still belongs to no rule.
      this.#inRule = false;
      return;
    }
    this.#inRule = true;
    this.#rule(line, targets, after, start);
  }

  /** The recipe behind a `;` may hold a `#`, so that the line counts with its comment here. */
  #rule(line: LogicalLine, targets: Word, after: number, start: number): void {
    const comment = withoutComment(this.#text, start, line.end);
    const semicolon = outside(this.#text, after, comment, (at) => this.#text[at] === ';');
    const end = semicolon < 0 ? comment : semicolon;
    const second = outside(this.#text, after, end, (at) => this.#text[at] === ':');
    const pattern = second < 0 ? {} : { pattern: this.#word(after, second) };
    const prerequisites = this.#word(second < 0 ? after : second + 1, end);
    this.#add(line, { kind: 'rule', targets, prerequisites, ...pattern });
    if (semicolon >= 0) this.#recipe(line, semicolon + 1);
  }
}

type StatementBody = MakeStatement extends infer S
  ? S extends MakeStatement
    ? Omit<S, 'span'>
    : never
  : never;

function outside(text: string, start: number, end: number, wanted: (at: number) => boolean): number {
  const at = findOutside(text, start, (index) => index >= end || wanted(index));
  return at >= end ? -1 : at;
}

function isSpace(character: string | undefined): boolean {
  return (
    character === ' ' || character === '\t' || character === '\n' || character === '\r' || character === '\f'
  );
}

function keywordOf(text: string): string {
  return /^[a-z]+(?=[\s("'#]|$)/.exec(text.slice(0, 16))?.[0] ?? '';
}

function modifiersOf(text: string): {
  readonly override: boolean;
  readonly exported: boolean;
  readonly unexported: boolean;
  /** Of the modifiers and the blanks around them. */
  readonly length: number;
} {
  const found = { override: false, exported: false, unexported: false };
  let length = 0;
  for (;;) {
    const match = /^\s*(override|export|unexport|private)(?=\s|$)/.exec(text.slice(length, length + 64));
    if (match === null) break;
    if (match[1] === 'override') found.override = true;
    if (match[1] === 'export') found.exported = true;
    if (match[1] === 'unexport') found.unexported = true;
    length += match[0].length;
  }
  const blanks = length === 0 ? 0 : text.slice(length).search(/\S|$/);
  return { ...found, length: length + blanks };
}

/** The operator of an assignment whose name is one word; null where the line is none. */
function findOperator(
  text: string,
  start: number,
  end: number,
): { readonly at: number; readonly operator: string } | null {
  const at = outside(
    text,
    start,
    end,
    (index) => /[\s=:?+!]/.test(text[index] ?? '') && endsName(text, index),
  );
  if (at < 0) return null;
  let from = at;
  while (from < end && isSpace(text[from])) from++;
  const operator = /^(?::{0,3}=|[?+!]=)/.exec(text.slice(from, Math.min(end, from + 4)))?.[0];
  if (operator === undefined || text.slice(start, at).trim() === '') return null;
  return { at: from, operator };
}

/** `?`, `+` and `!` may stand in a name; only in front of `=` they are an operator. */
function endsName(text: string, at: number): boolean {
  const character = text[at] ?? '';
  return /[\s=:]/.test(character) || text[at + 1] === '=';
}

function operatorOf(written: string): Operator {
  return written.startsWith(':') ? ':=' : (written as Operator);
}
