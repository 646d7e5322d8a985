import type {
  Condition,
  Location,
  StarlarkExpression,
  StarlarkParameter,
  StarlarkStatement,
} from '../../domain/index.ts';
import { BOUNDS, compatible, joinConditions } from '../../domain/index.ts';

/** A value of Starlark as far as files say it: what depends on a configuration keeps its alternatives, what nothing says is unknown. */
export type StarlarkValue =
  | NoneValue
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | TextValue
  | ListValue
  | DictValue
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, StarlarkValue> }
  | FunctionValue
  | { readonly kind: 'builtin'; readonly name: string; readonly self?: StarlarkValue }
  | ForeignValue
  /** What `macro(…)` or `module_extension(…)` of the tree makes. */
  | {
      readonly kind: 'made';
      readonly by: 'macro' | 'extension';
      readonly implementation: StarlarkValue;
      readonly attributes: ReadonlyMap<string, StarlarkValue>;
    }
  | ChoiceValue
  | UnknownValue;

export interface NoneValue {
  readonly kind: 'none';
}

/** Text in pieces, each with the literal that it comes from; what nothing says is an open piece. */
export interface TextValue {
  readonly kind: 'text';
  readonly pieces: readonly Piece[];
}

export type Piece = ClosedPiece | OpenPiece;

export interface ClosedPiece {
  readonly text: string;
  /** The literal; null for what is computed. */
  readonly at: Location | null;
}

export interface OpenPiece {
  readonly open: string;
  /** Why it is not known, one clause. */
  readonly because: string;
}

export interface ListValue {
  readonly kind: 'list' | 'tuple';
  readonly items: StarlarkValue[];
  readonly at: Location | null;
}

export interface DictValue {
  readonly kind: 'dict';
  /** By the key's identity (see `keyOf`). */
  readonly entries: Map<string, DictEntry>;
  readonly at: Location | null;
}

export interface DictEntry {
  readonly key: StarlarkValue;
  readonly value: StarlarkValue;
  /** Where a keyword argument gave it. */
  readonly at: Location | null;
}

/** Names that hold where a function is defined. */
export interface Names {
  get(name: string): StarlarkValue | undefined;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly StarlarkParameter[];
  readonly body: readonly StarlarkStatement[] | StarlarkExpression;
  readonly scope: Names;
  /** The file that defines it. */
  readonly path: string;
}

/** A rule or function that no file of the tree defines. */
export interface ForeignValue {
  readonly kind: 'foreign';
  /** Its name where it is defined: `container_image`, `types.is_list`. */
  readonly name: string;
  /** The label it is loaded from; null for what Bazel has itself. */
  readonly from: string | null;
}

export interface ChoiceValue {
  readonly kind: 'choice';
  readonly alternatives: readonly GuardedValue[];
}

export interface GuardedValue {
  readonly when: readonly Condition[];
  readonly value: Exclude<StarlarkValue, ChoiceValue>;
}

export interface UnknownValue {
  readonly kind: 'unknown';
  /** A short name for it, as it would stand in a report: `tags(…)`. */
  readonly name: string;
  readonly because: string;
}

export const NONE: NoneValue = { kind: 'none' };

export function boolean(value: boolean): StarlarkValue {
  return { kind: 'boolean', value };
}

export function number(value: number): StarlarkValue {
  return Number.isFinite(value) ? { kind: 'number', value } : unknown('number', 'a number that is none');
}

export function text(value: string, at: Location | null = null): TextValue {
  return { kind: 'text', pieces: value === '' ? [] : [{ text: value, at }] };
}

/** Why nothing is known of what another repository defines. */
export function whyForeign({ name, from }: ForeignValue): string {
  return `what ${name} of ${from ?? 'Bazel'} is is not known`;
}

export function list(
  items: readonly StarlarkValue[],
  at: Location | null = null,
  kind: 'list' | 'tuple' = 'list',
): ListValue {
  return { kind, items: [...items], at };
}

export function dict(entries: Iterable<DictEntry> = [], at: Location | null = null): DictValue {
  const value: DictValue = { kind: 'dict', entries: new Map(), at };
  for (const entry of entries) value.entries.set(keyOf(entry.key), entry);
  return value;
}

export function unknown(name: string, because: string): UnknownValue {
  return { kind: 'unknown', name: name.slice(0, LONGEST_NAME), because };
}

const LONGEST_NAME = 80;
const LONGEST_KEY = 4096;
const DEEPEST_KEY = 8;

/** The closed text of a text value; undefined where a piece is open or it is no text. */
export function plainText(value: StarlarkValue | undefined): string | undefined {
  if (value?.kind !== 'text') return undefined;
  let plain = '';
  for (const piece of value.pieces) {
    if (!('text' in piece)) return undefined;
    plain += piece.text;
  }
  return plain;
}

/** What makes two keys of a dictionary equal. */
export function keyOf(value: StarlarkValue, depth = 0): string {
  switch (value.kind) {
    case 'text':
      return `t${value.pieces.map((piece) => ('text' in piece ? piece.text : `\0${piece.open}\0`)).join('')}`;
    case 'number':
      return `n${value.value}`;
    case 'boolean':
      return `b${value.value}`;
    case 'tuple':
      if (depth >= DEEPEST_KEY) return value.kind;
      return `(${value.items.map((item) => keyOf(item, depth + 1)).join('\u0001')})`.slice(0, LONGEST_KEY);
    case 'unknown':
      return `?${value.name}`;
    default:
      return value.kind;
  }
}

/** One value of several; a choice among one is that one. */
export function choice(
  alternatives: readonly { when: readonly Condition[]; value: StarlarkValue }[],
): StarlarkValue {
  const flat: GuardedValue[] = [];
  for (const { when, value } of alternatives) {
    if (value.kind !== 'choice') flat.push({ when, value });
    else
      for (const inner of value.alternatives)
        if (compatible(when, inner.when))
          flat.push({ when: joinConditions(when, inner.when), value: inner.value });
    if (flat.length > BOUNDS.alternativesPerValue)
      return unknown('select', `more than ${BOUNDS.alternativesPerValue} alternatives`);
  }
  const [first] = flat;
  if (first === undefined) return unknown('select', 'a select without alternatives');
  return flat.length === 1 ? first.value : { kind: 'choice', alternatives: flat };
}

/** Both values, each under what a condition that nothing decides would have to be. */
export function alternatives(subject: string, then: StarlarkValue, otherwise: StarlarkValue): StarlarkValue {
  if (then === otherwise) return then;
  return choice([
    { when: [{ subject, equals: 'true' }], value: then },
    { when: [{ subject, equals: 'false' }], value: otherwise },
  ]);
}

type Single = Exclude<StarlarkValue, ChoiceValue>;

/** Applies a function to values one alternative at a time; only those under compatible conditions meet (SEMANTICS 3.1). */
export function lift(
  values: readonly StarlarkValue[],
  act: (values: readonly Single[]) => StarlarkValue,
): StarlarkValue {
  if (values.every((value) => value.kind !== 'choice')) return act(values as readonly Single[]);
  let combined: { when: readonly Condition[]; values: readonly Single[] }[] = [{ when: [], values: [] }];
  for (const value of values) {
    const guarded = value.kind === 'choice' ? value.alternatives : [{ when: [], value }];
    combined = combined.flatMap((so) =>
      guarded
        .filter(({ when }) => compatible(so.when, when))
        .map(({ when, value: one }) => ({
          when: joinConditions(so.when, when),
          values: [...so.values, one],
        })),
    );
    if (combined.length > BOUNDS.alternativesPerValue)
      return unknown('select', `more than ${BOUNDS.alternativesPerValue} alternatives`);
  }
  return choice(combined.map(({ when, values: those }) => ({ when, value: act(those) })));
}

/** Undefined where files do not say it. */
export function truth(value: StarlarkValue): boolean | undefined {
  switch (value.kind) {
    case 'none':
      return false;
    case 'boolean':
      return value.value;
    case 'number':
      return value.value !== 0;
    case 'text':
      return value.pieces.some((piece) => 'text' in piece) || (value.pieces.length === 0 ? false : undefined);
    case 'list':
    case 'tuple':
      return value.items.length > 0;
    case 'dict':
      return value.entries.size > 0;
    case 'unknown':
    case 'foreign':
      return undefined;
    case 'choice': {
      const truths = new Set(value.alternatives.map((one) => truth(one.value)));
      const [only] = truths;
      return truths.size === 1 ? only : undefined;
    }
    default:
      return true;
  }
}

/** Undefined where files do not say it. */
export function equal(a: StarlarkValue, b: StarlarkValue, depth = 0): boolean | undefined {
  if (isOpen(a) || isOpen(b)) return undefined;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'none') return true;
  if (a.kind === 'text') return equalTexts(a, b);
  if (a.kind === 'list' || a.kind === 'tuple') return equalItems(a, b, depth);
  if (a.kind === 'dict' && b.kind === 'dict') return a.entries.size + b.entries.size === 0 ? true : undefined;
  if ('value' in a && 'value' in b) return a.value === b.value;
  return a === b ? true : undefined;
}

function isOpen({ kind }: StarlarkValue): boolean {
  return kind === 'unknown' || kind === 'choice' || kind === 'foreign';
}

function equalTexts(a: StarlarkValue, b: StarlarkValue): boolean | undefined {
  const [left, right] = [plainText(a), plainText(b)];
  return left === undefined || right === undefined ? undefined : left === right;
}

function equalItems(a: ListValue, b: StarlarkValue, depth: number): boolean | undefined {
  if (depth >= DEEPEST_KEY) return undefined;
  if (b.kind !== 'list' && b.kind !== 'tuple') return false;
  if (a.items.length !== b.items.length) return false;
  let isDecided = a.items.length <= MOST_COMPARED;
  for (const [index, item] of a.items.slice(0, MOST_COMPARED).entries()) {
    const same = equal(item, b.items[index] ?? NONE, depth + 1);
    if (same === false) return false;
    if (same === undefined) isDecided = false;
  }
  return isDecided ? true : undefined;
}

const MOST_COMPARED = 1000;
