import type { Location } from '../../domain/index.ts';
import type { BoundArguments } from './arguments.ts';
import { Failed } from './budget.ts';
import { callCollectionMethod, mergedDicts, pairs } from './collections.ts';
import { selected } from './configurations.ts';
import type { Evaluator } from './evaluator.ts';
import type { Frame } from './frame.ts';
import { itemsOf, whyOf } from './items.ts';
import { callStringMethod } from './string-methods.ts';
import { asText } from './text.ts';
import {
  boolean,
  dict,
  equal,
  keyOf,
  lift,
  list,
  NONE,
  number,
  plainText,
  type StarlarkValue,
  text,
  truth,
  unknown,
} from './values.ts';

interface Call {
  readonly machine: Evaluator;
  readonly given: BoundArguments;
  readonly frame: Frame;
  readonly at: Location;
}

type Builtin = Extract<StarlarkValue, { kind: 'builtin' }>;

/** Calls a function of Bazel itself, or a method of a value. */
export function callBuiltin(
  machine: Evaluator,
  callee: Builtin,
  given: BoundArguments,
  frame: Frame,
  at: Location,
): StarlarkValue {
  machine.budget.step();
  const { self, name } = callee;
  const call: Call = { machine, given, frame, at };
  if (self?.kind === 'text')
    return method(self, given, (one, those) => callStringMethod(one, name.slice(5), those));
  if (self?.kind === 'list' || self?.kind === 'tuple' || self?.kind === 'dict')
    return callCollectionMethod(self, name.slice(6), given);
  if (name.startsWith('attr.')) return declared(given);
  const act = FUNCTIONS.get(name);
  return act?.(call) ?? unknown(`${name}(…)`, `the function ${name} is not known`);
}

/** A method of a text under each alternative of its arguments. */
function method(
  self: Extract<StarlarkValue, { kind: 'text' }>,
  given: BoundArguments,
  act: (self: Extract<StarlarkValue, { kind: 'text' }>, given: BoundArguments) => StarlarkValue,
): StarlarkValue {
  const names = [...given.named.keys()];
  const values = [...given.positional, ...[...given.named.values()].map(({ value }) => value)];
  return lift(values, (single) => {
    const positional = single.slice(0, given.positional.length);
    const named = new Map(
      [...given.named].map(([name, one], index) => [
        name,
        { at: one.at, value: single[positional.length + index] ?? NONE },
      ]),
    );
    return act(self, { positional, named: names.length === 0 ? given.named : named });
  });
}

/** `attr.label(default = …)`: only its default matters. */
function declared({ named }: BoundArguments): StarlarkValue {
  return { kind: 'struct', fields: new Map([['default', named.get('default')?.value ?? NONE]]) };
}

function first({ given }: Call): StarlarkValue {
  return given.positional[0] ?? NONE;
}

/** The items of the first argument given to an act; unknown where they are not known. */
function overItems(act: (items: readonly StarlarkValue[], call: Call) => StarlarkValue) {
  return (call: Call): StarlarkValue => {
    const value = first(call);
    const items = itemsOf(value);
    if (items === undefined) return value.kind === 'unknown' ? value : unknown('list', whyOf(value));
    call.machine.budget.step(items.length);
    return act(items, call);
  };
}

function ordered(items: readonly StarlarkValue[], call: Call): StarlarkValue {
  const key = call.given.named.get('key')?.value;
  const isReversed = truth(call.given.named.get('reverse')?.value ?? NONE) === true;
  const keyed = items.map((item) => {
    const by =
      key === undefined
        ? item
        : call.machine.call(key, { positional: [item], named: new Map() }, call.frame, call.at);
    return { item, by: by.kind === 'number' ? by.value : (plainText(by) ?? keyOf(by)) };
  });
  keyed.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0));
  const sorted = keyed.map(({ item }) => item);
  return list(isReversed ? sorted.reverse() : sorted);
}

function extreme(isGreatest: boolean) {
  return (call: Call): StarlarkValue => {
    const items = call.given.positional.length > 1 ? call.given.positional : itemsOf(first(call));
    if (items === undefined) return unknown(isGreatest ? 'max' : 'min', whyOf(first(call)));
    const sorted = itemsOf(ordered(items, call)) ?? [];
    return (isGreatest ? sorted.at(-1) : sorted[0]) ?? NONE;
  };
}

const MOST_ITEMS = 10_000;

function range({ given, machine }: Call): StarlarkValue {
  const numbers = given.positional.map((one) => (one.kind === 'number' ? one.value : Number.NaN));
  const [from, to, step] =
    numbers.length === 1 ? [0, numbers[0] ?? 0, 1] : [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 1];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!Number.isFinite(count) || count > MOST_ITEMS)
    return unknown('range(…)', `a range that is not known, or of more than ${MOST_ITEMS} numbers`);
  machine.budget.step(count);
  return list(Array.from({ length: count }, (_, index) => number(from + index * step)));
}

function lengthOf(value: StarlarkValue): StarlarkValue {
  if (value.kind === 'list' || value.kind === 'tuple') return number(value.items.length);
  if (value.kind === 'dict') return number(value.entries.size);
  const plain = plainText(value);
  if (plain !== undefined) return number(plain.length);
  return unknown('len(…)', whyOf(value));
}

function typeOf(value: StarlarkValue): StarlarkValue {
  const names: Partial<Record<StarlarkValue['kind'], string>> = {
    none: 'NoneType',
    boolean: 'bool',
    number: 'int',
    text: 'string',
    list: 'list',
    tuple: 'tuple',
    dict: 'dict',
    struct: 'struct',
    function: 'function',
    builtin: 'builtin_function_or_method',
    choice: 'select',
  };
  const name = names[value.kind];
  return name === undefined ? unknown('type(…)', `the type of a value that is not known`) : text(name);
}

function all(isAll: boolean) {
  return overItems((items) => {
    const truths = items.map(truth);
    if (truths.includes(!isAll)) return boolean(!isAll);
    return truths.includes(undefined)
      ? unknown(isAll ? 'all(…)' : 'any(…)', 'nothing decides a condition')
      : boolean(isAll);
  });
}

function fail(call: Call): never {
  const message = call.given.positional.map((one) => plainText(one) ?? '…').join(' ');
  throw new Failed(
    `fail(${JSON.stringify(message.slice(0, 120))}) in ${call.frame.path}:${call.at.start.line}`,
  );
}

/** `macro(implementation = …, attrs = {…})`, `module_extension(implementation = …)`. */
function made(by: 'macro' | 'extension') {
  return ({ given }: Call): StarlarkValue => {
    const implementation = given.named.get('implementation')?.value ?? given.positional[0];
    if (implementation === undefined) return unknown(`${by}(…)`, 'it has no implementation');
    const attributes = new Map<string, StarlarkValue>();
    for (const { key, value } of pairs(given.named.get('attrs')?.value)) {
      const name = plainText(key);
      if (name !== undefined)
        attributes.set(name, value.kind === 'struct' ? (value.fields.get('default') ?? NONE) : NONE);
    }
    return { kind: 'made', by, implementation, attributes };
  };
}

function useExtension({ given, machine, frame, at }: Call): StarlarkValue {
  const [label, name] = given.positional.map(plainText);
  const extension: StarlarkValue = { kind: 'foreign', name: name ?? 'extension', from: label ?? null };
  if (label === undefined || name === undefined) return extension;
  const loaded = machine.modules.load(label, frame.path);
  const value = loaded === null || 'because' in loaded ? undefined : loaded.get(name);
  if (value?.kind === 'made' && value.by === 'extension') {
    const context = unknown('module_ctx', 'what a module extension is given is not known');
    machine.call(value.implementation, { positional: [context], named: new Map() }, frame, at);
  }
  return extension;
}

const FUNCTIONS: ReadonlyMap<string, (call: Call) => StarlarkValue> = new Map<
  string,
  (call: Call) => StarlarkValue
>([
  ['select', (call) => lift([first(call)], ([of = NONE]) => selected(of))],
  ['len', (call) => lift([first(call)], ([one = NONE]) => lengthOf(one))],
  ['str', (call) => lift([first(call)], ([one = NONE]) => asText(one))],
  ['repr', (call) => lift([first(call)], ([one = NONE]) => asText(one))],
  ['Label', first],
  [
    'int',
    (call) => {
      const plain = plainText(first(call));
      return plain === undefined ? first(call) : number(Number.parseInt(plain, 10));
    },
  ],
  [
    'bool',
    (call) => {
      const decided = truth(first(call));
      return decided === undefined ? unknown('bool(…)', 'nothing decides it') : boolean(decided);
    },
  ],
  ['type', (call) => typeOf(first(call))],
  [
    'list',
    (call) => (call.given.positional.length === 0 ? list([]) : overItems((items) => list(items))(call)),
  ],
  [
    'tuple',
    (call) =>
      call.given.positional.length === 0
        ? list([], null, 'tuple')
        : overItems((items) => list(items, null, 'tuple'))(call),
  ],
  ['set', (call) => (call.given.positional.length === 0 ? list([]) : overItems(union)(call))],
  ['depset', (call) => (call.given.positional.length === 0 ? list([]) : overItems(union)(call))],
  [
    'dict',
    (call) => {
      const value = dict(
        pairs(call.given.positional[0]).map(({ key, value: one }) => ({ key, value: one, at: null })),
      );
      for (const [name, { value: one, at }] of call.given.named)
        value.entries.set(keyOf(text(name)), { key: text(name), value: one, at });
      return value;
    },
  ],
  ['range', range],
  [
    'enumerate',
    overItems((items) => list(items.map((item, index) => list([number(index), item], null, 'tuple')))),
  ],
  ['zip', ({ given }) => zipped(given.positional.map((one) => itemsOf(one) ?? []))],
  ['sorted', overItems(ordered)],
  ['reversed', overItems((items) => list(items.toReversed()))],
  ['min', extreme(false)],
  ['max', extreme(true)],
  ['any', all(false)],
  ['all', all(true)],
  [
    'struct',
    ({ given }) => ({
      kind: 'struct',
      fields: new Map([...given.named].map(([name, { value }]) => [name, value])),
    }),
  ],
  [
    'hasattr',
    ({
      given: {
        positional: [of, name],
      },
    }) => boolean(of?.kind === 'struct' && of.fields.has(plainText(name) ?? '')),
  ],
  [
    'getattr',
    ({
      given: {
        positional: [of, name, otherwise],
      },
    }) =>
      (of?.kind === 'struct' ? of.fields.get(plainText(name) ?? '') : undefined) ??
      otherwise ??
      unknown('getattr(…)', 'a field that is not known'),
  ],
  ['fail', fail],
  ['print', () => NONE],
  ['glob', () => unknown('glob(…)', 'the files that glob finds are not looked up')],
  ['package_name', ({ frame }) => text(frame.recorder?.folder ?? '')],
  ['repository_name', () => text('@')],
  ['rule', () => ({ kind: 'foreign', name: '', from: null })],
  ['repository_rule', () => ({ kind: 'foreign', name: '', from: null })],
  ['provider', () => unknown('provider', 'a provider')],
  ['aspect', () => unknown('aspect', 'an aspect')],
  ['tag_class', () => NONE],
  ['macro', made('macro')],
  ['module_extension', made('extension')],
  ['use_extension', useExtension],
]);

function zipped(lists: readonly (readonly StarlarkValue[])[]): StarlarkValue {
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((one) => one.length));
  return list(
    Array.from({ length }, (_, index) =>
      list(
        lists.map((one) => one[index] ?? NONE),
        null,
        'tuple',
      ),
    ),
  );
}

function union(items: readonly StarlarkValue[]): StarlarkValue {
  const seen = new Map<string, StarlarkValue>();
  for (const item of items) if (!seen.has(keyOf(item))) seen.set(keyOf(item), item);
  return list([...seen.values()]);
}

// ---- functions of Bazel's own library, which no repository has in its tree -------------------------------------

function isKind(...kinds: readonly StarlarkValue['kind'][]) {
  return (values: readonly StarlarkValue[]): StarlarkValue => {
    const [value = NONE] = values;
    return value.kind === 'unknown' ? value : boolean(kinds.includes(value.kind));
  };
}

function setOf(value: StarlarkValue | undefined): readonly StarlarkValue[] {
  return value === undefined ? [] : (itemsOf(value) ?? []);
}

/** Functions of bazel_skylib by the name that is loaded and the function in it. */
export const LIBRARY: ReadonlyMap<string, (values: readonly StarlarkValue[]) => StarlarkValue> = new Map([
  ['types.is_list', isKind('list')],
  ['types.is_dict', isKind('dict')],
  ['types.is_string', isKind('text')],
  ['types.is_tuple', isKind('tuple')],
  ['types.is_bool', isKind('boolean')],
  ['types.is_int', isKind('number')],
  ['types.is_none', isKind('none')],
  ['types.is_function', isKind('function')],
  ['dicts.add', (values: readonly StarlarkValue[]) => mergedDicts(values)],
  ['dicts.omit', ([of, keys]: readonly StarlarkValue[]) => without(of, setOf(keys))],
  ['sets.make', ([of]: readonly StarlarkValue[]) => union(setOf(of))],
  ['sets.union', (values: readonly StarlarkValue[]) => union(values.flatMap(setOf))],
  ['sets.to_list', ([of]: readonly StarlarkValue[]) => list(setOf(of))],
  [
    'sets.contains',
    ([of, one]: readonly StarlarkValue[]) =>
      boolean(setOf(of).some((item) => equal(item, one ?? NONE) === true)),
  ],
  ['sets.length', ([of]: readonly StarlarkValue[]) => number(setOf(of).length)],
  [
    'sets.insert',
    ([of, one]: readonly StarlarkValue[]) => union([...setOf(of), ...(one === undefined ? [] : [one])]),
  ],
  ['collections.uniq', ([of]: readonly StarlarkValue[]) => union(setOf(of))],
  ['selects.with_or', ([of]: readonly StarlarkValue[]) => (of === undefined ? NONE : selected(withOr(of)))],
]);

function without(of: StarlarkValue | undefined, keys: readonly StarlarkValue[]): StarlarkValue {
  if (of?.kind !== 'dict') return of ?? NONE;
  const left = new Set(keys.map((key) => keyOf(key)));
  return dict([...of.entries.values()].filter(({ key }) => !left.has(keyOf(key))));
}

/** Keys that are tuples of conditions, each of its own. */
function withOr(of: StarlarkValue): StarlarkValue {
  if (of.kind !== 'dict') return of;
  return dict(
    [...of.entries.values()].flatMap((entry) =>
      entry.key.kind === 'tuple' ? entry.key.items.map((key) => ({ ...entry, key })) : [entry],
    ),
  );
}

const CONSTANTS: readonly (readonly [string, StarlarkValue])[] = [
  ['None', NONE],
  ['True', boolean(true)],
  ['False', boolean(false)],
  ['native', { kind: 'builtin', name: 'native' }],
  ['attr', { kind: 'builtin', name: 'attr' }],
];

/** Names that every file has. */
export const BUILTINS: ReadonlyMap<string, StarlarkValue> = new Map<string, StarlarkValue>([
  ...CONSTANTS,
  ...[...FUNCTIONS.keys()].map((name): [string, StarlarkValue] => [name, { kind: 'builtin', name }]),
]);
