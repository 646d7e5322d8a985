import type { Clock } from './clock.ts';
import { sleep } from './clock.ts';
import { rateLimited } from './limits.ts';

/** One write a second; a few at once after a quiet time. */
const EACH_MS = 1000;
const BURST = 5;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** GitHub's limits on requests that create content. */
const MOST_A_MINUTE = 80;
const MOST_AN_HOUR = 500;
/** A longer wait is the caller's: its pull request is due again later. */
const LONGEST_WAIT_MS = 2 * MINUTE_MS;

/** One installation's writes: one after another, about one a second, and content within GitHub's budgets. */
export class Writes {
  readonly #clock: Clock;
  readonly #turns = new Turns();
  /** Content waits for its budget here, so that a check run never waits behind a comment that does. */
  readonly #contentTurns = new Turns();
  /** When the last few writes were begun, oldest first. */
  #recent: number[] = [];
  /** When content was created, oldest first. */
  #content: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs a write in its turn. Throws `rate-limited` where the budget is spent for longer than two minutes. */
  run<T>(createsContent: boolean, act: () => Promise<T>): Promise<T> {
    const paced = () =>
      this.#turns.run(async () => {
        await this.#wait(this.#paceMs());
        this.#recent = [...this.#recent, this.#clock.now()].slice(-BURST);
        return act();
      });
    if (!createsContent) return paced();
    return this.#contentTurns.run(async () => {
      await this.#wait(this.#budgetMs());
      this.#content.push(this.#clock.now());
      return paced();
    });
  }

  async #wait(waitMs: number): Promise<void> {
    if (waitMs > LONGEST_WAIT_MS) throw rateLimited(waitMs);
    if (waitMs > 0) await sleep(this.#clock, waitMs);
  }

  #paceMs(): number {
    const first = this.#recent.length < BURST ? undefined : this.#recent[0];
    return first === undefined ? 0 : first + BURST * EACH_MS - this.#clock.now();
  }

  #budgetMs(): number {
    const now = this.#clock.now();
    this.#content = this.#content.filter((at) => at > now - HOUR_MS);
    const free = (most: number, span: number): number => {
      const first = this.#content.at(-most);
      return first === undefined ? 0 : first + span - now;
    };
    return Math.max(free(MOST_A_MINUTE, MINUTE_MS), free(MOST_AN_HOUR, HOUR_MS));
  }
}

/** Acts one after another, whatever becomes of each. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
