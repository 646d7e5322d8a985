import type { PullRow } from '../../adapters/store/index.ts';
import type { Reason } from '../events/index.ts';

/**
 * Pushes that follow each other are judged together: between two judgements of a pull request lies at least this time, so that 50
 * pushes in a minute come to three (RELIABILITY L04). The first push after a quiet time is judged at once.
 */
export const SPACING_MS = 30_000;
/** What only may read differently waits behind what was pushed (SEMANTICS 6.3: within a minute). */
export const BASE_MOVED_MS = 45_000;

/** What can come again and again in a short time. */
const SPACED: ReadonlySet<Reason> = new Set(['pushed', 'head-left']);

/** When a pull request is due that is marked now. */
export function dueAt(
  row: Pick<PullRow, 'judgedAt' | 'leaseUntil'> | null,
  reason: Reason,
  now: number,
): number {
  if (!SPACED.has(reason) || row === null) return now;
  const isRunning = row.leaseUntil !== null && row.leaseUntil > now;
  if (isRunning) return now + SPACING_MS;
  return row.judgedAt === null ? now : Math.max(now, row.judgedAt + SPACING_MS);
}
