import { describe, expect, it } from '@jest/globals';
import { dueAt, SPACING_MS } from '../../../src/app/reconcile/spacing.ts';

const NOW = 1_000_000;

describe('when a marked pull request is due', () => {
  const row = (judgedAt: number | null, leaseUntil: number | null = null) => ({ judgedAt, leaseUntil });

  it.each([
    ['a new one: at once', null, 'pushed', NOW],
    ['one that was never judged: at once', row(null), 'pushed', NOW],
    ['one judged long ago: at once', row(NOW - SPACING_MS), 'pushed', NOW],
    ['one judged just now: a while after that', row(NOW - 1_000), 'pushed', NOW - 1_000 + SPACING_MS],
    ['one that is being judged: a while from now', row(null, NOW + 5), 'pushed', NOW + SPACING_MS],
    ['one whose worker died: at once', row(null, NOW - 5), 'pushed', NOW],
  ] as const)('L04: %s', (_lesson, known, reason, expected) => {
    expect(dueAt(known, reason, NOW)).toBe(expected);
  });

  it('what a person asked for is never put off', () => {
    for (const reason of ['opened', 'ready', 'retargeted', 'asked'] as const)
      expect(dueAt(row(NOW - 1), reason, NOW)).toBe(NOW);
  });
});
