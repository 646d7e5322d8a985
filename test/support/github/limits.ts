// GitHub's limits on the number of requests, as it counts and announces them.
import { HttpProblem } from './http.ts';
import type { LedgerEntry } from './ledger.ts';
import type { World } from './state.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

interface Window {
  readonly resetAt: number;
  used: number;
}

/** Operations that make something people are notified of. */
const CONTENT = new Set([
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
]);

/** Counts per installation; REST and GraphQL have a budget each. */
export class RequestLimits {
  readonly #world: World;
  readonly #windows = new Map<string, Window>();
  /** When content was made, in milliseconds since 1970, by installation. */
  readonly #content = new Map<number, number[]>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Counts a request; throws GitHub's refusal where a limit is reached. */
  count(entry: LedgerEntry): void {
    const window = this.#window(entry);
    window.used += 1;
    if (window.used > this.#world.limits.requests) {
      throw new HttpProblem(403, `API rate limit exceeded for installation ID ${entry.installation}.`);
    }
    if (entry.installation !== null && CONTENT.has(`${entry.method} ${entry.route}`))
      this.#countContent(entry.installation);
  }

  headers(entry: LedgerEntry): Readonly<Record<string, string>> {
    const { used, resetAt } = this.#window(entry);
    const limit = this.#world.limits.requests;
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - used)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
      'x-ratelimit-resource': resourceOf(entry),
    };
  }

  #window(entry: LedgerEntry): Window {
    const key = `${entry.installation} ${resourceOf(entry)}`;
    const now = this.#world.clock();
    const known = this.#windows.get(key);
    if (known !== undefined && known.resetAt > now) return known;
    const fresh = { resetAt: now + HOUR_MS, used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #countContent(installation: number): void {
    const now = this.#world.clock();
    const recent = (this.#content.get(installation) ?? []).filter((at) => at > now - HOUR_MS);
    this.#content.set(installation, recent);
    const { contentAMinute, contentAnHour } = this.#world.limits;
    if (
      recent.length >= contentAnHour ||
      recent.filter((at) => at > now - MINUTE_MS).length >= contentAMinute
    )
      throw new HttpProblem(
        403,
        'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
        {},
        { 'retry-after': '60' },
      );
    recent.push(now);
  }
}

function resourceOf(entry: LedgerEntry): string {
  return entry.route === '/graphql' ? 'graphql' : 'core';
}
