import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import nock from 'nock';
import { createGitHub, type GitHub, type RepositoryClient } from '../../../src/adapters/github/index.ts';
import { AppError } from '../../../src/domain/index.ts';
import { STALL_MS, TurnedClock } from './turned-clock.ts';

const API = 'https://api.github.test';
const NOW = Date.UTC(2026, 0, 1);
const TOKEN = 'ghs_123_eyJhbGciOi.payload-part.signature-part';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const REPOSITORY = { installation: 7, id: 42, owner: 'acme', name: 'images' };
const HEAD = 'a'.repeat(40);
const TREE = `/repos/acme/images/git/trees/${HEAD}?recursive=1`;
const WHOLE = { sha: HEAD, tree: [], truncated: false };

let clock: TurnedClock;
let github: GitHub;
let client: RepositoryClient;

beforeEach(() => {
  nock.disableNetConnect();
  clock = new TurnedClock(NOW);
  github = createGitHub({ appId: 1, privateKey, apiUrl: API, clock, stallMs: STALL_MS });
  client = github.repository(REPOSITORY, 'judge');
});

afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect(left).toEqual([]);
  expect(clock.watching).toBe(0);
});

afterAll(() => nock.restore());

function mints(times = 1, token = TOKEN): void {
  nock(API).post('/app/installations/7/access_tokens').times(times).reply(201, { token });
}

async function failureOf(act: Promise<unknown>): Promise<AppError> {
  const error = await act.then(
    () => new Error('it went well'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw error;
}

const readTree = (): Promise<unknown> => client.tree(HEAD);
const writeComment = (): Promise<unknown> => client.comment(3, 'text');
const COMMENTS = '/repos/acme/images/issues/3/comments';

describe('tokens', () => {
  it.each([
    ['judge', { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'write' }],
    ['answer', { metadata: 'read', pull_requests: 'write' }],
    ['sweep', { metadata: 'read', pull_requests: 'read' }],
  ] as const)('S05: for %s hold that and nothing else, for one repository', async (purpose, permissions) => {
    const bodies: unknown[] = [];
    nock(API)
      .post('/app/installations/7/access_tokens', (body) => bodies.push(body) > 0)
      .reply(201, { token: TOKEN });
    nock(API).get(TREE).matchHeader('authorization', `token ${TOKEN}`).reply(200, WHOLE);
    await github.repository(REPOSITORY, purpose).tree(HEAD);
    expect(bodies).toEqual([{ permissions, repository_ids: [42] }]);
  });

  it('are minted once in 50 minutes, for all who ask at once', async () => {
    mints();
    nock(API).get(TREE).times(3).reply(200, WHOLE);
    await Promise.all([client.tree(HEAD), client.tree(HEAD)]);
    clock.turn(49 * 60_000);
    await github.repository(REPOSITORY, 'judge').tree(HEAD);
    clock.turn(60_000);
    mints();
    nock(API).get(TREE).reply(200, WHOLE);
    await client.tree(HEAD);
  });

  it('are minted anew after a 401, once', async () => {
    mints(1, 'ghs_old');
    mints(1, 'ghs_new');
    nock(API)
      .get(TREE)
      .matchHeader('authorization', 'token ghs_old')
      .reply(401, { message: 'Bad credentials' });
    nock(API).get(TREE).matchHeader('authorization', 'token ghs_new').reply(200, WHOLE);
    await client.tree(HEAD);
    mints();
    nock(API).get(TREE).times(2).reply(401, { message: 'Bad credentials' });
    await expect(failureOf(client.tree(HEAD))).resolves.toMatchObject({
      code: 'unauthorized',
      retryable: false,
    });
  });

  it('are minted anew once, for all whose requests were refused together', async () => {
    mints(1, 'ghs_old');
    mints(1, 'ghs_new');
    const withToken = (token: string) =>
      nock(API).get(TREE).matchHeader('authorization', `token ${token}`).times(4);
    withToken('ghs_old').reply(401, { message: 'Bad credentials' });
    withToken('ghs_new').reply(200, WHOLE);
    await Promise.all([1, 2, 3, 4].map(() => client.tree(HEAD)));
  });

  it.each([
    [404, 'installation-gone'],
    [403, 'installation-gone'],
    [422, 'forbidden'],
    [401, 'unauthorized'],
  ])('that GitHub refuses with %d: %s', async (status, code) => {
    nock(API).post('/app/installations/7/access_tokens').reply(status, { message: 'no' });
    await expect(failureOf(readTree())).resolves.toMatchObject({ code, retryable: false });
  });

  it('of a suspended installation are told from a missing permission', async () => {
    mints();
    for (const suspended_at of ['2026-01-01T00:00:00Z', null]) {
      nock(API).get(TREE).reply(403, { message: 'no' });
      nock(API).get('/app/installations/7').reply(200, { id: 7, suspended_at });
    }
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'installation-gone' });
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'forbidden' });
  });

  it.each([
    [-5, 1],
    [5, 1],
    [-9, 1],
  ])('F14: are got although the clock is %d minutes off', async (minutes, refusals) => {
    const date = new Date(NOW - minutes * 60_000).toUTCString();
    const seen: number[] = [];
    const claims = (header: string): boolean => {
      const { iat } = JSON.parse(Buffer.from(header.split('.')[1] ?? '', 'base64url').toString()) as {
        iat: number;
      };
      seen.push(iat * 1000 - Date.parse(date));
      return true;
    };
    nock(API)
      .post('/app/installations/7/access_tokens')
      .times(refusals)
      .reply(401, { message: 'bad iat or exp' }, { date });
    nock(API)
      .post('/app/installations/7/access_tokens')
      .matchHeader('authorization', (header) => claims(String(header)))
      .reply(201, { token: TOKEN });
    nock(API).get(TREE).reply(200, WHOLE);
    await client.tree(HEAD);
    expect(seen.at(-1)).toBe(-60_000);
  });

  it('F14: are not got with a clock that is an hour off, and that is said', async () => {
    const date = new Date(NOW + 3_600_000).toUTCString();
    nock(API).post('/app/installations/7/access_tokens').reply(401, { message: 'bad exp' }, { date });
    const error = await failureOf(readTree());
    expect(error).toMatchObject({ code: 'clock-skew', retryable: false });
    expect(error.message).toContain('60 minutes behind');
  });
});

describe('reads', () => {
  it.each([500, 502, 503, 504])('are repeated after %d, with growing pauses', async (status) => {
    mints();
    nock(API).get(TREE).times(4).reply(status, 'oops');
    nock(API).get(TREE).reply(200, WHOLE);
    await client.tree(HEAD);
    expect(clock.pauses).toEqual([1000, 2000, 4000, 8000]);
  });

  it('end after five attempts', async () => {
    mints();
    nock(API).get(TREE).times(5).reply(503, 'oops');
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'github-failed', retryable: true });
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'UND_ERR_SOCKET'])('are repeated after %s', async (code) => {
    mints();
    nock(API)
      .get(TREE)
      .replyWithError(Object.assign(new Error('cut'), { code }));
    nock(API).get(TREE).reply(200, WHOLE);
    await client.tree(HEAD);
  });

  it('are repeated where the answer is no JSON', async () => {
    mints();
    nock(API).get(TREE).reply(200, '{"sha": "');
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'github-failed', retryable: true });
  });

  it.each([
    [400, 'github-failed'],
    [410, 'not-found'],
    [418, 'github-failed'],
    [422, 'invalid-request'],
    [451, 'forbidden'],
  ])('that are refused with %d are not repeated: %s', async (status, code) => {
    mints();
    nock(API).get('/app/installations/7').optionally().reply(200, { id: 7, suspended_at: null });
    nock(API).get('/repos/acme/images/pulls/9/files?page=1&per_page=100').reply(status, { message: 'no' });
    await expect(failureOf(client.patches(9))).resolves.toMatchObject({ code, retryable: false });
    nock.cleanAll();
  });

  it('of a commit that GitHub does not know yet may be repeated later', async () => {
    mints();
    nock(API).get(TREE).reply(404, { message: 'Not Found' });
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'inconsistent', retryable: true });
  });
});

describe('writes', () => {
  beforeEach(() => mints());

  it.each([500, 502, 503, 504])('may have happened after %d, and are not repeated', async (status) => {
    nock(API).post(COMMENTS).reply(status, 'oops');
    await expect(failureOf(writeComment())).resolves.toMatchObject({
      code: 'write-unknown',
      retryable: true,
    });
  });

  it('may have happened where the connection broke, or the answer is no JSON', async () => {
    nock(API)
      .post(COMMENTS)
      .replyWithError(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
    await expect(failureOf(writeComment())).resolves.toMatchObject({ code: 'write-unknown' });
    nock(API).post(COMMENTS).reply(201, '{"id"');
    await expect(failureOf(writeComment())).resolves.toMatchObject({ code: 'write-unknown' });
  });

  it('that certainly did not happen are repeated', async () => {
    nock(API)
      .post(COMMENTS)
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    nock(API).post(COMMENTS).reply(201, { id: 5 });
    await expect(client.comment(3, 'text')).resolves.toBe(5);
  });

  it('that replace or are known again are repeated', async () => {
    nock(API).patch('/repos/acme/images/pulls/comments/8').reply(502, 'oops');
    nock(API).patch('/repos/acme/images/pulls/comments/8').reply(200, { id: 8 });
    await client.updateReviewComment(8, 'text');
    nock(API).post('/repos/acme/images/issues/comments/8/reactions').reply(502, 'oops');
    nock(API).post('/repos/acme/images/issues/comments/8/reactions').reply(200, { id: 9 });
    const comment = { source: 'issue-comment', id: 8, nodeId: null } as const;
    const eyes = { content: 'eyes', id: 9 } as const;
    await expect(client.react(comment, 'eyes')).resolves.toEqual(eyes);
    nock(API).delete('/repos/acme/images/issues/comments/8/reactions/9').reply(404, { message: 'gone' });
    await client.unreact(comment, eyes);
  });

  it('are refused with what GitHub says', async () => {
    nock(API)
      .post('/repos/acme/images/pulls/3/reviews')
      .reply(422, { message: 'Unprocessable Entity', errors: ['Line could not be resolved'] });
    const review = { commit: HEAD, body: 'b', comments: [] };
    const error = await failureOf(client.createReview(3, review));
    expect(error).toMatchObject({ code: 'invalid-request', retryable: false });
    expect(error.message).toContain('Line could not be resolved');
  });
});

describe('limits', () => {
  const MINUTE = 60_000;
  const primary = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 45 * 60) };
  const secondary = 'You have exceeded a secondary rate limit.';

  beforeEach(() => mints());

  it.each([
    ['primary, by 403', 403, 'limit exceeded', primary, 45 * MINUTE + 1000],
    ['primary, by 429', 429, 'limit exceeded', primary, 45 * MINUTE + 1000],
    ['secondary, with a time', 403, secondary, { 'retry-after': '120' }, 2 * MINUTE],
    ['secondary, without', 403, secondary, {}, MINUTE],
    ['secondary, by 429', 429, 'slow down', {}, MINUTE],
    ['a negative time', 429, secondary, { 'retry-after': '-1' }, MINUTE],
    ['a huge time', 429, secondary, { 'retry-after': '1e9' }, MINUTE],
    ['a thousand years', 429, secondary, { 'retry-after': '31536000000' }, 60 * MINUTE],
    ['no time at all', 429, secondary, { 'retry-after': 'soon' }, MINUTE],
    ['a date', 429, secondary, { 'retry-after': new Date(NOW + 5 * MINUTE).toUTCString() }, 5 * MINUTE],
    ['a reset that is past', 403, 'limit', { ...primary, 'x-ratelimit-reset': '12' }, 1000],
  ])('I17: %s', async (_name, status, message, headers, waitMs) => {
    nock(API).get(TREE).reply(status, { message }, headers);
    const error = await failureOf(readTree());
    expect(error).toMatchObject({ code: 'rate-limited', retryable: true, retryAfterMs: waitMs });
    // Until then nothing is sent: nock would refuse it by another error.
    clock.turn(waitMs - 1);
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'rate-limited', retryAfterMs: 1 });
    clock.turn(1);
    // The token may have aged meanwhile.
    nock(API).post('/app/installations/7/access_tokens').optionally().reply(201, { token: TOKEN });
    nock(API).get(TREE).reply(200, WHOLE);
    await client.tree(HEAD);
  });

  it('without a time grow each time', async () => {
    nock(API).get(TREE).times(8).reply(429, { message: secondary });
    mints(2);
    const waits: number[] = [];
    for (let count = 0; count < 8; count++) {
      const { retryAfterMs = 0 } = await failureOf(readTree());
      waits.push(retryAfterMs / MINUTE);
      clock.turn(retryAfterMs);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('of one installation are no other’s', async () => {
    nock(API).get(TREE).reply(429, { message: secondary });
    await failureOf(readTree());
    nock(API).post('/app/installations/8/access_tokens').reply(201, { token: TOKEN });
    nock(API).get(TREE).reply(200, WHOLE);
    await github.repository({ ...REPOSITORY, installation: 8 }, 'judge').tree(HEAD);
  });

  it('are kept before GitHub has to say no: after the last request none is sent', async () => {
    nock(API).get(TREE).reply(200, WHOLE, primary);
    await client.tree(HEAD);
    const error = await failureOf(readTree());
    expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 45 * MINUTE + 1000 });
  });

  it('of GraphQL may be secondary ones, too', async () => {
    nock(API)
      .post('/graphql')
      .reply(200, { errors: [{ message: secondary }] });
    await expect(failureOf(client.pull(1, []))).resolves.toMatchObject({ retryAfterMs: MINUTE });
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'rate-limited' });
  });

  it.each(['RATE_LIMITED', 'RATE_LIMIT'])(
    'of GraphQL come with 200 (%s), and leave REST alone',
    async (type) => {
      nock(API)
        .post('/graphql')
        .reply(200, { errors: [{ type, message: 'limit' }] }, primary);
      const error = await failureOf(client.pull(1, []));
      expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 45 * MINUTE + 1000 });
      await expect(failureOf(client.pull(1, []))).resolves.toMatchObject({ code: 'rate-limited' });
      nock(API).get(TREE).reply(200, WHOLE);
      await client.tree(HEAD);
    },
  );
});

describe('redirects and headers', () => {
  beforeEach(() => mints());

  it.each([301, 302, 307, 308])('a renamed repository is followed by %d, writes as well', async (status) => {
    const moved = `${API}/repositories/42`;
    nock(API)
      .get(TREE)
      .reply(status, '', { location: `${moved}/git/trees/x` });
    nock(API).get('/repositories/42/git/trees/x').matchHeader('authorization', /ghs_/).reply(200, WHOLE);
    await client.tree(HEAD);
    nock(API).post(COMMENTS).reply(status, '', { location: '/repositories/42/issues/3/comments' });
    nock(API).post('/repositories/42/issues/3/comments', { body: 'text' }).reply(201, { id: 5 });
    await client.comment(3, 'text');
  });

  it.each([
    'https://elsewhere.test/x',
    'http://api.github.test/x',
    'https://api.github.test.elsewhere.test/',
    'https://api.github.test:8443/',
    '//elsewhere.test/x',
    'file:///etc/passwd',
    'nonsense://',
  ])('S06, I17: a token is not carried to %s', async (location) => {
    nock(API).get(TREE).reply(302, '', { location });
    const error = await failureOf(readTree());
    expect(error).toMatchObject({ code: 'github-failed', retryable: false });
  });

  it('a circle ends', async () => {
    nock(API).get(TREE).times(4).reply(302, '', { location: TREE });
    await expect(failureOf(readTree())).resolves.toMatchObject({ code: 'github-failed', retryable: false });
  });

  it('say what version of the API is meant, and who asks', async () => {
    const version = '2022-11-28';
    nock(API)
      .get(TREE)
      .matchHeader('x-github-api-version', version)
      .matchHeader('user-agent', 'plinth')
      .reply(200, WHOLE);
    await client.tree(HEAD);
  });

  it('pages are counted, not followed', async () => {
    const pull = (number: number) => ({ number, head: { sha: HEAD }, base: { ref: 'main' }, draft: false });
    const page = (number: number) =>
      `/repos/acme/images/pulls?state=open&sort=created&direction=asc&page=${number}&per_page=100`;
    const all = Array.from({ length: 101 }, (_, at) => pull(at + 1));
    const link = '<https://elsewhere.test/steal>; rel="next"';
    nock(API).get(page(1)).reply(200, all.slice(0, 100), { link });
    // The list shifted by one meanwhile.
    nock(API).get(page(2)).reply(200, all.slice(99), { link });
    const open = await client.openPulls({});
    expect(open.map(({ number }) => number)).toEqual(all.map(({ number }) => number));
  });
});

describe('secrets', () => {
  it('are in no error, whatever GitHub says', async () => {
    mints();
    const said = `${TOKEN} https://x-access-token:${TOKEN}@github.com ghp_0123456789abcdef eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2ln`;
    nock(API).get('/app/installations/7').optionally().reply(200, { id: 7, suspended_at: null });
    nock(API)
      .get(TREE)
      .reply(403, { message: said, errors: [{ message: said }] }, { 'x-github-request-id': said });
    const error = await failureOf(readTree());
    const shown = JSON.stringify([error.message, error.stack, Object.entries(error), error.cause]);
    for (const secret of ['signature-part', 'ghs_', 'ghp_', 'eyJ', 'x-access-token'])
      expect(shown).not.toContain(secret);
    expect(error.code).toBe('forbidden');
    nock.cleanAll();
  });

  it('are no part of what went wrong on the way', async () => {
    mints();
    nock(API)
      .get(TREE)
      .times(5)
      .replyWithError(Object.assign(new Error(TOKEN), { code: 'ECONNRESET' }));
    const error = await failureOf(readTree());
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain('ghs_');
  });
});

describe('a server that stalls', () => {
  const stalling = (port: { readonly clock: TurnedClock }): typeof fetch => {
    let first = true;
    return async (input, init) => {
      if (String(input).endsWith('/access_tokens')) return Response.json({ token: TOKEN }, { status: 201 });
      if (!first) return Response.json(WHOLE);
      first = false;
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(Buffer.from('{"sha'));
          init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
        },
      });
      setImmediate(() => port.clock.stall());
      return new Response(body);
    };
  };

  it('is asked again', async () => {
    const slow = createGitHub({
      appId: 1,
      privateKey,
      apiUrl: API,
      clock,
      stallMs: STALL_MS,
      fetch: stalling({ clock }),
    });
    await slow.repository(REPOSITORY, 'judge').tree(HEAD);
    expect(clock.pauses).toEqual([1000]);
  });
});

describe('a failure says to its reader', () => {
  it('host, status and hint', async () => {
    mints();
    nock(API).get(TREE).reply(403, { message: 'No.' });
    nock(API).get('/app/installations/7').reply(200, { id: 7, suspended_at: null });
    const { message } = await failureOf(readTree());
    expect(message).toMatch(/^GitHub \(api\.github\.test\) answered 403 to .*No\..*permissions/);
  });

  it('host, error of the connection and hint', async () => {
    mints();
    nock(API)
      .get(TREE)
      .times(5)
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const { message } = await failureOf(readTree());
    expect(message).toMatch(/GitHub \(api\.github\.test\) could not be asked .*ECONNREFUSED.*GHE_HOST/);
  });
});
