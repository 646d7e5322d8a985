import { describe, expect, it } from '@jest/globals';
import { askInBatches } from '../../../src/adapters/github/batches.ts';
import { failure } from '../../../src/adapters/github/errors.ts';
import fc from '../../support/fast-check.ts';
import { TurnedClock } from './turned-clock.ts';

const keys = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const failed = () => failure('github-failed', 'status 502', { retryable: true });
const answered = (batch: readonly number[], bytes = 0) => ({
  answers: new Map(batch.map((key) => [key, `answer ${key}`])),
  bytes,
});

/** Asks for so many keys; `play` decides each batch. Gives the lengths of the batches asked. */
async function ask(
  count: number,
  play: (batch: readonly number[], at: number) => ReturnType<typeof answered>,
): Promise<{ readonly lengths: readonly number[]; readonly found: ReadonlyMap<number, string> }> {
  const lengths: number[] = [];
  const found = await askInBatches(keys(count), {
    clock: new TurnedClock(),
    ask: async (batch) => {
      lengths.push(batch.length);
      return play(batch, lengths.length - 1);
    },
  });
  return { lengths, found };
}

describe('batches', () => {
  it('hold at most two hundred keys, both sides of a hundred files, each asked once', async () => {
    const { lengths, found } = await ask(450, (batch) => answered(batch));
    expect(lengths).toEqual([200, 200, 50]);
    expect([...found.keys()]).toEqual(keys(450));
    await expect(ask(0, (batch) => answered(batch))).resolves.toMatchObject({ lengths: [] });
  });

  it('shrink where answers grow beyond four megabytes', async () => {
    const { lengths } = await ask(300, (batch) => answered(batch, batch.length * 100_000));
    expect(lengths).toEqual([200, 41, 41, 18]);
  });

  it('are halved where one fails, and grow again', async () => {
    const { lengths } = await ask(100, (batch, at) => {
      if (at < 2) throw failed();
      return answered(batch);
    });
    expect(lengths).toEqual([100, 50, 25, 50, 25]);
  });

  it('ask again only for what is missing', async () => {
    const asked: number[] = [];
    const { lengths } = await ask(100, (batch, at) => {
      asked.push(...batch);
      return answered(at === 0 ? batch.filter((key) => key !== 7 && key !== 70) : batch);
    });
    expect(lengths).toEqual([100, 2]);
    expect(asked.slice(100)).toEqual([7, 70]);
  });

  it('end where five fail one after another, or nothing is ever answered', async () => {
    let count = 0;
    const failing = ask(100, () => {
      count++;
      throw failed();
    });
    await expect(failing).rejects.toMatchObject({ code: 'github-failed', retryable: true });
    expect(count).toBe(5);
    await expect(ask(3, () => answered([]))).rejects.toMatchObject({
      code: 'github-failed',
      retryable: true,
    });
  });

  it('end at once where asking again would not help', async () => {
    let count = 0;
    const refused = ask(100, () => {
      count++;
      throw failure('forbidden', 'no');
    });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    expect(count).toBe(1);
  });

  it('come to an answer for every key, or to an error, whatever goes wrong', async () => {
    const trouble = fc.array(fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, noNaN: true })), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), trouble, async (count, plan) => {
        let at = 0;
        const run = ask(count, (batch) => {
          const share = plan[at++];
          if (share === null) throw failed();
          return answered(share === undefined ? batch : batch.slice(0, Math.ceil(batch.length * share)));
        });
        const found = await run.then(
          (all) => all.found.size,
          (error: { readonly code: string }) => error.code,
        );
        expect([count, 'github-failed']).toContain(found);
      }),
    );
  });
});
