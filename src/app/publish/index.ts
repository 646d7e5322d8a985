// In: evaluations of the open pull requests and the merge group on one head. Out: its check run, and a review of the pull request at hand.
// Not here: judging (judge), the words of reports (present), when to write (reconcile).
import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { Store } from '../../adapters/store/index.ts';
import type { Enforcement, NonEmpty, Report } from '../../domain/index.ts';
import { isNonEmpty } from '../../domain/index.ts';
import { code, renderCheckRun, worstOf } from '../../present/index.ts';
import { commandsHelp } from '../commands/index.ts';
import type { JudgedHead, SeenHead, SeenPull } from '../judge/index.ts';
import type { Time } from '../ports.ts';
import { CHECK_NAME, type CheckGiven, publishCheck } from './check-run.ts';
import type { Guide } from './guide.ts';
import { publishReview } from './review.ts';
import { type CheckWords, policyProblemWords } from './words.ts';

export { beginCheck, CHECK_NAME, type CheckGiven, finishAbandonedRun, publishCheck } from './check-run.ts';
export { createGuide, type Guide } from './guide.ts';
export { abandonedWords, failureWords, supersededWords } from './words.ts';

/** An evaluation that came to something that can be written. */
export type Decided = JudgedHead<SeenPull>;

export interface PublishGiven extends Omit<CheckGiven, 'store' | 'head'> {
  readonly client: RepositoryClient;
  readonly store: Store;
  readonly time: Time;
  readonly guide: Guide;
  readonly operatorEnforcement: Enforcement | null;
}

export interface Published {
  readonly checkRunId: number;
  readonly reviewId: number | null;
  readonly conclusion: CheckWords['conclusion'];
  readonly written: boolean;
}

/** A review that is not known to be there, and one that was looked for and is not needed. */
const UNFINISHED = -1;
const NOTHING_TO_SAY = 0;

/** A pull request's own evaluation, and those of all else that has its head. */
export type DecidedFirst = readonly [Decided, ...JudgedHead<SeenHead>[]];

/** Writes the check run for all that have the head (SEMANTICS 6.1), then the review of the first. */
export async function publish(evaluations: DecidedFirst, given: PublishGiven): Promise<Published> {
  const [own] = evaluations;
  const { check, published } = await publishVerdict(evaluations, given);
  if (own.kind !== 'judged') return { ...published, reviewId: null };
  const key = { repositoryId: given.client.repository.id, headSha: own.snapshot.head, name: CHECK_NAME };
  const unfinished = check.before.reviewId === null || check.before.reviewId === UNFINISHED;
  // Until the review's outcome is recorded, a crash leaves the publication unfinished.
  if (!unfinished) await given.store.savePublication(key, { reviewId: UNFINISHED }, given.time.now());
  const reviewId = await publishReview({
    ...given,
    ...own,
    review: own.policy?.review ?? 'off',
    recovering: given.recovering || (unfinished && !check.first),
  });
  await given.store.savePublication(key, { reviewId: reviewId ?? NOTHING_TO_SAY }, given.time.now());
  return { ...published, reviewId };
}

/** Writes the check run of a merge group, for the pull requests on its head as well; nobody reviews what a queue made. */
export async function publishGroup(
  evaluations: NonEmpty<JudgedHead<SeenHead>>,
  given: PublishGiven,
): Promise<Omit<Published, 'reviewId'>> {
  return (await publishVerdict(evaluations, given)).published;
}

async function publishVerdict(evaluations: NonEmpty<JudgedHead<SeenHead>>, given: PublishGiven) {
  const words = wordsOf(evaluations, given);
  const check = await publishCheck(words, { ...given, head: evaluations[0].snapshot.head });
  return {
    check,
    published: { checkRunId: check.id, conclusion: words.conclusion, written: check.written },
  };
}

/** A policy that cannot be used is worse than any verdict; else the worst report leads. */
function wordsOf(evaluations: NonEmpty<JudgedHead<SeenHead>>, given: PublishGiven): CheckWords {
  const refused = evaluations.find((one) => one.kind === 'policy-problems');
  if (refused !== undefined) return policyProblemWords(refused.problems, given.operatorEnforcement);
  const judged = evaluations.filter((one) => one.kind === 'judged');
  const reports = judged.map((one) => one.report);
  if (!isNonEmpty(reports)) throw new Error('nothing was judged');
  const [worst, ...others] = worstOf(reports);
  const bases = new Map<Report, string>(judged.map((one) => [one.report, one.snapshot.base.ref]));
  const { owner, name } = given.client.repository;
  return renderCheckRun(worst, {
    rules: given.guide.rules,
    pageOf: given.guide.pageOf,
    exceptionsPage: given.guide.exceptionsPage,
    readsComments: true,
    links: {
      repositoryUrl: given.guide.repositoryUrl(owner, name),
      headSha: evaluations[0].snapshot.head,
    },
    ...policySentence(judged),
    commandsHelp: commandsHelp(),
    others,
    baseOf: (report) => bases.get(report) ?? report.tip ?? '',
  });
}

/** An organisation's policy that was never seen is said (SEMANTICS 1.4). */
function policySentence(judged: readonly { readonly unseenOrganisation?: string }[]): {
  readonly policySentence?: string;
} {
  const repository = judged.find((one) => one.unseenOrganisation !== undefined)?.unseenOrganisation;
  if (repository === undefined) return {};
  return {
    policySentence: `No policy of the organisation: this App cannot read ${code(repository)}, if there is one.`,
  };
}
