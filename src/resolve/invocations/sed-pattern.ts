// Regular expressions of sed, as far as build rules use them: characters, `.`, sets, `*`, `+`, `?`, anchors and groups. Each place of a text is tried
// once for each sign of the pattern, so that no pattern takes long.

/** A sign of a pattern that fits one character. */
type Sign =
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly text: string; readonly negated: boolean };

type Step =
  | { readonly kind: 'sign'; readonly sign: Sign; readonly least: number; readonly most: number }
  | { readonly kind: 'open' | 'close'; readonly group: number }
  | { readonly kind: 'start' | 'end' };

export interface Pattern {
  readonly steps: readonly Step[];
  readonly ignoresCase: boolean;
}

export interface Match {
  readonly start: number;
  readonly end: number;
  /** Of each group its start and end, the first one at 1. */
  readonly groups: readonly (readonly [number, number] | undefined)[];
}

const MOST_STEPS = 256;
const MANY = Number.POSITIVE_INFINITY;

/** Reads a pattern; null where it holds what is not followed: alternatives, counted repetitions, repeated groups, references. */
export function readPattern(
  text: string,
  { extended, ignoresCase }: { readonly extended: boolean; readonly ignoresCase: boolean },
): Pattern | null {
  const read: Read = { steps: [], open: [], groups: 0 };
  for (let at = 0; at < text.length; ) {
    if (read.steps.length > MOST_STEPS) return null;
    const escaped = text[at] === '\\';
    const place = escaped ? at + 1 : at;
    const end =
      escaped !== extended && /[()|{}+?]/.test(text[place] ?? '')
        ? readSpecial(read, text, place)
        : escaped
          ? readEscaped(read, text, place)
          : readPlain(read, text, place);
    if (end === null) return null;
    at = end;
  }
  const { steps, open } = read;
  return open.length > 0 || steps.length === 0 ? null : { steps, ignoresCase };
}

/** What was read of a pattern so far. */
interface Read {
  readonly steps: Step[];
  /** Groups that are not closed yet. */
  readonly open: number[];
  groups: number;
}

/** Reads a group's end or a repetition; where reading goes on, null for what is not followed. */
function readSpecial(read: Read, text: string, at: number): number | null {
  const character = text[at] ?? '';
  if (character === '+' || character === '?') return repeat(read.steps, character) ? at + 1 : null;
  if (character === '(') {
    read.open.push(++read.groups);
    read.steps.push({ kind: 'open', group: read.groups });
    return at + 1;
  }
  const group = character === ')' ? read.open.pop() : undefined;
  if (group === undefined || /^\\?[*+?{]/.test(text.slice(at + 1))) return null;
  read.steps.push({ kind: 'close', group });
  return at + 1;
}

/** Reads what stands behind a backslash. */
function readEscaped({ steps }: Read, text: string, at: number): number | null {
  const character = text[at] ?? '';
  return /[bB<>`']/.test(character) || pushSign(steps, signOf(character, true)) ? at + 1 : null;
}

/** Reads a character that no backslash stands before. */
function readPlain({ steps }: Read, text: string, at: number): number | null {
  const character = text[at] ?? '';
  if (character === '*' && steps.length > 0) return repeat(steps, '*') ? at + 1 : null;
  if (character === '[') {
    const set = setAt(text, at);
    if (set !== null) steps.push(set.step);
    return set === null ? null : set.end + 1;
  }
  // Anchors stand at the ends of the pattern, or of a group.
  if (character === '^' && steps.every(({ kind }) => kind === 'open')) steps.push({ kind: 'start' });
  else if (character === '$' && /^(\\?\))*$/.test(text.slice(at + 1))) steps.push({ kind: 'end' });
  else if (!pushSign(steps, signOf(character, false))) return null;
  return at + 1;
}

function pushSign(steps: Step[], sign: Sign | null): boolean {
  if (sign !== null) steps.push({ kind: 'sign', sign, least: 1, most: 1 });
  return sign !== null;
}

function repeat(steps: Step[], how: string): boolean {
  const last = steps.pop();
  if (last?.kind !== 'sign') return false;
  steps.push({ ...last, least: how === '+' ? 1 : 0, most: how === '?' ? 1 : MANY });
  return true;
}

function signOf(character: string, escaped: boolean): Sign | null {
  if (!escaped) return character === '.' ? { kind: 'any' } : { kind: 'one', text: character };
  if (character === 'n') return { kind: 'one', text: '\n' };
  if (character === 't') return { kind: 'one', text: '\t' };
  if (character === 's') return { kind: 'set', text: ' \t', negated: false };
  if (character === 'S') return { kind: 'set', text: ' \t', negated: true };
  if (character === 'w') return { kind: 'set', text: 'a-zA-Z0-9_', negated: false };
  if (character === 'd') return { kind: 'set', text: '0-9', negated: false };
  return /\w/.test(character) ? null : { kind: 'one', text: character };
}

const CLASSES: Readonly<Record<string, string>> = {
  '[:space:]': ' \t\n',
  '[:blank:]': ' \t',
  '[:alnum:]': 'a-zA-Z0-9',
  '[:alpha:]': 'a-zA-Z',
  '[:digit:]': '0-9',
  '[:lower:]': 'a-z',
  '[:upper:]': 'A-Z',
};

function setAt(text: string, at: number): { readonly step: Step; readonly end: number } | null {
  const negated = text[at + 1] === '^';
  let from = at + (negated ? 2 : 1);
  let set = '';
  for (let first = true; from < text.length; first = false) {
    const name = /^\[:[a-z]{1,8}:\]/.exec(text.slice(from, from + 12))?.[0];
    if (name !== undefined) {
      const known = CLASSES[name];
      if (known === undefined) return null;
      set += known;
      from += name.length;
    } else if (text[from] === ']' && !first) {
      const sign: Sign = { kind: 'set', text: set, negated };
      return { step: { kind: 'sign', sign, least: 1, most: 1 }, end: from };
    } else set += text[from++] ?? '';
  }
  return null;
}

/** The first match at or behind a place of a line. */
export function matchIn(pattern: Pattern, line: string, from: number): Match | null {
  const text = pattern.ignoresCase ? line.toLowerCase() : line;
  const failed = new Set<number>();
  for (let start = from; start <= text.length; start++) {
    const groups: (readonly [number, number] | undefined)[] = [];
    const end = follow(pattern, text, { step: 0, at: start }, groups, failed);
    if (end !== null) return { start, end, groups };
  }
  return null;
}

/** Where a match from here ends; places that failed once are not tried again. */
function follow(
  pattern: Pattern,
  text: string,
  { step, at }: { readonly step: number; readonly at: number },
  groups: (readonly [number, number] | undefined)[],
  failed: Set<number>,
): number | null {
  const one = pattern.steps[step];
  if (one === undefined) return at;
  const key = step * (text.length + 1) + at;
  if (failed.has(key)) return null;
  const next = (end: number): number | null =>
    follow(pattern, text, { step: step + 1, at: end }, groups, failed);
  let found: number | null = null;
  switch (one.kind) {
    case 'start':
      found = at === 0 ? next(at) : null;
      break;
    case 'end':
      found = at === text.length ? next(at) : null;
      break;
    case 'open':
    case 'close': {
      const before = groups[one.group];
      groups[one.group] = one.kind === 'open' ? [at, at] : [before?.[0] ?? at, at];
      found = next(at);
      if (found === null) groups[one.group] = before;
      break;
    }
    case 'sign': {
      let count = 0;
      while (count < one.most && at + count < text.length && fits(one.sign, text[at + count] ?? '', pattern))
        count++;
      for (; count >= one.least && found === null; count--) found = next(at + count);
      break;
    }
    default:
      one satisfies never;
  }
  if (found === null) failed.add(key);
  return found;
}

function fits(sign: Sign, character: string, { ignoresCase }: Pattern): boolean {
  switch (sign.kind) {
    case 'any':
      return true;
    case 'one':
      return (ignoresCase ? sign.text.toLowerCase() : sign.text) === character;
    case 'set':
      return inSet(ignoresCase ? sign.text.toLowerCase() : sign.text, character) !== sign.negated;
    default:
      return sign satisfies never;
  }
}

function inSet(set: string, character: string): boolean {
  for (let at = 0; at < set.length; at++) {
    const to = set[at + 1] === '-' ? set[at + 2] : undefined;
    if (to === undefined) {
      if (set[at] === character) return true;
      continue;
    }
    if (character >= (set[at] ?? '') && character <= to) return true;
    at += 2;
  }
  return false;
}
