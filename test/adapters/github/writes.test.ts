import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../../src/adapters/github/index.ts';
import { Writes } from '../../../src/adapters/github/writes.ts';
import type { AppError } from '../../../src/domain/index.ts';
import { TurnedClock } from './turned-clock.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('the pace of writes', () => {
  it('is one a second after the first five', async () => {
    const clock = new TurnedClock(START);
    const writes = new Writes(clock);
    const times: number[] = [];
    for (let count = 0; count < 20; count++)
      await writes.run(false, async () => times.push((clock.now() - START) / 1000));
    expect(times.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 5]);
    expect(times.at(-1)).toBe(15);
  });

  it('is one after another, whatever becomes of them', async () => {
    const writes = new Writes(new TurnedClock(START));
    let running = 0;
    const act = async (fails: boolean): Promise<void> => {
      expect(running++).toBe(0);
      await new Promise((done) => setImmediate(done));
      running--;
      if (fails) throw new Error('refused');
    };
    const all = [true, false, true, false].map((fails) => writes.run(true, () => act(fails)));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('L09: keeps content below 80 a minute and 500 an hour; a long wait is the caller’s', async () => {
    const clock = new TurnedClock(START);
    const writes = new Writes(clock);
    const times: number[] = [];
    let refused: AppError | null = null;
    while (refused === null)
      await writes
        .run(true, async () => times.push(clock.now()))
        .catch((error: AppError) => (refused = error));
    expect(times).toHaveLength(500);
    for (const [at, time] of times.entries())
      expect(time - (times[at - 80] ?? 0)).toBeGreaterThanOrEqual(MINUTE_MS);
    const wait = (times[0] ?? 0) + HOUR_MS - clock.now();
    expect(refused).toMatchObject({ code: 'rate-limited', retryable: true, retryAfterMs: wait });
    // What creates no content goes on.
    await expect(writes.run(false, async () => 'written')).resolves.toBe('written');
    clock.turn(wait);
    await expect(writes.run(true, async () => 'written')).resolves.toBe('written');
  });

  it('never holds a check run behind content that waits for its budget', async () => {
    const clock = new HeldClock();
    const writes = new Writes(clock);
    const order: string[] = [];
    const write = (name: string, content: boolean) => writes.run(content, async () => order.push(name));
    const pass = async (ms: number): Promise<void> => {
      // What is asked for has to have begun its pause.
      await new Promise((done) => setImmediate(done));
      clock.turn(ms);
      await new Promise((done) => setImmediate(done));
    };
    for (let count = 0; count < 500; count++) {
      await write('comment', true);
      clock.turn(7000);
    }
    expect(order.splice(0)).toHaveLength(500);
    const late = write('late comment', true);
    const check = write('check run', false);
    await pass(5000);
    expect(order).toEqual(['check run']);
    await pass(2 * MINUTE_MS);
    await Promise.all([late, check]);
    expect(order).toEqual(['check run', 'late comment']);
  });
});

/** A clock on which a pause ends when the clock is turned that far. */
class HeldClock implements Clock {
  #now = START;
  readonly #due: { readonly at: number; readonly act: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, act: () => void): () => void {
    this.#due.push({ at: this.#now + ms, act });
    return () => undefined;
  }

  turn(ms: number): void {
    this.#now += ms;
    for (const each of this.#due.splice(0)) {
      if (each.at <= this.#now) each.act();
      else this.#due.push(each);
    }
  }
}
