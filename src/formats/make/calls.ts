import type { Location } from '../../domain/index.ts';
import { compatible, joinConditions } from '../../domain/index.ts';
import { type Held, textsOf, type Written } from './environment.ts';
import type { MakeWorld, Scope } from './expand.ts';
import { FUNCTIONS } from './expression.ts';
import { applyText, wordsOf } from './functions.ts';
import type { Conjunction } from './guards.ts';
import { hasMark, type Marks } from './marks.ts';
import {
  type Choice,
  closed,
  derived,
  EMPTY,
  join,
  type Option,
  oneOf,
  openName,
  type Piece,
  read,
  shown,
  textChoice,
  under,
} from './pieces.ts';
import { splitOutside } from './references.ts';

/** What functions need of the expansion around them. */
export interface CallHost {
  readonly world: MakeWorld;
  readonly marks: Marks;
  expand(written: Written, when: Conjunction, scope: Scope): Choice;
  lookup(name: string, when: Conjunction, scope: Scope): Choice;
  exclude(when: Conjunction): void;
  cut(because: string): void;
}

interface Call {
  readonly name: string;
  readonly args: string;
  readonly written: string;
}

const MOST_WORDS = 256;
/** How many arguments a function takes; commas behind the last one belong to it. */
const ARITY: Readonly<Record<string, number>> = {
  subst: 3,
  patsubst: 3,
  strip: 1,
  findstring: 2,
  filter: 2,
  'filter-out': 2,
  sort: 1,
  word: 2,
  words: 1,
  wordlist: 3,
  firstword: 1,
  lastword: 1,
  dir: 1,
  notdir: 1,
  suffix: 1,
  basename: 1,
  addsuffix: 2,
  addprefix: 2,
  join: 2,
  wildcard: 1,
  realpath: 1,
  abspath: 1,
  if: 3,
  foreach: 3,
  value: 1,
  eval: 1,
  origin: 1,
  flavor: 1,
  shell: 1,
  error: 1,
  warning: 1,
  info: 1,
};

/** A function's call; what cannot be worked out is open under its own text. */
export function callFunction(
  host: CallHost,
  call: Call,
  at: Written,
  when: Conjunction,
  scope: Scope,
): Choice {
  const deeper = { ...scope, depth: scope.depth + 1 };
  const written = splitOutside(call.args, ',', ARITY[call.name]);
  // Only the test of `if` loses the blanks around it, before it is expanded.
  const args = written.map(
    (text, index): Written => ({ ...at, text: call.name === 'if' && index === 0 ? text.trim() : text }),
  );
  const expanded = (index: number, under: Conjunction = when): Choice => {
    const arg = args[index];
    return arg === undefined ? EMPTY : host.expand(arg, under, deeper);
  };
  switch (call.name) {
    case 'if':
      return chosen(
        expanded(0),
        when,
        (under) => expanded(1, under),
        (under) => expanded(2, under),
      );
    case 'or':
    case 'and':
      return anyOrAll(call.name, args, host, when, deeper);
    case 'foreach':
      return forEach(host, args, expanded(1), { at, when, scope: deeper });
    case 'call':
      return callVariable(host, args, { at, when, scope: deeper });
    case 'eval':
      runText(host, expanded(0), when, at.at);
      return EMPTY;
    case 'value':
      return valueAsWritten(bindingOf(host, firstText(expanded(0)), scope), when);
    case 'origin':
    case 'flavor':
      return aboutVariable(call.name, bindingOf(host, firstText(expanded(0)), scope), when);
    case 'shell':
      return shellOutput(host, expanded(0), at.at);
    case 'error':
      host.exclude(when);
      return EMPTY;
    case 'warning':
    case 'info':
    case 'file':
      return EMPTY;
    case 'wildcard':
      return wildcard(host, expanded(0));
    default:
      return textFunction(
        host,
        call,
        args.map((_, index) => expanded(index)),
      );
  }
}

function firstText(choice: Choice): string {
  return shown(choice.options[0]?.pieces ?? []).trim();
}

// ---- choices -------------------------------------------------------------------------------------------

/** One way where the text is empty, the other where it is not; both where it stays open. */
function chosen(
  test: Choice,
  when: Conjunction,
  then: (when: Conjunction) => Choice,
  otherwise: (when: Conjunction) => Choice,
): Choice {
  const ways: Choice[] = [];
  const take = (way: (when: Conjunction) => Choice, conditions: Conjunction): void => {
    ways.push(under(way(conditions), conditions));
  };
  for (const option of test.options) {
    if (!compatible(when, option.when)) continue;
    const conditions = joinConditions(when, option.when);
    const pieces = read(option.pieces);
    const text = closed(pieces);
    if (text !== undefined) take(text === '' ? otherwise : then, conditions);
    else if (pieces.some((piece) => piece.open === undefined && piece.text !== '')) take(then, conditions);
    else {
      const subject = shown(pieces);
      const set = { subject, except: [''] };
      const empty = { subject, equals: '' };
      if (compatible(conditions, [set])) take(then, joinConditions(conditions, [set]));
      if (compatible(conditions, [empty])) take(otherwise, joinConditions(conditions, [empty]));
    }
  }
  return oneOf(ways, test.beyond);
}

function anyOrAll(
  name: 'or' | 'and',
  args: readonly Written[],
  host: CallHost,
  when: Conjunction,
  scope: Scope,
): Choice {
  const [first, ...rest] = args;
  if (first === undefined) return EMPTY;
  const value = host.expand({ ...first, text: first.text.trim() }, when, scope);
  if (rest.length === 0) return value;
  const further = (conditions: Conjunction) => anyOrAll(name, rest, host, conditions, scope);
  return name === 'or'
    ? chosen(value, when, (conditions) => under(value, conditions), further)
    : chosen(value, when, further, () => EMPTY);
}

// ---- loops and calls -----------------------------------------------------------------------------------

interface Site {
  readonly at: Written;
  readonly when: Conjunction;
  readonly scope: Scope;
}

function forEach(host: CallHost, args: readonly Written[], list: Choice, site: Site): Choice {
  const [variable, , body] = args;
  if (variable === undefined || body === undefined) return EMPTY;
  const name = firstText(host.expand(variable, site.when, site.scope));
  const ways: Choice[] = [];
  for (const option of list.options) {
    if (!compatible(site.when, option.when)) continue;
    const when = joinConditions(site.when, option.when);
    const words = wordsOf(host.marks.write(option.pieces));
    if (words.length > MOST_WORDS) host.cut(`a loop over more than ${MOST_WORDS} words`);
    const results: Choice[] = [];
    for (const word of words.slice(0, MOST_WORDS)) {
      const pieces = host.marks.read(word, [site.at.at]);
      if (pieces.every((piece) => piece.open === 'unset')) continue;
      const locals = new Map(site.scope.locals).set(name, { options: [{ when: [], pieces }] });
      if (results.length > 0) results.push(textChoice(' ', [site.at.at]));
      results.push(host.expand(body, when, { ...site.scope, locals }));
    }
    ways.push(under(results.length === 0 ? EMPTY : join(results), when));
  }
  return oneOf(ways, list.beyond);
}

function callVariable(host: CallHost, args: readonly Written[], site: Site): Choice {
  const [first, ...rest] = args;
  if (first === undefined) return EMPTY;
  const name = firstText(host.expand(first, site.when, site.scope));
  const values = rest.map((arg) => host.expand(arg, site.when, site.scope));
  if (FUNCTIONS.has(name)) return textFunction(host, { name, args: '', written: name }, values);
  const locals = new Map(site.scope.locals);
  for (let index = 1; index <= 9; index++) locals.set(String(index), values[index - 1] ?? EMPTY);
  locals.set('0', textChoice(name, [site.at.at]));
  return host.lookup(name, site.when, { ...site.scope, locals });
}

function runText(host: CallHost, choice: Choice, when: Conjunction, at: Location): void {
  for (const option of choice.options) {
    if (!compatible(when, option.when)) continue;
    host.world.evaluate(host.marks.write(option.pieces), joinConditions(when, option.when), at);
  }
}

// ---- variables -----------------------------------------------------------------------------------------

/** What holds the variable here: the target, else the makefile. */
function bindingOf({ world }: CallHost, name: string, { specific }: Scope): readonly Held[] {
  const own = specific?.get(name).held ?? [];
  return own.some(({ definition }) => definition !== null) ? own : world.variables.get(name).held;
}

function valueAsWritten(binding: readonly Held[], when: Conjunction): Choice {
  const options = binding.flatMap(({ when: held, definition }): readonly Option[] => {
    if (!compatible(held, when)) return [];
    if (definition?.flavor === 'simple') return under(definition.choice, held).options;
    const written = definition === null ? [] : textsOf(definition);
    const pieces = written.flatMap(({ text, at }, index): readonly Piece[] => [
      ...(index === 0 ? [] : [{ text: ' ', chain: [at] }]),
      { text, chain: [at] },
    ]);
    return [{ when: held, pieces }];
  });
  return { options };
}

function aboutVariable(about: 'origin' | 'flavor', binding: readonly Held[], when: Conjunction): Choice {
  const options = binding.flatMap(({ when: held, definition }): readonly Option[] => {
    if (!compatible(held, when)) return [];
    const words = definition === null ? 'undefined' : about === 'origin' ? 'file' : definition.flavor;
    return [{ when: held, pieces: [{ text: words, chain: [] }] }];
  });
  return { options };
}

// ---- the world -----------------------------------------------------------------------------------------

/** Only what a tree decides: where it is. Everything else that a shell prints stays open. */
function shellOutput(host: CallHost, command: Choice, at: Location): Choice {
  const options = command.options.map((option): Option => {
    const text = shown(option.pieces).trim();
    const known =
      text === 'pwd'
        ? host.world.builtIn('CURDIR')
        : /^git rev-parse --show-toplevel\b/.test(text)
          ? host.world.builtIn('root')
          : undefined;
    const piece: Piece =
      known === undefined
        ? { text: openName(`shell ${text}`), open: 'computed', chain: [at] }
        : { text: known, chain: [at] };
    return { when: option.when, pieces: [piece] };
  });
  return { ...command, options };
}

/** Names without a pattern are there or not; what a pattern fits is listed, where the tree can be. */
function wildcard(host: CallHost, names: Choice): Choice {
  return {
    ...names,
    options: names.options.map((option): Option => {
      const text = closed(option.pieces);
      const found = text === undefined ? null : namesThere(host, wordsOf(text));
      if (found === null) {
        const open = openName(`wildcard ${shown(option.pieces)}`);
        return { when: option.when, pieces: [{ text: open, open: 'computed', chain: [] }] };
      }
      return { when: option.when, pieces: derived(found.join(' '), option.pieces) };
    }),
  };
}

function namesThere({ world }: CallHost, words: readonly string[]): readonly string[] | null {
  const found: string[] = [];
  for (const word of words) {
    if (!/[*?[]/.test(word)) {
      if (world.hasFile(word)) found.push(word);
      continue;
    }
    const names = world.glob(word);
    if (names === null) return null;
    found.push(...names);
  }
  return found;
}

// ---- text functions ------------------------------------------------------------------------------------

/** Functions that take an open word as the one word that it most likely is. */
const TAKES_OPEN_WORDS: ReadonlySet<string> = new Set(
  'strip addprefix addsuffix firstword lastword word join abspath realpath'.split(' '),
);
const ON_LAST_COMPONENT: ReadonlySet<string> = new Set('dir notdir basename suffix'.split(' '));

function textFunction(host: CallHost, call: Call, args: readonly Choice[]): Choice {
  const combined = combinations(args);
  const options = combined.options.map(
    ({ when, lists }): Option => ({ when, pieces: applied(host, call, lists) }),
  );
  return combined.beyond === undefined ? { options } : { options, beyond: combined.beyond };
}

/** All compatible ways to pick one option of each argument. */
function combinations(args: readonly Choice[]) {
  const separator: Piece = { text: '\0', chain: [] };
  const separated = args.flatMap((arg, index) =>
    index === 0 ? [arg] : [{ options: [{ when: [], pieces: [separator] }] }, arg],
  );
  const joined = join(separated.length === 0 ? [EMPTY] : separated);
  const options = joined.options.map(({ when, pieces }) => {
    const lists: Piece[][] = [[]];
    for (const piece of pieces) {
      if (piece === separator) lists.push([]);
      else lists.at(-1)?.push(piece);
    }
    return { when, lists };
  });
  return { options, beyond: joined.beyond };
}

function applied(host: CallHost, call: Call, lists: readonly (readonly Piece[])[]): readonly Piece[] {
  const pieces = lists.flat();
  const texts = lists.map((list) => closed(list));
  const text = texts.every((one) => one !== undefined) ? applyText(call.name, texts) : undefined;
  if (text !== undefined) return derived(text, pieces);
  const open: Piece = {
    text: openName(`${call.name} ${lists.map(shown).join(',')}`),
    open: 'computed',
    chain: pieces[0]?.chain ?? [],
  };
  if (call.name === 'findstring') {
    const needle = texts[0];
    const found = lists[1]?.some(
      (piece) => piece.open === undefined && needle !== undefined && piece.text.includes(needle),
    );
    return found === true && needle !== undefined ? derived(needle, pieces) : [open];
  }
  const marked = lists.map((list) => host.marks.writeOpen(list));
  if (!takesOpen(call.name, lists, marked)) return [open];
  const result = applyText(call.name, marked);
  return result === undefined ? [open] : host.marks.read(result, derived('x', pieces)[0]?.chain ?? []);
}

function takesOpen(name: string, lists: readonly (readonly Piece[])[], marked: readonly string[]): boolean {
  if (TAKES_OPEN_WORDS.has(name)) return true;
  if (ON_LAST_COMPONENT.has(name))
    return wordsOf(marked[0] ?? '').every((word) => !hasMark(word.slice(word.lastIndexOf('/') + 1)));
  const architectures = lists
    .flat()
    .every((piece) => piece.open === undefined || piece.open === 'architecture');
  return (
    (name === 'subst' || name === 'filter-out') && architectures && /^[^a-z0-9]+$/i.test(marked[0] ?? '')
  );
}
