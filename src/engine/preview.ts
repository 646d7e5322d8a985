import { Exceptions } from '../decide/index.ts';
import type { ExceptionEntry, Level, Outcome, Policy, Problem } from '../domain/index.ts';
import { LEVELS } from '../domain/index.ts';
import { exceptedTree, exceptionsOf } from './exceptions.ts';
import type { JudgedTree } from './judged-tree.ts';
import { isPolicyWritten, type Written } from './written-policy.ts';

/** An image, or a manifest by its file, with what all of its findings amount to, old ones too. */
export interface ItemVerdict {
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
  if (!isPolicyWritten(written) && (!given.isWritten || given.entries !== null)) return null;
  const { later: policy } = written;
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
