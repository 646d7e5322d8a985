import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGitHub, type GitHub, type RepositoryClient } from '../../../src/adapters/github/index.ts';
import { blobIdOf } from '../../../src/domain/index.ts';
import { type GeneratedRepository, generateRepository } from '../../support/github/generated-repository.ts';
import {
  type PullRequest,
  type Repository,
  type GitHub as StandIn,
  startGitHub,
} from '../../support/github/index.ts';

const lines = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join('');

const POLICY = 'extends: minimal\n';
const LATIN1 = Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a);
const BINARY = Uint8Array.of(0, 1, 2, 255);

let content: GeneratedRepository;
let standIn: StandIn;
let repository: Repository;
let pull: PullRequest;
let github: GitHub;
let client: RepositoryClient;

beforeAll(async () => {
  content = await generateRepository([
    {
      name: 'first',
      branch: 'main',
      files: {
        Dockerfile: 'FROM gcr.io/distroless/static\nCOPY app /\n',
        'a.txt': lines(30),
        'b.txt': lines(30).replaceAll('line', 'row'),
        'gone.txt': 'gone\n',
        'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
        link: { mode: '120000', content: 'run.sh' },
        'module/sub': { mode: '160000', content: '1234567890123456789012345678901234567890' },
      },
    },
    { name: 'tip', branch: 'main', files: { '.github/plinth.yml': POLICY } },
    {
      name: 'head',
      branch: 'change',
      parents: ['first'],
      files: {
        Dockerfile: 'FROM debian:12\nCOPY app /\n',
        'a.txt': lines(30).replaceAll('line', 'row'),
        'b.txt': lines(30),
        'gone.txt': null,
        'run.sh': { mode: '100644', content: '#!/bin/sh\n' },
        'binary.bin': BINARY,
        'latin1.txt': LATIN1,
      },
    },
    { name: 'unrelated', branch: 'other', parents: [], files: { 'alone.txt': 'alone\n' } },
  ]);
  standIn = await startGitHub();
  repository = await standIn.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir: content.gitDir,
    defaultBranch: 'main',
  });
  ({ pull } = await standIn.people.openPullRequest({
    repository,
    base: 'main',
    head: 'change',
    fork: 'stranger',
  }));
  github = createGitHub({
    appId: standIn.appId,
    privateKey: standIn.privateKey,
    apiUrl: `${standIn.url}/api/v3`,
  });
  const [installation] = [...standIn.world.installations.keys()];
  client = github.repository(
    { installation: installation ?? 0, id: repository.id, owner: 'acme', name: 'images' },
    'judge',
  );
});

afterAll(async () => {
  expect(standIn.ledger.violations).toEqual([]);
  await standIn.close();
  await content.remove();
});

describe('one pull request', () => {
  it('is read as it is now, with the policy at the tip', async () => {
    const snapshot = await client.pull(pull.number, ['.github/plinth.yml', 'absent.yml']);
    expect(snapshot).toMatchObject({
      number: pull.number,
      state: 'open',
      draft: false,
      locked: false,
      fork: true,
      author: { login: 'stranger' },
      head: content.id('head'),
      base: { ref: 'main', tip: content.id('tip') },
      defaultBranch: 'main',
      defaultTip: content.id('tip'),
    });
    expect([...(snapshot?.atTip ?? [])]).toEqual([
      ['.github/plinth.yml', POLICY],
      ['absent.yml', null],
    ]);
    await expect(client.pull(4711, [])).resolves.toBeNull();
  });

  it('is compared from the merge base; files that changed places are modified', async () => {
    const { mergeBase, files } = await client.compare(content.id('tip'), content.id('head'));
    expect(mergeBase).toBe(content.id('first'));
    const rows = Object.fromEntries((files ?? []).map((file) => [file.path, file.status]));
    expect(rows).toEqual({
      Dockerfile: 'modified',
      'a.txt': 'modified',
      'b.txt': 'modified',
      'binary.bin': 'added',
      'gone.txt': 'removed',
      'latin1.txt': 'added',
      'run.sh': 'modified',
    });
  });

  it('has no merge base where the histories never meet', async () => {
    const comparison = await client.compare(content.id('tip'), content.id('unrelated'));
    expect(comparison).toEqual({ mergeBase: null, files: null });
    await expect(client.compare(content.id('tip'), '0'.repeat(40))).rejects.toMatchObject({
      code: 'inconsistent',
    });
  });

  it('has its tree, modes and all', async () => {
    const tree = await client.tree(content.id('tip'));
    expect(Object.fromEntries([...tree].map(([path, { mode }]) => [path, mode]))).toEqual({
      '.github/plinth.yml': '100644',
      Dockerfile: '100644',
      'a.txt': '100644',
      'b.txt': '100644',
      'gone.txt': '100644',
      link: '120000',
      'module/sub': '160000',
      'run.sh': '100755',
    });
  });

  it('gives files at commits, and their content whatever its bytes', async () => {
    const [head, base] = [content.id('head'), content.id('first')];
    const asked = [
      ...['Dockerfile', 'run.sh', 'binary.bin', 'latin1.txt', 'gone.txt'].map((path) => ({
        commit: head,
        path,
      })),
      ...['run.sh', 'link', 'module/sub', 'module'].map((path) => ({ commit: base, path })),
    ];
    const files = await client.files(asked);
    expect(
      Object.fromEntries(
        [...files].map(([key, entry]) => [
          key.replace(/^\w+:/, (at) => (at.startsWith(head) ? 'head:' : 'base:')),
          entry?.mode ?? null,
        ]),
      ),
    ).toEqual({
      'head:Dockerfile': '100644',
      'head:run.sh': '100644',
      'head:binary.bin': '100644',
      'head:latin1.txt': '100644',
      'head:gone.txt': null,
      'base:run.sh': '100755',
      'base:link': '120000',
      'base:module/sub': '160000',
      'base:module': null,
    });
    const before = standIn.ledger.position;
    const ids = [blobIdOf(Buffer.from('#!/bin/sh\n')), blobIdOf(BINARY), blobIdOf(LATIN1), 'f'.repeat(40)];
    const blobs = await client.blobs.read(ids);
    expect([...blobs.values()].map((result) => result.kind)).toEqual(['bytes', 'missing', 'bytes', 'bytes']);
    for (const [id, result] of blobs) if (result.kind === 'bytes') expect(blobIdOf(result.bytes)).toBe(id);
    expect(standIn.ledger.entries.slice(before).map((entry) => `${entry.method} ${entry.route}`)).toEqual([
      'POST /graphql',
      'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
      'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    ]);
  });

  it('brings contents by archive, from another host that sees no token', async () => {
    const wanted = new Set([
      blobIdOf(Buffer.from('gone\n')),
      blobIdOf(Buffer.from('run.sh')),
      'e'.repeat(40),
    ]);
    await client.archive(content.id('tip'), wanted);
    const before = standIn.ledger.position;
    const blobs = await client.blobs.read([...wanted].slice(0, 2));
    expect([...blobs.values()].map((result) => result.kind)).toEqual(['bytes', 'bytes']);
    expect(standIn.ledger.position).toBe(before);
  });
});

describe('the organisation’s file', () => {
  const PATH = '.github/plinth.yml';
  const read = (path: string) =>
    github.organisationFile([...standIn.world.installations.keys()][0] ?? 0, path);

  it('cannot be read where there is no repository of the name, or none for us', async () => {
    await standIn.people.createRepository({
      owner: 'stranger',
      name: '.github',
      gitDir: content.gitDir,
      defaultBranch: 'main',
    });
    await expect(read(PATH)).resolves.toEqual({ kind: 'unreachable' });
  });

  it('is read at the default branch’s tip, by two requests', async () => {
    await standIn.people.createRepository({
      owner: 'acme',
      name: '.github',
      gitDir: content.gitDir,
      defaultBranch: 'main',
    });
    const before = standIn.ledger.position;
    const file = { kind: 'present', owner: 'acme', commit: content.id('tip'), text: POLICY };
    await expect(read(PATH)).resolves.toEqual(file);
    expect(standIn.ledger.names({ after: before, tokens: false })).toEqual([
      'GET /installation/repositories',
      'POST /graphql',
    ]);
    await expect(read('.github/other.yml')).resolves.toEqual({ kind: 'absent' });
  });
});

describe('what is written', () => {
  const run = {
    name: 'Plinth',
    externalId: 'x',
    conclusion: 'failure' as const,
    startedAt: '2026-01-01T00:00:00Z',
    completedAt: '2026-01-01T00:00:01Z',
    title: 'title',
    summary: 'summary',
    actions: [{ label: 'Re-check', description: 'Judge this commit again', identifier: 'recheck' }],
  };
  const annotations = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      path: 'Dockerfile',
      start_line: 1,
      end_line: 1,
      annotation_level: 'warning' as const,
      message: `number ${at}`,
    }));

  it('is one check run, with all annotations', async () => {
    const headSha = content.id('head');
    await expect(client.findCheckRun('Plinth', headSha)).resolves.toBeNull();
    const id = await client.createCheckRun({ ...run, headSha, annotations: annotations(70) });
    await expect(client.findCheckRun('Plinth', headSha)).resolves.toEqual({
      id,
      status: 'completed',
      externalId: 'x',
    });
    expect(repository.checkRuns.map((each) => each.annotations.length)).toEqual([70]);
    await client.updateCheckRun(id, { ...run, headSha, title: 'other', annotations: [] });
    expect(repository.checkRuns.map((each) => [each.title, each.annotations.length])).toEqual([
      ['other', 70],
    ]);
  });

  it('is a review, whose comments are known again', async () => {
    const commit = content.id('head');
    const comments = [{ path: 'Dockerfile', line: 1, side: 'RIGHT' as const, body: 'here' }];
    await client.createReview(pull.number, { commit, body: 'see below', comments });
    const own = await client.ownReviewComments(pull.number);
    expect(own.map(({ body, path }) => [body, path])).toEqual([['here', 'Dockerfile']]);
    await client.updateReviewComment(own[0]?.id ?? 0, 'fixed');
    expect(repository.reviewComments.map((each) => each.body)).toEqual(['fixed']);
  });
});
