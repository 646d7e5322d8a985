import type { Location, MakeTest, Span } from '../../domain/index.ts';
import { BOUNDS, compatible, joinConditions } from '../../domain/index.ts';
import { type Definition, textsOf, type Written } from './environment.ts';
import { type Expander, NO_SCOPE } from './expand.ts';
import { type Conjunction, divide, type Guards, negate } from './guards.ts';
import { closed, type Option, read, shown } from './pieces.ts';

/** Where a test holds and where it does not; both where nothing decides it. */
export interface Split {
  readonly yes: Guards;
  readonly no: Guards;
}

/** A conditional while its arms are read. */
export interface Frame {
  /** Where no arm above was taken. */
  remaining: Guards;
  current: Guards;
}

type Place = (span: Span) => Location;

/** Decides a test among the given cases, with the variables as they are now. */
export function splitBy(test: MakeTest, guards: Guards, expander: Expander, place: Place): Split {
  const yes: Conjunction[] = [];
  const no: Conjunction[] = [];
  for (const guard of guards) {
    const held = holds(test, guard, expander, place);
    const negated = test.kind !== 'unreadable' && test.negated;
    (negated ? no : yes).push(...held.yes);
    (negated ? yes : no).push(...held.no);
  }
  return { yes: bounded(yes, expander), no: bounded(no, expander) };
}

/** Texts that nothing decides and that one place depends on. */
const MOST_CONDITIONS = 128;

function bounded(guards: Guards, expander: Expander): Guards {
  const most = BOUNDS.alternativesPerValue;
  if (guards.length > most) expander.cut(`conditionals with more than ${most} cases`);
  const kept = guards.slice(0, most);
  if (kept.every((guard) => guard.length <= MOST_CONDITIONS)) return kept;
  expander.cut(`conditionals that depend on more than ${MOST_CONDITIONS} open texts`);
  return kept.map((guard) => guard.slice(0, MOST_CONDITIONS));
}

export function writtenOf(word: { readonly text: string; readonly span: Span }, place: Place): Written {
  return { text: word.text, at: place(word.span), multiline: false };
}

function holds(test: MakeTest, guard: Conjunction, expander: Expander, place: Place): Split {
  switch (test.kind) {
    case 'unreadable':
      return undecided(guard, { subject: test.text.slice(0, 80), equals: 'true' });
    case 'defined':
      return isDefined(writtenOf(test.name, place), guard, expander);
    case 'equal':
      return areEqual(writtenOf(test.left, place), writtenOf(test.right, place), guard, expander);
    default:
      return test satisfies never;
  }
}

function isDefined(written: Written, guard: Conjunction, expander: Expander): Split {
  const { world } = expander;
  const name = expander.nameOf(written, guard);
  if (world.given.has(name) || world.builtIn(name) !== undefined) return { yes: [guard], no: [] };
  const yes: Conjunction[] = [];
  let no: Guards = [guard];
  for (const { when, definition } of world.variables.get(name).held) {
    const isSet = definition !== null && !isEmpty(definition);
    if (!isSet || !compatible(guard, when)) continue;
    yes.push(joinConditions(guard, when));
    no = no.flatMap((rest) => divide(rest, [when]).outside);
  }
  return { yes, no };
}

function isEmpty(definition: Definition): boolean {
  return definition.flavor === 'recursive'
    ? textsOf(definition).every(({ text }) => text === '')
    : definition.choice.options.every((option) => shown(read(option.pieces)) === '');
}

function areEqual(left: Written, right: Written, guard: Conjunction, expander: Expander): Split {
  const yes: Conjunction[] = [];
  const no: Conjunction[] = [];
  const rights = expander.expand(right, guard, NO_SCOPE).options;
  for (const a of expander.expand(left, guard, NO_SCOPE).options) {
    for (const b of rights) {
      if (!compatible(guard, a.when) || !compatible(guard, b.when) || !compatible(a.when, b.when)) continue;
      const held = compared(a, b, joinConditions(joinConditions(guard, a.when), b.when));
      yes.push(...held.yes);
      no.push(...held.no);
    }
  }
  return { yes, no };
}

/** Where two texts are the same; an open one may be. */
export function compared(a: Option, b: Option, when: Conjunction): Split {
  const left = read(a.pieces);
  const right = read(b.pieces);
  const [leftText, rightText] = [shown(left), shown(right)];
  if (leftText === rightText) return { yes: [when], no: [] };
  if (closed(left) === undefined) return undecided(when, { subject: leftText, equals: rightText });
  if (closed(right) === undefined) return undecided(when, { subject: rightText, equals: leftText });
  return { yes: [], no: [when] };
}

/** Both ways, each with what then holds. */
export function undecided(
  when: Conjunction,
  condition: { readonly subject: string; readonly equals: string },
): Split {
  const ways = (conditions: Conjunction): Guards =>
    conditions.filter((one) => compatible(when, [one])).map((one) => joinConditions(when, [one]));
  return { yes: ways([condition]), no: ways(negate(condition)) };
}
