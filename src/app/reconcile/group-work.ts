import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { TakenMergeGroup } from '../../adapters/store/index.ts';
import type { NonEmpty } from '../../domain/index.ts';
import { type JudgedHead, judgeGroup, type SeenHead } from '../judge/index.ts';
import {
  abandonedWords,
  type CheckGiven,
  failureWords,
  publishCheck,
  publishGroup,
} from '../publish/index.ts';
import { codeOf, failureOf, loggedFailure } from './failure.ts';
import { Progress } from './progress.ts';
import type { PullGiven } from './pull-work.ts';
import { isSameSharing, judgeSharing, MOST_ROUNDS, sharingOf } from './shared-head.ts';

/** Longer than a judgement may take, so that it need not be renewed. */
const LEASE_MS = 10 * 60_000;

/** Judges the oldest group of a merge queue that waits for its check; false where none does (RELIABILITY A11). */
export async function workGroup(given: PullGiven): Promise<boolean> {
  const { store, time, owner, github, metrics } = given;
  const group = await store.takeMergeGroup({ owner, now: time.now(), leaseMs: LEASE_MS });
  if (group === null) return false;
  const { installationId: installation, repositoryId: id } = group;
  const client = github.repository({ installation, id, owner: group.owner, name: group.name }, 'judge');
  const check: CheckGiven = {
    client,
    store,
    time,
    owner,
    head: group.head,
    startedAt: time.now(),
    asked: group.asked,
    recovering: group.attempts > 1,
  };
  const progress = new Progress(given);
  progress.showLater(check);
  try {
    await judge(group, client, check, progress, given);
  } catch (error) {
    await progress.settle();
    await fail(error, group, check, given);
  } finally {
    metrics.requests.inc(client.requestsSent());
  }
  return true;
}

async function judge(
  group: TakenMergeGroup,
  client: RepositoryClient,
  check: CheckGiven,
  progress: Progress,
  given: PullGiven,
): Promise<void> {
  const { store, time, stop } = given;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const before = await sharingOf(store, group.repositoryId, group.head, 'group');
    const own = await judgeGroup(client, group, given);
    const others = await judgeSharing(before, group.head, client, given);
    const wasShown = await progress.settle();
    if (stop.aborted) {
      await store.retryMergeGroup(group, time.now(), false);
      return;
    }
    if (own.kind === 'absent' || !(await store.isMergeGroupWanted(group))) {
      // What stands on the commit may be a pull request's as well, which is judged by itself.
      if (wasShown && before.pulls.length === 0) await publishCheck(abandonedWords(group.head), check);
      await store.finishMergeGroup(group, time.now());
      return;
    }
    const now = await sharingOf(store, group.repositoryId, group.head, 'group');
    if (isSameSharing(others.sharing, now))
      return write([own, ...others.evaluations], group, client, check, given);
  }
  await store.retryMergeGroup(group, time.now(), false);
}

async function write(
  evaluations: NonEmpty<JudgedHead<SeenHead>>,
  group: TakenMergeGroup,
  client: RepositoryClient,
  check: CheckGiven,
  given: PullGiven,
): Promise<void> {
  const { store, time, log, metrics } = given;
  const published = await publishGroup(evaluations, {
    ...check,
    ...given,
    operatorEnforcement: given.operator.enforcement,
  });
  await store.finishMergeGroup(group, time.now());
  const [own] = evaluations;
  const verdict = own.kind === 'judged' ? own.report.verdict.outcome : 'inconclusive';
  metrics.evaluations.inc({ outcome: verdict });
  const { conclusion, written } = published;
  log.info(
    { ...idsOf(group), verdict, conclusion, written, requests: client.requestsSent() },
    'judged a group',
  );
}

async function fail(
  error: unknown,
  group: TakenMergeGroup,
  check: CheckGiven,
  { store, time, log, metrics, operator }: PullGiven,
): Promise<void> {
  const failure = failureOf(error, group, time.now());
  const code = codeOf(error);
  metrics.failures.inc({ code });
  log.warn(
    { ...idsOf(group), ...loggedFailure(error), next: failure.kind, attempts: group.attempts },
    'a group was not judged',
  );
  switch (failure.kind) {
    case 'wait':
      await store.postponeInstallation(group.installationId, failure.until, code);
      await store.retryMergeGroup(group, failure.until, false);
      return;
    case 'installation-gone':
      await store.suspendInstallation(group.installationId, true, time.now());
      await store.retryMergeGroup(group, time.now(), false);
      return;
    case 'drop':
      await store.finishMergeGroup(group, time.now());
      return;
    case 'retry':
      await store.retryMergeGroup(group, failure.until, true);
      return;
    case 'give-up':
      // Never a success, and never silence: the queue would wait for it.
      await publishCheck(failureWords(failure.why, operator.enforcement), {
        ...check,
        recovering: true,
      }).catch((again: unknown) =>
        log.warn({ ...idsOf(group), ...loggedFailure(again) }, 'the failure could not be written'),
      );
      await store.retryMergeGroup(group, failure.until, true);
      return;
    default:
      failure satisfies never;
  }
}

function idsOf({ installationId, repositoryId, head }: TakenMergeGroup) {
  return { installation: installationId, repository: repositoryId, head };
}
