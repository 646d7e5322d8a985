import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createGitHub } from '../../../src/adapters/github/index.ts';
import { STALL_MS, TurnedClock } from './turned-clock.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const HEAD = 'a'.repeat(40);

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that sends these headers with every answer but those about tokens. */
async function serve(
  headers: Readonly<Record<string, string>>,
): Promise<{ url: string; requests: () => number }> {
  let count = 0;
  server = createServer((request, response) => {
    count++;
    const token = request.url?.endsWith('/access_tokens') === true;
    response.writeHead(token ? 201 : 200, token ? {} : headers);
    response.end(JSON.stringify(token ? { token: 'ghs_x' } : { tree: [], truncated: false }));
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests: () => count };
}

/** Three times the bar of I17 (100 ms), and of processor time: machines differ, and may be busy. */
const MOST_MS = 300;

// The rest of I17 stands in requests.test.ts: what `retry-after` may ask for, and where a redirect may lead.
describe('I17: hostile headers', () => {
  let before: NodeJS.CpuUsage;

  beforeEach(() => {
    before = process.cpuUsage();
  });

  afterEach(() => {
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(MOST_MS);
  });

  it.each([
    ['link', 100_000],
    ['etag', 1_000_000],
  ])('%s of %d bytes ends the request at once, without another try', async (name, length) => {
    const { url, requests } = await serve({ [name]: '<'.repeat(length) });
    const github = createGitHub({
      appId: 1,
      privateKey,
      apiUrl: url,
      clock: new TurnedClock(),
      stallMs: STALL_MS,
    });
    const client = github.repository({ installation: 1, id: 1, owner: 'acme', name: 'images' }, 'judge');
    await expect(client.tree(HEAD)).rejects.toMatchObject({ code: 'github-failed', retryable: false });
    expect(requests()).toBe(2);
  });

  it.each([
    ['link', '<https://elsewhere.test/x>; rel="next", '.repeat(200)],
    ['link', '<'.repeat(8000)],
    ['deprecation', 'x'.repeat(8000)],
    ['content-type', `text/html; ${';'.repeat(8000)}`],
    ['x-ratelimit-reset', '9'.repeat(8000)],
  ])('%s in what fits is passed over', async (name, value) => {
    const { url } = await serve({ [name]: value });
    const github = createGitHub({
      appId: 1,
      privateKey,
      apiUrl: url,
      clock: new TurnedClock(),
      stallMs: STALL_MS,
    });
    const client = github.repository({ installation: 1, id: 1, owner: 'acme', name: 'images' }, 'judge');
    await expect(client.tree(HEAD)).resolves.toEqual(new Map());
  });
});
