// In: a pull request's number. Out: its report, made from what GitHub says now.
// Reads only. Everything from blobs to report is the engine's, the same as on the command line (promise 4).
// Not here: when to judge (reconcile), what is written (publish).
import { createHash } from 'node:crypto';
import type { Comparison, PullSnapshot, RepositoryClient } from '../../adapters/github/api.ts';
import type { NonEmpty, Policy, PolicyProblem, Report, Tree } from '../../domain/index.ts';
import type { Judgement } from '../../engine/ports.ts';
import { ENGINE_VERSION } from '../../engine/version.ts';
import { POLICY_PATH } from '../../rules/index.ts';
import type { AppPorts, OperatorChoice } from '../ports.ts';
import { readChange } from './changed-paths.ts';
import { contentOf } from './content.ts';
import { choosePolicy } from './policy-choice.ts';
import type { TipKnowledge } from './tip-knowledge.ts';

/** What publishing has to know of a pull request. */
export type SeenPull = Pick<PullSnapshot, 'number' | 'head' | 'base' | 'draft' | 'locked' | 'fork'>;

export type Evaluation =
  /** The pull request is not there. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'closed'; readonly snapshot: PullSnapshot }
  | {
      readonly kind: 'judged';
      readonly snapshot: SeenPull;
      readonly report: Report;
      readonly review: Policy['review'];
      readonly patches: ReadonlyMap<string, string | undefined> | null;
      readonly inputs: string;
    }
  | {
      readonly kind: 'policy-problems';
      readonly snapshot: SeenPull;
      readonly problems: NonEmpty<PolicyProblem>;
      readonly inputs: string;
    };

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
  const policy = choosePolicy(snapshot, given.operator, given.readPolicy);
  if ('problems' in policy) return refused(snapshot, policy.problems);
  const tip = { commit: snapshot.base.tip, tree: await tipTree(client, snapshot.base.tip, given) };
  const fits = early !== null && early.base === tip.commit && early.head === snapshot.head;
  const { mergeBase, changes, patches } = await readChange({
    client,
    store: given.store,
    tip,
    head: snapshot.head,
    comparison: fits ? early.comparison : null,
  });
  const judgement: Judgement = {
    tip,
    mergeBase,
    head: snapshot.head,
    changes,
    policies: policy.texts,
    enforcement: policy.enforcement,
    date: new Date(given.time.now()).toISOString().slice(0, 10),
  };
  const content = contentOf(client, given.store.facts(client.repository.installation), {
    tip,
    head: snapshot.head,
  });
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
    patches,
    inputs: digestOf(judgement),
  };
}

function refused(snapshot: PullSnapshot, problems: NonEmpty<PolicyProblem>): Evaluation {
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
