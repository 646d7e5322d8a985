import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../src/app/reconcile/failure.ts';
import { AppError } from '../../../src/domain/index.ts';

const NOW = 1_000_000;

function failed(code: string, attempts: number, given: ConstructorParameters<typeof AppError>[2] = {}) {
  return failureOf(new AppError(code, 'a sentence', given), { attempts }, NOW);
}

describe('what follows from a failed judgement', () => {
  it('F11, F12: waits as long as GitHub asks for, however often that was', () => {
    expect(failed('rate-limited', 9, { retryAfterMs: 45 * 60_000 })).toEqual({
      kind: 'wait',
      until: NOW + 2_700_000,
    });
    expect(failed('rate-limited', 1)).toEqual({ kind: 'wait', until: NOW + 60_000 });
  });

  it('F10: retries what may pass, later each time, five attempts in all', () => {
    const waits = [1, 2, 3, 4].map((attempts) => failed('github-failed', attempts, { retryable: true }));
    expect(waits).toEqual([
      { kind: 'retry', until: NOW + 5_000 },
      { kind: 'retry', until: NOW + 15_000 },
      { kind: 'retry', until: NOW + 45_000 },
      { kind: 'retry', until: NOW + 135_000 },
    ]);
    expect(failed('github-failed', 5, { retryable: true })).toMatchObject({
      kind: 'give-up',
      until: NOW + 3_600_000,
    });
  });

  it('F13: makes no storm of what will not pass', () => {
    expect(failed('forbidden', 1)).toMatchObject({
      kind: 'give-up',
      why: expect.stringContaining('permissions'),
    });
    expect(failed('installation-gone', 1)).toEqual({ kind: 'installation-gone' });
    expect(failed('not-found', 1)).toEqual({ kind: 'drop' });
  });

  it('F22: says so at once where the analysis itself fails', () => {
    expect(failed('analyser-died', 1)).toMatchObject({ kind: 'give-up' });
  });

  it('a write of which nothing is known is looked for soon', () => {
    expect(failed('write-unknown', 1)).toMatchObject({ kind: 'retry' });
  });

  it('a fault of ours is never taken for a verdict', () => {
    const fault = new TypeError('x is undefined');
    expect(failureOf(fault, { attempts: 1 }, NOW)).toMatchObject({ kind: 'retry' });
    expect(failureOf(fault, { attempts: 5 }, NOW)).toMatchObject({ kind: 'give-up' });
  });
});
