import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import {
  type Fault,
  type GitHub,
  graphqlLimit,
  primaryLimit,
  type Repository,
  secondaryLimit,
  startGitHub,
} from './index.ts';
import { installationClient } from './test-client.ts';
import { generateAppKey } from './tokens.ts';

const name = { owner: 'acme', repo: 'images' };
const key = generateAppKey();

let content: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let client: Octokit;

beforeAll(async () => {
  content = await generateRepository([{ name: 'base', branch: 'main', files: { README: 'read me\n' } }]);
});

beforeEach(async () => {
  github = await startGitHub({ key });
  const { gitDir } = content;
  repository = await github.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir,
    defaultBranch: 'main',
  });
  client = await installationClient(github);
});

afterEach(() => github.close());

afterAll(() => content.remove());

const read = (): Promise<unknown> => client.rest.repos.get(name);
const write = (): Promise<unknown> =>
  client.rest.checks.create({ ...name, name: 'Plinth', head_sha: content.id('base') });

describe('answers in place of the real one', () => {
  it.each<[string, Fault, object]>([
    ['a bad gateway', { status: 502 }, { status: 502 }],
    [
      'the hour’s limit',
      primaryLimit(1_800_000_000_000),
      {
        status: 403,
        response: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000000' } },
      },
    ],
    [
      'a secondary limit',
      secondaryLimit(60),
      { status: 403, response: { headers: { 'retry-after': '60' } } },
    ],
    ['a cut connection', { reset: 'before' }, { status: 500 }],
  ])('%s, once', async (_, fault, error) => {
    github.fault(fault);
    await expect(read()).rejects.toMatchObject(error);
    await expect(read()).resolves.toBeDefined();
  });

  it('hit the requests they match, after those they let pass, as often as they say', async () => {
    github.fault({ match: { method: 'POST', route: /check-runs$/ }, after: 1, times: 2, status: 500 });
    const statuses: unknown[] = [];
    for (let at = 0; at < 4; at++) {
      await read();
      statuses.push(
        await write().then(
          () => 201,
          (error: { readonly status: unknown }) => error.status,
        ),
      );
    }
    expect(statuses).toEqual([201, 500, 500, 201]);
    expect(repository.checkRuns).toHaveLength(2);
  });

  it('can be lost on the way after the write was done', async () => {
    github.fault({ performed: true, reset: 'before' });
    await expect(write()).rejects.toBeDefined();
    expect(repository.checkRuns).toHaveLength(1);
    expect(github.ledger.entries.at(-1)).toMatchObject({ fault: 'status before', status: 0 });
  });

  it('can break off in the body, which Octokit passes on as a success without data', async () => {
    github.fault({ performed: true, reset: 'mid-body', times: 2 });
    const broken = fetch(`${github.url}/rate_limit`).then((answer) => answer.text());
    await expect(broken).rejects.toBeDefined();
    await expect(read()).resolves.toMatchObject({ status: 200, data: '' });
    await expect(read()).resolves.toMatchObject({ data: { name: 'images' } });
  });

  it('can wait for as long as a test wants', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    github.fault({ performed: true, stall: promise });
    let answered = false;
    const answer = read().then(() => {
      answered = true;
    });
    await read();
    expect(answered).toBe(false);
    resolve();
    await answer;
  });
});

describe('GraphQL', () => {
  const ask = (): Promise<{ readonly status: number; readonly data: unknown }> =>
    client.request('POST /graphql', { query: '{ a: rateLimit { limit } b: rateLimit { limit } }' });

  it('answers 200 with errors where its limit is reached', async () => {
    github.fault(graphqlLimit());
    expect(await ask()).toMatchObject({ status: 200, data: { errors: [{ type: 'RATE_LIMITED' }] } });
  });

  it('answers in part', async () => {
    github.fault({
      match: { route: '/graphql' },
      rewrite: (body) => ({
        ...(body as object),
        data: { a: null, b: { limit: 1 } },
        errors: [{ message: 'Something went wrong', path: ['a'] }],
      }),
    });
    expect((await ask()).data).toEqual({
      data: { a: null, b: { limit: 1 } },
      errors: [{ message: 'Something went wrong', path: ['a'] }],
    });
  });
});

describe('listeners', () => {
  it('are told of a request before it takes effect, and before its answer leaves', async () => {
    const seen: unknown[] = [];
    const runs = (): number => repository.checkRuns.length;
    const stop = github.onRequest((position) => void seen.push(['received', position, runs()]));
    github.onPerformed((position) => void seen.push(['performed', position, runs()]));
    await write();
    stop();
    await read();
    expect(seen).toEqual([
      ['received', 2, 0],
      ['performed', 2, 1],
      ['performed', 3, 1],
    ]);
  });
});

describe('a client that goes away', () => {
  it('in the middle of a request breaks no rule, and the next is answered', async () => {
    const abort = new AbortController();
    github.onRequest(() => abort.abort());
    const request = fetch(`${github.url}/app`, { signal: abort.signal });
    await expect(request).rejects.toBeDefined();
    await expect(read()).resolves.toBeDefined();
    expect(github.ledger.violations.filter((each) => each.problem.includes('failed'))).toEqual([]);
  });
});

describe('the archive', () => {
  it('fails or breaks off when it is told to', async () => {
    const download = async (): Promise<ArrayBuffer> => {
      const address = `${github.world.downloadsUrl}/acme/images/legacy.tar.gz/${content.id('base')}`;
      const answer = await fetch(address);
      return answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(String(answer.status)));
    };
    const match = { route: '/{owner}/{repo}/legacy.tar.gz/{sha}' };
    github.fault({ match, status: 503 });
    await expect(download()).rejects.toThrow('503');
    github.fault({ match, reset: 'mid-body' });
    await expect(download()).rejects.toThrow('terminated');
    expect((await download()).byteLength).toBeGreaterThan(100);
  });
});
