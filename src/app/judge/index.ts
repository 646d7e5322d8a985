// In: a pull request's number, or a group of a merge queue. Out: its report, made from what GitHub says now.
// Reads only. Everything from blobs to report is the engine's, the same as on the command line (promise 4).
// Not here: when to judge (reconcile), what is written (publish).

import { createHash } from 'node:crypto';
import type { Comparison, PullSnapshot, RepositoryClient } from '../../adapters/github/api.ts';
import type { MergeGroup } from '../../adapters/store/index.ts';
import type { NonEmpty, Policy, PolicyProblem, Report, Tree } from '../../domain/index.ts';
import { POLICY_PATH } from '../../domain/index.ts';
import type { Judgement } from '../../engine/ports.ts';
import { ENGINE_VERSION } from '../../engine/version.ts';
import type { AppPorts, OperatorChoice } from '../ports.ts';
import { readChange } from './changed-paths.ts';
import { contentOf } from './content.ts';
import { choosePolicy } from './policy-choice.ts';
import type { TipKnowledge } from './tip-knowledge.ts';

/** What publishing has to know of a pull request. */
export type SeenPull = Pick<PullSnapshot, 'number' | 'head' | 'base' | 'draft' | 'locked' | 'fork'>;

/** What a check has to know of the commit that it stands on, a merge group's too. */
export type SeenHead = Pick<SeenPull, 'head' | 'base'>;

/** What the judgement of a commit came to. */
export type JudgedHead<Seen extends SeenHead> =
  | {
      readonly kind: 'judged';
      readonly snapshot: Seen;
      readonly report: Report;
      readonly review: Policy['review'];
      readonly patches: ReadonlyMap<string, string | undefined> | null;
      readonly inputs: string;
    }
  | {
      readonly kind: 'policy-problems';
      readonly snapshot: Seen;
      readonly problems: NonEmpty<PolicyProblem>;
      readonly inputs: string;
    };

export type Evaluation =
  /** The pull request is not there. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'closed'; readonly snapshot: PullSnapshot }
  | JudgedHead<SeenPull>;

export interface JudgeGiven extends Pick<AppPorts, 'store' | 'analyse' | 'readPolicy' | 'time'> {
  readonly operator: OperatorChoice;
  readonly tips: TipKnowledge;
  /** Called when the pull request is known to be open, before it is judged. */
  readonly onOpen?: (snapshot: PullSnapshot) => void;
}

/** A comparison that was made before it was known whether the whole judgement is needed. */
export interface EarlyComparison {
  readonly base: string;
  readonly head: string;
  readonly comparison: Comparison;
}

/** Judges one pull request as it is now. Throws AppErrors of GitHub, the store and the analyser. */
export async function judgePull(
  client: RepositoryClient,
  number: number,
  given: JudgeGiven,
  early: EarlyComparison | null = null,
): Promise<Evaluation> {
  const snapshot = await client.pull(number, [POLICY_PATH]);
  if (snapshot === null) return { kind: 'absent' };
  if (snapshot.state === 'closed') return { kind: 'closed', snapshot };
  given.onOpen?.(snapshot);
  const fits = early !== null && early.base === snapshot.base.tip && early.head === snapshot.head;
  const policy = choosePolicy(snapshot, given.operator, given.readPolicy);
  return judgeHead(client, snapshot, policy, fits ? early.comparison : null, given);
}

/**
 * Judges a group of a merge queue: what it adds to the commit that it stands on, by the policy of the branch that it is to be merged into
 * (SEMANTICS 1.1). Absent where that branch is gone.
 */
export async function judgeGroup(
  client: RepositoryClient,
  group: Pick<MergeGroup, 'head' | 'base' | 'baseRef'>,
  given: JudgeGiven,
): Promise<{ readonly kind: 'absent' } | JudgedHead<SeenHead>> {
  const branch = await client.branch(group.baseRef, [POLICY_PATH]);
  if (branch === null) return { kind: 'absent' };
  const policy = choosePolicy(branch, given.operator, given.readPolicy);
  const seen = { head: group.head, base: { ref: group.baseRef, tip: group.base } };
  return judgeHead(client, seen, policy, null, given);
}

/** Compares a head with the tip below it, and has the engine judge the change. */
async function judgeHead<Seen extends SeenHead>(
  client: RepositoryClient,
  snapshot: Seen,
  policy: ReturnType<typeof choosePolicy>,
  comparison: Comparison | null,
  given: JudgeGiven,
): Promise<JudgedHead<Seen>> {
  if ('problems' in policy) return refused(snapshot, policy.problems);
  const tip = { commit: snapshot.base.tip, tree: await tipTree(client, snapshot.base.tip, given) };
  const { head } = snapshot;
  const change = await readChange({ client, store: given.store, tip, head, comparison });
  const judgement: Judgement = {
    tip,
    mergeBase: change.mergeBase,
    head,
    changes: change.changes,
    policies: policy.texts,
    enforcement: policy.enforcement,
    date: new Date(given.time.now()).toISOString().slice(0, 10),
  };
  const content = contentOf(client, given.store.facts(client.repository.installation), { tip, head });
  const answer = await given.analyse(judgement, content);
  if ('problems' in answer) return refused(snapshot, answer.problems as NonEmpty<PolicyProblem>);
  given.tips.learn(client.repository.id, {
    judgement,
    report: answer.report,
    exceptions: policy.exceptions,
    looked: content.looked,
  });
  return {
    kind: 'judged',
    snapshot,
    report: answer.report,
    review: policy.review,
    patches: change.patches,
    inputs: digestOf(judgement),
  };
}

function refused<Seen extends SeenHead>(snapshot: Seen, problems: NonEmpty<PolicyProblem>): JudgedHead<Seen> {
  return { kind: 'policy-problems', snapshot, problems, inputs: sha256([snapshot.head, problems]) };
}

async function tipTree(
  client: RepositoryClient,
  commit: string,
  { store }: Pick<JudgeGiven, 'store'>,
): Promise<Tree> {
  const key = { installationId: client.repository.installation, repositoryId: client.repository.id, commit };
  const kept = await store.tip(key);
  if (kept !== null) return kept;
  const tree = await client.tree(commit);
  await store.saveTip(key, tree);
  return tree;
}

/** Of all that the report is a function of (SEMANTICS 1.2); trees follow from their commits. */
export function digestOf({ tip, mergeBase, head, policies, enforcement, date }: Judgement): string {
  return sha256([ENGINE_VERSION, tip?.commit, mergeBase, head, policies, enforcement, date]);
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
