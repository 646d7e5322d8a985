// Every request to GitHub's API: signed, repeated where that is safe, and its refusals translated.
import type { AppError } from '../../domain/index.ts';
import { type Clock, sleep } from './clock.ts';
import type { Credential } from './credentials.ts';
import { failure, quoted } from './errors.ts';
import { exchange, type HttpAnswer, type HttpPort, type HttpRequest, NetworkFailure } from './http.ts';
import { Gate, limitOf, type Resource } from './limits.ts';

/** The dated version of the REST API; 2026-03-10 is the first that breaks. */
export const API_VERSION = '2022-11-28';

export interface ApiRequest extends HttpRequest {
  /** The operation's template, for messages: `GET /repos/{owner}/{repo}`. */
  readonly route: string;
  readonly resource: Resource;
  /** `create`: sent twice it would happen twice. */
  readonly kind: 'repeatable' | 'create';
  /** False where the caller repeats in its own way. */
  readonly repeats?: boolean;
  readonly largestBytes?: number;
  /** Refusals that the caller understands; they come back as answers. */
  readonly expects?: (answer: HttpAnswer) => boolean;
}

/** What became of one attempt. */
type Outcome =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'failed'; readonly why: string; readonly sent: boolean; readonly passing: boolean };

const MOST_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;
const MOST_REDIRECTS = 3;
const LARGEST_ANSWER_BYTES = 100 * 1024 * 1024;
const PASSING: ReadonlySet<number> = new Set([500, 502, 503, 504]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

export interface RequestsGiven {
  readonly port: HttpPort;
  /** `https://api.github.com`; nothing signed goes to another origin. */
  readonly apiUrl: string;
  readonly userAgent: string;
}

/** Sends requests under one policy. Throws the AppErrors that `errors.ts` lists. */
export class Requests {
  readonly gate: Gate;
  readonly #given: RequestsGiven;
  readonly #origin: string;
  /** Who is asked, for messages: `api.github.com`, or an Enterprise Server's host. */
  readonly #host: string;

  constructor(given: RequestsGiven, gate = new Gate(given.port.clock)) {
    this.#given = given;
    this.#origin = new URL(given.apiUrl).origin;
    this.#host = new URL(given.apiUrl).host;
    this.gate = gate;
  }

  /** The same, limits included, through another port. */
  through(port: HttpPort): Requests {
    return new Requests({ ...this.#given, port }, this.gate);
  }

  get clock(): Clock {
    return this.#given.port.clock;
  }

  /** A successful answer, or one that the request expects. */
  async send(request: ApiRequest, credential: Credential): Promise<HttpAnswer> {
    let renewed = false;
    for (let attempt = 1; ; ) {
      this.gate.check(credential.account, request.resource);
      const authorization = await credential.authorization();
      const outcome = await this.#attempt(request, authorization);
      if (outcome.kind === 'failed') {
        this.#assertRepeatable(request, outcome, attempt);
        await sleep(this.clock, FIRST_PAUSE_MS * 2 ** (attempt - 1));
        attempt++;
        continue;
      }
      const { answer } = outcome;
      if (answer.status === 401 && !renewed && credential.renew(answer, authorization)) {
        renewed = true;
        continue;
      }
      if (answer.status < 300 || request.expects?.(answer) === true) {
        this.gate.noteBudget(credential.account, request.resource, answer.headers);
        return answer;
      }
      throw await this.#refusal(request, answer, credential);
    }
  }

  /** Headers of every request. */
  headers(authorization: string | null, more: Readonly<Record<string, string>>): Record<string, string> {
    return {
      ...more,
      'user-agent': this.#given.userAgent,
      'x-github-api-version': API_VERSION,
      ...(authorization === null ? {} : { authorization }),
    };
  }

  /** One exchange, redirects within the API's host included. */
  async #attempt(request: ApiRequest, authorization: string): Promise<Outcome> {
    const headers = this.headers(authorization, request.headers);
    const { method, body } = request;
    let url = request.url;
    try {
      for (let hop = 0; ; hop++) {
        const signed = {
          method,
          url: this.#own(url, request),
          headers,
          ...(body === undefined ? {} : { body }),
        };
        const answer = await exchange(this.#given.port, signed, request.largestBytes ?? LARGEST_ANSWER_BYTES);
        if (answer === 'too-large')
          throw failure('too-large', `GitHub's answer to ${request.route} is too large.`);
        const location = REDIRECTS.has(answer.status) ? answer.headers.get('location') : null;
        if (PASSING.has(answer.status) && request.expects?.(answer) !== true)
          return { kind: 'failed', why: `status ${answer.status}`, sent: true, passing: true };
        if (location === null || request.expects?.(answer) === true) return { kind: 'answer', answer };
        if (hop === MOST_REDIRECTS)
          throw failure('github-failed', `GitHub redirects ${request.route} for ever.`);
        url = URL.parse(location, url)?.href ?? '';
      }
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      return { kind: 'failed', why: error.message, sent: error.sent, passing: error.passing };
    }
  }

  /** The address, where it is one of the API; a signed request goes nowhere else (RELIABILITY S06). */
  #own(url: string, request: ApiRequest): string {
    if (URL.parse(url)?.origin === this.#origin) return url;
    throw failure('github-failed', `GitHub led ${request.route} to another host, which gets no token.`);
  }

  #assertRepeatable(
    request: ApiRequest,
    outcome: Extract<Outcome, { kind: 'failed' }>,
    attempt: number,
  ): void {
    const { why, sent, passing } = outcome;
    if (request.kind === 'create' && sent)
      throw failure(
        'write-unknown',
        `It is not known whether GitHub (${this.#host}) carried out ${request.route} (${why}).`,
        {
          retryable: true,
        },
      );
    if (passing && request.repeats !== false && attempt < MOST_ATTEMPTS) return;
    const times = attempt === 1 ? '' : ` ${attempt} times`;
    const hint = sent
      ? 'See whether that host is well; Plinth tries again.'
      : 'Check that this machine reaches that host, and GHE_HOST where it is an Enterprise Server.';
    throw failure(
      'github-failed',
      `GitHub (${this.#host}) could not be asked for ${request.route}${times}: ${why}. ${hint}`,
      { retryable: passing },
    );
  }

  async #refusal(request: ApiRequest, answer: HttpAnswer, credential: Credential): Promise<AppError> {
    const { status, headers } = answer;
    const message = messageOf(answer);
    const limited = limitOf(answer, message, this.clock.now());
    if (limited !== null) return this.gate.refused(credential.account, request.resource, limited);
    const said = `GitHub (${this.#host}) answered ${status} to ${request.route}: ${quoted(message)}${requestId(headers)}`;
    if (status === 401) return failure('unauthorized', `${said}. Check the App's id and private key.`);
    if (status === 403 || status === 451)
      return (
        (await credential.explain()) ??
        failure('forbidden', `${said}. Check the App's permissions (docs/permissions.md).`)
      );
    if (status === 404 || status === 410)
      return failure('not-found', `${said}. It is gone, or the App is not installed there.`);
    if (status === 422) return failure('invalid-request', `${said}.`);
    return failure('github-failed', `${said}.`, { retryable: status >= 500 });
  }
}

/** GitHub's own name of a request, for its support. */
function requestId(headers: Headers): string {
  const id = headers.get('x-github-request-id') ?? '';
  return /^[A-Z0-9:]{1,64}$/.test(id) ? ` (request ${id})` : '';
}

/** The JSON of a successful answer; where it is none, what was asked for is not known to have happened. */
export function jsonOf(answer: HttpAnswer, { route, kind }: Pick<ApiRequest, 'route' | 'kind'>): unknown {
  try {
    return JSON.parse(Buffer.from(answer.bytes).toString('utf8'));
  } catch {
    const code = kind === 'create' ? 'write-unknown' : 'github-failed';
    throw failure(code, `GitHub's answer to ${route} is no JSON.`, { retryable: true });
  }
}

/** What a refusal says, errors in detail included. */
export function messageOf(answer: HttpAnswer): string {
  const { message, errors } = refusalOf(answer);
  const details = errors.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).slice(0, 5);
  return [message, ...details].join(' ');
}

/** The `code` of each error that a refusal details. */
export function codesOf(answer: HttpAnswer): readonly string[] {
  return refusalOf(answer).errors.flatMap((each) =>
    typeof each === 'object' && each !== null && 'code' in each && typeof each.code === 'string'
      ? [each.code]
      : [],
  );
}

function refusalOf(answer: HttpAnswer): { readonly message: string; readonly errors: readonly unknown[] } {
  const body = parsed(answer);
  const message = 'message' in body && typeof body.message === 'string' ? body.message : 'no reason given';
  return { message, errors: 'errors' in body && Array.isArray(body.errors) ? body.errors : [] };
}

function parsed(answer: HttpAnswer): object {
  if (answer.bytes.byteLength > 1024 * 1024) return {};
  try {
    const body: unknown = JSON.parse(Buffer.from(answer.bytes).toString('utf8'));
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
