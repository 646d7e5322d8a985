// Words with more spellings than are followed.
import { BOUNDS, sharedConditions } from '../../../domain/index.ts';
import type { Choice, Option, Piece } from '../../../formats/make/pieces.ts';
import { fieldsOf, isGap, listOf, QUOTED } from './fields.ts';

/** Name of what could be too many things. */
const MANY = 'one of many';

/**
 * The words of a command that together can be more than is followed: of the one with the most ways, what those have in common is left, and the rest is open.
 * A tag with many spellings takes nothing from what is known of the base.
 */
export function openedUp(
  choices: readonly Choice[],
  bound: number = BOUNDS.alternativesPerValue,
): readonly Choice[] {
  const opened = [...choices];
  const ways = (): number => opened.reduce((all, { options }) => all * Math.max(1, options.length), 1);
  while (ways() > bound) {
    const most = Math.max(
      ...opened.map((one, index) => (index > 0 && isOneText(one) ? one.options.length : 0)),
    );
    const index = opened.findIndex((one, at) => at > 0 && isOneText(one) && one.options.length === most);
    const found = opened[index];
    if (found === undefined || most < MOST_SPELLINGS) break;
    opened[index] = inCommon(found);
  }
  return opened;
}

/** A command in many ways as one: its program, and as many open words as it has at most. */
export function withOpenWords(options: readonly Option[]): Option {
  const ways = options.map(({ pieces }) => fieldsOf(pieces));
  const program = ways[0]?.[0] ?? [];
  const chain = program[0]?.chain ?? [];
  const count = Math.max(...ways.map(({ length }) => length)) - 1;
  const open: readonly Piece[] = [{ text: MANY, open: 'computed', chain }];
  const words = Array.from({ length: count }, () => open);
  return {
    when: options.map(({ when }) => when).reduce(sharedConditions),
    pieces: listOf([program, ...words]),
  };
}

/** Fewer are no spellings of one thing, but things that somebody chose between. */
const MOST_SPELLINGS = 5;

function isOneText({ options, beyond }: Choice): boolean {
  return beyond === undefined && options.every(({ pieces }) => !pieces.some(isGap));
}

/** What all ways begin with, and a gap in the place of the rest. */
function inCommon({ options }: Choice): Choice {
  const texts = options.map(({ pieces }) => (pieces[0]?.text === '' ? pieces.slice(1) : pieces));
  const starts = texts.map((pieces) => {
    const end = pieces.findIndex(({ open }) => open !== undefined);
    return pieces
      .slice(0, end < 0 ? pieces.length : end)
      .map(({ text }) => text)
      .join('');
  });
  const [one = '', ...others] = starts;
  let length = one.length;
  for (const other of others) while (!other.startsWith(one.slice(0, length))) length--;
  // A part of a name says nothing.
  const start = one.slice(0, length).replace(/[^/:=@,]*$/, '');
  const chain = texts[0]?.[0]?.chain ?? [];
  const when = options.map((option) => option.when).reduce(sharedConditions);
  const rest: Piece = { text: MANY, open: 'computed', chain };
  return { options: [{ when, pieces: [QUOTED, ...(start === '' ? [] : [{ text: start, chain }]), rest] }] };
}
