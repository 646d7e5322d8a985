import type { PullRow } from '../../adapters/store/index.ts';
import { AppError } from '../../domain/index.ts';

/** What follows from a judgement that failed. */
export type Failure =
  /** GitHub asks to wait: the attempt does not count. */
  | { readonly kind: 'wait'; readonly until: number }
  /** The installation cannot be worked for until it says otherwise. */
  | { readonly kind: 'installation-gone' }
  /** Pull request or repository are not there (any more). */
  | { readonly kind: 'drop' }
  | { readonly kind: 'retry'; readonly until: number }
  /** Said on the pull request, and tried again much later. */
  | { readonly kind: 'give-up'; readonly until: number; readonly why: string };

export const MOST_ATTEMPTS = 5;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60 * 60_000;
const DEFAULT_LIMIT_MS = 60_000;

/** Sentences for a reader of check run or reply; the log has the code. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['analyser-died', 'the analysis ended early, several times.'],
  ['analysis-failed', 'the analysis failed.'],
  ['forbidden', 'GitHub refused what is needed to judge it; look at the permissions of the Plinth App.'],
  ['unauthorized', 'GitHub did not accept the App’s token.'],
  ['clock-skew', 'the clock of the machine that Plinth runs on is too far from GitHub’s.'],
  ['too-large', 'something that it needs is larger than Plinth reads.'],
  ['too-many-pulls', 'too many open pull requests have this head; close those that are not needed.'],
  ['store-unavailable', 'Plinth’s own store does not answer.'],
]);

const UNANSWERED = 'GitHub could not be asked, several times.';
const OURS = 'Plinth failed on it; its log says more.';

/** Decides by code alone, never by message text. `row.attempts` counts this attempt. */
export function failureOf(error: unknown, row: Pick<PullRow, 'attempts'>, now: number): Failure {
  const code = codeOf(error);
  const retryAfterMs = error instanceof AppError ? error.retryAfterMs : undefined;
  if (code === 'rate-limited') return { kind: 'wait', until: now + (retryAfterMs ?? DEFAULT_LIMIT_MS) };
  if (code === 'installation-gone') return { kind: 'installation-gone' };
  if (code === 'not-found') return { kind: 'drop' };
  // What is no AppError is a fault of ours: it may be the hour's, so it is tried again, too.
  const retryable = !(error instanceof AppError) || error.retryable || code === 'write-unknown';
  if (retryable && row.attempts < MOST_ATTEMPTS)
    return { kind: 'retry', until: now + (retryAfterMs ?? FIRST_WAIT_MS * 3 ** (row.attempts - 1)) };
  return { kind: 'give-up', until: now + LONGEST_WAIT_MS, why: reasonInWords(error) };
}

/** A sentence for people. */
export function reasonInWords(error: unknown): string {
  return REASONS.get(codeOf(error)) ?? (error instanceof AppError ? UNANSWERED : OURS);
}

/** What a log line says of a failure: its code, and for a reader who refused what with which status, and what to look at. */
export function loggedFailure(error: unknown): { readonly code: string; readonly error: string } {
  return { code: codeOf(error), error: error instanceof Error ? error.message : 'unknown error' };
}

export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'unknown';
}
