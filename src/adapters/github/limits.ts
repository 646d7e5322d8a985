// What GitHub says of its limits, and who has to wait for how long.
import type { AppError } from '../../domain/index.ts';
import type { Clock } from './clock.ts';
import { failure } from './errors.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** GitHub's clock and ours may differ a little. */
const RESET_MARGIN_MS = 1000;

/** `core` and `graphql` have a budget each; a secondary limit is for everything. */
export type Resource = 'core' | 'graphql';

export interface Limited {
  readonly kind: 'primary' | 'secondary';
  /** Null where GitHub names no time. */
  readonly waitMs: number | null;
}

/**
 * Whether an answer is a refusal for a limit. `message` is what the body says: GitHub marks a secondary limit without `retry-after`
 * nowhere else. Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function limitOf(
  answer: { readonly status: number; readonly headers: Headers },
  message: string,
  now: number,
): Limited | null {
  const { status, headers } = answer;
  if (status !== 403 && status !== 429) return null;
  const retryAfter = headers.get('retry-after');
  if (retryAfter !== null) return { kind: 'secondary', waitMs: retryAfterMs(retryAfter, now) };
  if (headers.get('x-ratelimit-remaining') === '0')
    return { kind: 'primary', waitMs: untilReset(headers, now) };
  if (status === 429 || saysSecondaryLimit(message)) return { kind: 'secondary', waitMs: null };
  return null;
}

/** The one place that reads GitHub's words. */
export function saysSecondaryLimit(message: string): boolean {
  return /secondary rate limit|abuse detection/i.test(message.slice(0, 1000));
}

/** Seconds or a date; nonsense is a minute, and nothing is shorter than a minute or longer than an hour. */
function retryAfterMs(text: string, now: number): number {
  const trimmed = text.slice(0, 100).trim();
  const seconds = /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) * 1000 : Date.parse(trimmed) - now;
  return clamp(Number.isFinite(seconds) ? seconds : MINUTE_MS, MINUTE_MS, HOUR_MS);
}

export function untilReset(headers: Headers, now: number): number | null {
  const text = headers.get('x-ratelimit-reset') ?? '';
  if (!/^\d{1,12}$/.test(text)) return null;
  return clamp(Number(text) * 1000 - now + RESET_MARGIN_MS, RESET_MARGIN_MS, HOUR_MS + RESET_MARGIN_MS);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** Refusals further apart have nothing to do with each other. */
const STRIKES_APART_MS = 10 * MINUTE_MS;

/** Remembers who has to wait, so that nothing is sent before GitHub wants it (RELIABILITY F11, F12). */
export class Gate {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();
  /** Refusals one after another without a named time. */
  readonly #strikes = new Map<string, { readonly count: number; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `rate-limited` while the account has to wait. */
  check(account: string, resource: Resource): void {
    const until = Math.max(this.#waiting(account), this.#waiting(`${account} ${resource}`));
    const waitMs = until - this.#clock.now();
    if (waitMs > 0) throw rateLimited(waitMs);
  }

  /** Notes a refusal; the error to throw. */
  refused(account: string, resource: Resource, limited: Limited): AppError {
    const waitMs = limited.waitMs ?? this.#growing(account);
    const key = limited.kind === 'primary' ? `${account} ${resource}` : account;
    this.#until.set(key, this.#clock.now() + waitMs);
    return rateLimited(waitMs);
  }

  /** Notes what an answer says of the budget: after its last request nothing is sent any more. */
  noteBudget(account: string, resource: Resource, headers: Headers): void {
    if (headers.get('x-ratelimit-remaining') !== '0') return;
    const now = this.#clock.now();
    const waitMs = untilReset(headers, now);
    if (waitMs !== null) this.#until.set(`${account} ${resource}`, now + waitMs);
  }

  #waiting(key: string): number {
    const until = this.#until.get(key);
    if (until === undefined) return 0;
    if (until <= this.#clock.now()) this.#until.delete(key);
    return until;
  }

  /** A minute, and twice as long each time that the wait was not enough. */
  #growing(account: string): number {
    const now = this.#clock.now();
    const before = this.#strikes.get(account);
    const count = before === undefined || now - before.until > STRIKES_APART_MS ? 0 : before.count + 1;
    const waitMs = clamp(MINUTE_MS * 2 ** count, MINUTE_MS, HOUR_MS);
    this.#strikes.set(account, { count, until: now + waitMs });
    return waitMs;
  }
}

export function rateLimited(waitMs: number): AppError {
  return failure(
    'rate-limited',
    `GitHub asks to wait ${Math.ceil(waitMs / 1000)} s before the next request.`,
    {
      retryable: true,
      retryAfterMs: waitMs,
    },
  );
}
