// Takes requests in and sends answers out: reading, faults, authentication, validation, routing, the ledger.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sharedDescription } from './description.ts';
import { answerOf, Faults } from './faults.ts';
import { type Answer, HttpProblem, unprocessable } from './http.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import { RequestLimits } from './limits.ts';
import { allows } from './permissions.ts';
import { type Call, type Caller, type Needs, type Route, Router } from './route.ts';
import { nameOf } from './routes/graphql.ts';
import { type Repository, repositoryKey, type World } from './state.ts';
import { callerOf } from './tokens.ts';

export type RequestListener = (position: number, entry: LedgerEntry) => void | Promise<void>;

export interface Listeners {
  /** Before a request is looked at. */
  readonly received: Set<RequestListener>;
  /** After it took effect, before its answer is sent. */
  readonly performed: Set<RequestListener>;
}

export interface ApiServerOptions {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly publicKey: string;
  readonly port: number;
}

const BODY_LIMIT = 25 * 1024 * 1024;
/** A GitHub Enterprise Server answers below these. */
const REST_PREFIX = /^\/api\/v3(?=\/|$)/;
/** The dated versions of the REST API; the later one is the first that breaks. */
const API_VERSIONS = new Set(['2022-11-28', '2026-03-10']);
const GRAPHQL_PATHS = new Set(['/graphql', '/api/graphql']);

/** The API host. Requests are handled as they come; each is recorded before anything else happens to it. */
export class ApiServer {
  readonly ledger = new Ledger();
  readonly faults = new Faults();
  readonly listeners: Listeners = { received: new Set(), performed: new Set() };
  readonly #options: ApiServerOptions;
  readonly #router: Router;
  readonly #description = sharedDescription();
  readonly #server: Server;
  readonly #limits: RequestLimits;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#router = new Router(options.routes);
    this.#limits = new RequestLimits(options.world);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(this.#options.port, '127.0.0.1', done);
    });
    // Listening on an address, not on a pipe.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(`${this.#options.world.url}${request.url}`);
    address.pathname = address.pathname.replace(REST_PREFIX, '') || '/';
    const entry = this.ledger.open({
      method: request.method ?? 'GET',
      path: address.pathname,
      query: address.search,
      host: 'api',
    });
    try {
      const answer = await this.#answer(request, entry, address);
      if (answer !== null) this.#send(response, entry, answer);
      else request.socket.destroy();
    } catch (error) {
      // A client that goes away in the middle of its request, as a killed App does, broke no rule.
      if (request.destroyed && !request.complete) return;
      this.ledger.violation(entry, `the stand-in failed: ${error instanceof Error ? error.stack : error}`);
      this.#send(response, entry, { status: 500, body: { message: 'Server Error' } });
    }
  }

  /** Null: the connection is cut. */
  async #answer(request: IncomingMessage, entry: LedgerEntry, address: URL): Promise<Answer | null> {
    const sent = parse(await read(request));
    const match = this.#match(entry, address);
    entry.body = sent.kind === 'json' ? sent.value : null;
    if (entry.route === '/graphql') entry.operation = nameOf(entry.body);
    for (const listener of this.listeners.received) await listener(entry.position, entry);
    const fault = this.faults.take(entry);
    if (fault !== null) entry.fault = fault.name ?? `status ${fault.status ?? fault.reset ?? 'stall'}`;
    const performs = fault === null || fault.performed === true || fault.rewrite !== undefined;
    const real = performs ? await this.#perform(request, entry, address, match, sent) : null;
    if (performs) for (const listener of this.listeners.performed) await listener(entry.position, entry);
    if (fault === null) return real;
    await fault.stall;
    if (fault.reset === 'before') return null;
    const answer = answerOf(fault, real);
    return fault.reset === 'mid-body' ? { ...answer, headers: { ...answer.headers, [CUT]: '1' } } : answer;
  }

  #match(entry: LedgerEntry, address: URL): ReturnType<Router['find']> {
    this.#followId(address);
    const match = GRAPHQL_PATHS.has(entry.path)
      ? this.#router.find(entry.method, '/graphql')
      : this.#router.find(entry.method, address.pathname);
    if (match !== undefined) entry.route = match.route.template;
    return match;
  }

  /** `/repositories/<id>/…` is where a renamed repository's redirect leads. */
  #followId(address: URL): void {
    const found = /^\/repositories\/(\d+)(\/.*)?$/.exec(address.pathname);
    if (found === null) return;
    const repository = [...this.#options.world.repositories.values()].find(
      (each) => String(each.id) === found[1],
    );
    if (repository === undefined) return;
    address.pathname = `/repos/${repository.owner.login}/${repository.name}${found[2] ?? ''}`;
  }

  async #perform(
    request: IncomingMessage,
    entry: LedgerEntry,
    address: URL,
    match: ReturnType<Router['find']>,
    sent: Sent,
  ): Promise<Answer> {
    try {
      this.#checkHeaders(request, entry);
      const caller = callerOf(this.#options.world, this.#options.publicKey, request.headers.authorization);
      if (caller.kind === 'installation') {
        entry.installation = caller.installation.id;
        entry.granted = caller.token.permissions;
      }
      this.#limits.count(entry);
      if (match === undefined) {
        this.ledger.violation(entry, 'no such operation in the stand-in');
        throw new HttpProblem(404, 'Not Found');
      }
      if (sent.kind === 'broken') throw new HttpProblem(400, 'Problems parsing JSON');
      const body = sent.kind === 'json' ? sent.value : undefined;
      this.#validate(entry, address, body);
      const { world } = this.#options;
      const headers = flat(request);
      const object = (problem: string): void => this.ledger.violation(entry, problem);
      const call = { world, caller, params: match.params, address, headers, body, object };
      return await this.#handle(entry, match.route, call);
    } catch (error) {
      if (error instanceof HttpProblem) return error.answer;
      throw error;
    }
  }

  #checkHeaders(request: IncomingMessage, entry: LedgerEntry): void {
    if ((request.headers['user-agent'] ?? '') === '') {
      this.ledger.violation(entry, 'no user-agent header');
      throw new HttpProblem(
        403,
        'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
      );
    }
    const version = request.headers['x-github-api-version'];
    if (version === undefined) this.ledger.violation(entry, 'no X-GitHub-Api-Version header');
    else if (!API_VERSIONS.has(String(version))) {
      this.ledger.violation(entry, `no such X-GitHub-Api-Version: ${version}`);
      throw new HttpProblem(400, `${version} is not a supported version of the GitHub REST API.`);
    }
  }

  #validate(entry: LedgerEntry, address: URL, body: unknown): void {
    const key = `${entry.method} ${entry.route}`;
    const problems = [
      ...this.#description.queryProblems(key, address.searchParams),
      ...this.#description.bodyProblems(key, body),
    ];
    for (const problem of problems) this.ledger.violation(entry, problem.text);
    const refused = problems.filter((each) => each.kind === 'refused').map((each) => each.text);
    if (refused.length > 0) throw unprocessable(`Invalid request.\n\n${refused.join('\n')}`, refused);
  }

  async #handle(entry: LedgerEntry, route: Route, call: Call): Promise<Answer> {
    if (route.as === 'repository') {
      entry.needed = route.needs;
      const repository = this.#repositoryFor(route.needs, call);
      return 'answer' in repository ? repository.answer : route.handle({ ...call, repository });
    }
    if (route.as === 'app' && call.caller.kind !== 'app')
      throw new HttpProblem(401, 'A JSON web token could not be decoded');
    if (route.as === 'installation' && call.caller.kind !== 'installation')
      throw new HttpProblem(403, 'Resource not accessible by integration');
    return route.handle(call);
  }

  #repositoryFor(needs: readonly Needs[], call: Call): Repository | { readonly answer: Answer } {
    const { world, caller } = call;
    const { owner = '', repo = '' } = call.params;
    if (caller.kind !== 'installation') throw new HttpProblem(403, 'Resource not accessible by integration');
    const former = world.renamed.get(repositoryKey(owner, repo));
    if (former !== undefined) return { answer: moved(call, former) };
    const repository = world.repository(owner, repo);
    assertAllowed(repository, caller, needs);
    return repository;
  }

  #send(response: ServerResponse, entry: LedgerEntry, answer: Answer): void {
    const { [CUT]: cut, ...headers } = answer.headers ?? {};
    const { body } = answer;
    const bytes =
      body instanceof Uint8Array ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
    entry.status = answer.status;
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': bytes.length,
      'x-github-request-id': `STANDIN:${entry.position}`,
      'x-github-media-type': 'github.v3; format=json',
      ...this.#limits.headers(entry),
      ...headers,
    });
    if (cut === undefined) {
      response.end(bytes);
      return;
    }
    entry.status = 0;
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
  }
}

/** A mark that never leaves the server: the connection is cut in the body. */
const CUT = 'stand-in-cut';

/** A token reads public repositories everywhere, and does what it may in its own. */
function assertAllowed(
  repository: Repository,
  caller: Extract<Caller, { kind: 'installation' }>,
  needs: readonly Needs[],
): void {
  const { token, installation } = caller;
  const own =
    repository.owner.id === installation.account.id &&
    (token.repositories === null || token.repositories.includes(repository.id));
  if (own && needs.some((need) => allows(caller, need))) return;
  const reads = needs.some((need) => Object.values(need).every((level) => level === 'read'));
  if (!own && !repository.private && reads) return;
  if (!own && repository.private) throw new HttpProblem(404, 'Not Found');
  throw new HttpProblem(403, 'Resource not accessible by integration');
}

function moved(call: Call, repository: Repository): Answer {
  const rest = call.address.pathname.split('/').slice(4).join('/');
  const location = `${call.world.url}/repositories/${repository.id}${rest === '' ? '' : `/${rest}`}${call.address.search}`;
  return { status: 301, headers: { location }, body: { message: 'Moved Permanently', url: location } };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type Sent = { readonly kind: 'nothing' | 'broken' } | { readonly kind: 'json'; readonly value: unknown };

function parse(raw: Buffer): Sent {
  if (raw.length === 0) return { kind: 'nothing' };
  try {
    return { kind: 'json', value: JSON.parse(raw.toString('utf8')) };
  } catch {
    return { kind: 'broken' };
  }
}

function flat(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
