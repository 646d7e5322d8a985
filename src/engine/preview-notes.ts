import type { Outcome } from '../domain/index.ts';
import { compareText } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import type { ItemVerdict, ItemVerdicts } from './preview.ts';

/** `gone`: the policy looks at it no more, or not yet. */
type Fate = Outcome | 'gone';

interface Move {
  readonly noun: ItemVerdict['noun'];
  readonly from: Fate;
  readonly to: Fate;
  readonly labels: string[];
}

const MOST_LABELS = 5;
const MOST_MOVES = 8;
const LONGEST_LABEL = 200;

/** What a reader should know of a change to policy or exceptions before it is merged: which images change verdict, a sentence for each kind of move. */
export function previewNotes(now: ItemVerdicts, later: ItemVerdicts): readonly string[] {
  const moves = new Map<string, Move>();
  for (const key of new Set([...now.keys(), ...later.keys()])) {
    const [before, after] = [now.get(key), later.get(key)];
    const { noun, label } = (before ?? after) as ItemVerdict;
    const [from, to] = [before?.outcome ?? otherwise(noun), after?.outcome ?? otherwise(noun)];
    if (from === to) continue;
    const move = moves.get(`${noun} ${from} ${to}`) ?? { noun, from, to, labels: [] };
    move.labels.push(label);
    moves.set(`${noun} ${from} ${to}`, move);
  }
  if (moves.size === 0) return ['With this change: no image and no manifest changes its verdict.'];
  const told = [...moves.values()].sort(mostTelling).slice(0, MOST_MOVES).map(inWords);
  const rest = moves.size - told.length;
  return rest > 0
    ? [...told, `With this change: other verdicts change as well, in ${rest} more ways.`]
    : told;
}

/** A manifest without findings is not listed; an image that is not listed is not looked at. */
function otherwise(noun: ItemVerdict['noun']): Fate {
  return noun === 'manifest' ? 'pass' : 'gone';
}

/** What would pass, or not be seen any more, first: that is what a reviewer lets through. */
const TELLING: readonly Fate[] = ['gone', 'pass', 'warn', 'needs-exception', 'inconclusive', 'block'];

function mostTelling(a: Move, b: Move): number {
  return (
    TELLING.indexOf(a.to) - TELLING.indexOf(b.to) ||
    TELLING.indexOf(b.from) - TELLING.indexOf(a.from) ||
    compareText(a.noun, b.noun)
  );
}

function inWords({ noun, from, to, labels }: Move): string {
  const names = [...new Set(labels)].sort(compareText);
  const shown = names
    .slice(0, MOST_LABELS)
    .map((name) => (name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL)}…` : name))
    .join(', ');
  const rest = names.length - MOST_LABELS;
  const listed = rest > 0 ? `${shown} and ${rest} more` : shown;
  const isOne = names.length === 1;
  return `With this change: ${counted(names.length, noun)} would ${WOULD[to]} that ${isOne ? NOW_ONE[from] : NOW_MANY[from]} now: ${listed}.`;
}

const WOULD: Readonly<Record<Fate, string>> = {
  gone: 'not be looked at any more',
  pass: 'pass',
  warn: 'be warned about',
  'needs-exception': 'need an exception',
  inconclusive: 'be undecided',
  block: 'be blocked',
};

const NOW_ONE: Readonly<Record<Fate, string>> = {
  gone: 'is not looked at',
  pass: 'passes',
  warn: 'is warned about',
  'needs-exception': 'needs an exception',
  inconclusive: 'is undecided',
  block: 'is blocked',
};

const NOW_MANY: Readonly<Record<Fate, string>> = {
  gone: 'are not looked at',
  pass: 'pass',
  warn: 'are warned about',
  'needs-exception': 'need an exception',
  inconclusive: 'are undecided',
  block: 'are blocked',
};
