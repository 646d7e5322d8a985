import type {
  StarlarkExpression,
  StarlarkPlace,
  StarlarkStatement,
  UnreadableFact,
} from '../../domain/index.ts';
import { ExpressionReader, TooLarge } from './expressions.ts';
import { SyntaxProblem } from './tokens.ts';

/** A file's statements, and what could not be read of it. */
export interface ParsedStarlark {
  readonly statements: readonly StarlarkStatement[];
  readonly unread: readonly UnreadableFact[];
}

/** A file with more was not written by hand, and no image hangs on all of it. */
const MOST_NODES = 400_000;
const MOST_PROBLEMS = 8;
const ASSIGNMENT = /^(?:[-+*/%&|^]|\/\/|<<|>>)?=$/;

/** Reads a Starlark file; total. A statement that cannot be read costs itself, and is said. */
export function parseStarlark(text: string): ParsedStarlark {
  return new StatementReader(text, MOST_NODES).file();
}

class StatementReader extends ExpressionReader {
  file(): ParsedStarlark {
    const statements: StarlarkStatement[] = [];
    const unread: UnreadableFact[] = [];
    let isBegun = false;
    for (;;) {
      const start = this.token.start;
      try {
        if (!isBegun) this.advance();
        isBegun = true;
        if (this.token.kind === 'end') break;
        if (this.token.kind === 'line' || this.token.kind === 'dedent') this.advance();
        else statements.push(...this.#statement());
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error;
        unread.push(unreadable(error));
        if (error instanceof TooLarge || unread.length >= MOST_PROBLEMS) break;
        this.tokens.recover(start);
        this.token = { kind: 'end', start: this.tokens.offset, at: this.token.at };
        isBegun = false;
      }
    }
    return { statements, unread };
  }

  #statement(): readonly StarlarkStatement[] {
    if (this.token.kind === 'indent') throw new SyntaxProblem(this.token.at[0], 'an unexpected indentation');
    if (this.isName('def')) return [this.#def()];
    if (this.isName('if')) return [this.#if()];
    if (this.isName('for')) return [this.#for()];
    return this.#simpleLine();
  }

  #simpleLine(): readonly StarlarkStatement[] {
    const list = [this.#simple()];
    while (this.take(';')) {
      if (this.token.kind === 'line') break;
      list.push(this.#simple());
    }
    if (this.token.kind === 'line') this.advance();
    else if (this.token.kind !== 'end') throw this.unexpected();
    return list;
  }

  #simple(): StarlarkStatement {
    const { at } = this.token;
    if (this.isName('return')) {
      this.advance();
      const isBare = this.token.kind === 'line' || this.isOperator(';');
      return isBare
        ? this.node(at, { kind: 'return' })
        : this.node(at, { kind: 'return', value: this.expressionList() });
    }
    for (const kind of ['pass', 'break', 'continue'] as const) {
      if (!this.isName(kind)) continue;
      this.advance();
      return this.node(at, { kind });
    }
    if (this.isName('load')) return this.#load(at);
    return this.#expressionStatement(at);
  }

  #expressionStatement(at: StarlarkPlace): StarlarkStatement {
    const target = this.expressionList();
    const { token } = this;
    if (token.kind !== 'operator' || !ASSIGNMENT.test(token.text))
      return this.node(at, { kind: 'expression', value: target });
    this.advance();
    const value = this.expressionList();
    return this.node(at, { kind: 'assign', target, operator: token.text.slice(0, -1) || '=', value });
  }

  #load(at: StarlarkPlace): StarlarkStatement {
    this.advance();
    this.expect('(');
    const from = this.#literal();
    const names: { local: string; original: string }[] = [];
    while (this.take(',')) {
      if (this.isOperator(')')) break;
      if (this.token.kind === 'text') {
        const name = this.#literal();
        names.push({ local: name, original: name });
      } else {
        const local = this.nameText();
        this.expect('=');
        names.push({ local, original: this.#literal() });
      }
    }
    this.expect(')');
    return this.node(at, { kind: 'load', from, names });
  }

  #literal(): string {
    if (this.token.kind !== 'text') throw this.unexpected('a string');
    const { text } = this.token;
    this.advance();
    return text;
  }

  #def(): StarlarkStatement {
    const { at } = this.token;
    this.advance();
    const name = this.nameText();
    this.expect('(');
    const parameters = this.parameters(')');
    this.expect(')');
    if (this.take('->')) this.expression();
    const body = this.#block();
    return this.node(at, { kind: 'def', name, parameters, body });
  }

  #if(): StarlarkStatement {
    const { at } = this.token;
    const arms: { test: StarlarkExpression | null; body: readonly StarlarkStatement[] }[] = [];
    while (this.isName('if') || this.isName('elif')) {
      this.advance();
      const test = this.expression();
      arms.push({ test, body: this.#block() });
      if (!this.isName('elif')) break;
    }
    if (this.isName('else')) {
      this.advance();
      arms.push({ test: null, body: this.#block() });
    }
    return this.node(at, { kind: 'if', arms });
  }

  #for(): StarlarkStatement {
    const { at } = this.token;
    this.advance();
    const target = this.loopTarget();
    this.expectName('in');
    const over = this.expressionList();
    return this.node(at, { kind: 'for', target, over, body: this.#block() });
  }

  /** What stands behind a colon: statements on the same line, or an indented block. */
  #block(): readonly StarlarkStatement[] {
    this.expect(':');
    if (!this.isKind('line')) return this.#simpleLine();
    this.advance();
    if (!this.isKind('indent')) throw this.unexpected('an indented block');
    this.advance();
    const body: StarlarkStatement[] = [];
    while (!this.isKind('dedent') && !this.isKind('end')) {
      if (this.isKind('line')) this.advance();
      else body.push(...this.#statement());
    }
    if (this.isKind('dedent')) this.advance();
    return body;
  }
}

function unreadable(problem: SyntaxProblem): UnreadableFact {
  const position = { line: problem.line, column: 1 };
  return {
    kind: 'unreadable',
    span: { start: position, end: position },
    because: `line ${problem.line}: ${problem.message}`,
  };
}
