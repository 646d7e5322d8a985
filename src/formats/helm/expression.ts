/** A pipeline of a Go template: commands, each of which gets what the one before gives. */
export type Pipeline = readonly Command[];

/** Operands side by side: a function with its arguments, or one value alone. */
export type Command = readonly Operand[];

export type Operand =
  /** `.a.b`: from the dot. */
  | { readonly kind: 'field'; readonly path: readonly string[] }
  /** `$x.a`; the root is the variable without a name. */
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'literal'; readonly text: string; readonly empty: boolean }
  | { readonly kind: 'nil' }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly path: readonly string[] };

/** A pipeline with the variables that it sets: `$i, $x := …`. */
export interface Statement {
  readonly sets: readonly string[];
  /** False for `=`, which changes a variable that is there. */
  readonly declares: boolean;
  readonly pipeline: Pipeline;
}

const LONGEST = 8192;
const MOST_LEVELS = 16;

type Token =
  | {
      readonly kind: 'text' | 'field' | 'variable' | 'name' | 'number';
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'mark'; readonly text: string; readonly at: number };

const TOKEN =
  /\s+|"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\.[A-Za-z_]\w*|\.(?![\w.]))|(\$\w*)|([A-Za-z_]\w*)|(-?\d[\d.]{0,20}(?!\w))|('(?:[^'\\]|\\.)')|(:=|[=,()|])/sy;

/** Reads what stands inside an action, its trim marks left out; null where that is no expression. */
export function readStatement(text: string): Statement | null {
  if (text.length > LONGEST) return null;
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  const reader = new Reader(tokens);
  const sets = reader.variables();
  const pipeline = reader.pipeline(0);
  return pipeline === null || !reader.isDone ? null : { ...sets, pipeline };
}

function tokensOf(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, quoted, raw, field, variable, name, number, character, mark] = match;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: unescaped(quoted), at });
    else if (raw !== undefined) tokens.push({ kind: 'text', text: raw, at });
    else if (field !== undefined) tokens.push({ kind: 'field', text: field.slice(1), at });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable.slice(1), at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (character !== undefined) return null;
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, at });
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** The variables in front of `:=` or `=`; none where the statement is a pipeline alone. */
  variables(): Pick<Statement, 'sets' | 'declares'> {
    const sets: string[] = [];
    for (let at = 0; this.#tokens[at]?.kind === 'variable'; at += 2) {
      sets.push(this.#tokens[at]?.text ?? '');
      const mark = this.#tokens[at + 1];
      if (mark?.kind !== 'mark' || (mark.text === ',' && sets.length === 2)) break;
      if (mark.text === ',') continue;
      if (mark.text !== ':=' && mark.text !== '=') break;
      this.#at = at + 2;
      return { sets, declares: mark.text === ':=' };
    }
    return { sets: [], declares: true };
  }

  pipeline(level: number): Pipeline | null {
    if (level > MOST_LEVELS) return null;
    const commands: Command[] = [];
    for (;;) {
      const command = this.#command(level);
      if (command === null) return null;
      commands.push(command);
      if (!this.#takes('|')) return commands;
    }
  }

  #command(level: number): Command | null {
    const operands: Operand[] = [];
    for (;;) {
      const next = this.#tokens[this.#at];
      if (next === undefined || (next.kind === 'mark' && next.text !== '(')) break;
      const operand = this.#operand(level);
      if (operand === null) return null;
      operands.push(operand);
    }
    return operands.length === 0 ? null : operands;
  }

  #operand(level: number): Operand | null {
    const token = this.#tokens[this.#at++];
    switch (token?.kind) {
      case 'text':
        return { kind: 'literal', text: token.text, empty: token.text === '' };
      case 'number':
        return { kind: 'literal', text: token.text, empty: token.text === '0' };
      case 'field':
        return { kind: 'field', path: [...(token.text === '' ? [] : [token.text]), ...this.#path(token)] };
      case 'variable':
        return { kind: 'variable', name: token.text, path: this.#path(token) };
      case 'name':
        if (token.text === 'nil') return { kind: 'nil' };
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'literal', text: token.text, empty: token.text === 'false' };
        return { kind: 'function', name: token.text };
      case 'mark': {
        const pipeline = token.text === '(' ? this.pipeline(level + 1) : null;
        const close = this.#tokens[this.#at];
        if (pipeline === null || close === undefined || !this.#takes(')')) return null;
        return { kind: 'group', pipeline, path: this.#path({ ...close, text: '' }) };
      }
      default:
        return null;
    }
  }

  /** Fields that follow without a blank. */
  #path(before: Token): readonly string[] {
    const path: string[] = [];
    let end = before.at + before.text.length + 1;
    for (
      let next = this.#tokens[this.#at];
      next?.kind === 'field' && next.text !== '' && next.at === end;
      next = this.#tokens[++this.#at]
    ) {
      path.push(next.text);
      end = next.at + next.text.length + 1;
    }
    return path;
  }

  #takes(mark: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at++;
    return true;
  }
}
