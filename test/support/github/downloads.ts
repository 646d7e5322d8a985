// The host that archives come from: another origin, which must never see a token.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import type { Fault } from './faults.ts';
import type { LedgerEntry } from './ledger.ts';
import type { ApiServer } from './server.ts';
import { type Repository, repositoryKey, type World } from './state.ts';

/** Serves `/<owner>/<name>/legacy.tar.gz/<sha>`; ledger, faults and listeners are those of the API. */
export class DownloadServer {
  readonly #server: Server;
  readonly #world: World;
  readonly #api: Pick<ApiServer, 'ledger' | 'faults' | 'listeners'>;

  constructor(world: World, api: Pick<ApiServer, 'ledger' | 'faults' | 'listeners'>) {
    this.#world = world;
    this.#api = api;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(0, '127.0.0.1', done);
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
    const address = new URL(`${this.#world.downloadsUrl}${request.url}`);
    const { pathname: path, search: query } = address;
    const { ledger, faults, listeners } = this.#api;
    const entry = ledger.open({ method: request.method ?? 'GET', path, query, host: 'downloads' });
    const [, owner = '', name = '', kind = '', sha = ''] = path.split('/');
    if (kind === 'legacy.tar.gz') entry.route = '/{owner}/{repo}/legacy.tar.gz/{sha}';
    if (request.headers.authorization !== undefined)
      ledger.violation(entry, 'a token was sent to the download host');
    for (const listener of listeners.received) await listener(entry.position, entry);
    const repository = this.#world.repositories.get(repositoryKey(owner, name));
    const found = repository !== undefined && entry.route !== 'unknown' && /^[0-9a-f]{40}$/.test(sha);
    const archive = found && mayHave(repository, query) ? archiveOf(repository, sha) : null;
    const fault = faults.take(entry);
    if (fault !== null) await play(fault, entry, request, response, archive);
    else if (archive === null) end(entry, response, 404);
    else {
      entry.status = 200;
      response.writeHead(200, { 'content-type': 'application/x-gzip' });
      archive.pipe(response);
    }
  }
}

function mayHave(repository: Repository, query: string): boolean {
  return !repository.private || query === '?token=ticket';
}

function archiveOf(repository: Repository, sha: string): Readable {
  return repository.git.archive(sha, `${repository.owner.login}-${repository.name}-${sha.slice(0, 7)}`);
}

function end(entry: LedgerEntry, response: ServerResponse, status: number, fault: Fault = {}): void {
  entry.status = status;
  response.writeHead(status, { ...fault.headers }).end();
}

async function play(
  fault: Fault,
  entry: LedgerEntry,
  request: IncomingMessage,
  response: ServerResponse,
  archive: Readable | null,
): Promise<void> {
  entry.fault = fault.name ?? `status ${fault.status ?? fault.reset ?? 'stall'}`;
  await fault.stall;
  if (fault.reset === undefined) {
    archive?.destroy();
    end(entry, response, fault.status ?? 500, fault);
  } else if (fault.reset === 'before' || archive === null) request.socket.destroy();
  else {
    response.writeHead(200, { 'content-type': 'application/x-gzip' });
    archive.once('data', (chunk: Buffer) => {
      archive.destroy();
      response.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => request.socket.destroy());
    });
  }
}
