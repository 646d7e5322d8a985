import type { Location, NonEmpty } from './location.ts';

/**
 * A part of a value: text, or a variable that stays open (`because` says why, where a build file's own language does). One of the caller's
 * environment may have a value, and no file says which.
 */
export type Part =
  | string
  | {
      readonly open: string;
      readonly fromCaller?: true;
      readonly because?: string;
      /** A variable that the files set under other conditions only. */
      readonly elsewhere?: true;
    };

/** What has to hold of a text that nothing decides: it is one value, or none of some. */
export type Condition =
  | { readonly subject: string; readonly equals: string }
  | { readonly subject: string; readonly except: readonly string[] };

/** One thing that a value can be. */
export interface Alternative {
  /** Under which conditions it holds; empty where it always may. */
  readonly when: readonly Condition[];
  readonly parts: readonly Part[];
  /** From the line that uses the value to the line that decides it. */
  readonly chain: readonly Location[];
}

/** Text with open variables and guarded alternatives; every value knows where it came from (SEMANTICS 3.1). */
export interface Value {
  readonly alternatives: NonEmpty<Alternative>;
  /** Set where a bound of SEMANTICS 3.2 cut the evaluation: the value is then unresolved. */
  readonly beyond?: string;
}

/** SEMANTICS 3.2. */
export const BOUNDS = {
  alternativesPerValue: 64,
  alternativesPerImage: 256,
  chainLinks: 32,
  rounds: 8,
} as const;

/** A value that is this text and nothing else. */
export function literal(text: string, chain: readonly Location[] = []): Value {
  return { alternatives: [{ when: [], parts: text === '' ? [] : [text], chain }] };
}

/** A value that stays open under this name. */
export function open(name: string, chain: readonly Location[] = []): Value {
  return { alternatives: [{ when: [], parts: [{ open: name }], chain }] };
}

/** What a build rule takes from the environment of whoever calls it: `--build-arg NAME`. */
export function fromCaller(name: string, chain: readonly Location[] = []): Value {
  return { alternatives: [{ when: [], parts: [{ open: name, fromCaller: true }], chain }] };
}

/** The alternative's text where nothing is open, else undefined. */
export function closedText(alternative: Alternative): string | undefined {
  let text = '';
  for (const part of alternative.parts) {
    if (typeof part !== 'string') return undefined;
    text += part;
  }
  return text;
}

/** True where both lists of conditions may hold at once. */
export function compatible(a: readonly Condition[], b: readonly Condition[]): boolean {
  return a.every((one) => b.every((other) => one.subject !== other.subject || agree(one, other)));
}

function agree(one: Condition, other: Condition): boolean {
  if ('equals' in one)
    return 'equals' in other ? one.equals === other.equals : !other.except.includes(one.equals);
  return 'except' in other || !one.except.includes(other.equals);
}

function joinParts(a: readonly Part[], b: readonly Part[]): readonly Part[] {
  const last = a.at(-1);
  const first = b[0];
  if (typeof last === 'string' && typeof first === 'string')
    return [...a.slice(0, -1), last + first, ...b.slice(1)];
  return [...a, ...b];
}

/** All conditions of two compatible lists, each subject once. */
export function joinConditions(a: readonly Condition[], b: readonly Condition[]): readonly Condition[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const joined = a.map((one) => {
    const other = b.find(({ subject }) => subject === one.subject);
    return other === undefined ? one : narrower(one, other);
  });
  return [...joined, ...b.filter((one) => !a.some((other) => other.subject === one.subject))];
}

/** What two lists have in common: it holds wherever either does. */
export function sharedConditions(a: readonly Condition[], b: readonly Condition[]): readonly Condition[] {
  return a.filter((one) => b.some((other) => isSameCondition(one, other)));
}

/** True for conditions that say the same of the same subject. */
export function isSameCondition(one: Condition, other: Condition): boolean {
  if (one === other) return true;
  if (one.subject !== other.subject) return false;
  if ('equals' in one) return 'equals' in other && one.equals === other.equals;
  return (
    'except' in other &&
    one.except.length === other.except.length &&
    one.except.every((value, index) => value === other.except[index])
  );
}

function narrower(one: Condition, other: Condition): Condition {
  if ('equals' in one) return one;
  if ('equals' in other) return other;
  return { subject: one.subject, except: [...new Set([...one.except, ...other.except])] };
}

function joinChains(a: readonly Location[], b: readonly Location[]): readonly Location[] {
  const known = new Set(a.map(key));
  return [...a, ...b.filter((location) => !known.has(key(location)))];
}

function key(location: Location): string {
  return `${location.path}:${location.start.line}:${location.start.column}`;
}

/** Joins values left to right; only alternatives under compatible conditions meet (SEMANTICS 3.1). */
export function concat(values: readonly Value[]): Value {
  let result = literal('');
  for (const value of values) {
    const joined: Alternative[] = [];
    for (const a of result.alternatives) {
      for (const b of value.alternatives) {
        if (!compatible(a.when, b.when)) continue;
        joined.push({
          when: joinConditions(a.when, b.when),
          parts: joinParts(a.parts, b.parts),
          chain: joinChains(a.chain, b.chain),
        });
      }
    }
    result = bounded(joined, result.beyond ?? value.beyond);
  }
  return result;
}

/** Things of one key as one, which holds wherever what their conditions share does: too much at most, never too little. */
export function alikeAsOne<Guarded extends { readonly when: readonly Condition[] }>(
  all: readonly Guarded[],
  keyOf: (one: Guarded) => unknown,
  joined = (known: Guarded, one: Guarded): Guarded => ({
    ...one,
    when: sharedConditions(known.when, one.when),
  }),
): readonly Guarded[] {
  const found = new Map<unknown, Guarded>();
  for (const one of all) {
    const identity = keyOf(one);
    const known = found.get(identity);
    found.set(identity, known === undefined ? one : joined(known, one));
  }
  return [...found.values()];
}

/** Equal for alternatives of one text that one place decides. */
function identityOf({ parts, chain }: Alternative): string {
  const end = chain.at(-1);
  return JSON.stringify([parts, end === undefined ? '' : key(end)]);
}

/** A value from a list of alternatives, cut at the bound, which is then said in `beyond`. */
export function bounded(alternatives: readonly Alternative[], beyond?: string): Value {
  const isMany = alternatives.length > BOUNDS.alternativesPerValue;
  const [first, ...rest] = isMany ? alikeAsOne(alternatives, identityOf) : alternatives;
  if (first === undefined)
    return {
      alternatives: [{ when: [], parts: [{ open: '?' }], chain: [] }],
      beyond: beyond ?? 'no alternative is possible',
    };
  const kept = rest.slice(0, BOUNDS.alternativesPerValue - 1);
  const cut = rest.length > kept.length ? `more than ${BOUNDS.alternativesPerValue} alternatives` : beyond;
  return cut === undefined
    ? { alternatives: [first, ...kept] }
    : { alternatives: [first, ...kept], beyond: cut };
}
