import type { BoundArguments } from './arguments.ts';
import { asText, formatted, joined, mapped, replaced, separated, sliced } from './text.ts';
import {
  boolean,
  list,
  number,
  plainText,
  type StarlarkValue,
  type TextValue,
  text,
  unknown,
} from './values.ts';

type Method = (self: TextValue, given: BoundArguments) => StarlarkValue | undefined;

/** What a method of a text gives; unknown where an open piece decides it. */
export function callStringMethod(self: TextValue, name: string, given: BoundArguments): StarlarkValue {
  const method = METHODS.get(name);
  if (method === undefined) return unknown(`.${name}()`, `the string method ${name} is not known`);
  const result = method(self, given);
  if (result !== undefined) return result;
  const first = self.pieces.find((piece) => 'open' in piece);
  const because =
    first !== undefined && 'because' in first ? first.because : `the arguments of ${name} are not known`;
  return unknown(first !== undefined && 'open' in first ? first.open : `.${name}()`, because);
}

export function isStringMethod(name: string): boolean {
  return METHODS.has(name);
}

const SPACES = ' \t\n\r\f\v';

function strip(
  self: TextValue,
  given: BoundArguments,
  isLeft: boolean,
  isRight: boolean,
): TextValue | undefined {
  const plain = plainText(self);
  const signs =
    given.positional[0] === undefined || given.positional[0].kind === 'none'
      ? SPACES
      : plainText(given.positional[0]);
  if (plain === undefined || signs === undefined) return undefined;
  let [from, to] = [0, plain.length];
  while (isLeft && from < to && signs.includes(plain[from] ?? '')) from += 1;
  while (isRight && to > from && signs.includes(plain[to - 1] ?? '')) to -= 1;
  return sliced(self, from, to);
}

/** Looks at the closed text and one text argument. */
function asked(act: (plain: string, other: string) => StarlarkValue): Method {
  return (self, { positional }) => {
    const [plain, other] = [plainText(self), plainText(positional[0])];
    return plain === undefined || other === undefined ? undefined : act(plain, other);
  };
}

/** As `startswith`: also for open texts whose closed end decides it, and for a tuple of texts. */
function affix(isStart: boolean): Method {
  return (self, { positional }) => {
    const [first] = positional;
    const wanted = first?.kind === 'tuple' ? first.items.map(plainText) : [plainText(first)];
    const edge = isStart ? self.pieces[0] : self.pieces.at(-1);
    const known = plainText(self) ?? (edge !== undefined && 'text' in edge ? edge.text : undefined);
    const isWhole = plainText(self) !== undefined;
    if (known === undefined || wanted.includes(undefined)) return undefined;
    const fits = wanted.some(
      (one) => one !== undefined && (isStart ? known.startsWith(one) : known.endsWith(one)),
    );
    if (!fits && !isWhole && wanted.some((one) => one !== undefined && one.length > known.length))
      return undefined;
    return boolean(fits);
  };
}

function partition(isLast: boolean): Method {
  return (self, { positional }) => {
    const [plain, by] = [plainText(self), plainText(positional[0])];
    if (plain === undefined || by === undefined || by === '') return undefined;
    const at = isLast ? plain.lastIndexOf(by) : plain.indexOf(by);
    if (at < 0) return list(isLast ? [text(''), text(''), self] : [self, text(''), text('')], null, 'tuple');
    const end = at + by.length;
    return list([sliced(self, 0, at), sliced(self, at, end), sliced(self, end, plain.length)], null, 'tuple');
  };
}

function split(self: TextValue, { positional, named }: BoundArguments): StarlarkValue | undefined {
  const given = positional[0] ?? named.get('sep')?.value;
  const by = given === undefined || given.kind === 'none' ? null : plainText(given);
  const most = positional[1] ?? named.get('maxsplit')?.value;
  if (by === undefined) return undefined;
  const parts = separated(
    self,
    by,
    most?.kind === 'number' && most.value >= 0 ? most.value : Number.POSITIVE_INFINITY,
  );
  return parts === undefined ? undefined : list(parts);
}

function rsplit(self: TextValue, given: BoundArguments): StarlarkValue | undefined {
  const most = given.positional[1];
  const by = plainText(given.positional[0]);
  const plain = plainText(self);
  if (most?.kind !== 'number' || by === undefined || by === '' || plain === undefined)
    return split(self, given);
  const all = separated(self, by, Number.POSITIVE_INFINITY) ?? [];
  if (all.length - 1 <= most.value) return list(all);
  const kept = all.slice(all.length - most.value);
  const tail = kept.reduce((sum, part) => sum + (plainText(part)?.length ?? 0) + by.length, 0);
  return list([sliced(self, 0, plain.length - tail), ...kept]);
}

function removeAffix(isStart: boolean): Method {
  return (self, { positional }) => {
    const [plain, affixText] = [plainText(self), plainText(positional[0])];
    if (plain === undefined || affixText === undefined) return undefined;
    if (affixText === '' || !(isStart ? plain.startsWith(affixText) : plain.endsWith(affixText))) return self;
    return isStart
      ? sliced(self, affixText.length, plain.length)
      : sliced(self, 0, plain.length - affixText.length);
  };
}

function replace(self: TextValue, { positional, named }: BoundArguments): StarlarkValue | undefined {
  const from = plainText(positional[0] ?? named.get('old')?.value);
  const to = positional[1] ?? named.get('new')?.value;
  const most = positional[2];
  if (from === undefined || to?.kind !== 'text') return undefined;
  return replaced(self, from, to, most?.kind === 'number' && most.value >= 0 ? most.value : undefined);
}

function join(self: TextValue, { positional }: BoundArguments): StarlarkValue | undefined {
  const [items] = positional;
  if (items?.kind !== 'list' && items?.kind !== 'tuple') return undefined;
  const parts = items.items.flatMap((item, index) => (index === 0 ? [asText(item)] : [self, asText(item)]));
  return joined(parts);
}

function is(pattern: RegExp): Method {
  return (self) => {
    const plain = plainText(self);
    return plain === undefined ? undefined : boolean(pattern.test(plain.slice(0, 4096)));
  };
}

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  [
    'format',
    (self, { positional, named }) =>
      formatted(self, positional, new Map([...named].map(([name, { value }]) => [name, value]))),
  ],
  ['join', join],
  ['replace', replace],
  ['split', split],
  ['rsplit', rsplit],
  ['partition', partition(false)],
  ['rpartition', partition(true)],
  ['strip', (self, given) => strip(self, given, true, true)],
  ['lstrip', (self, given) => strip(self, given, true, false)],
  ['rstrip', (self, given) => strip(self, given, false, true)],
  ['removeprefix', removeAffix(true)],
  ['removesuffix', removeAffix(false)],
  ['startswith', affix(true)],
  ['endswith', affix(false)],
  ['find', asked((plain, other) => number(plain.indexOf(other)))],
  ['rfind', asked((plain, other) => number(plain.lastIndexOf(other)))],
  ['index', asked((plain, other) => number(plain.indexOf(other)))],
  ['count', asked((plain, other) => number(other === '' ? plain.length + 1 : plain.split(other).length - 1))],
  ['upper', (self) => mapped(self, (plain) => plain.toUpperCase())],
  ['lower', (self) => mapped(self, (plain) => plain.toLowerCase())],
  [
    'capitalize',
    (self) => {
      const plain = plainText(self);
      if (plain === undefined) return undefined;
      const head = mapped(sliced(self, 0, 1), (one) => one.toUpperCase());
      return joined([head, mapped(sliced(self, 1, plain.length), (rest) => rest.toLowerCase())]);
    },
  ],
  [
    'title',
    (self) =>
      mapped(self, (plain) =>
        plain.replace(/[A-Za-z]+/g, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()),
      ),
  ],
  [
    'elems',
    (self) => {
      const plain = plainText(self);
      return plain === undefined || plain.length > 4096
        ? undefined
        : list([...plain].map((_, index) => sliced(self, index, index + 1)));
    },
  ],
  [
    'splitlines',
    (self) => {
      const parts = separated(self, '\n', Number.POSITIVE_INFINITY);
      return parts === undefined
        ? undefined
        : list(parts.at(-1)?.pieces.length === 0 ? parts.slice(0, -1) : parts);
    },
  ],
  ['isdigit', is(/^[0-9]+$/)],
  ['isalpha', is(/^[A-Za-z]+$/)],
  ['isalnum', is(/^[A-Za-z0-9]+$/)],
  ['isupper', is(/^[^a-z]*[A-Z][^a-z]*$/)],
  ['islower', is(/^[^A-Z]*[a-z][^A-Z]*$/)],
  ['isspace', is(/^\s+$/)],
]);
