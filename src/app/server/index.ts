// In: HTTP requests from anybody. Out: durable deliveries; health and metrics.
// The front is small on purpose: it bounds size and time, tells forgeries, and records.
// Not here: what a delivery means (events), doing anything about it (reconcile).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../domain/index.ts';
import { BodyReader } from './body.ts';
import { type Reply, send } from './reply.ts';
import { receiveDelivery, type WebhookGiven } from './webhook.ts';

/** Probot's path, which GitHub Apps made with it have on record. */
export const WEBHOOK_PATH = '/api/github/webhooks';

export interface FrontGiven extends Omit<WebhookGiven, 'bodies'> {
  readonly host: string;
  readonly port: number;
  /** True while deliveries can be recorded. */
  readonly isReady: () => Promise<boolean>;
}

export interface Front {
  readonly url: string;
  /** Takes no new connection, and ends when the requests under way are answered. */
  close(): Promise<void>;
}

/** Milliseconds. GitHub itself waits ten seconds. */
const TIMEOUT_MS = 10_000;
const CHECK_EVERY_MS = 1_000;
const KEEP_ALIVE_MS = 5_000;

type Handler = (request: IncomingMessage) => Promise<Reply>;

/** Listens. Throws an AppError `cannot-listen` where the address cannot be had. */
export async function startFront(given: FrontGiven): Promise<Front> {
  const routes = routesOf(given);
  const server = createServer(
    {
      headersTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => {
      answer(routes, request).then(
        (reply) => send(response, reply),
        (error: unknown) => {
          given.log.error({ error: nameOf(error) }, 'a request failed');
          send(response, { status: 500, text: 'The request failed.', closes: true });
        },
      );
      closeWithRequest(request, response);
    },
  );
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  const url = await listen(server, given);
  return {
    url,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
      }),
  };
}

/** A request whose body was refused would otherwise be read to its end. */
function closeWithRequest(request: IncomingMessage, response: ServerResponse): void {
  response.on('finish', () => {
    if (!request.complete) request.destroy();
  });
}

function routesOf(given: FrontGiven): ReadonlyMap<string, ReadonlyMap<string, Handler>> {
  const webhook = { ...given, bodies: new BodyReader() };
  const ready = async (): Promise<Reply> =>
    (await given.isReady())
      ? { status: 200, text: 'ready' }
      : { status: 503, text: 'Deliveries cannot be recorded at present.' };
  const metrics = async (): Promise<Reply> => ({
    status: 200,
    text: await given.metrics.render(),
    headers: { 'content-type': given.metrics.contentType },
  });
  return new Map([
    [WEBHOOK_PATH, new Map([['POST', (request: IncomingMessage) => receiveDelivery(request, webhook)]])],
    ['/healthz', new Map([['GET', ready]])],
    ['/readyz', new Map([['GET', ready]])],
    ['/metrics', new Map([['GET', metrics]])],
  ]);
}

async function answer(
  routes: ReadonlyMap<string, ReadonlyMap<string, Handler>>,
  request: IncomingMessage,
): Promise<Reply> {
  const [path = ''] = (request.url ?? '').split('?', 1);
  const methods = routes.get(path);
  if (methods === undefined) return { status: 404, text: 'There is nothing here.', closes: true };
  const handler = methods.get(request.method ?? '');
  if (handler !== undefined) return handler(request);
  const allow = [...methods.keys()].join(', ');
  return { status: 405, text: `Only ${allow} is answered here.`, headers: { allow }, closes: true };
}

function listen(server: Server, { host, port }: FrontGiven): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'is in use: set PORT to another one' : 'cannot be listened on';
      reject(new AppError('cannot-listen', `The address ${host}:${port} ${why}.`, { cause }));
    });
    server.listen(port, host, () => {
      // Listening on an address, not on a pipe.
      const { address, family, port: taken } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`);
    });
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
