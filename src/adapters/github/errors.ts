import { AppError } from '../../domain/index.ts';

/**
 * Codes of the AppErrors that this adapter throws:
 * - `rate-limited` (retryable, with `retryAfterMs`): GitHub asks to wait; nothing is sent until then.
 * - `unauthorized`: GitHub does not accept the App's key or its tokens.
 * - `clock-skew`: this machine's clock is too far from GitHub's to sign in.
 * - `forbidden`: a permission is missing, or the thing does not allow it (a locked conversation).
 * - `installation-gone`: the installation is suspended or deleted.
 * - `not-found`: the repository, commit or thing is not there, or not for us.
 * - `invalid-request`: GitHub understood and refused the content (422).
 * - `write-unknown` (retryable): a write may have happened; look for it before it is sent again.
 * - `too-large`: an answer is larger than what Plinth reads.
 * - `inconsistent` (retryable): two answers of GitHub do not fit together.
 * - `github-failed` (retryable where it may pass): everything else.
 */
export type GitHubErrorCode =
  | 'rate-limited'
  | 'unauthorized'
  | 'clock-skew'
  | 'forbidden'
  | 'installation-gone'
  | 'not-found'
  | 'invalid-request'
  | 'write-unknown'
  | 'too-large'
  | 'inconsistent'
  | 'github-failed';

export interface FailureGiven {
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export function failure(code: GitHubErrorCode, message: string, given: FailureGiven = {}): AppError {
  return new AppError(code, withoutSecrets(message), given);
}

export function hasCode(error: unknown, code: GitHubErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}

const LONGEST_WORDS = 500;

/** Text of others for one of our messages: one line, short, without credentials. */
export function quoted(text: string): string {
  const line = withoutSecrets(text.slice(0, LONGEST_WORDS * 2)).replace(/\p{Cc}+/gu, ' ');
  return line.length > LONGEST_WORDS ? `${line.slice(0, LONGEST_WORDS)}…` : line;
}

/** Tokens of GitHub in all their forms, JWTs, and what stands before an `@` in an address. */
function withoutSecrets(text: string): string {
  return text
    .replace(/\bgh[a-z]_[A-Za-z0-9_.-]+/g, '[token]')
    .replace(/\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*/g, '[token]')
    .replace(/\/\/[^/@\s]{1,1000}@/g, '//');
}
