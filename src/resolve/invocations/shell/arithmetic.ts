// What `((…))` and `$((…))` come to, where all of it is known, and the variables that they set.
import type { ArithmeticExpression, ArithmeticWord } from 'unbash';
import { compatible } from '../../../domain/index.ts';
import { ALWAYS } from '../../../formats/make/guards.ts';
import { closed } from '../../../formats/make/pieces.ts';
import { openPiece } from './emitted.ts';
import { placeAt, type Site } from './state.ts';
import type { ShellHost } from './variables.ts';

/** Expands what stands in an expression: `${#list[@]}`, `$#`. */
export type ExpandWord = (word: ArithmeticWord) => string | null;

interface Around {
  readonly host: ShellHost;
  readonly site: Site;
  readonly expand: ExpandWord;
}

const ASSIGNING = /^(?:[-+*/%&|^]|<<|>>)?=$/;

/** The number that an expression comes to, and null where it is not known; what it sets is set. */
export function calculated(node: ArithmeticExpression | undefined, around: Around): number | null {
  switch (node?.type) {
    case 'ArithmeticGroup':
      return calculated(node.expression, around);
    case 'ArithmeticWord':
      return ofWord(node, around);
    case 'ArithmeticUnary':
      return ofUnary(node, around);
    case 'ArithmeticBinary':
      return ASSIGNING.test(node.operator) ? assigned(node, around) : ofBinary(node, around);
    case 'ArithmeticTernary': {
      const test = calculated(node.test, around);
      const [yes, no] = [calculated(node.consequent, around), calculated(node.alternate, around)];
      return test === null ? null : test === 0 ? no : yes;
    }
    default:
      return null;
  }
}

/** True where an expression sets a variable. */
export function setsVariables(node: ArithmeticExpression | undefined): boolean {
  switch (node?.type) {
    case 'ArithmeticGroup':
      return setsVariables(node.expression);
    case 'ArithmeticUnary':
      return /\+\+|--/.test(node.operator) || setsVariables(node.operand);
    case 'ArithmeticBinary':
      return ASSIGNING.test(node.operator) || setsVariables(node.left) || setsVariables(node.right);
    case 'ArithmeticTernary':
      return [node.test, node.consequent, node.alternate].some(setsVariables);
    default:
      return false;
  }
}

function ofWord(node: ArithmeticWord, around: Around): number | null {
  const name = /^\$?(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/.exec(node.value);
  if (name !== null) return numberIn(name[1] ?? name[2] ?? '', around);
  return numberOf(/[$`]/.test(node.value) ? around.expand(node) : node.value);
}

/** A number as everybody writes it; other bases stay open. */
export function numberOf(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^-?(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : null;
}

/** The one number that a variable holds. */
export function numberIn(name: string, { host, site }: Pick<Around, 'host' | 'site'>): number | null {
  const held = host.state.variables
    .get(host.state.referred(name))
    .held.filter(({ when }) => compatible(when, site.when));
  const [only, second] = held;
  if (second !== undefined || only?.definition?.flavor !== 'simple') return null;
  const options = only.definition.choice.options.filter(({ when }) => compatible(when, site.when));
  return options.length === 1 ? numberOf(closed(options[0]?.pieces ?? [])) : null;
}

function ofUnary(
  { operator, operand, prefix }: Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>,
  around: Around,
): number | null {
  const value = calculated(operand, around);
  if (operator === '++' || operator === '--') {
    const next = value === null ? null : value + (operator === '++' ? 1 : -1);
    set(operand, next, around);
    return prefix ? next : value;
  }
  if (value === null) return null;
  if (operator === '!') return value === 0 ? 1 : 0;
  if (operator === '-') return -value;
  return operator === '+' ? value : null;
}

function assigned(
  { operator, left, right }: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>,
  around: Around,
): number | null {
  const value = calculated(right, around);
  const before = operator === '=' ? 0 : calculated(left, around);
  const next =
    value === null || before === null
      ? null
      : operator === '='
        ? value
        : (OPERATORS[operator.slice(0, -1)]?.(before, value) ?? null);
  set(left, next, around);
  return next;
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number | null>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? null : Math.trunc(left / right)),
  '%': (left, right) => (right === 0 ? null : left % right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
  ',': (_, right) => right,
};

function ofBinary(
  { operator, left, right }: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>,
  around: Around,
): number | null {
  const [first, second] = [calculated(left, around), calculated(right, around)];
  return first === null || second === null ? null : (OPERATORS[operator]?.(first, second) ?? null);
}

/** What is no plain name is an element, and its array is open then. */
function set(target: ArithmeticExpression, value: number | null, { host, site }: Around): void {
  const name = target.type === 'ArithmeticWord' ? /^[A-Za-z_]\w*/.exec(target.value)?.[0] : undefined;
  if (name === undefined || target.type !== 'ArithmeticWord') return;
  const at = placeAt(site, target.pos);
  const known = name === target.value ? value : null;
  const piece = known === null ? openPiece(name, at) : { text: `${known}`, chain: [at] };
  const choice = { options: [{ when: [], pieces: [piece] }] };
  host.state.variables.replace(host.state.referred(name), site.when.length === 0 ? ALWAYS : [site.when], {
    flavor: 'simple',
    choice,
  });
}
