// The host that archives come from: another origin, which must never see a token.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ledger } from './ledger.ts';
import type { World } from './state.ts';

/** Serves `/<owner>/<name>/legacy.tar.gz/<sha>`. */
export class DownloadServer {
  readonly #server: Server;
  readonly #world: World;
  readonly #ledger: Ledger;

  constructor(world: World, ledger: Ledger) {
    this.#world = world;
    this.#ledger = ledger;
    this.#server = createServer((request, response) => this.#serve(request, response));
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

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const address = new URL(request.url ?? '/', this.#world.downloadsUrl);
    const { pathname: path, search: query } = address;
    const entry = this.#ledger.open({ method: request.method ?? 'GET', path, query, host: 'downloads' });
    if (request.headers.authorization !== undefined)
      this.#ledger.violation(entry, 'a token was sent to the download host');
    const [, owner = '', name = '', kind = '', sha = ''] = path.split('/');
    const repository = this.#world.repositories.get(`${owner}/${name}`.toLowerCase());
    const allowed = repository !== undefined && (!repository.private || query === '?token=ticket');
    if (!allowed || kind !== 'legacy.tar.gz' || !/^[0-9a-f]{40}$/.test(sha)) {
      entry.status = 404;
      response.writeHead(404).end();
      return;
    }
    entry.route = '/{owner}/{repo}/legacy.tar.gz/{sha}';
    entry.status = 200;
    response.writeHead(200, { 'content-type': 'application/x-gzip' });
    repository.git.archive(sha, `${owner}-${name}-${sha.slice(0, 7)}`).pipe(response);
  }
}
