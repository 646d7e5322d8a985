import type {
  StarlarkArgument,
  StarlarkClause,
  StarlarkExpression,
  StarlarkParameter,
  StarlarkPlace,
} from '../../domain/index.ts';
import { SyntaxProblem, type Token, Tokens } from './tokens.ts';

const DEEPEST = 100;
/** Loosest first; operators of one row bind from the left. */
const BINARY: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%'],
];
const COMPARISON = 2;
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}', '=', ':', ';']);
const KEYWORDS: ReadonlySet<string> = new Set(
  'and break continue def elif else for if in lambda load not or pass return'.split(' '),
);

type Closing = ')' | ']' | '}';

/** Reads expressions from tokens, one token ahead, by recursive descent. */
export class ExpressionReader {
  protected readonly tokens: Tokens;
  protected token: Token;
  /** Where the last token that was passed ended. */
  protected passed: StarlarkPlace = [1, 1, 1, 1];
  #depth = 0;
  #nodes = 0;
  readonly #mostNodes: number;

  constructor(text: string, mostNodes: number) {
    this.tokens = new Tokens(text);
    this.#mostNodes = mostNodes;
    this.token = { kind: 'end', start: 0, at: [1, 1, 1, 1] };
  }

  /** A tuple without parentheses where commas follow. */
  protected expressionList(): StarlarkExpression {
    const first = this.expression();
    if (!this.isOperator(',')) return first;
    const items = [first];
    while (this.take(',')) {
      if (this.token.kind === 'line' || (this.token.kind === 'operator' && CLOSING.has(this.token.text)))
        break;
      items.push(this.expression());
    }
    return this.node(first.at, { kind: 'tuple', items });
  }

  protected expression(): StarlarkExpression {
    return this.#deeper(() => {
      if (this.isName('lambda')) return this.#lambda();
      const then = this.#binary(0);
      if (!this.isName('if')) return then;
      this.advance();
      const test = this.#binary(0);
      this.expectName('else');
      const otherwise = this.expression();
      return this.node(then.at, { kind: 'choice', test, then, otherwise });
    });
  }

  /** What a `for` assigns to: names, tuples, attributes, without `in`. */
  protected loopTarget(): StarlarkExpression {
    const first = this.#primary();
    if (!this.isOperator(',')) return first;
    const items = [first];
    while (this.take(',')) {
      if (this.isName('in')) break;
      items.push(this.#primary());
    }
    return this.node(first.at, { kind: 'tuple', items });
  }

  #binary(level: number): StarlarkExpression {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    if (level === COMPARISON && this.isName('not')) return this.#not(level);
    let left = this.#binary(level + 1);
    let links = 0;
    for (let found = this.#operatorOf(operators); found !== undefined; found = this.#operatorOf(operators)) {
      if (++links > DEEPEST) throw new SyntaxProblem(left.at[0], `a chain of more than ${DEEPEST} operators`);
      const right = this.#binary(level + 1);
      left = this.node(left.at, { kind: 'binary', operator: found, left, right });
    }
    return left;
  }

  #not(level: number): StarlarkExpression {
    return this.#deeper(() => {
      const at = this.token.at;
      this.advance();
      return this.node(at, { kind: 'unary', operator: 'not', operand: this.#binary(level) });
    });
  }

  /** Passes an operator of the row, if one comes. */
  #operatorOf(operators: readonly string[]): string | undefined {
    const { token } = this;
    if (token.kind !== 'operator' && token.kind !== 'name') return undefined;
    if (token.kind === 'name' && token.text === 'not' && operators.includes('not in')) {
      this.advance();
      this.expectName('in');
      return 'not in';
    }
    if (!operators.includes(token.text)) return undefined;
    this.advance();
    return token.text;
  }

  #unary(): StarlarkExpression {
    const { token } = this;
    if (token.kind === 'operator' && ['-', '+', '~'].includes(token.text)) {
      return this.#deeper(() => {
        this.advance();
        return this.node(token.at, { kind: 'unary', operator: token.text, operand: this.#unary() });
      });
    }
    return this.#primary();
  }

  #primary(): StarlarkExpression {
    let value = this.#operand();
    for (let links = 0; ; links++) {
      if (links > DEEPEST) throw new SyntaxProblem(value.at[0], `a chain of more than ${DEEPEST} calls`);
      if (this.take('.'))
        value = this.node(value.at, { kind: 'attribute', of: value, name: this.nameText() });
      else if (this.isOperator('(')) value = this.#call(value);
      else if (this.isOperator('[')) value = this.#subscript(value);
      else return value;
    }
  }

  #operand(): StarlarkExpression {
    const { token } = this;
    switch (token.kind) {
      case 'text':
        return this.#strings();
      case 'number':
        this.advance();
        return this.node(token.at, { kind: 'number', value: token.value });
      case 'name':
        if (KEYWORDS.has(token.text)) throw this.unexpected();
        this.advance();
        return this.node(token.at, { kind: 'name', name: token.text });
      case 'operator':
        if (token.text === '(') return this.#parenthesised();
        if (token.text === '[') return this.#list();
        if (token.text === '{') return this.#dict();
        throw this.unexpected();
      default:
        throw this.unexpected();
    }
  }

  /** Adjacent literals are one string, as older build files have it. */
  #strings(): StarlarkExpression {
    const { at } = this.token;
    let text = '';
    while (this.token.kind === 'text') {
      text += this.token.text;
      this.advance();
    }
    return this.node(at, { kind: 'text', text });
  }

  #parenthesised(): StarlarkExpression {
    const { at } = this.token;
    this.advance();
    if (this.take(')')) return this.node(at, { kind: 'tuple', items: [] });
    const inner = this.expressionList();
    this.expect(')');
    return inner;
  }

  #list(): StarlarkExpression {
    const { at } = this.token;
    this.advance();
    if (this.take(']')) return this.node(at, { kind: 'list', items: [] });
    const first = this.expression();
    if (this.isName('for')) return this.#comprehension(at, ']', first);
    const items = [first];
    while (this.take(',')) {
      if (this.isOperator(']')) break;
      items.push(this.expression());
    }
    this.expect(']');
    return this.node(at, { kind: 'list', items });
  }

  #dict(): StarlarkExpression {
    const { at } = this.token;
    this.advance();
    const entries: { key: StarlarkExpression; value: StarlarkExpression }[] = [];
    while (!this.isOperator('}')) {
      const key = this.expression();
      this.expect(':');
      const value = this.expression();
      if (entries.length === 0 && this.isName('for')) return this.#comprehension(at, '}', key, value);
      entries.push({ key, value });
      if (!this.take(',')) break;
    }
    this.expect('}');
    return this.node(at, { kind: 'dict', entries });
  }

  #comprehension(
    at: StarlarkPlace,
    closing: Closing,
    element: StarlarkExpression,
    value?: StarlarkExpression,
  ): StarlarkExpression {
    const clauses: StarlarkClause[] = [];
    for (;;) {
      if (this.isName('for')) {
        this.advance();
        const target = this.loopTarget();
        this.expectName('in');
        clauses.push({ kind: 'for', target, over: this.#binary(0) });
      } else if (this.isName('if')) {
        this.advance();
        clauses.push({ kind: 'if', test: this.#binary(0) });
      } else {
        break;
      }
    }
    this.expect(closing);
    return this.node(at, {
      kind: 'comprehension',
      element,
      ...(value === undefined ? {} : { value }),
      clauses,
    });
  }

  #call(callee: StarlarkExpression): StarlarkExpression {
    this.advance();
    const list: StarlarkArgument[] = [];
    while (!this.isOperator(')')) {
      list.push(this.#argument());
      if (!this.take(',')) break;
    }
    this.expect(')');
    return this.node(callee.at, { kind: 'call', callee, arguments: list });
  }

  #argument(): StarlarkArgument {
    const { at } = this.token;
    const spread = this.spread();
    const value = this.expression();
    if (spread !== undefined) return { at: this.#to(at), spread, value };
    if (value.kind === 'name' && this.take('=')) {
      const given = this.expression();
      return { at: this.#to(at), name: value.name, value: given };
    }
    if (value.kind !== 'name' || !this.isName('for')) return { at: this.#to(at), value };
    throw this.unexpected();
  }

  protected spread(): '*' | '**' | undefined {
    if (this.take('**')) return '**';
    return this.take('*') ? '*' : undefined;
  }

  #subscript(of: StarlarkExpression): StarlarkExpression {
    this.advance();
    const from = this.isOperator(':') ? undefined : this.expressionList();
    if (!this.isOperator(':')) {
      if (from === undefined) throw this.unexpected();
      this.expect(']');
      return this.node(of.at, { kind: 'index', of, index: from });
    }
    const [to, step] = [this.#bound(), this.#bound()];
    this.expect(']');
    return this.node(of.at, {
      kind: 'slice',
      of,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(step === undefined ? {} : { step }),
    });
  }

  #bound(): StarlarkExpression | undefined {
    if (!this.take(':')) return undefined;
    return this.isOperator(':') || this.isOperator(']') ? undefined : this.expression();
  }

  #lambda(): StarlarkExpression {
    const { at } = this.token;
    this.advance();
    const parameters = this.parameters(':');
    this.expect(':');
    return this.node(at, { kind: 'lambda', parameters, body: this.expression() });
  }

  /** Parameters up to a closing sign, which is not passed. */
  protected parameters(closing: string): readonly StarlarkParameter[] {
    const list: StarlarkParameter[] = [];
    while (!this.isOperator(closing)) {
      const spread = this.spread();
      const bare = spread === '*' && this.isOperator(',');
      const name = bare ? '' : this.nameText();
      // A type annotation says nothing about values.
      if (closing === ')' && this.take(':')) this.expression();
      const given = this.take('=') ? this.expression() : undefined;
      list.push({
        name,
        ...(given === undefined ? {} : { default: given }),
        ...(spread === undefined ? {} : { spread }),
      });
      if (!this.take(',')) break;
    }
    return list;
  }

  // ---- tokens ------------------------------------------------------------------------------------------

  protected advance(): void {
    this.passed = this.token.at;
    this.token = this.tokens.next();
  }

  protected isKind(kind: Token['kind']): boolean {
    return this.token.kind === kind;
  }

  protected isOperator(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  protected isName(text: string): boolean {
    return this.token.kind === 'name' && this.token.text === text;
  }

  protected take(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.advance();
    return true;
  }

  protected expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(text);
  }

  protected expectName(text: string): void {
    if (!this.isName(text)) throw this.unexpected(text);
    this.advance();
  }

  protected nameText(): string {
    if (this.token.kind !== 'name') throw this.unexpected('a name');
    const { text } = this.token;
    this.advance();
    return text;
  }

  protected unexpected(wanted?: string): SyntaxProblem {
    const { token } = this;
    const found = 'text' in token ? token.text.slice(0, 40) : token.kind;
    const what =
      wanted === undefined ? `${found} is not expected here` : `${wanted} is expected, not ${found}`;
    return new SyntaxProblem(token.at[0], what);
  }

  /** A node from where it begins to the last token that was passed. */
  protected node<T extends object>(from: StarlarkPlace, node: T): T & { readonly at: StarlarkPlace } {
    if (++this.#nodes > this.#mostNodes)
      throw new TooLarge(from[0], `more than ${this.#mostNodes} expressions`);
    return { ...node, at: this.#to(from) };
  }

  #to(from: StarlarkPlace): StarlarkPlace {
    return [from[0], from[1], this.passed[2], this.passed[3]];
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST)
      throw new SyntaxProblem(this.token.at[0], `expressions nested more than ${DEEPEST} deep`);
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }
}

/** More than a hand wrote: nothing of the file is read further. */
export class TooLarge extends SyntaxProblem {}
