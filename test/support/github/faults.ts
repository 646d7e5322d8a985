// Scripted trouble: what GitHub does on its bad days, played on the requests a test names.
import type { Answer, JsonValue } from './http.ts';
import type { LedgerEntry } from './ledger.ts';

export interface FaultMatch {
  readonly method?: string;
  /** The operation's template, or a pattern over it. */
  readonly route?: string | RegExp;
  /** The concrete path, or a pattern over it. */
  readonly path?: string | RegExp;
  /** The exact position in the ledger. */
  readonly position?: number;
}

export interface Fault {
  readonly name?: string;
  readonly match?: FaultMatch;
  /** How many requests it hits; 1 by default. */
  readonly times?: number;
  /** How many matching requests pass before it hits; 0 by default. */
  readonly after?: number;
  /** Whether the request takes effect before the trouble: the answer is lost, not the write. */
  readonly performed?: boolean;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** Changes the real answer's body, for partial answers; implies `performed`. */
  readonly rewrite?: (body: JsonValue) => JsonValue;
  /** Answers only when this settles; a promise that never does is a hung connection. */
  readonly stall?: Promise<void>;
  /** Cuts the connection: without an answer, or in the middle of its body. */
  readonly reset?: 'before' | 'mid-body';
}

/** The faults that are still to be played. */
export class Faults {
  readonly #pending: { readonly fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** The fault to play on a request, used up by asking. */
  take(entry: LedgerEntry): Fault | null {
    for (const pending of this.#pending) {
      if (pending.left === 0 || !matches(entry, pending.fault.match ?? {})) continue;
      if (pending.skip > 0) {
        pending.skip -= 1;
        continue;
      }
      pending.left -= 1;
      return pending.fault;
    }
    return null;
  }
}

function matches(entry: LedgerEntry, match: FaultMatch): boolean {
  const fits = (value: string, wanted: string | RegExp | undefined): boolean =>
    wanted === undefined || (typeof wanted === 'string' ? value === wanted : wanted.test(value));
  return (
    fits(entry.method, match.method) &&
    fits(entry.route, match.route) &&
    fits(entry.path, match.path) &&
    (match.position === undefined || match.position === entry.position)
  );
}

/** The answer that a fault gives in place of the real one, or made from it. */
export function answerOf(fault: Fault, real: Answer | null): Answer {
  const body = fault.rewrite && isJson(real?.body) ? fault.rewrite(real.body) : fault.body;
  return {
    status: fault.status ?? real?.status ?? 200,
    headers: { ...real?.headers, ...fault.headers },
    body: body ?? real?.body ?? { message: 'Server Error' },
  };
}

function isJson(body: Answer['body']): body is JsonValue {
  return body !== undefined && !(body instanceof Uint8Array);
}

/** The hourly limit is used up until a time, in milliseconds since 1970. */
export function primaryLimit(resetAt: number): Fault {
  return {
    name: 'primary limit',
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)) },
    body: { message: 'API rate limit exceeded for installation.' },
  };
}

/** Too much at once; GitHub names the seconds to wait, or does not. */
export function secondaryLimit(retryAfterSeconds?: number): Fault {
  return {
    name: 'secondary limit',
    status: 403,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    },
  };
}

/** GraphQL answers 200 where its limit is used up. */
export function graphqlLimit(): Fault {
  return {
    name: 'graphql limit',
    match: { route: '/graphql' },
    status: 200,
    headers: { 'x-ratelimit-remaining': '0' },
    body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation.' }] },
  };
}
