import { isShell } from '../../domain/index.ts';
import type { Command, Operand, Pipeline, Statement } from './expression.ts';
import { callFunction } from './functions.ts';
import { parseTemplate, type TemplateBody, type TemplateNode } from './parse.ts';
import {
  closedText,
  fieldOf,
  joined,
  openValue,
  piecesOf,
  type TemplateValue,
  type TextPiece,
  truthOf,
} from './template-value.ts';

/** What a template finds around it. */
export interface Surroundings {
  /** `$`: `Values`, `Chart` and what else stands there. */
  readonly root: TemplateValue;
  /** The body of a `define` of the chart. */
  define(name: string): TemplateBody | undefined;
}

/** Variables and the dot at one place of a template. */
export interface Scope {
  readonly dot: TemplateValue;
  readonly variables: Map<string, TemplateValue>;
  readonly outer: Scope | null;
}

/** Nodes that are walked and functions that are called for one file of templates. */
export const MOST_STEPS = 50_000;
const MOST_LEVELS = 24;
/** Items of a list for which a place inside its loop is looked at. */
const MOST_ITEMS = 32;

/** Evaluates parts of a template as far as its chart's files decide them; everything else stays open. Bounded, never throws. */
export class Evaluator {
  readonly #around: Surroundings;
  #steps = MOST_STEPS;
  #passedShell = false;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The scope at an offset of a template; several where that lies in a loop; none where it is not reached. */
  scopesAt(body: TemplateBody, offset: number): readonly Scope[] {
    return this.#walk(body, offset, this.#fresh(this.#around.root), 0);
  }

  /** True where the last value has come by a condition whose other text names a shell: other values start that. */
  get passedShell(): boolean {
    return this.#passedShell;
  }

  /** What a template's text comes to: one value where it is one action, else a text. */
  valueOf(text: string, scope: Scope): TemplateValue {
    const { nodes } = parseTemplate(text);
    this.#passedShell = false;
    const [only] = nodes;
    if (nodes.length === 1 && only?.kind === 'action' && only.statement?.sets.length === 0)
      return this.#pipeline(only.statement.pipeline, inner(scope), only.written, 0);
    const pieces = this.#write(nodes, inner(scope), 0);
    return { kind: 'text', pieces, empty: joined(pieces) === '' };
  }

  #fresh(dot: TemplateValue): Scope {
    return { dot, variables: new Map([['', dot]]), outer: null };
  }

  // ---- places --------------------------------------------------------------------------------------------

  #walk(body: TemplateBody, offset: number, scope: Scope, level: number): readonly Scope[] {
    for (const node of body.nodes) {
      if (this.#steps-- <= 0) return [];
      if (node.start > offset) break;
      if (node.end <= offset) this.#pass(node, scope, level);
      else return this.#enter(node, offset, scope, level);
    }
    return [scope];
  }

  #enter(node: TemplateNode, offset: number, scope: Scope, level: number): readonly Scope[] {
    if (level > MOST_LEVELS * 3) return [];
    switch (node.kind) {
      case 'define':
        return isIn(node.body, offset)
          ? this.#walk(node.body, offset, this.#fresh(this.#around.root), level + 1)
          : [scope];
      case 'choice': {
        const branch = node.branches.find(({ body }) => isIn(body, offset));
        if (branch === undefined) return [scope];
        const within = this.#branchScope(branch, scope, level);
        return this.#walk(branch.body, offset, within, level + 1);
      }
      case 'range':
        if (!isIn(node.body, offset)) return [scope];
        return this.#loopScopes(node.over, scope, level).flatMap((one) =>
          this.#walk(node.body, offset, one, level + 1),
        );
      default:
        return [scope];
    }
  }

  #branchScope({ test, moves, written }: Branch, scope: Scope, level: number): Scope {
    if (test === null) return inner(scope);
    if (test === 'unknown') return moves ? inner(scope, openValue(written)) : inner(scope);
    const value = this.#pipeline(test.pipeline, scope, written, level);
    const within = moves ? inner(scope, value) : inner(scope);
    set(test, value, within);
    return within;
  }

  #loopScopes(over: Statement | null, scope: Scope, level: number): readonly Scope[] {
    const value = over === null ? openValue('') : this.#pipeline(over.pipeline, scope, '', level);
    const items = value.kind === 'list' && value.items.length <= MOST_ITEMS ? value.items : null;
    const [first, second] = over?.sets ?? [];
    if (items === null || items.length === 0) {
      const within = inner(scope, openValue('{{ . }}'));
      for (const name of over?.sets ?? []) within.variables.set(name, openValue(`{{ $${name} }}`));
      return [within];
    }
    return items.map((item) => {
      const within = inner(scope, item);
      if (first !== undefined)
        within.variables.set(first, second === undefined ? item : openValue(`{{ $${first} }}`));
      if (second !== undefined) within.variables.set(second, item);
      return within;
    });
  }

  /** What a node that is passed by does to variables. */
  #pass(node: TemplateNode, scope: Scope, level: number): void {
    if (node.kind === 'action' && node.statement !== null && node.statement.sets.length > 0)
      set(node.statement, this.#pipeline(node.statement.pipeline, scope, node.written, level), scope);
    else if (node.kind === 'choice' && changesVariables(node)) this.#write([node], scope, level);
    else if (node.kind === 'range' && changesVariables(node)) forget(node.body, scope);
  }

  // ---- text ----------------------------------------------------------------------------------------------

  #write(nodes: readonly TemplateNode[], scope: Scope, level: number): readonly TextPiece[] {
    const pieces: TextPiece[] = [];
    for (const node of nodes) {
      if (this.#steps-- <= 0 || level > MOST_LEVELS) return [...pieces, { text: BEYOND, open: true }];
      for (const piece of this.#writeNode(node, scope, level)) pieces.push(piece);
    }
    return pieces;
  }

  #writeNode(node: TemplateNode, scope: Scope, level: number): readonly TextPiece[] {
    switch (node.kind) {
      case 'text':
        return [{ text: node.text }];
      case 'action': {
        if (node.statement === null) return [{ text: node.written, open: true }];
        const value = this.#pipeline(node.statement.pipeline, scope, node.written, level);
        if (node.statement.sets.length === 0) return piecesOf(value) ?? [{ text: node.written, open: true }];
        set(node.statement, value, scope);
        return [];
      }
      case 'choice':
        return this.#choose(node.branches, scope, level);
      case 'range':
        forget(node.body, scope);
        return [{ text: '{{ range }}', open: true }];
      case 'define':
        return [];
      default:
        return node satisfies never;
    }
  }

  /** The first branch whose test holds; where one stays open, so does the text, and what the branches set. */
  #choose(branches: readonly Branch[], scope: Scope, level: number): readonly TextPiece[] {
    const pass = (taken: Branch | null) => {
      this.#passedShell ||= branches.some((one) => one !== taken && namesShell(one.body));
    };
    for (const branch of branches) {
      const { test, moves, written, body } = branch;
      if (test === null) {
        pass(branch);
        return this.#write(body.nodes, inner(scope), level + 1);
      }
      const value =
        test === 'unknown' ? openValue(written) : this.#pipeline(test.pipeline, scope, written, level);
      const truth = truthOf(value);
      if (truth === false) continue;
      if (truth === undefined) {
        for (const one of branches) forget(one.body, scope);
        return [{ text: written, open: true }];
      }
      pass(branch);
      const within = moves ? inner(scope, value) : inner(scope);
      if (test !== 'unknown') set(test, value, within);
      return this.#write(body.nodes, within, level + 1);
    }
    pass(null);
    return [];
  }

  // ---- expressions ---------------------------------------------------------------------------------------

  #pipeline(pipeline: Pipeline, scope: Scope, written: string, level: number): TemplateValue {
    let value: TemplateValue | undefined;
    for (const command of pipeline) {
      if (this.#steps-- <= 0 || level > MOST_LEVELS) return openValue(written);
      value = this.#command(command, value === undefined ? [] : [value], { scope, written, level });
    }
    return value ?? openValue(written);
  }

  #command(command: Command, piped: readonly TemplateValue[], place: Place): TemplateValue {
    const [first, ...rest] = command;
    if (first === undefined) return openValue(place.written);
    if (first.kind !== 'function')
      return rest.length + piped.length === 0 ? this.#operand(first, place) : openValue(place.written);
    const given = [...rest.map((operand) => this.#operand(operand, place)), ...piped];
    if (first.name === 'include') return this.#include(given, place);
    if (first.name === 'tpl') return this.#template(given, place);
    return callFunction(first.name, given, place.written);
  }

  #operand(operand: Operand, place: Place): TemplateValue {
    const { scope, written, level } = place;
    switch (operand.kind) {
      case 'field':
        return fieldOf(scope.dot, operand.path, written);
      case 'variable':
        return fieldOf(find(scope, operand.name) ?? openValue(written), operand.path, written);
      case 'literal':
        return {
          kind: 'text',
          pieces: operand.text === '' ? [] : [{ text: operand.text }],
          empty: operand.empty,
        };
      case 'nil':
        return { kind: 'nil' };
      case 'function':
        return this.#command([operand], [], place);
      case 'group':
        return fieldOf(this.#pipeline(operand.pipeline, scope, written, level + 1), operand.path, written);
      default:
        return operand satisfies never;
    }
  }

  #include([name, dot]: readonly TemplateValue[], { written, level }: Place): TemplateValue {
    const text = name === undefined ? undefined : closedText(name);
    const body = text === undefined ? undefined : this.#around.define(text);
    if (body === undefined || level > MOST_LEVELS) return openValue(written);
    return textOf(this.#write(body.nodes, this.#fresh(dot ?? { kind: 'nil' }), level + 1));
  }

  /** A text of the values that is a template itself. */
  #template([text, dot]: readonly TemplateValue[], { written, level }: Place): TemplateValue {
    if (text?.kind !== 'text') return openValue(written);
    const source = closedText(text);
    if (source === undefined || !source.includes('{{')) return text;
    if (level > MOST_LEVELS) return openValue(written);
    const at = text.pieces.find((piece) => piece.at !== undefined)?.at;
    const pieces = this.#write(parseTemplate(source).nodes, this.#fresh(dot ?? { kind: 'nil' }), level + 1);
    return textOf(
      pieces.map((piece) => (piece.at === undefined && at !== undefined ? { ...piece, at } : piece)),
    );
  }
}

const BEYOND = '{{ more than is evaluated }}';

interface Place {
  readonly scope: Scope;
  readonly written: string;
  readonly level: number;
}

type Branch = Extract<TemplateNode, { kind: 'choice' }>['branches'][number];

/** Blanks around what a template gives say nothing where it is put into a line. */
function textOf(pieces: readonly TextPiece[]): TemplateValue {
  const kept = [...pieces];
  while (kept[0]?.open !== true && kept[0]?.text.trim() === '') kept.shift();
  while (kept.at(-1)?.open !== true && kept.at(-1)?.text.trim() === '') kept.pop();
  const trimmed = kept.map((piece, at) => {
    if (piece.open === true) return piece;
    const text = at === 0 ? piece.text.trimStart() : piece.text;
    return { ...piece, text: at === kept.length - 1 ? text.trimEnd() : text };
  });
  return { kind: 'text', pieces: trimmed, empty: joined(trimmed) === '' };
}

/** True where a text of the body, or of an expression in it, is the name of a shell. */
function namesShell({ nodes }: TemplateBody): boolean {
  return nodes.some((node) => {
    if (node.kind === 'text') return isShell(node.text.trim());
    return (
      node.kind === 'action' &&
      (node.statement?.pipeline ?? []).some((command) => command.some(isShellLiteral))
    );
  });
}

function isShellLiteral(operand: Operand): boolean {
  return operand.kind === 'literal' && isShell(operand.text);
}

function isIn({ start, end }: TemplateBody, offset: number): boolean {
  return start <= offset && offset < end;
}

function inner(scope: Scope, dot: TemplateValue = scope.dot): Scope {
  return { dot, variables: new Map(), outer: scope };
}

function find(scope: Scope, name: string): TemplateValue | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const value = at.variables.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function set({ sets, declares }: Statement, value: TemplateValue, scope: Scope): void {
  const [name, more] = sets;
  if (name === undefined || more !== undefined) return;
  if (declares) scope.variables.set(name, value);
  else change(scope, name, value);
}

function change(scope: Scope, name: string, value: TemplateValue): void {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    if (!at.variables.has(name)) continue;
    at.variables.set(name, value);
    return;
  }
}

/** Variables that a body may change are open behind it. */
function forget(body: TemplateBody, scope: Scope): void {
  for (const name of changedIn(body)) change(scope, name, openValue(`{{ $${name} }}`));
}

function changesVariables(node: TemplateNode): boolean {
  if (node.kind === 'choice') return node.branches.some(({ body }) => changedIn(body).size > 0);
  return node.kind === 'range' && changedIn(node.body).size > 0;
}

const CHANGED = new WeakMap<TemplateBody, ReadonlySet<string>>();

function changedIn(body: TemplateBody): ReadonlySet<string> {
  const known = CHANGED.get(body);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const node of body.nodes) {
    if (node.kind === 'action' && node.statement?.declares === false) names.add(node.statement.sets[0] ?? '');
    const bodies =
      node.kind === 'choice'
        ? node.branches.map((one) => one.body)
        : node.kind === 'range'
          ? [node.body]
          : [];
    for (const inside of bodies) for (const name of changedIn(inside)) names.add(name);
  }
  CHANGED.set(body, names);
  return names;
}
