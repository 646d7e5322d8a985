import { Exceptions } from '../decide/index.ts';
import type { ExceptionEntry, Level, Outcome, Policy, Problem } from '../domain/index.ts';
import { compareText, LEVELS, POLICY_PATH } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { exceptedTree, exceptionsOf } from './exceptions.ts';
import type { JudgedTree } from './judged-tree.ts';
import { laterPolicy, type Written } from './written-policy.ts';

/** An image, or a manifest by its file, with what all of its findings amount to, old ones too. */
interface ItemVerdict {
  readonly noun: 'image' | 'manifest';
  readonly label: string;
  readonly outcome: Outcome;
}

/** By a key that is the same under every policy. */
export type ItemVerdicts = ReadonlyMap<string, ItemVerdict>;

interface LaterGiven {
  /** Whether the change has other exceptions count. */
  readonly isWritten: boolean;
  /** What an operator gives in place of the exceptions file; null where the file counts. */
  readonly entries: readonly ExceptionEntry[] | null;
  /** The merged tree, as the policy of the base branch has it. */
  readonly result: JudgedTree;
  /** UTC, `YYYY-MM-DD`. */
  readonly date: string;
  /** The merged tree by another policy, from the same facts. */
  readonly judge: (policy: Policy) => Promise<JudgedTree>;
}

/**
 * What images and manifests of the merged tree come to once it is merged: by the policy and the exceptions that the change writes. Null where it
 * writes neither, or what nobody can use: that is said as a finding.
 */
export async function laterVerdicts(written: Written, given: LaterGiven): Promise<ItemVerdicts | null> {
  const isPolicyWritten = written.changes.some(({ path }) => path === POLICY_PATH);
  if (!isPolicyWritten && (!given.isWritten || given.entries !== null)) return null;
  const policy = await laterPolicy(written);
  if (policy === null) return null;
  const entries = given.entries ?? (await writtenEntries(written, policy));
  if (entries === null) return null;
  const tree = isSame(policy, written.policy) ? given.result : await given.judge(policy);
  if (tree.failedRules.length > 0) return null;
  // Once it is merged, the tree is the tip itself.
  const sides = { tip: null, result: tree.images, renamed: NONE, movedPrograms: NONE, tipTree: null };
  return verdictsOf(tree, new Exceptions({ ...exceptedTree(sides, given.date), entries, granted: [] }));
}

/** The entries of the merged tree's file; null where it cannot be used. */
async function writtenEntries(
  { tree, blobs }: Written,
  policy: Policy,
): Promise<readonly ExceptionEntry[] | null> {
  const { entries, unread } = await exceptionsOf(tree, policy, blobs);
  return unread === null ? entries : null;
}

/** The same settings; whether somebody chose them decides which names they govern. */
function isSame(one: Policy, other: Policy): boolean {
  const isChosen = ({ sources }: Policy) => sources.some(({ tier }) => tier !== 'shipped');
  return one.digest === other.digest && isChosen(one) === isChosen(other);
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/** What every image and manifest of a tree comes to. */
export function verdictsOf({ images, judged }: JudgedTree, exceptions: Exceptions): ItemVerdicts {
  const items = new Map<string, ItemVerdict>();
  const byPath = Map.groupBy(images, ({ path }) => path);
  for (const { id, name } of images)
    items.set(`image ${id}`, { noun: 'image', label: name ?? id, outcome: 'pass' });
  for (const { rule, level, problem } of judged) {
    const outcome = exceptions.covering(rule, problem) === undefined ? outcomeOf(level) : 'pass';
    for (const key of keysOf(problem, byPath)) {
      const known = items.get(key) ?? { noun: 'manifest', label: problem.path, outcome: 'pass' };
      if (isWorse(outcome, known.outcome)) items.set(key, { ...known, outcome });
      else items.set(key, known);
    }
  }
  return items;
}

/** The images that a problem is one of, or the manifest that has it; nothing for what is neither. */
function keysOf(problem: Problem, byPath: ReadonlyMap<string, JudgedTree['images']>): readonly string[] {
  const built = problem.concerns?.built ?? [];
  if (problem.kind !== 'use' && built.length > 0) return built.map((id) => `image ${id}`);
  const here = problem.kind === 'use' ? [] : (byPath.get(problem.path) ?? []);
  if (here.length > 0) return here.map(({ id }) => `image ${id}`);
  return problem.kind === 'other' ? [] : [`manifest ${problem.path}`];
}

function outcomeOf(level: Level): Outcome {
  return level === 'note' ? 'pass' : level;
}

const WORST_FIRST: readonly Outcome[] = [...LEVELS.filter((level) => level !== 'note'), 'pass'];

function isWorse(one: Outcome, other: Outcome): boolean {
  return WORST_FIRST.indexOf(one) < WORST_FIRST.indexOf(other);
}

// ---- in words ------------------------------------------------------------------------------------------

/** `gone`: the policy looks at it no more, or not yet. */
type Standing = Outcome | 'gone';

interface Move {
  readonly noun: ItemVerdict['noun'];
  readonly from: Standing;
  readonly to: Standing;
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
function otherwise(noun: ItemVerdict['noun']): Standing {
  return noun === 'manifest' ? 'pass' : 'gone';
}

/** What would pass, or not be seen any more, first: that is what a reviewer lets through. */
const TELLING: readonly Standing[] = ['gone', 'pass', 'warn', 'needs-exception', 'inconclusive', 'block'];

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

const WOULD: Readonly<Record<Standing, string>> = {
  gone: 'not be looked at any more',
  pass: 'pass',
  warn: 'be warned about',
  'needs-exception': 'need an exception',
  inconclusive: 'be undecided',
  block: 'be blocked',
};

const NOW_ONE: Readonly<Record<Standing, string>> = {
  gone: 'is not looked at',
  pass: 'passes',
  warn: 'is warned about',
  'needs-exception': 'needs an exception',
  inconclusive: 'is undecided',
  block: 'is blocked',
};

const NOW_MANY: Readonly<Record<Standing, string>> = {
  gone: 'are not looked at',
  pass: 'pass',
  warn: 'are warned about',
  'needs-exception': 'need an exception',
  inconclusive: 'are undecided',
  block: 'are blocked',
};
