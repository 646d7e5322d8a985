// In: the store's tables of what is due. Out: judged and published pull requests and merge groups, answered commands.
// Level, not edge: a delivery only marks; what is true is read when a row is worked on.
// Not here: how to judge (judge), what to write (publish), what a delivery says (events).
import { finishAbandoned } from './abandoned.ts';
import { type CommandGiven, workCommand } from './command-work.ts';
import { type DeliveryGiven, workDeliveries } from './delivery-work.ts';
import { loggedFailure } from './failure.ts';
import { workGroup } from './group-work.ts';
import { type PullGiven, workPull } from './pull-work.ts';
import { Runner } from './runner.ts';
import { sweepAll, sweepInstallation } from './sweep.ts';
import { Writers } from './writers.ts';

export type LoopGiven = Omit<PullGiven, 'stop'> &
  Omit<CommandGiven, 'writers'> &
  Omit<DeliveryGiven, 'onInstallation'> & {
    /** Pull requests that are judged at once. */
    readonly workers: number;
    /** How often missed pull requests are looked for, the start included; null for never. */
    readonly sweepEveryMs: number | null;
    /** Deliveries that come within this time of each other are worked off together. */
    readonly gatherMs: number;
  };

/** How long a stop waits for what is being written. */
const DRAIN_MS = 8_000;
const DAY_MS = 86_400_000;
/** Deliveries, closed pull requests, unused facts are kept so long. */
const KEEP_MS = 30 * DAY_MS;

/** All of the App's work in the background. */
export class Loop {
  readonly #given: LoopGiven;
  readonly #stop = new AbortController();
  readonly #deliveries: Runner;
  readonly #commands: Runner;
  readonly #sweeper: Runner;
  readonly #judges: readonly Runner[];
  readonly #toSweep = new Set<number>();
  readonly #startedAt: number;
  #nextSweepAt: number;
  #nextUpkeepAt: number;
  #waiting: (() => void)[] = [];
  /** A wake of the deliveries that is still to come. */
  #gathering = false;
  #gatheredAt = Number.NEGATIVE_INFINITY;

  constructor(given: LoopGiven) {
    this.#given = given;
    const now = given.time.now();
    this.#startedAt = now;
    const writers = new Writers(given.time);
    this.#nextSweepAt = given.sweepEveryMs === null ? Number.POSITIVE_INFINITY : now;
    this.#nextUpkeepAt = now + DAY_MS;
    const runner = (name: string, step: ConstructorParameters<typeof Runner>[1]) =>
      new Runner(name, step, { ...given, onRest: () => this.#tellRest() });
    this.#deliveries = runner('deliveries', () => this.#workDeliveries());
    this.#commands = runner('commands', async () => {
      if (!(await workCommand({ ...given, writers }))) return { idleUntil: null };
      this.#wakeJudges();
      return 'worked';
    });
    this.#sweeper = runner('sweep', () => this.#sweep());
    this.#judges = Array.from({ length: given.workers }, (_, at) =>
      runner(`judge-${at + 1}`, () => this.#workPull()),
    );
  }

  start(): void {
    for (const runner of this.#all) runner.start();
  }

  /**
   * A delivery was recorded. The first after a quiet time is worked off at once; the others of a stream together, so that working
   * them off takes less time from taking the next ones.
   */
  wake(): void {
    const { time, gatherMs } = this.#given;
    if (this.#gathering) return;
    this.#gathering = gatherMs > 0;
    const act = () => {
      this.#gathering = false;
      this.#gatheredAt = time.now();
      this.#deliveries.wake();
    };
    if (gatherMs > 0) time.at(Math.max(time.now(), this.#gatheredAt + gatherMs), act);
    else act();
  }

  /** Looks at everything again: time has moved. */
  wakeAll(): void {
    for (const runner of this.#all) runner.wake();
  }

  /** Settles when nothing can be done at this time: all deliveries are worked off, what is due is judged. */
  async settled(): Promise<void> {
    while (!this.#isAtRest) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Ends within ten seconds: what is being judged is given back, due as before (RELIABILITY F04). */
  async stop(): Promise<void> {
    this.#stop.abort();
    const ended = Promise.all(this.#all.map((runner) => runner.stop()));
    const { time, store, owner } = this.#given;
    await new Promise<void>((resolve) => {
      const cancel = time.at(time.now() + DRAIN_MS, resolve);
      ended.then(() => {
        cancel();
        resolve();
      });
    });
    await store.releaseLeases(owner);
  }

  get #all(): readonly Runner[] {
    return [this.#deliveries, this.#commands, this.#sweeper, ...this.#judges];
  }

  get #isAtRest(): boolean {
    return !this.#gathering && this.#all.every((runner) => runner.resting);
  }

  #tellRest(): void {
    if (!this.#isAtRest) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #wakeJudges(): void {
    for (const judge of this.#judges) judge.wake();
  }

  async #workDeliveries(): Promise<'worked' | { readonly idleUntil: number | null }> {
    const onInstallation = (installation: number) => {
      this.#toSweep.add(installation);
      this.#sweeper.wake();
    };
    const { worked, more } = await workDeliveries({ ...this.#given, onInstallation });
    if (worked > 0) {
      this.#wakeJudges();
      this.#commands.wake();
    }
    return more ? 'worked' : { idleUntil: null };
  }

  async #workPull(): Promise<'worked' | { readonly idleUntil: number | null }> {
    const given = { ...this.#given, stop: this.#stop.signal };
    // A queue holds up everybody behind it.
    if ((await workGroup(given)) || (await workPull(given))) return 'worked';
    const { store } = this.#given;
    const next = [await store.nextDueAt(), (await store.pendingMergeGroups()).nextAt];
    const times = next.filter((at) => at !== null);
    return { idleUntil: times.length === 0 ? null : Math.min(...times) };
  }

  async #sweep(): Promise<'worked' | { readonly idleUntil: number | null }> {
    const { time, sweepEveryMs, log } = this.#given;
    for (const installation of this.#toSweep) {
      this.#toSweep.delete(installation);
      await sweepInstallation(installation, this.#given);
      this.#wakeJudges();
    }
    if (time.now() >= this.#nextSweepAt && sweepEveryMs !== null) {
      this.#nextSweepAt = time.now() + sweepEveryMs;
      try {
        const marked = await sweepAll(this.#given);
        const ended = await finishAbandoned({ ...this.#given, startedAt: this.#startedAt });
        log.info({ marked, ended }, 'looked for missed pull requests');
      } catch (error) {
        log.warn(loggedFailure(error), 'looking for missed pull requests failed');
      }
      this.#wakeJudges();
    }
    if (time.now() >= this.#nextUpkeepAt) await this.#tidyUp();
    return { idleUntil: Math.min(this.#nextSweepAt, this.#nextUpkeepAt) };
  }

  async #tidyUp(): Promise<void> {
    const { store, time, log } = this.#given;
    this.#nextUpkeepAt = time.now() + DAY_MS;
    const before = time.now() - KEEP_MS;
    const { removed } = await store.prune(before);
    const facts = await store.retainFacts(before);
    log.info({ removed, facts }, 'tidied up');
  }
}
