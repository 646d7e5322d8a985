// The record of requests: what was asked, by whom, with which permissions, and what was answered.
import type { Permissions } from './state.ts';

export interface LedgerEntry {
  /** From 1, in order of arrival. */
  readonly position: number;
  readonly method: string;
  /** GitHub's template of the operation, `/graphql`, or `unknown`. */
  route: string;
  /** Without the prefix of a GitHub Enterprise Server, without the query. */
  readonly path: string;
  readonly query: string;
  /** `api`, or `downloads` for the archive host. */
  readonly host: 'api' | 'downloads';
  /** The name of a GraphQL operation. */
  operation: string | null;
  /** What the caller sent, parsed. */
  body: unknown;
  /** The installation whose token was used; null for the App's own requests and anonymous ones. */
  installation: number | null;
  /** Permissions that the route asks for: any one of these sets. */
  needed: readonly Permissions[];
  granted: Permissions;
  /** 0 until it is answered, and for connections that were cut. */
  status: number;
  /** Which fault was played, if any. */
  fault: string | null;
}

export interface Violation {
  readonly position: number;
  readonly request: string;
  readonly problem: string;
}

/** Every request in order, and what was wrong with some. */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  readonly #violations: Violation[] = [];

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** Requests that GitHub would refuse or that break our own rules; tests assert that there are none. */
  get violations(): readonly Violation[] {
    return this.#violations;
  }

  open(request: Pick<LedgerEntry, 'method' | 'path' | 'query' | 'host'>): LedgerEntry {
    const entry: LedgerEntry = {
      ...request,
      position: this.#entries.length + 1,
      route: 'unknown',
      operation: null,
      body: null,
      installation: null,
      needed: [],
      granted: {},
      status: 0,
      fault: null,
    };
    this.#entries.push(entry);
    return entry;
  }

  violation(entry: LedgerEntry, problem: string): void {
    this.#violations.push({
      position: entry.position,
      request: `${entry.method} ${entry.path}`,
      problem,
    });
  }

  /** `METHOD template` of every request from a position on, token mints left out where asked. */
  names(options: { readonly after?: number; readonly tokens?: boolean } = {}): readonly string[] {
    return this.#entries
      .filter((entry) => entry.position > (options.after ?? 0))
      .filter((entry) => options.tokens !== false || !entry.route.endsWith('/access_tokens'))
      .map((entry) => `${entry.method} ${entry.route}`);
  }

  /** The position of the latest request. */
  get position(): number {
    return this.#entries.length;
  }
}
