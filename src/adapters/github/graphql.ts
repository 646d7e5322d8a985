import type { Credential } from './credentials.ts';
import { failure, quoted } from './errors.ts';
import { saysSecondaryLimit, untilReset } from './limits.ts';
import { type ApiRequest, jsonOf, type Requests } from './requests.ts';

export interface GraphqlError {
  readonly type: string | null;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** `errors` tell which parts of `data` are not answers. */
export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphqlError[];
}

export interface GraphqlQuery {
  readonly query: string;
  readonly variables: Readonly<Record<string, string | number>>;
}

/** Sends GraphQL queries, once each: `batches.ts` asks again. Of mutations only those that twice do no more than once. */
export class Graphql {
  readonly #requests: Requests;
  readonly #credential: Credential;
  readonly #url: string;

  constructor(requests: Requests, credential: Credential, apiUrl: string) {
    this.#requests = requests;
    this.#credential = credential;
    this.#url = graphqlUrl(apiUrl);
  }

  /** Throws `rate-limited`, `not-found` and `forbidden` where they concern the whole query, and `github-failed` without any data. */
  async ask({ query, variables }: GraphqlQuery): Promise<GraphqlAnswer> {
    const request: ApiRequest = {
      route: 'POST /graphql',
      resource: 'graphql',
      kind: 'repeatable',
      // Whoever asks in batches asks for less next time, instead of the same again.
      repeats: false,
      method: 'POST',
      url: this.#url,
      headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
    };
    const answer = await this.#requests.send(request, this.#credential);
    const body = jsonOf(answer, request);
    const errors = errorsOf(body);
    if (errors.some(isLimit)) {
      const exhausted = answer.headers.get('x-ratelimit-remaining') === '0';
      const waitMs = exhausted ? untilReset(answer.headers, this.#requests.clock.now()) : null;
      const kind = waitMs === null ? 'secondary' : 'primary';
      throw this.#requests.gate.refused(this.#credential.account, 'graphql', { kind, waitMs });
    }
    const refused = errors.find((error) => error.path.length <= 1 && error.type !== null);
    if (refused?.type === 'NOT_FOUND') throw failure('not-found', `GitHub says: ${quoted(refused.message)}.`);
    if (refused?.type === 'FORBIDDEN') throw failure('forbidden', `GitHub says: ${quoted(refused.message)}.`);
    const data = dataOf(body);
    if (data !== null) return { data, errors };
    const why = errors[0]?.message ?? 'no data';
    throw failure('github-failed', `GitHub did not answer a query: ${quoted(why)}.`, { retryable: true });
  }
}

/** `https://api.github.com/graphql`; a GitHub Enterprise Server has it beside the REST API. */
function graphqlUrl(apiUrl: string): string {
  const base = apiUrl.replace(/\/$/, '');
  return base.endsWith('/api/v3') ? `${base.slice(0, -'/v3'.length)}/graphql` : `${base}/graphql`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** GitHub has two names for its primary limit, and none for the secondary ones. */
function isLimit({ type, message }: GraphqlError): boolean {
  return type === 'RATE_LIMITED' || type === 'RATE_LIMIT' || (type === null && saysSecondaryLimit(message));
}

function dataOf(body: unknown): Readonly<Record<string, unknown>> | null {
  return isRecord(body) && isRecord(body.data) ? body.data : null;
}

function errorsOf(body: unknown): readonly GraphqlError[] {
  if (!isRecord(body) || !Array.isArray(body.errors)) return [];
  return body.errors.filter(isRecord).map((error) => ({
    type: typeof error.type === 'string' ? error.type : null,
    path: Array.isArray(error.path) ? error.path.filter(isStep) : [],
    message: typeof error.message === 'string' ? error.message : 'no reason given',
  }));
}

function isStep(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
