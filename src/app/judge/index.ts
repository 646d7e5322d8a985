// In: a pull request's number, or a group of a merge queue. Out: its report, made from what GitHub says now.
// Reads only. Everything from blobs to report is the engine's, the same as on the command line (promise 4).
// Not here: when to judge (reconcile), what is written (publish).

import { createHash } from 'node:crypto';
import type {
  BranchSnapshot,
  Comparison,
  PullSnapshot,
  RepositoryClient,
} from '../../adapters/github/api.ts';
import type { GrantsKey, MergeGroup } from '../../adapters/store/index.ts';
import type {
  Grant,
  GrantEvent,
  NonEmpty,
  PolicyProblem,
  PolicyText,
  Report,
  Tree,
} from '../../domain/index.ts';
import { dayAt, decidingOutcome, POLICY_PATH, standingGrants } from '../../domain/index.ts';
import type { Judgement } from '../../engine/ports.ts';
import { ENGINE_VERSION } from '../../engine/version.ts';
import { allEvents, type ReplyMarks, restoreEvents, termsOf } from '../grants/index.ts';
import type { AppPolicy, AppPorts, OperatorChoice } from '../ports.ts';
import { readChange } from './changed-paths.ts';
import { contentOf } from './content.ts';
import { nameOf, type OrganisationTier, organisationTier } from './organisation.ts';
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
      /** Null where nothing of ours was touched, so that none was asked. */
      readonly policy: AppPolicy | null;
      /** The texts that it is made of; absent where none was asked. */
      readonly policyTexts?: readonly PolicyText[];
      readonly patches: ReadonlyMap<string, string | undefined> | null;
      readonly inputs: string;
      /** The organisation's repository, where it cannot be read and no policy was ever seen there. */
      readonly unseenOrganisation?: string;
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
  | JudgedHead<PullSnapshot>;

export interface JudgeGiven extends Pick<AppPorts, 'store' | 'github' | 'analyse' | 'readPolicy' | 'time'> {
  readonly replies: ReplyMarks;
  readonly operator: OperatorChoice;
  readonly tips: TipKnowledge;
  /** What the organisation says, where it was asked a moment ago. */
  readonly organisation?: OrganisationTier | undefined;
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
  const policy = await policyFor(client, snapshot, given);
  const judged = (events: readonly GrantEvent[]) =>
    judgeHead(client, snapshot, policy, {
      ...given,
      comparison: fits ? early.comparison : null,
      grants: standingOn(snapshot, policy.chosen, events),
    });
  return withGrants(client, { repositoryId: client.repository.id, number }, judged, given);
}

/**
 * What is said about exceptions is read from the App's replies only where that may change something: where a change is not green, and the store
 * does not know of all that was said.
 */
async function withGrants(
  client: RepositoryClient,
  key: GrantsKey,
  judge: (events: readonly GrantEvent[]) => Promise<JudgedHead<PullSnapshot>>,
  given: JudgeGiven,
): Promise<JudgedHead<PullSnapshot>> {
  const { events, known } = await given.store.grantEvents(key);
  const judged = await judge(known ? events : []);
  if (known || judged.kind !== 'judged' || isGreen(judged.report)) return judged;
  const said = await restoreEvents(client, key, given);
  const again = said.events.length === 0 ? judged : await judge(said.events);
  if (said.isWhole || again.kind !== 'judged') return again;
  return { ...again, report: withNote(again.report, REPLY_MISSING) };
}

const REPLY_MISSING =
  'A reply of Plinth on this pull request was deleted or edited, so what was granted before it does not count. Have it granted again.';

function withNote(report: Report, note: string): Report {
  return { ...report, notes: [...(report.notes ?? []), note] };
}

function isGreen(report: Report): boolean {
  return ['pass', 'warn'].includes(decidingOutcome(report));
}

function standingOn(
  { base }: SeenHead,
  policy: ReturnType<typeof choosePolicy>,
  events: readonly GrantEvent[],
): readonly Grant[] {
  if ('problems' in policy) return [];
  return standingGrants(events, termsOf(policy.policy, base.ref)).grants;
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
  const policy = await policyFor(client, branch, given);
  const seen = { head: group.head, base: { ref: group.baseRef, tip: group.base } };
  const judge = (grants: readonly Grant[]) =>
    judgeHead(client, seen, policy, { ...given, comparison: null, grants });
  const judged = await judge([]);
  if (judged.kind !== 'judged' || isGreen(judged.report)) return judged;
  const grants: Grant[] = [];
  for (const number of await membersOf(group, client, given)) {
    const said = await allEvents(client, { repositoryId: client.repository.id, number }, given);
    grants.push(...standingOn(seen, policy.chosen, said));
  }
  return grants.length === 0 ? judged : judge(onceEach(grants));
}

/** The pull requests that a group adds to what it stands on: the queue holds them in their order, each with the commit that it made up to there. */
async function membersOf(
  { head, base, baseRef }: Pick<MergeGroup, 'head' | 'base' | 'baseRef'>,
  { repository }: RepositoryClient,
  { github }: JudgeGiven,
): Promise<readonly number[]> {
  const queue = await github.repository(repository, 'queue').mergeQueue(baseRef);
  const last = queue.findIndex((entry) => entry.head === head);
  const before = queue.findIndex((entry) => entry.head === base);
  return queue.slice(before + 1, last + 1).map(({ number }) => number);
}

/** Two members may have been granted the same. */
function onceEach(grants: readonly Grant[]): readonly Grant[] {
  return [...new Map(grants.map((grant) => [grant.entry.hash, grant])).values()];
}

interface HeadGiven extends JudgeGiven {
  readonly comparison: Comparison | null;
  readonly grants: readonly Grant[];
}

/** The policy with the organisation's part of it. */
interface PolicyFor {
  readonly chosen: ReturnType<typeof choosePolicy>;
  readonly organisation: OrganisationTier;
}

async function policyFor(
  client: RepositoryClient,
  snapshot: BranchSnapshot,
  given: JudgeGiven,
): Promise<PolicyFor> {
  const organisation = given.organisation ?? (await organisationTier(client.repository, given));
  const stronger = { operator: given.operator, organisation };
  return { chosen: choosePolicy(snapshot, stronger, given.readPolicy), organisation };
}

/** Compares a head with the tip below it, and has the engine judge the change. */
async function judgeHead<Seen extends SeenHead>(
  client: RepositoryClient,
  snapshot: Seen,
  { chosen: policy, organisation }: PolicyFor,
  { comparison, grants, ...given }: HeadGiven,
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
    date: dayAt(given.time.now()),
    ...(grants.length === 0 ? {} : { grants }),
  };
  const content = contentOf(client, given.store.facts(client.repository.installation), { tip, head });
  const answer = await given.analyse(judgement, content);
  if ('problems' in answer) return refused(snapshot, answer.problems as NonEmpty<PolicyProblem>);
  given.tips.learn(client.repository.id, {
    judgement,
    report: answer.report,
    exceptions: policy.policy.exceptions,
    organisation: nameOf(organisation),
    looked: content.looked,
  });
  return {
    kind: 'judged',
    snapshot,
    report: answer.report,
    policy: policy.policy,
    policyTexts: policy.texts,
    patches: change.patches,
    inputs: digestOf(judgement),
    ...(organisation.kind === 'unseen' ? { unseenOrganisation: organisation.repository } : {}),
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
export function digestOf({ tip, mergeBase, head, policies, enforcement, date, grants }: Judgement): string {
  return sha256([ENGINE_VERSION, tip?.commit, mergeBase, head, policies, enforcement, date, grants]);
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
