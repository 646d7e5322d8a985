import type { GitHub, RepositoryClient } from '../../adapters/github/api.ts';
import type { PullRow, Store } from '../../adapters/store/index.ts';
import { dayAfter, type Report } from '../../domain/index.ts';
import { type JudgeGiven, judgePull } from '../judge/index.ts';
import type { OrganisationTier } from '../judge/organisation.ts';
import type { Metrics } from '../metrics.ts';
import type { Log, Time } from '../ports.ts';
import {
  type CheckGiven,
  type Decided,
  type DecidedFirst,
  failureWords,
  type Guide,
  publish,
  publishCheck,
  supersededWords,
} from '../publish/index.ts';
import { lookAtOnce } from './at-once.ts';
import { codeOf, type Failure, failureOf, loggedFailure } from './failure.ts';
import { Progress, SHOW_PROGRESS_MS } from './progress.ts';
import {
  isSameSharing,
  judgeSharing,
  leftOn,
  MOST_ROUNDS,
  markLeft,
  type Sharing,
  sharingOf,
} from './shared-head.ts';

export interface PullGiven extends JudgeGiven {
  readonly store: Store;
  readonly github: GitHub;
  readonly time: Time;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly guide: Guide;
  readonly owner: string;
  /** Set when the process is to end: what was not written yet is not written any more. */
  readonly stop: AbortSignal;
}

const LEASE_MS = 5 * 60_000;
const RENEW_MS = 60_000;

/** Judges and publishes the most overdue pull request; false where none is due. */
export async function workPull(given: PullGiven): Promise<boolean> {
  const { store, time, owner } = given;
  const row = await store.claimDue({ owner, now: time.now(), leaseMs: LEASE_MS });
  if (row === null) return false;
  await new Attempt(row, given).run();
  return true;
}

/** Evaluations, and what they rest on. */
interface Evaluated {
  readonly before: PullRow;
  readonly evaluations: DecidedFirst;
  readonly sharing: Sharing;
}

/** One claim of one pull request, from claim to end. */
class Attempt {
  readonly #row: PullRow;
  readonly #given: PullGiven;
  readonly #client: RepositoryClient;
  readonly #startedAt: number;
  readonly #progress: Progress;
  #cancelRenewal = (): void => {};
  #lost = false;
  /** Where it was asked for already. */
  #organisation: OrganisationTier | undefined;

  constructor(row: PullRow, given: PullGiven) {
    this.#row = row;
    this.#given = given;
    this.#startedAt = given.time.now();
    this.#progress = new Progress(given);
    const { installationId, repositoryId, owner, name } = row;
    this.#client = given.github.repository(
      { installation: installationId, id: repositoryId, owner, name },
      'judge',
    );
  }

  async run(): Promise<void> {
    this.#renewLater();
    try {
      await this.#judge();
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.#cancelRenewal();
      await this.#progress.settle();
      this.#given.metrics.requests.inc(this.#client.requestsSent());
    }
  }

  get #ids() {
    const { installationId, repositoryId, number } = this.#row;
    return { installation: installationId, repository: repositoryId, number };
  }

  /** A claim that is worked on stays ours. */
  #renewLater(): void {
    const { store, time } = this.#given;
    this.#cancelRenewal = time.at(time.now() + RENEW_MS, () => {
      store.renewPull(this.#row, { now: time.now(), leaseMs: LEASE_MS }).then(
        (kept) => {
          this.#lost = !kept;
          if (kept) this.#renewLater();
        },
        () => this.#renewLater(),
      );
    });
  }

  async #judge(): Promise<void> {
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      const evaluated = await this.#evaluate(round);
      if (evaluated === null) return this.#finishClosed();
      const [own] = evaluated.evaluations;
      const wasShown = await this.#progress.settle();
      if (await this.#isSuperseded(own)) return this.#finishSuperseded(own, wasShown);
      if (await this.#isStill(evaluated)) return this.#publish(evaluated.evaluations);
    }
    await this.#finishOvertaken();
  }

  /** Of the pull request and all that share its head, as they are now; null where it is not open. */
  async #evaluate(round: number): Promise<Evaluated | null> {
    const { store } = this.#given;
    const before = round === 1 ? this.#row : ((await store.pull(this.#row)) ?? this.#row);
    // The table may say something else by now than what the claim brought.
    const early = round === 1 ? await lookAtOnce(this.#row, this.#client, this.#given) : null;
    this.#organisation ??= early?.organisation;
    if (early?.decided !== undefined)
      return { before, evaluations: [early.decided], sharing: { pulls: [], group: null } };
    const own = await judgePull(
      this.#client,
      this.#row.number,
      {
        ...this.#given,
        organisation: this.#organisation,
        onOpen: ({ head }) => this.#progress.showLater(this.#checkGiven(head)),
      },
      early?.comparison ?? null,
    );
    if (own.kind === 'absent' || own.kind === 'closed') return null;
    const { head } = own.snapshot;
    const others = await judgeSharing(await this.#sharing(head), head, this.#client, this.#given);
    return { before, evaluations: [own, ...others.evaluations], sharing: others.sharing };
  }

  #sharing(head: string): Promise<Sharing> {
    return sharingOf(this.#given.store, this.#row.repositoryId, head, this.#row);
  }

  /** Nothing is written that rests on what is otherwise by now: another base branch may have another verdict (RELIABILITY A15). */
  async #isStill({ before, evaluations: [own], sharing }: Evaluated): Promise<boolean> {
    const now = await this.#given.store.pull(this.#row);
    // Marks of its own have it judged again anyway.
    if (now !== null && (now.baseRef !== before.baseRef || now.state !== before.state)) return false;
    return isSameSharing(sharing, await this.#sharing(own.snapshot.head));
  }

  async #publish(evaluations: DecidedFirst): Promise<void> {
    const { store, time, log, metrics } = this.#given;
    const [own] = evaluations;
    const published = await publish(evaluations, {
      ...this.#checkGiven(own.snapshot.head),
      ...this.#given,
      operatorEnforcement: this.#given.operator.enforcement,
    });
    const { head, base, draft, fork } = own.snapshot;
    const verdict = own.kind === 'judged' ? own.report.verdict.outcome : 'inconclusive';
    const judged = {
      head,
      inputs: own.inputs,
      verdict,
      checkRunId: published.checkRunId,
      ...(published.reviewId === null ? {} : { reviewId: published.reviewId }),
    };
    const seen = (await store.isCurrent(this.#row))
      ? { headSha: head, baseRef: base.ref, baseSha: base.tip, state: 'open' as const, draft, fork }
      : {};
    const dueAgainAt = own.kind === 'judged' ? endOf(own.report) : undefined;
    const end = await store.finishPull(
      this.#row,
      { judged, seen, ...(dueAgainAt === undefined ? {} : { dueAgainAt }) },
      time.now(),
    );
    if (this.#row.headSha !== head) await markLeft(this.#row, this.#given);
    const ms = time.now() - this.#startedAt;
    metrics.evaluations.inc({ outcome: verdict });
    metrics.evaluationSeconds.observe(ms / 1000);
    const { conclusion, written } = published;
    const requests = this.#client.requestsSent();
    log.info(
      { ...this.#ids, head, tip: base.tip, verdict, conclusion, written, requests, end, ms },
      'judged',
    );
  }

  #checkGiven(head: string): CheckGiven {
    const { store, time, owner } = this.#given;
    const { dueReason, attempts } = this.#row;
    return {
      client: this.#client,
      store,
      time,
      owner,
      head,
      startedAt: this.#startedAt,
      asked: dueReason === 'asked',
      recovering: attempts > 1 || !(dueReason === 'opened' || dueReason === 'pushed'),
    };
  }

  // ---- heads that move -----------------------------------------------------------------------------------

  /** By our own table, which deliveries keep; where the judgement took its time GitHub is asked as well. */
  async #isSuperseded({ snapshot }: Decided): Promise<boolean> {
    const { store, time, stop } = this.#given;
    if (stop.aborted || this.#lost) return true;
    const now = await store.pull(this.#row);
    const moved = now !== null && now.headSha !== this.#row.headSha && now.headSha !== snapshot.head;
    if (moved || time.now() - this.#startedAt < SHOW_PROGRESS_MS) return moved;
    const again = await this.#client.pull(snapshot.number, []);
    return again === null || again.head !== snapshot.head;
  }

  async #finishSuperseded(own: Decided, wasShown: boolean): Promise<void> {
    const { store, time, log, stop } = this.#given;
    if (stop.aborted || this.#lost) {
      await store.releasePull(this.#row);
      return;
    }
    if (wasShown) await this.#cancelShown(own);
    const { head, number } = own.snapshot;
    const now = await store.pull(this.#row);
    // Known only from GitHub: its delivery is still to come, or lost.
    if (now !== null && now.generation === this.#row.generation)
      await store.markDue(this.#row, { owner: this.#row.owner, name: this.#row.name }, time.now(), 'missed');
    await store.finishPull(this.#row, {}, time.now());
    log.info({ ...this.#ids, number, head }, 'superseded before its verdict was written');
  }

  /** It changes faster than it is judged: what was marked last has it judged again. */
  async #finishOvertaken(): Promise<void> {
    const { store, time, log } = this.#given;
    const { owner, name, dueReason } = this.#row;
    await store.markDue(this.#row, { owner, name }, time.now(), dueReason ?? 'missed');
    await store.finishPull(this.#row, {}, time.now());
    log.info(this.#ids, 'overtaken before its verdict was written');
  }

  async #finishClosed(): Promise<void> {
    const { store, time, log } = this.#given;
    const current = await store.isCurrent(this.#row);
    await store.finishPull(this.#row, current ? { seen: { state: 'closed' } } : {}, time.now());
    // A delivery that tells of it has marked them; here it was found out.
    if (this.#row.state === 'open') await markLeft(this.#row, this.#given);
    log.info(this.#ids, 'not open, so not judged');
  }

  async #cancelShown({ snapshot }: Decided): Promise<void> {
    // What stands on the commit is theirs as well, and they are judged by themselves.
    const { repositoryId, number } = this.#row;
    const left = { repositoryId, number, headSha: snapshot.head };
    if ((await leftOn(left, this.#given.store)).length > 0) return markLeft(left, this.#given);
    await publishCheck(supersededWords(snapshot), { ...this.#checkGiven(snapshot.head), asked: false });
  }

  // ---- failures ------------------------------------------------------------------------------------------

  async #fail(error: unknown): Promise<void> {
    const { time, log, metrics } = this.#given;
    await this.#progress.settle();
    const failure = failureOf(error, this.#row, time.now());
    const code = codeOf(error);
    metrics.failures.inc({ code });
    log.warn(
      {
        ...this.#ids,
        ...loggedFailure(error),
        next: failure.kind,
        attempts: this.#row.attempts,
        requests: this.#client.requestsSent(),
      },
      'not judged',
    );
    await this.#follow(failure, code);
  }

  async #follow(failure: Failure, code: string): Promise<void> {
    const { store, time } = this.#given;
    switch (failure.kind) {
      case 'wait':
        await store.postponeInstallation(this.#row.installationId, failure.until, code);
        await store.postponePull(this.#row, failure.until, this.#row.dueReason ?? code);
        return;
      case 'installation-gone':
        await store.suspendInstallation(this.#row.installationId, true, time.now());
        await store.releasePull(this.#row);
        return;
      case 'drop':
        await store.finishPull(this.#row, { seen: { state: 'closed' } }, time.now());
        return;
      case 'retry':
        await store.retryPull(this.#row, failure.until, this.#row.dueReason ?? code);
        return;
      case 'give-up':
        await this.#say(failure.why);
        await store.retryPull(this.#row, failure.until, this.#row.dueReason ?? code);
        return;
      default:
        failure satisfies never;
    }
  }

  /** Never a success, and never silence: a required check would wait for ever. */
  async #say(why: string): Promise<void> {
    const { log, operator } = this.#given;
    const head = this.#row.headSha;
    if (head === null) return;
    try {
      const words = failureWords(why, operator.enforcement);
      await publishCheck(words, { ...this.#checkGiven(head), recovering: true });
    } catch (error) {
      log.warn({ ...this.#ids, head, ...loggedFailure(error) }, 'the failure could not be written');
    }
  }
}

/** When a verdict ends by itself: the first moment at which an exception that it rests on has ended. */
function endOf({ exceptions }: Report): number | undefined {
  const ends = (exceptions ?? []).flatMap(({ expires }) =>
    expires === null ? [] : [Date.parse(dayAfter(expires, 1))],
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}
