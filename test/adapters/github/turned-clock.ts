import type { Clock } from '../../../src/adapters/github/index.ts';

/** Longer than any pause, so that a watch for a stall is told from one. */
export const STALL_MS = 7_777_777;

/** A clock on which every pause is over at once and nothing stalls by itself. */
export class TurnedClock implements Clock {
  /** The pauses that were made, in milliseconds. */
  readonly pauses: number[] = [];
  readonly #watches = new Set<() => void>();
  #now: number;

  constructor(now = Date.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  turn(ms: number): void {
    this.#now += ms;
  }

  after(ms: number, act: () => void): () => void {
    if (ms === STALL_MS) {
      this.#watches.add(act);
      return () => this.#watches.delete(act);
    }
    this.pauses.push(ms);
    this.#now += ms;
    let cancelled = false;
    queueMicrotask(() => {
      if (!cancelled) act();
    });
    return () => {
      cancelled = true;
    };
  }

  /** Whatever is on its way has stalled. */
  stall(): void {
    for (const act of [...this.#watches]) act();
  }

  /** Exchanges that nobody ended. */
  get watching(): number {
    return this.#watches.size;
  }
}
