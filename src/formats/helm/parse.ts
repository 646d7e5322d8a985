import { scanActions } from '../kubernetes/actions.ts';
import { readStatement, type Statement } from './expression.ts';

/** A part of a template; offsets count in its text, `end` is exclusive. */
export type TemplateNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'text'; readonly text: string }
  /** An action that writes, or sets a variable; `statement` is null where it could not be read. */
  | { readonly kind: 'action'; readonly written: string; readonly statement: Statement | null }
  | {
      readonly kind: 'choice';
      /** `with` moves the dot to what its test gives. The last branch has no test where it is an `else`. */
      readonly branches: readonly Branch[];
    }
  | { readonly kind: 'range'; readonly over: Statement | null; readonly body: TemplateBody }
  | { readonly kind: 'define'; readonly name: string; readonly body: TemplateBody }
);

export interface TemplateBody {
  readonly start: number;
  readonly end: number;
  readonly nodes: readonly TemplateNode[];
}

export interface Branch {
  readonly moves: boolean;
  readonly test: Statement | 'unknown' | null;
  readonly written: string;
  readonly body: TemplateBody;
}

/** Blocks in each other that are read; what is deeper stays open. */
const MOST_LEVELS = 60;
const TOO_DEEP = '{{ blocks deeper than are read }}';

/** Reads a template as a tree; total and linear. What no block closes reaches to the end. */
export function parseTemplate(text: string): TemplateBody {
  const parser = new Parser(text);
  for (const { start, end } of scanActions(text).actions)
    if (text.startsWith('{{', start)) parser.action(start, end);
  return parser.whole();
}

interface Open {
  readonly kind: 'if' | 'with' | 'range' | 'define' | 'root';
  readonly start: number;
  readonly name: string;
  readonly over: Statement | null;
  readonly branches: Branch[];
  nodes: TemplateNode[];
  bodyStart: number;
  head: Pick<Branch, 'test' | 'moves' | 'written'>;
}

const NO_TEST = { test: null, moves: false, written: '' } as const;

class Parser {
  readonly #text: string;
  readonly #stack: Open[];
  #from = 0;
  #trims = false;

  constructor(text: string) {
    this.#text = text;
    this.#stack = [opened('root', 0, 0)];
  }

  action(start: number, end: number): void {
    const text = this.#text;
    const opens = text[start + 2] === '-' ? start + 3 : start + 2;
    const closes = text[end - 3] === '-' && end - 3 >= opens ? end - 3 : end - 2;
    this.#textUntil(start, text[start + 2] === '-');
    this.#from = end;
    this.#trims = text[end - 3] === '-';
    const inside = text.slice(opens, closes).trim();
    if (!inside.startsWith('/*')) this.#steer(inside, start, end);
  }

  whole(): TemplateBody {
    this.#textUntil(this.#text.length, false);
    while (this.#stack.length > 1) this.#close(this.#text.length);
    const root = this.#stack[0];
    return { start: 0, end: this.#text.length, nodes: root?.nodes ?? [] };
  }

  #textUntil(end: number, trims: boolean): void {
    let text = this.#text.slice(this.#from, end);
    if (this.#trims) text = text.trimStart();
    if (trims) text = text.trimEnd();
    if (text !== '') this.#add({ kind: 'text', text, start: this.#from, end });
  }

  #steer(inside: string, start: number, end: number): void {
    const word = /^[a-z]{1,10}(?![\w.])/.exec(inside)?.[0] ?? '';
    const rest = inside.slice(word.length).trim();
    const written = this.#text.slice(start, end);
    switch (word) {
      case 'if':
      case 'with':
        this.#stack.push({ ...opened(word, start, end), head: headOf(word, rest, written) });
        break;
      case 'range':
        this.#stack.push({ ...opened(word, start, end), over: readStatement(rest) });
        break;
      case 'define':
      case 'block':
        this.#stack.push({ ...opened('define', start, end), name: nameIn(rest) });
        break;
      case 'else':
        this.#otherwise(rest, written, start, end);
        break;
      case 'end':
        if (this.#stack.length > 1) this.#close(start, end);
        break;
      case 'break':
      case 'continue':
        break;
      default: {
        // `template` writes what `include` gives.
        const statement = readStatement(word === 'template' ? `include ${rest}` : inside);
        this.#add({ kind: 'action', written, statement, start, end });
      }
    }
  }

  #otherwise(rest: string, written: string, start: number, end: number): void {
    const open = this.#stack.at(-1);
    if (open === undefined) return;
    // Another text may be written there, by a condition that is not part of this one.
    if (open.kind === 'root' || open.kind === 'define') {
      this.#add({ kind: 'action', written, statement: null, start, end });
      return;
    }
    if (open.kind === 'range') {
      // What stands behind the `else` of a loop is for an empty list.
      open.branches.push({ ...NO_TEST, body: { start: open.bodyStart, end: start, nodes: open.nodes } });
    } else
      open.branches.push({ ...open.head, body: { start: open.bodyStart, end: start, nodes: open.nodes } });
    const word = /^(?:if|with)\b/.exec(rest)?.[0] ?? '';
    open.head = word === '' ? NO_TEST : headOf(word, rest.slice(word.length).trim(), written);
    open.nodes = [];
    open.bodyStart = end;
  }

  #close(bodyEnd: number, end = bodyEnd): void {
    const open = this.#stack.pop();
    if (open === undefined) return;
    const { start, name } = open;
    const body = { start: open.bodyStart, end: bodyEnd, nodes: open.nodes };
    if (this.#stack.length > MOST_LEVELS)
      this.#add({ kind: 'action', written: TOO_DEEP, statement: null, start, end });
    else if (open.kind === 'define') this.#add({ kind: 'define', name, body, start, end });
    else if (open.kind === 'range')
      this.#add({ kind: 'range', over: open.over, body: open.branches[0]?.body ?? body, start, end });
    else this.#add({ kind: 'choice', branches: [...open.branches, { ...open.head, body }], start, end });
  }

  #add(node: TemplateNode): void {
    this.#stack.at(-1)?.nodes.push(node);
  }
}

function opened(kind: Open['kind'], start: number, bodyStart: number): Open {
  return { kind, start, name: '', over: null, branches: [], nodes: [], bodyStart, head: NO_TEST };
}

function headOf(word: string, rest: string, written: string): Open['head'] {
  return { moves: word === 'with', test: readStatement(rest) ?? 'unknown', written };
}

function nameIn(text: string): string {
  return /^["`]([^"`]{0,200})["`]/.exec(text)?.[1] ?? '';
}
