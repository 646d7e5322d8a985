import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, type PullRequest, type Repository, startGitHub } from './index.ts';
import { installationClient } from './test-client.ts';

const lines = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join('');

let content: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let pull: PullRequest;
const name = { owner: 'acme', repo: 'images' };

beforeAll(async () => {
  content = await generateRepository([
    {
      name: 'first',
      branch: 'main',
      files: {
        Dockerfile: 'FROM gcr.io/distroless/static\nCOPY app /\n',
        'docs/long.txt': lines(100),
        'moved.txt': lines(30),
        'gone.txt': 'gone\n',
        'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
      },
    },
    { name: 'tip', branch: 'main', files: { 'other.txt': 'other\n' } },
    {
      name: 'head',
      branch: 'change',
      parents: ['first'],
      files: {
        Dockerfile: 'FROM debian:12\nCOPY app /\n',
        'docs/long.txt': lines(100).replace('line 50\n', 'line fifty\n'),
        'moved.txt': null,
        'new/moved.txt': lines(30),
        'gone.txt': null,
        'run.sh': { mode: '100644', content: '#!/bin/sh\n' },
        'binary.bin': Uint8Array.of(0, 1, 2, 255),
        'latin1.txt': Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a),
      },
    },
  ]);
  github = await startGitHub();
  repository = await github.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir: content.gitDir,
    defaultBranch: 'main',
  });
  ({ pull } = await github.people.openPullRequest({ repository, base: 'main', head: 'change' }));
});

afterAll(async () => {
  await github.close();
  await content.remove();
});

describe('reading a pull request', () => {
  it('compares from the merge base, with renames, blob ids and no mode', async () => {
    const client = await installationClient(github);
    const { data } = await client.rest.repos.compareCommitsWithBasehead({
      ...name,
      basehead: 'main...change',
    });
    expect(data.merge_base_commit.sha).toBe(content.id('first'));
    expect(data.status).toBe('diverged');
    expect([data.ahead_by, data.behind_by]).toEqual([1, 1]);
    const rows = data.files?.map((file) => [file.filename, file.status, file.previous_filename]);
    expect(rows).toEqual([
      ['Dockerfile', 'modified', undefined],
      ['binary.bin', 'added', undefined],
      ['docs/long.txt', 'modified', undefined],
      ['gone.txt', 'removed', undefined],
      ['latin1.txt', 'added', undefined],
      ['new/moved.txt', 'renamed', 'moved.txt'],
      ['run.sh', 'modified', undefined],
    ]);
    expect(data.files?.[0]).toMatchObject({
      additions: 1,
      deletions: 1,
      patch: '@@ -1,2 +1,2 @@\n-FROM gcr.io/distroless/static\n+FROM debian:12\n COPY app /',
    });
    expect(data.files?.[1]?.patch).toBeUndefined();
  });

  it('answers files with mode and text through GraphQL, under aliases and variables', async () => {
    const client = await installationClient(github);
    const answer = await client.graphql<{ repository: Record<string, unknown> }>(
      `query Files($owner: String!, $name: String!, $head: GitObjectID!) {
        repository(owner: $owner, name: $name) {
          head: object(oid: $head) { ...files }
          tip: defaultBranchRef { target { oid ... on Commit { file(path: "nowhere") { mode } } } }
        }
      }
      fragment files on Commit {
        a: file(path: "run.sh") { mode object { ... on Blob { oid byteSize isBinary isTruncated text } } }
        b: file(path: "latin1.txt") { mode object { ... on Blob { text } } }
        c: file(path: "binary.bin") { object { ... on Blob { isBinary text } } }
      }`,
      { owner: 'acme', name: 'images', head: content.id('head') },
    );
    expect(answer.repository).toMatchObject({
      head: {
        a: {
          mode: 0o100644,
          object: { byteSize: 10, isBinary: false, isTruncated: false, text: '#!/bin/sh\n' },
        },
        b: { object: { text: 'caf\ufffd\n' } },
        c: { object: { isBinary: true, text: null } },
      },
      tip: { target: { oid: content.id('tip'), file: null } },
    });
  });
});

describe('writing', () => {
  it('takes a completed check run and appends annotations', async () => {
    const client = await installationClient(github);
    const annotation = {
      path: 'Dockerfile',
      start_line: 1,
      end_line: 1,
      annotation_level: 'failure',
      message: 'not allowed',
    } as const;
    const output = { title: 'one', summary: 'summary', annotations: [annotation] };
    const { data } = await client.rest.checks.create({
      ...name,
      name: 'Plinth',
      head_sha: pull.headSha,
      conclusion: 'failure',
      output,
    });
    await client.rest.checks.update({ ...name, check_run_id: data.id, output });
    const { data: listed } = await client.rest.checks.listForRef({
      ...name,
      ref: 'change',
      check_name: 'Plinth',
    });
    expect(listed.total_count).toBe(1);
    expect(listed.check_runs[0]).toMatchObject({ status: 'completed', output: { annotations_count: 2 } });
  });

  it('refuses a review whose line no hunk holds, and takes one that stands in the diff', async () => {
    const client = await installationClient(github);
    const review = (path: string, line: number): Promise<{ readonly status: number }> =>
      client.rest.pulls.createReview({
        ...name,
        pull_number: pull.number,
        event: 'COMMENT',
        body: 'see below',
        comments: [{ path, line, side: 'RIGHT', body: 'here' }],
      });
    await expect(review('docs/long.txt', 10)).rejects.toMatchObject({ status: 422 });
    await expect(review('nowhere', 1)).rejects.toMatchObject({ status: 422 });
    expect(repository.reviewComments).toHaveLength(0);
    await expect(review('docs/long.txt', 53)).resolves.toMatchObject({ status: 200 });
    expect(repository.reviewComments.map((each) => each.line)).toEqual([53]);
  });

  it('refuses what the token may not do', async () => {
    const client = await installationClient(github, { contents: 'read' });
    const attempt = client.rest.checks.create({ ...name, name: 'Plinth', head_sha: pull.headSha });
    await expect(attempt).rejects.toMatchObject({ status: 403 });
    expect(github.ledger.entries.at(-1)).toMatchObject({
      route: '/repos/{owner}/{repo}/check-runs',
      status: 403,
      needed: [{ checks: 'write' }],
      granted: { contents: 'read', metadata: 'read' },
    });
  });
});

describe('telling the App', () => {
  it('signs deliveries and repeats the identifier of a redelivery', async () => {
    const seen: { readonly guid: unknown; readonly valid: boolean; readonly action: unknown }[] = [];
    const app = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const wanted = `sha256=${createHmac('sha256', github.webhookSecret).update(body).digest('hex')}`;
        const { 'x-hub-signature-256': signature, 'x-github-delivery': guid } = request.headers;
        seen.push({ guid, valid: signature === wanted, action: JSON.parse(String(body)).action });
        response.end();
      });
    });
    await new Promise<void>((done) => app.listen(0, '127.0.0.1', done));
    github.setWebhook(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
    const opened = await github.people.openPullRequest({
      repository,
      base: 'main',
      head: content.id('head'),
      fork: 'stranger',
    });
    await github.deliveries.redeliver(opened.delivery);
    app.close();
    github.deliveries.webhook = null;
    expect(opened.delivery.status).toBe(200);
    expect(seen).toEqual([
      { guid: opened.delivery.guid, valid: true, action: 'opened' },
      { guid: opened.delivery.guid, valid: true, action: 'opened' },
    ]);
  });
});

describe('the ledger', () => {
  it('names every request by its operation', () => {
    expect(github.ledger.names({ tokens: false })).toContain('POST /graphql');
    expect(github.ledger.entries.every((entry) => entry.route !== 'unknown')).toBe(true);
    expect(github.ledger.violations).toEqual([]);
  });
});
