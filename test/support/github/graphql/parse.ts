// Reads GraphQL documents: operations, fragments, variables, arguments, directives. No schema here.

export type Value =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: null | boolean | number | string }
  | { readonly kind: 'enum'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Value> };

export type Arguments = ReadonlyMap<string, Value>;

export interface Directive {
  readonly name: string;
  readonly arguments: Arguments;
}

export type Selection =
  | {
      readonly kind: 'field';
      readonly name: string;
      /** The alias, or the name. */
      readonly key: string;
      readonly arguments: Arguments;
      readonly directives: readonly Directive[];
      readonly selections: readonly Selection[];
    }
  | {
      readonly kind: 'inline';
      readonly on: string | null;
      readonly directives: readonly Directive[];
      readonly selections: readonly Selection[];
    }
  | { readonly kind: 'spread'; readonly name: string; readonly directives: readonly Directive[] };

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly otherwise: Value | null;
}

export interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly name: string | null;
  readonly variables: readonly Variable[];
  readonly selections: readonly Selection[];
}

export interface Document {
  readonly operations: readonly Operation[];
  readonly fragments: ReadonlyMap<string, { readonly on: string; readonly selections: readonly Selection[] }>;
}

export class GraphqlSyntaxError extends Error {}

const TOKEN =
  /\s*(?:#[^\n]*\s*)*(?:("""[\s\S]*?""")|("(?:[^"\\\n]|\\.)*")|([A-Za-z_][A-Za-z0-9_]*)|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(\.\.\.|[!$()[\]{}:=@|&,]))/y;

type Token =
  | { readonly kind: 'string' | 'name' | 'mark'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'end'; readonly text: '' };

/** Reads a whole document; throws GraphqlSyntaxError. */
export function parseDocument(source: string): Document {
  return new Parser(tokenize(source)).document();
}

function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = source.replace(/(?:\s|#[^\n]*(?:\n|$))+$/, '').length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (found === null) throw new GraphqlSyntaxError(`Parse error on "${source.slice(at, at + 12)}"`);
    const [, block, quoted, name, number, mark] = found;
    if (block !== undefined) tokens.push({ kind: 'string', text: block.slice(3, -3) });
    // The escapes of a GraphQL string are those of a JSON string.
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: JSON.parse(quoted) as string });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (mark !== ',') tokens.push({ kind: 'mark', text: mark ?? '' });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  document(): Document {
    const operations: Operation[] = [];
    const fragments = new Map<string, { readonly on: string; readonly selections: readonly Selection[] }>();
    while (this.#peek().kind !== 'end') {
      if (this.#peek().text === 'fragment') {
        this.#next();
        const name = this.#name();
        this.#expect('on');
        const on = this.#name();
        this.#directives();
        fragments.set(name, { on, selections: this.#selections() });
      } else operations.push(this.#operation());
    }
    return { operations, fragments };
  }

  #operation(): Operation {
    if (this.#is('{')) return { kind: 'query', name: null, variables: [], selections: this.#selections() };
    const kind = this.#name();
    if (kind !== 'query' && kind !== 'mutation') throw new GraphqlSyntaxError(`Parse error on "${kind}"`);
    const name = this.#peek().kind === 'name' ? this.#name() : null;
    const variables = this.#variables();
    this.#directives();
    return { kind, name, variables, selections: this.#selections() };
  }

  #variables(): readonly Variable[] {
    if (!this.#take('(')) return [];
    const variables: Variable[] = [];
    while (!this.#take(')')) {
      this.#expect('$');
      const name = this.#name();
      this.#expect(':');
      const type = this.#type();
      const otherwise = this.#take('=') ? this.#value() : null;
      variables.push({ name, type, required: type.endsWith('!') && otherwise === null, otherwise });
    }
    return variables;
  }

  #type(): string {
    let type: string;
    if (this.#take('[')) {
      type = `[${this.#type()}]`;
      this.#expect(']');
    } else type = this.#name();
    return this.#take('!') ? `${type}!` : type;
  }

  #selections(): readonly Selection[] {
    this.#expect('{');
    const selections: Selection[] = [];
    while (!this.#take('}')) selections.push(this.#selection());
    return selections;
  }

  #selection(): Selection {
    if (this.#take('...')) return this.#fragment();
    const first = this.#name();
    const name = this.#take(':') ? this.#name() : first;
    const given = this.#arguments();
    const directives = this.#directives();
    const selections = this.#is('{') ? this.#selections() : [];
    return { kind: 'field', name, key: first, arguments: given, directives, selections };
  }

  #fragment(): Selection {
    if (this.#peek().kind === 'name' && this.#peek().text !== 'on')
      return { kind: 'spread', name: this.#name(), directives: this.#directives() };
    const on = this.#take('on') ? this.#name() : null;
    const directives = this.#directives();
    return { kind: 'inline', on, directives, selections: this.#selections() };
  }

  #directives(): readonly Directive[] {
    const directives: Directive[] = [];
    while (this.#take('@')) directives.push({ name: this.#name(), arguments: this.#arguments() });
    return directives;
  }

  #arguments(): Arguments {
    const given = new Map<string, Value>();
    if (!this.#take('(')) return given;
    while (!this.#take(')')) {
      const name = this.#name();
      this.#expect(':');
      given.set(name, this.#value());
    }
    return given;
  }

  #value(): Value {
    if (this.#take('$')) return { kind: 'variable', name: this.#name() };
    if (this.#take('[')) {
      const items: Value[] = [];
      while (!this.#take(']')) items.push(this.#value());
      return { kind: 'list', items };
    }
    if (this.#take('{')) {
      const fields = new Map<string, Value>();
      while (!this.#take('}')) {
        const name = this.#name();
        this.#expect(':');
        fields.set(name, this.#value());
      }
      return { kind: 'object', fields };
    }
    return scalarOf(this.#next());
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #is(text: string): boolean {
    return this.#peek().kind !== 'string' && this.#peek().text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new GraphqlSyntaxError(`Expected "${text}", actual: "${this.#peek().text}"`);
  }

  #name(): string {
    const token = this.#next();
    if (token.kind !== 'name') throw new GraphqlSyntaxError(`Expected a name, actual: "${token.text}"`);
    return token.text;
  }
}

const WORDS = new Map<string, null | boolean>([
  ['null', null],
  ['true', true],
  ['false', false],
]);

function scalarOf(token: Token): Value {
  if (token.kind === 'string') return { kind: 'constant', value: token.text };
  if (token.kind === 'number') return { kind: 'constant', value: Number(token.text) };
  if (token.kind !== 'name') throw new GraphqlSyntaxError(`Expected a value, actual: "${token.text}"`);
  const word = WORDS.get(token.text);
  return word === undefined ? { kind: 'enum', name: token.text } : { kind: 'constant', value: word };
}
