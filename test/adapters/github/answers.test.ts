import { generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import nock from 'nock';
import { pack } from 'tar-stream';
import { createGitHub, type RepositoryClient } from '../../../src/adapters/github/index.ts';
import { blobIdOf } from '../../../src/domain/index.ts';
import { STALL_MS, TurnedClock } from './turned-clock.ts';

const API = 'https://github.test/api/v3';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const [BASE, HEAD, MERGE_BASE] = ['b', 'a', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const COMPARE = `/repos/acme/images/compare/${BASE}...${HEAD}?per_page=1&page=`;

let client: RepositoryClient;
let clock: TurnedClock;

beforeEach(() => {
  nock.disableNetConnect();
  clock = new TurnedClock();
  const github = createGitHub({ appId: 1, privateKey, apiUrl: API, clock, stallMs: STALL_MS });
  client = github.repository({ installation: 7, id: 42, owner: 'acme', name: 'images' }, 'judge');
  nock(API).post('/app/installations/7/access_tokens').reply(201, { token: 'ghs_short' });
});

afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect(left).toEqual([]);
});

afterAll(() => nock.restore());

describe('comparisons', () => {
  const comparison = (files?: readonly object[]) => ({ merge_base_commit: { sha: MERGE_BASE }, files });
  const row = (filename: string, status: string, more: object = {}) => ({
    filename,
    status,
    sha: `of ${filename}`,
    ...more,
  });

  it('have one row per path, whatever GitHub calls the change', async () => {
    const files = [
      row('added', 'added', { patch: '@@' }),
      row('modified', 'modified'),
      row('removed', 'removed'),
      row('mode', 'changed'),
      row('copy', 'copied', { previous_filename: 'modified' }),
      row('to', 'renamed', { previous_filename: 'from', patch: '@@' }),
      row('same', 'unchanged'),
      // Two files change places, a third takes the name of a fourth, which moves on.
      row('left', 'renamed', { previous_filename: 'right' }),
      row('right', 'renamed', { previous_filename: 'left' }),
      row('fourth', 'renamed', { previous_filename: 'third' }),
      row('fifth', 'renamed', { previous_filename: 'fourth' }),
      row('__proto__', 'added'),
    ];
    nock(API).get(`${COMPARE}1`).reply(200, comparison(files));
    const { mergeBase, files: rows } = await client.compare(BASE, HEAD);
    expect(mergeBase).toBe(MERGE_BASE);
    expect(rows?.map(({ path, status, id, patch }) => [path, status, id, patch])).toEqual([
      ['added', 'added', 'of added', '@@'],
      ['modified', 'modified', 'of modified', undefined],
      ['removed', 'removed', null, undefined],
      ['mode', 'modified', 'of mode', undefined],
      ['copy', 'added', 'of copy', undefined],
      ['from', 'removed', null, undefined],
      ['to', 'added', 'of to', '@@'],
      ['right', 'modified', 'of right', undefined],
      ['left', 'modified', 'of left', undefined],
      ['third', 'removed', null, undefined],
      ['fourth', 'modified', 'of fourth', undefined],
      ['fifth', 'added', 'of fifth', undefined],
      ['__proto__', 'added', 'of __proto__', undefined],
    ]);
  });

  it.each([
    [299, 299],
    [300, null],
  ])('of %d files list %s: more are not told from as many as GitHub lists', async (count, listed) => {
    const files = Array.from({ length: count }, (_, at) => row(`file ${at}`, 'modified'));
    nock(API).get(`${COMPARE}1`).reply(200, comparison(files));
    const { mergeBase, files: rows } = await client.compare(BASE, HEAD);
    expect([mergeBase, rows?.length ?? null]).toEqual([MERGE_BASE, listed]);
  });

  it.each([422, 500, 503])(
    'whose diff takes GitHub too long (%d) still have their merge base',
    async (status) => {
      const errors = [{ resource: 'Comparison', field: 'diff', code: 'not_available' }];
      nock(API).get(`${COMPARE}1`).reply(status, { message: 'this diff is taking too long', errors });
      nock(API).get(`${COMPARE}2`).reply(200, comparison());
      await expect(client.compare(BASE, HEAD)).resolves.toEqual({ mergeBase: MERGE_BASE, files: null });
    },
  );
});

describe('archives', () => {
  const TARBALL = `/repos/acme/images/tarball/${HEAD}`;
  const wanted = new Set([blobIdOf(Buffer.from('content'))]);
  const archive = async (): Promise<Buffer> => {
    const tar = pack();
    tar.entry({ name: 'images/file' }, 'content');
    tar.finalize();
    const parts: Buffer[] = [];
    for await (const part of tar) parts.push(part);
    return gzipSync(Buffer.concat(parts));
  };

  it.each(['https://codeload.github.test', 'https://github.test'])(
    'come from %s, which gets no token',
    async (host) => {
      nock(API)
        .get(TARBALL)
        .reply(302, '', { location: `${host}/_codeload/acme/images?token=ticket` });
      nock(host, { badheaders: ['authorization'] })
        .get('/_codeload/acme/images?token=ticket')
        .reply(200, await archive());
      await client.archive(HEAD, wanted);
      const [id = ''] = wanted;
      expect((await client.blobs.read([id])).get(id)?.kind).toBe('bytes');
    },
  );

  it.each([
    'https://elsewhere.test/x',
    'http://codeload.github.test/x',
    'https://codeload.github.test.elsewhere.test/x',
    'https://169.254.169.254/latest',
    'file:///etc/passwd',
  ])('do not come from "%s"', async (location) => {
    nock(API).get(TARBALL).reply(302, '', { location });
    await expect(client.archive(HEAD, wanted)).rejects.toMatchObject({
      code: 'github-failed',
      retryable: false,
    });
  });

  it('of a renamed repository are found', async () => {
    nock(API)
      .get(TARBALL)
      .reply(301, '', { location: `${API}/repositories/42/tarball/${HEAD}` });
    nock(API)
      .get(`/repositories/42/tarball/${HEAD}`)
      .reply(302, '', { location: 'https://codeload.github.test/x' });
    nock('https://codeload.github.test')
      .get('/x')
      .reply(200, await archive());
    await client.archive(HEAD, wanted);
  });
});

describe('trees', () => {
  it('keep both of two files whose names GitHub shows alike', async () => {
    const entry = (path: string, sha: string, mode = '100644') => ({ path, mode, type: 'blob', sha });
    const tree = [
      entry('a\ufffd', BASE),
      entry('a\ufffd', HEAD),
      entry('old', BASE, '100664'),
      entry('__proto__', HEAD, '100775'),
    ];
    nock(API).get(`/repos/acme/images/git/trees/${HEAD}?recursive=1`).reply(200, { tree, truncated: false });
    expect([...(await client.tree(HEAD))]).toEqual([
      ['a\ufffd', { mode: '100644', id: BASE }],
      [`a\ufffd\ufffd${HEAD}`, { mode: '100644', id: HEAD }],
      ['old', { mode: '100644', id: BASE }],
      ['__proto__', { mode: '100755', id: HEAD }],
    ]);
  });
});

describe('pull requests', () => {
  const POLICY = 'extends: minimal\n';
  const file = (text: string) => ({
    mode: 0o100644,
    type: 'blob',
    oid: blobIdOf(Buffer.from(text)),
    object: {
      __typename: 'Blob',
      oid: blobIdOf(Buffer.from(text)),
      byteSize: text.length,
      isBinary: false,
      isTruncated: false,
      text,
    },
  });
  const pull = {
    number: 5,
    title: 'title',
    state: 'OPEN',
    isDraft: true,
    locked: true,
    isCrossRepository: false,
    headRefOid: HEAD,
    headRefName: 'change',
    baseRefName: 'release-1',
    baseRefOid: 'stale',
    author: { login: 'dev', databaseId: 9 },
    baseRef: { target: { oid: BASE, f0: file(POLICY) } },
  };
  const repository = (more: object = {}) => ({
    databaseId: 42,
    defaultBranchRef: { name: 'main', target: { oid: MERGE_BASE, f0: null } },
    pullRequest: { ...pull, ...more },
  });
  const answer = (data: object | null, errors?: readonly object[]) =>
    nock('https://github.test')
      .post('/api/graphql')
      .reply(200, { data, ...(errors === undefined ? {} : { errors }) });

  it('are read with the policy at both tips that count', async () => {
    answer({ repository: repository() });
    await expect(client.pull(5, ['policy'])).resolves.toEqual({
      number: 5,
      title: 'title',
      state: 'open',
      draft: true,
      locked: true,
      headRef: 'change',
      fork: false,
      author: { id: 9, login: 'dev' },
      head: HEAD,
      base: { ref: 'release-1', tip: BASE },
      defaultBranch: 'main',
      defaultTip: MERGE_BASE,
      atTip: new Map([['policy', POLICY]]),
      atDefault: new Map([['policy', null]]),
    });
  });

  it.each([
    ['is deleted', { author: null }, undefined],
    [
      'is hidden',
      { author: null },
      [{ type: 'FORBIDDEN', path: ['repository', 'pullRequest', 'author'], message: 'no' }],
    ],
    ['is of a kind without a number', { author: { login: 'x' } }, undefined],
  ])('whose author %s are read all the same', async (_name, more, errors) => {
    answer({ repository: repository(more) }, errors);
    await expect(client.pull(5, [])).resolves.toMatchObject({ author: null, head: HEAD });
  });

  it('that are answered in part are asked for again', async () => {
    answer({ repository: repository({ baseRef: null }) }, [
      { path: ['repository', 'pullRequest', 'baseRef'], message: 'timeout' },
    ]);
    answer(null, [{ message: 'Something went wrong while executing your query.' }]);
    answer({ repository: repository() });
    await expect(client.pull(5, ['policy'])).resolves.toMatchObject({ atTip: new Map([['policy', POLICY]]) });
    expect(clock.pauses).toEqual([1000, 2000]);
  });

  it.each([
    ['the repository is gone', { type: 'NOT_FOUND', path: ['repository'], message: 'no' }, 'not-found'],
    [
      'content is forbidden',
      { type: 'FORBIDDEN', path: ['repository', 'pullRequest', 'baseRef', 'target', 'f0'], message: 'no' },
      'forbidden',
    ],
  ])('where %s are an error at once', async (_name, error, code) => {
    answer({ repository: code === 'not-found' ? null : repository() }, [error]);
    await expect(client.pull(5, ['policy'])).rejects.toMatchObject({ code, retryable: false });
  });

  it.each([
    ['no base branch', { baseRef: null }],
    ['no head', { headRefOid: null }],
    ['a file without a mode', { baseRef: { target: { oid: BASE, f0: { oid: HEAD } } } }],
  ])('with %s are no answer to judge by', async (_name, more) => {
    answer({ repository: repository(more) });
    await expect(client.pull(5, ['policy'])).rejects.toMatchObject({ code: 'inconsistent', retryable: true });
  });

  it('with a policy that is not the text GitHub shows have it read raw', async () => {
    const bytes = Buffer.from([0x61, 0xff, 0x0a]);
    const oid = blobIdOf(bytes);
    const shown = { ...file('a\ufffd\n'), oid };
    const object = { ...shown.object, oid };
    answer({ repository: repository({ baseRef: { target: { oid: BASE, f0: { ...shown, object } } } }) });
    answer({ repository: { databaseId: 42, b0: object } });
    nock(API)
      .get(`/repos/acme/images/git/blobs/${oid}`)
      .matchHeader('accept', 'application/vnd.github.raw+json')
      .reply(200, bytes, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' });
    const snapshot = await client.pull(5, ['policy']);
    expect(snapshot?.atTip.get('policy')).toBe('a\ufffd\n');
  });
});
