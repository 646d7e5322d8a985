import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { KnownMergeGroup, PullRow, Store } from '../../adapters/store/index.ts';
import { AppError } from '../../domain/index.ts';
import { type JudgedHead, type JudgeGiven, judgeGroup, judgePull, type SeenHead } from '../judge/index.ts';
import { dueAt } from './spacing.ts';

// A check stands on a commit: it carries the worst verdict over all whose head that commit is, the group of a merge queue included
// (SEMANTICS 6.1).

/** Other open pull requests on one head that are judged with it; where there are more, nothing is decided. */
const MOST_SHARED = 10;

/** How often a head is judged before its check is left to a later claim, where what it rests on keeps changing. */
export const MOST_ROUNDS = 3;

/** Whose head a commit is, one that is judged by itself apart. */
export interface Sharing {
  readonly pulls: readonly PullRow[];
  readonly group: KnownMergeGroup | null;
}

/** Who is judged by itself: a pull request, or the head's merge group. */
export type Own = { readonly number: number } | 'group';

/** What our own table says. */
export async function sharingOf(
  store: Store,
  repositoryId: number,
  head: string,
  own: Own,
): Promise<Sharing> {
  const rows = await store.findByHead(repositoryId, head);
  if (own === 'group') return { pulls: rows, group: null };
  return {
    pulls: rows.filter(({ number }) => number !== own.number),
    group: await store.mergeGroupOf(repositoryId, head),
  };
}

/** True where nothing changed on which an evaluation rests: none is new or gone, none was marked or retargeted. */
export function isSameSharing(before: Sharing, now: Sharing): boolean {
  return traits(before) === traits(now);
}

function traits({ pulls, group }: Sharing): string {
  return JSON.stringify([
    pulls.map(({ number, baseRef, state, generation }) => [number, baseRef, state, generation]),
    group === null ? null : [group.baseRef, group.base, group.receivedAt],
  ]);
}

/** Judges the others; `sharing` without those that turn out to be closed. */
export async function judgeSharing(
  { pulls, group }: Sharing,
  head: string,
  client: RepositoryClient,
  given: JudgeGiven,
): Promise<{ readonly evaluations: readonly JudgedHead<SeenHead>[]; readonly sharing: Sharing }> {
  // One that is left out may be the worst.
  if (pulls.length > MOST_SHARED)
    throw new AppError('too-many-pulls', `${pulls.length} other pull requests have this head.`);
  const { store, time } = given;
  const evaluations: JudgedHead<SeenHead>[] = [];
  const open: PullRow[] = [];
  for (const row of pulls) {
    const evaluation = await judgePull(client, row.number, given);
    if (evaluation.kind === 'absent' || evaluation.kind === 'closed') {
      await store.notePull(row, { owner: row.owner, name: row.name, state: 'closed' }, time.now());
      continue;
    }
    open.push(row);
    if (evaluation.snapshot.head === head) evaluations.push(evaluation);
  }
  if (group !== null && !(await isMerged(group, client))) {
    const evaluation = await judgeGroup(client, group, given);
    if (evaluation.kind !== 'absent') evaluations.push(evaluation);
  }
  return { evaluations, sharing: { pulls: open, group } };
}

/** A group whose commit is in its branch decides nothing any more, and what was granted for its members cannot be told any more. */
async function isMerged(group: KnownMergeGroup, client: RepositoryClient): Promise<boolean> {
  if (!group.isFinished) return false;
  const branch = await client.branch(group.baseRef, []);
  if (branch === null) return false;
  return (await client.compare(branch.base.tip, group.head)).mergeBase === group.head;
}

/** Makes the others on a head due that a pull request leaves: their check may carry its verdict. */
export async function markLeft(
  row: Pick<PullRow, 'repositoryId' | 'number' | 'headSha'>,
  { store, time }: Pick<JudgeGiven, 'store' | 'time'>,
): Promise<void> {
  for (const other of await leftOn(row, store)) {
    const at = dueAt(other, 'head-left', time.now());
    await store.markDue(other, { owner: other.owner, name: other.name }, at, 'head-left');
  }
}

/** The other open pull requests on the head of one that leaves it. */
export async function leftOn(
  { repositoryId, number, headSha }: Pick<PullRow, 'repositoryId' | 'number' | 'headSha'>,
  store: Store,
): Promise<readonly PullRow[]> {
  if (headSha === null) return [];
  return (await store.findByHead(repositoryId, headSha)).filter((row) => row.number !== number);
}
