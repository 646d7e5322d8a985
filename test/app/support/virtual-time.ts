import type { Time } from '../../../src/app/ports.ts';

interface Timer {
  readonly at: number;
  readonly act: () => void;
}

/** A clock that tests turn. Timers go off in their order, each at its own time. */
export class VirtualTime implements Time {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(start = Date.parse('2026-03-04T05:06:00Z')) {
    this.#now = start;
  }

  now = (): number => this.#now;

  at(at: number, act: () => void): () => void {
    const timer = { at, act };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Turns the clock, timer by timer; `between` runs after each. */
  async advance(ms: number, between: () => Promise<void> = async () => {}): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.act();
      await between();
    }
    this.#now = until;
  }
}
