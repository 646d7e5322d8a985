import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Delivery } from '../../../src/adapters/store/index.ts';
import { createMetrics } from '../../../src/app/metrics.ts';
import { type Front, startFront } from '../../../src/app/server/index.ts';
import { AppError } from '../../../src/domain/index.ts';
import { silentLog } from '../support/silent-log.ts';

const SECRET = 'a-secret-of-some-length-0123';
const OLD_SECRET = 'the-secret-before-0123456789';
const PATH = '/api/github/webhooks';
const LIMIT = 25 * 1024 * 1024;

const PAYLOAD = JSON.stringify({
  action: 'opened',
  installation: { id: 9 },
  repository: { id: 5, name: 'app', owner: { login: 'acme' }, default_branch: 'main' },
  pull_request: { number: 7, state: 'open', head: { sha: 'a'.repeat(40), repo: { id: 5 } }, base: {} },
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

let front: Front;
let recorded: Delivery[];
let failure: Error | null;
let woken: number;

beforeEach(async () => {
  recorded = [];
  failure = null;
  woken = 0;
  const store = {
    async recordDelivery(delivery: Delivery) {
      if (failure !== null) throw failure;
      if (recorded.some((one) => one.guid === delivery.guid)) return 'seen' as const;
      recorded.push(delivery);
      return 'new' as const;
    },
    backlog: async () => ({ due: 3, oldestDue: null, heldBack: 1, running: 0 }),
    pendingDeliveries: async () => ({ count: recorded.length, oldest: null }),
    pendingMergeGroups: async () => ({ count: 0, nextAt: null }),
  };
  const time = { now: () => 1_000, at: () => () => {} };
  front = await startFront({
    store,
    time,
    log: silentLog,
    metrics: createMetrics(store, time),
    host: '127.0.0.1',
    port: 0,
    secrets: [SECRET, OLD_SECRET],
    appId: 42,
    onRecorded: () => {
      woken += 1;
    },
    isReady: async () => failure === null,
  });
});

afterEach(() => front.close());

function sign(body: string | Uint8Array, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function headers(body: string | Uint8Array, more: Readonly<Record<string, string | undefined>> = {}) {
  const all = {
    'content-type': 'application/json',
    'x-github-event': 'pull_request',
    'x-github-delivery': 'guid-1',
    'x-hub-signature-256': sign(body),
    ...more,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

async function post(
  body: string | Uint8Array,
  more: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const response = await fetch(`${front.url}${PATH}`, { method: 'POST', headers: headers(body, more), body });
  return { status: response.status, text: (await response.text()).trim() };
}

/** Bytes as they are on the wire; what comes back until the other side closes. */
function raw(text: string): Promise<string> {
  const { port } = new URL(front.url);
  return new Promise((done) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => done(answer));
    socket.write(text);
  });
}

async function expectAlive(): Promise<void> {
  expect((await post(PAYLOAD, { 'x-github-delivery': 'alive' })).status).toBe(202);
}

describe('a delivery', () => {
  it('is recorded, reduced to its essentials, then acknowledged', async () => {
    expect(await post(PAYLOAD)).toEqual({ status: 202, text: 'Recorded.' });
    expect(recorded).toMatchObject([
      {
        guid: 'guid-1',
        event: 'pull_request',
        action: 'opened',
        installationId: 9,
        repositoryId: 5,
        number: 7,
        receivedAt: 1_000,
        payload: { repository: { id: 5, owner: 'acme' }, acts: [{ kind: 'mark', reason: 'opened' }] },
      },
    ]);
    expect(woken).toBe(1);
  });

  it('F05: ten times the same at once are ten times 2xx and one record', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(PAYLOAD)));
    expect(answers.map((answer) => answer.status)).toEqual(Array<number>(10).fill(202));
    expect(recorded).toHaveLength(1);
    expect(woken).toBe(1);
  });

  it('M08: is accepted with the old secret beside the new one', async () => {
    expect((await post(PAYLOAD, { 'x-hub-signature-256': sign(PAYLOAD, OLD_SECRET) })).status).toBe(202);
  });

  it('F15: is not acknowledged where it cannot be recorded', async () => {
    failure = new AppError('store-unavailable', 'the disk is full', { retryable: true });
    expect(await post(PAYLOAD)).toMatchObject({
      status: 503,
      text: expect.stringMatching(/could not be recorded/),
    });
    failure = null;
    await expectAlive();
  });

  it.each(['ping', 'star', '__proto__', 'constructor'])(
    'M04: the event %s is 2xx and ignored',
    async (event) => {
      expect((await post(PAYLOAD, { 'x-github-event': event })).status).toBe(202);
      expect(recorded).toEqual([]);
    },
  );

  it('M03: of a shape that says nothing is 2xx and ignored', async () => {
    for (const body of ['{}', '{"action":1}', '{"pull_request":null,"installation":{"id":"9"}}'])
      expect((await post(body)).status).toBe(202);
    expect(recorded).toEqual([]);
  });
});

describe('M01: a signature that is none', () => {
  const digest = sign(PAYLOAD).slice('sha256='.length);
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without digits', 'sha256='],
    ['too short', `sha256=${digest.slice(1)}`],
    ['too long', `sha256=${digest}0`],
    ['not hexadecimal', `sha256=${'z'.repeat(64)}`],
    ['of another kind', `sha1=${digest.slice(0, 40)}`],
    ['without its kind', digest],
    ['twice', `sha256=${digest}, sha256=${digest}`],
    ['of another secret', sign(PAYLOAD, 'development')],
    ['of another body', sign(`${PAYLOAD} `)],
  ])('%s is 4xx, and the next delivery is 2xx', async (_lesson, signature) => {
    const answer = await post(PAYLOAD, { 'x-hub-signature-256': signature });
    expect([400, 401]).toContain(answer.status);
    expect(answer.text).toMatch(/^[^\n]+\.$/);
    expect(recorded).toEqual([]);
    await expectAlive();
  });

  it('of 1 MB, or repeated, is 4xx', async () => {
    const line = `x-hub-signature-256: ${sign(PAYLOAD)}\r\n`;
    const rest = `Host: x\r\nContent-Type: application/json\r\nContent-Length: ${PAYLOAD.length}\r\nConnection: close\r\n`;
    const start = `POST ${PATH} HTTP/1.1\r\n${rest}`;
    expect(await raw(`${start}${line}${line}\r\n${PAYLOAD}`)).toMatch(/^HTTP\/1\.1 400 /);
    const long = `x-hub-signature-256: sha256=${'0'.repeat(1_000_000)}\r\n`;
    expect(await raw(`${start}${long}\r\n${PAYLOAD}`)).toMatch(/^HTTP\/1\.1 4\d\d |^$/);
    await expectAlive();
  });

  it('M05: is compared by a function of constant time, behind a check of its length', () => {
    const source = readFileSync(new URL('../../../src/app/server/signature.ts', import.meta.url), 'utf8');
    expect(source).toContain('timingSafeEqual(given, expected)');
    expect(source).toContain('header.length === 71');
  });
});

describe('M02: a body that is none', () => {
  it.each([
    ['empty', '', 400],
    ['not JSON', '{"a":', 400],
    ['null', 'null', 400],
    ['a list', '[1]', 400],
    ['a number', '1', 400],
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 400],
  ])('%s', async (_lesson, body, status) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/^[^\n]+\.$/);
    await expectAlive();
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], [undefined]])(
    'content type %p',
    async (type) => {
      const body = typeof type === 'string' ? PAYLOAD : new TextEncoder().encode(PAYLOAD);
      expect((await post(body, { 'content-type': type })).status).toBe(415);
    },
  );

  it('compressed', async () => {
    const body = gzipSync(PAYLOAD);
    expect((await post(body, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('one byte over 25 MB, announced: refused before it is read', async () => {
    const text = `POST ${PATH} HTTP/1.1\r\nHost: x\r\n${lines(headers('{}'))}Content-Length: ${LIMIT + 1}\r\n\r\n`;
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 413 /);
    await expectAlive();
  });

  it('one byte over 25 MB, in chunks: refused while it is read', async () => {
    const answer = await sendChunks(LIMIT + 1);
    expect(answer).toBe(413);
    await expectAlive();
  });

  it('shorter than announced', async () => {
    const { port } = new URL(front.url);
    await new Promise<void>((done) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `POST ${PATH} HTTP/1.1\r\nHost: x\r\n${lines(headers(PAYLOAD))}Content-Length: 5000\r\n\r\n{}`,
        );
        socket.end();
      });
      socket.resume();
      socket.on('close', () => done());
      socket.on('error', () => done());
    });
    expect(recorded).toEqual([]);
    await expectAlive();
  });

  it('without the delivery’s identifier or event', async () => {
    expect((await post(PAYLOAD, { 'x-github-delivery': undefined })).status).toBe(400);
    expect((await post(PAYLOAD, { 'x-github-delivery': 'x'.repeat(201) })).status).toBe(400);
    expect((await post(PAYLOAD, { 'x-github-event': undefined })).status).toBe(400);
    expect((await post(PAYLOAD, { 'x-github-event': 'a b' })).status).toBe(400);
  });
});

describe('M09: shapes of HTTP', () => {
  it.each([
    ['two lengths', `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`],
    [
      'length and chunks',
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['no HTTP', 'hello\r\n\r\n'],
    ['a long address', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['10,000 headers', `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(10_000)}\r\n`],
  ])('%s is 4xx', async (_lesson, text) => {
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
    await expectAlive();
  });

  it('HTTP/1.0 is answered', async () => {
    expect(await raw('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('other addresses', () => {
  const get = async (path: string, method = 'GET') => fetch(`${front.url}${path}`, { method });

  it('404 for what is not there, 405 for what is not done there', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/api/github/webhooks/x', 'POST')).status).toBe(404);
    const answer = await get(PATH);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await get('/healthz', 'DELETE')).status).toBe(405);
  });

  it('health says whether deliveries can be recorded', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    failure = new Error('no store');
    expect((await get('/healthz')).status).toBe(503);
  });

  it('metrics show the backlog', async () => {
    await post(PAYLOAD);
    const text = await (await get('/metrics')).text();
    expect(text).toContain('plinth_backlog{state="due"} 3');
    expect(text).toContain('plinth_oldest_due_seconds ');
    expect(text).toContain('plinth_deliveries_total{result="new"} 1');
  });

  it('an address in use is said in a sentence', async () => {
    const { port } = new URL(front.url);
    const again = startFront({ host: '127.0.0.1', port: Number(port) } as Parameters<typeof startFront>[0]);
    await expect(again).rejects.toThrow(/is in use: set PORT/);
  });
});

function lines(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

/** Sends chunks until the other side answers; its status. */
function sendChunks(total: number): Promise<number> {
  return new Promise((done, failed) => {
    const sending = httpRequest(
      `${front.url}${PATH}`,
      { method: 'POST', headers: headers('{}') },
      (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      },
    );
    sending.on('error', failed);
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    let sent = 0;
    const more = (): void => {
      while (sent < total) {
        const part = chunk.subarray(0, Math.min(chunk.length, total - sent));
        sent += part.length;
        if (!sending.write(part)) {
          sending.once('drain', more);
          return;
        }
      }
    };
    more();
  });
}
