import type { StarlarkExpression } from '../../domain/index.ts';
import { mergedDicts } from './collections.ts';
import type { Evaluator } from './evaluator.ts';
import type { Frame } from './frame.ts';
import { asText, interpolated, joined } from './text.ts';
import {
  alternatives,
  boolean,
  equal,
  keyOf,
  lift,
  list,
  NONE,
  number,
  plainText,
  type StarlarkValue,
  truth,
  unknown,
} from './values.ts';

const MOST_ITEMS = 100_000;
const LONGEST_REPEAT = 65_536;

type Calculation = Extract<StarlarkExpression, { kind: 'unary' | 'binary' }>;

export function calculated(machine: Evaluator, node: Calculation, frame: Frame): StarlarkValue {
  if (node.kind === 'unary')
    return lift([machine.evaluate(node.operand, frame)], ([one = NONE]) => unary(node.operator, one));
  if (node.operator === 'and' || node.operator === 'or') return shortcut(machine, node, frame);
  const left = machine.evaluate(node.left, frame);
  const right = machine.evaluate(node.right, frame);
  machine.charge(left);
  machine.charge(right);
  return applied(node.operator, left, right);
}

/** A binary operator on two values. */
export function applied(operator: string, left: StarlarkValue, right: StarlarkValue): StarlarkValue {
  // A template takes the alternatives of what it is given one by one, a tuple's included.
  if (operator === '%' && right.kind === 'tuple')
    return lift([left, ...right.items], ([template = NONE, ...items]) =>
      binary('%', template, list(items, null, 'tuple')),
    );
  return lift([left, right], ([a = NONE, b = NONE]) => binary(operator, a, b));
}

function shortcut(
  machine: Evaluator,
  node: Extract<Calculation, { kind: 'binary' }>,
  frame: Frame,
): StarlarkValue {
  const left = machine.evaluate(node.left, frame);
  const decided = truth(left);
  const isAnd = node.operator === 'and';
  if (decided !== undefined) return decided === isAnd ? machine.evaluate(node.right, frame) : left;
  const right = machine.evaluate(node.right, frame);
  if (truth(right) === !isAnd && right.kind === 'boolean') return right;
  if (left.kind === 'unknown' && right.kind === 'boolean') return left;
  return alternatives(`${frame.path}:${node.at[0]}`, isAnd ? right : left, isAnd ? left : right);
}

function unary(operator: string, value: StarlarkValue): StarlarkValue {
  if (value.kind === 'unknown') return value;
  if (operator === 'not') {
    const decided = truth(value);
    return decided === undefined ? unknown('not', `nothing decides a condition`) : boolean(!decided);
  }
  if (value.kind !== 'number') return unknown(operator, `${operator} of a ${value.kind}`);
  if (operator === '-') return number(-value.value);
  return operator === '~' ? number(~value.value) : value;
}

function binary(operator: string, a: StarlarkValue, b: StarlarkValue): StarlarkValue {
  switch (operator) {
    case '==':
    case '!=': {
      const same = equal(a, b);
      if (same === undefined) return unresolved(operator, a, b);
      return boolean(same === (operator === '=='));
    }
    case 'in':
    case 'not in': {
      const isIn = contains(b, a);
      if (isIn === undefined) return unresolved(operator, a, b);
      return boolean(isIn === (operator === 'in'));
    }
    case '+':
      return sum(a, b);
    case '%':
      if (a.kind === 'text') return interpolated(a, b);
      return arithmetic(operator, a, b);
    case '|':
      return a.kind === 'dict' && b.kind === 'dict' ? mergedDicts([a, b]) : arithmetic(operator, a, b);
    case '*':
      return product(a, b);
    default:
      return comparison(operator, a, b) ?? arithmetic(operator, a, b);
  }
}

function unresolved(operator: string, a: StarlarkValue, b: StarlarkValue): StarlarkValue {
  for (const one of [a, b]) if (one.kind === 'unknown') return one;
  return unknown(operator, `nothing decides ${operator}`);
}

function sum(a: StarlarkValue, b: StarlarkValue): StarlarkValue {
  if (a.kind === 'text' || b.kind === 'text') {
    const isText = (value: StarlarkValue) => value.kind === 'text' || value.kind === 'unknown';
    return isText(a) && isText(b) ? joined([asText(a), asText(b)]) : unresolved('+', a, b);
  }
  if ((a.kind === 'list' || a.kind === 'tuple') && (b.kind === 'list' || b.kind === 'tuple')) {
    const items = [...a.items, ...b.items];
    return items.length > MOST_ITEMS
      ? unknown('+', `a list of more than ${MOST_ITEMS} items`)
      : list(items, a.at ?? b.at, a.kind);
  }
  // What is known of a list with an unknown part is worth more than nothing: commands and names are read item by item.
  if (a.kind === 'list' && b.kind === 'unknown') return list([...a.items, b], a.at);
  if (b.kind === 'list' && a.kind === 'unknown') return list([a, ...b.items], b.at);
  if (a.kind === 'dict' && b.kind === 'dict') return mergedDicts([a, b]);
  return arithmetic('+', a, b);
}

function product(a: StarlarkValue, b: StarlarkValue): StarlarkValue {
  const [of, times] = a.kind === 'number' ? [b, a] : [a, b];
  if (times.kind !== 'number' || of.kind === 'number') return arithmetic('*', a, b);
  const count = Math.max(0, Math.trunc(times.value));
  const plain = plainText(of);
  if (of.kind === 'text' && plain !== undefined && plain.length * count <= LONGEST_REPEAT && count <= 512)
    return joined(Array.from({ length: count }, () => of));
  if ((of.kind === 'list' || of.kind === 'tuple') && of.items.length * count <= MOST_ITEMS)
    return list(Array.from({ length: count }, () => of.items).flat(), of.at, of.kind);
  return unknown('*', 'something that is repeated');
}

function contains(of: StarlarkValue, one: StarlarkValue): boolean | undefined {
  if (one.kind === 'unknown') return undefined;
  if (of.kind === 'dict') return of.entries.has(keyOf(one));
  if (of.kind === 'list' || of.kind === 'tuple') {
    let isOpen = false;
    for (const item of of.items) {
      const same = equal(item, one);
      if (same === true) return true;
      if (same === undefined) isOpen = true;
    }
    return isOpen ? undefined : false;
  }
  const [whole, part] = [plainText(of), plainText(one)];
  if (part !== undefined && whole === undefined && of.kind === 'text')
    return of.pieces.some((piece) => 'text' in piece && piece.text.includes(part)) ? true : undefined;
  return whole === undefined || part === undefined ? undefined : whole.includes(part);
}

function comparison(operator: string, a: StarlarkValue, b: StarlarkValue): StarlarkValue | undefined {
  if (!['<', '>', '<=', '>='].includes(operator)) return undefined;
  const [left, right] = [scalar(a), scalar(b)];
  if (left === undefined || right === undefined || typeof left !== typeof right)
    return unresolved(operator, a, b);
  if (operator === '<') return boolean(left < right);
  if (operator === '>') return boolean(left > right);
  return boolean(operator === '<=' ? left <= right : left >= right);
}

function scalar(value: StarlarkValue): string | number | undefined {
  return value.kind === 'number' ? value.value : plainText(value);
}

function arithmetic(operator: string, a: StarlarkValue, b: StarlarkValue): StarlarkValue {
  if (a.kind !== 'number' || b.kind !== 'number') return unresolved(operator, a, b);
  const act = ARITHMETIC.get(operator);
  return act === undefined
    ? unknown(operator, `the operator ${operator} is not known`)
    : number(act(a.value, b.value));
}

const ARITHMETIC: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['+', (a: number, b: number) => a + b],
  ['-', (a: number, b: number) => a - b],
  ['*', (a: number, b: number) => a * b],
  ['/', (a: number, b: number) => a / b],
  ['//', (a: number, b: number) => Math.floor(a / b)],
  ['%', (a: number, b: number) => a - b * Math.floor(a / b)],
  ['|', (a: number, b: number) => a | b],
  ['&', (a: number, b: number) => a & b],
  ['^', (a: number, b: number) => a ^ b],
  ['<<', (a: number, b: number) => a * 2 ** b],
  ['>>', (a: number, b: number) => Math.floor(a / 2 ** b)],
]);
