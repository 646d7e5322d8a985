import type { BoundArguments } from './arguments.ts';
import {
  type DictValue,
  dict,
  equal,
  keyOf,
  type ListValue,
  list,
  NONE,
  number,
  plainText,
  type StarlarkValue,
  text,
  unknown,
} from './values.ts';

const MOST_ITEMS = 100_000;

export function isCollectionMethod(name: string): boolean {
  return LIST_METHODS.has(name) || DICT_METHODS.has(name);
}

/** What a method of a list or dictionary gives; it may change what it is called on. */
export function callCollectionMethod(
  self: ListValue | DictValue,
  name: string,
  given: BoundArguments,
): StarlarkValue {
  const result =
    self.kind === 'dict' ? DICT_METHODS.get(name)?.(self, given) : LIST_METHODS.get(name)?.(self, given);
  return result ?? unknown(`.${name}()`, `the method ${name} of a ${self.kind} is not known here`);
}

/** The items of a list, tuple or dictionary's keys. */
function items(value: StarlarkValue | undefined): readonly StarlarkValue[] | undefined {
  if (value?.kind === 'list' || value?.kind === 'tuple') return value.items;
  return value?.kind === 'dict' ? [...value.entries.values()].map(({ key }) => key) : undefined;
}

const LIST_METHODS: ReadonlyMap<string, (self: ListValue, given: BoundArguments) => StarlarkValue> = new Map<
  string,
  (self: ListValue, given: BoundArguments) => StarlarkValue
>([
  [
    'append',
    (self, { positional: [one] }) => {
      if (one !== undefined && self.items.length < MOST_ITEMS) self.items.push(one);
      return NONE;
    },
  ],
  [
    'extend',
    (self, { positional: [more] }) => {
      const added = items(more) ?? (more === undefined ? [] : [more]);
      if (self.items.length + added.length <= MOST_ITEMS) for (const one of [...added]) self.items.push(one);
      return NONE;
    },
  ],
  [
    'insert',
    (self, { positional: [at, one] }) => {
      if (at?.kind === 'number' && one !== undefined) self.items.splice(at.value, 0, one);
      return NONE;
    },
  ],
  [
    'remove',
    (self, { positional: [one] }) => {
      const index = one === undefined ? -1 : self.items.findIndex((item) => equal(item, one) === true);
      if (index >= 0) self.items.splice(index, 1);
      return NONE;
    },
  ],
  ['clear', (self) => emptied(self.items.splice(0))],
  [
    'pop',
    (self, { positional: [at] }) => self.items.splice(at?.kind === 'number' ? at.value : -1, 1)[0] ?? NONE,
  ],
  [
    'index',
    (self, { positional: [one] }) =>
      number(one === undefined ? -1 : self.items.findIndex((item) => equal(item, one) === true)),
  ],
]);

function valueAt(self: DictValue, key: StarlarkValue | undefined): StarlarkValue | undefined {
  return key === undefined ? undefined : self.entries.get(keyOf(key))?.value;
}

function set(self: DictValue, key: StarlarkValue, value: StarlarkValue): void {
  if (self.entries.size < MOST_ITEMS) self.entries.set(keyOf(key), { key, value, at: null });
}

const DICT_METHODS: ReadonlyMap<string, (self: DictValue, given: BoundArguments) => StarlarkValue> = new Map<
  string,
  (self: DictValue, given: BoundArguments) => StarlarkValue
>([
  [
    'items',
    (self) => list([...self.entries.values()].map(({ key, value }) => list([key, value], null, 'tuple'))),
  ],
  ['keys', (self) => list([...self.entries.values()].map(({ key }) => key))],
  ['values', (self) => list([...self.entries.values()].map(({ value }) => value))],
  [
    'get',
    (self, { positional: [key, otherwise], named }) => {
      if (key?.kind === 'unknown') return key;
      return valueAt(self, key) ?? otherwise ?? named.get('default')?.value ?? NONE;
    },
  ],
  [
    'pop',
    (self, { positional: [key, otherwise] }) => {
      if (key === undefined || key.kind === 'unknown') return key ?? NONE;
      const found = valueAt(self, key);
      self.entries.delete(keyOf(key));
      return found ?? otherwise ?? unknown(plainText(key) ?? 'pop', 'a dictionary has no such key');
    },
  ],
  [
    'setdefault',
    (self, { positional: [key, otherwise = NONE] }) => {
      if (key === undefined) return NONE;
      const found = valueAt(self, key);
      if (found === undefined) set(self, key, otherwise);
      return found ?? otherwise;
    },
  ],
  [
    'update',
    (self, { positional: [other], named }) => {
      for (const { key, value } of pairs(other)) set(self, key, value);
      for (const [name, { value }] of named) set(self, text(name), value);
      return NONE;
    },
  ],
  ['clear', (self) => emptied(self.entries.clear())],
]);

function emptied(_: unknown): StarlarkValue {
  return NONE;
}

/** The entries of a dictionary, or of a list of pairs. */
export function pairs(
  value: StarlarkValue | undefined,
): readonly { readonly key: StarlarkValue; readonly value: StarlarkValue }[] {
  if (value?.kind === 'dict') return [...value.entries.values()];
  return (items(value) ?? []).flatMap((pair) => {
    const [key, inner] = items(pair) ?? [];
    return key === undefined || inner === undefined ? [] : [{ key, value: inner }];
  });
}

/** A new dictionary with the entries of several, the last one winning. */
export function mergedDicts(values: readonly StarlarkValue[]): StarlarkValue {
  const lost = values.find((value) => value.kind === 'unknown');
  if (lost !== undefined) return lost;
  return dict(values.flatMap((value) => (value.kind === 'dict' ? [...value.entries.values()] : [])));
}
