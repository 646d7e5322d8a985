import type { ServerResponse } from 'node:http';

/** What a request is answered with: one sentence, as a rule. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The rest of the request is not read. */
  readonly closes?: boolean;
}

export function send(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(reply.status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...(reply.closes === true ? { connection: 'close' } : {}),
    ...reply.headers,
  });
  response.end(`${reply.text}\n`);
}
