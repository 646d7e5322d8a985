import { isCollectionMethod } from './collections.ts';
import { isStringMethod } from './string-methods.ts';
import { sliced } from './text.ts';
import { keyOf, lift, list, NONE, plainText, type StarlarkValue, unknown } from './values.ts';

/** `VALUE.name`: a field, a method, or a function of something that another repository defines. */
export function attribute(of: StarlarkValue, name: string): StarlarkValue {
  switch (of.kind) {
    case 'text':
      return isStringMethod(name) ? { kind: 'builtin', name: `text.${name}`, self: of } : missing(of, name);
    case 'list':
    case 'tuple':
    case 'dict':
      return isCollectionMethod(name)
        ? { kind: 'builtin', name: `items.${name}`, self: of }
        : missing(of, name);
    case 'struct':
      return of.fields.get(name) ?? missing(of, name);
    case 'builtin':
      return of.name === 'native'
        ? { kind: 'foreign', name, from: null }
        : { kind: 'builtin', name: `${of.name}.${name}` };
    case 'foreign':
      return { ...of, name: `${of.name}.${name}` };
    case 'made':
      return { kind: 'foreign', name: `extension.${name}`, from: null };
    case 'choice':
      return lift([of], ([one]) => attribute(one ?? NONE, name));
    case 'unknown':
      return unknown(`${of.name}.${name}`, of.because);
    default:
      return missing(of, name);
  }
}

function missing(of: StarlarkValue, name: string): StarlarkValue {
  return unknown(`.${name}`, `a ${of.kind} has no ${name}`);
}

/** `VALUE[index]`. */
export function item(of: StarlarkValue, index: StarlarkValue): StarlarkValue {
  if (of.kind === 'unknown') return unknown(`${of.name}[]`, of.because);
  if (index.kind === 'unknown') return index;
  if (of.kind === 'dict') {
    const found = of.entries.get(keyOf(index));
    if (found !== undefined) return found.value;
    const key = plainText(index) ?? keyOf(index);
    return unknown(key, `a dictionary has no key ${key}`);
  }
  if (index.kind !== 'number') return unknown('[]', 'an index that is no number');
  if (of.kind === 'list' || of.kind === 'tuple') {
    const found = of.items[index.value < 0 ? of.items.length + index.value : index.value];
    return found ?? unknown('[]', 'a list has no such item');
  }
  const plain = plainText(of);
  if (of.kind !== 'text' || plain === undefined) return unknown('[]', `a part of a ${of.kind}`);
  const at = index.value < 0 ? plain.length + index.value : index.value;
  return at < 0 || at >= plain.length ? unknown('[]', 'a text has no such sign') : sliced(of, at, at + 1);
}

/** `VALUE[from:to:step]`. */
export function slice(
  of: StarlarkValue,
  from: StarlarkValue,
  to: StarlarkValue,
  step: StarlarkValue,
): StarlarkValue {
  if (of.kind === 'unknown') return of;
  for (const bound of [from, to, step]) if (bound.kind === 'unknown') return bound;
  const plain = plainText(of);
  const length = of.kind === 'list' || of.kind === 'tuple' ? of.items.length : (plain?.length ?? -1);
  if (length < 0) return unknown('[:]', `a part of a ${of.kind} that is not known`);
  const stride = step.kind === 'number' ? step.value : 1;
  if (stride !== 1) return strided(of, stride, from, to);
  const start = bounded(from, 0, length);
  const end = Math.max(start, bounded(to, length, length));
  if (of.kind === 'list' || of.kind === 'tuple') return list(of.items.slice(start, end), of.at, of.kind);
  return of.kind === 'text' ? sliced(of, start, end) : NONE;
}

function bounded(value: StarlarkValue, otherwise: number, length: number): number {
  if (value.kind !== 'number') return otherwise;
  const at = value.value < 0 ? length + value.value : value.value;
  return Math.min(length, Math.max(0, at));
}

/** Only the whole list or text backwards or in steps: more is not met in build files. */
function strided(of: StarlarkValue, stride: number, from: StarlarkValue, to: StarlarkValue): StarlarkValue {
  const isList = of.kind === 'list' || of.kind === 'tuple';
  if (!isList || from.kind !== 'none' || to.kind !== 'none' || stride === 0)
    return unknown('[::]', 'a slice in steps');
  const items = stride < 0 ? of.items.toReversed() : of.items;
  return list(
    items.filter((_, index) => index % Math.abs(stride) === 0),
    of.at,
    of.kind,
  );
}
