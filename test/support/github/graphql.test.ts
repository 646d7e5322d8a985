import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, type PullRequest, type Repository, startGitHub } from './index.ts';
import { installationClient } from './test-client.ts';

const LIMIT = 512_000;

let content: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let pull: PullRequest;

beforeAll(async () => {
  content = await generateRepository([
    { name: 'base', branch: 'main', files: { Dockerfile: 'FROM scratch\n' } },
    {
      name: 'head',
      branch: 'change',
      files: {
        Dockerfile: 'FROM debian:12\nRUN true\n',
        whole: 'x'.repeat(LIMIT),
        longer: 'x'.repeat(LIMIT + 1),
        'folder/file': '\ufefftext\n',
        sub: { mode: '160000', content: '1'.repeat(40) },
      },
    },
  ]);
  github = await startGitHub();
  const { gitDir } = content;
  repository = await github.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir,
    defaultBranch: 'main',
    private: true,
  });
  ({ pull } = await github.people.openPullRequest({
    repository,
    base: 'main',
    head: 'change',
    author: 'ada',
    draft: true,
  }));
});

afterAll(async () => {
  await github.close();
  await content.remove();
});

type Answer = {
  readonly status: number;
  readonly data: {
    readonly data?: unknown;
    readonly errors?: readonly {
      readonly type?: string;
      readonly path?: unknown;
      readonly message: string;
    }[];
  };
};

async function ask(
  query: string,
  variables: object = {},
  permissions?: Readonly<Record<string, 'read' | 'write'>>,
): Promise<Answer> {
  const client = await installationClient(github, permissions);
  return client.request('POST /graphql', { query, variables });
}

const inRepository = (selection: string): string =>
  `{ repository(owner: "acme", name: "images") { ${selection} } }`;

describe('a pull request', () => {
  it('is told with its head, its base and the tip of its base branch', async () => {
    const { data } = await ask(
      `query Pull($number: Int!) {
        repository(owner: "acme", name: "images") {
          databaseId
          pullRequest(number: $number) {
            number state isDraft headRefOid baseRefOid baseRefName isCrossRepository
            author { __typename login ... on User { databaseId } }
            baseRef { target { oid ... on Commit { tree { oid } policy: file(path: ".github/plinth.yml") { oid } } } }
            files(first: 2) { totalCount nodes { path changeType } pageInfo { hasNextPage endCursor } }
          }
        }
      }`,
      { number: pull.number },
    );
    expect(data.errors).toBeUndefined();
    expect(data.data).toMatchObject({
      repository: {
        pullRequest: {
          state: 'OPEN',
          isDraft: true,
          headRefOid: content.id('head'),
          baseRefOid: content.id('base'),
          author: { __typename: 'User', login: 'ada' },
          baseRef: { target: { oid: content.id('base'), policy: null } },
          files: {
            totalCount: 5,
            nodes: [{ path: 'Dockerfile', changeType: 'MODIFIED' }, { path: 'folder/file' }],
          },
        },
      },
    });
    expect(github.ledger.entries.at(-1)?.operation).toBe('Pull');
  });

  it('is paged by cursors', async () => {
    const page = async (
      after: string | null,
    ): Promise<{ nodes: { path: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }> => {
      const query =
        'query($n: Int!, $after: String) { repository(owner: "acme", name: "images") { pullRequest(number: $n) { files(first: 3, after: $after) { nodes { path } pageInfo { endCursor hasNextPage } } } } }';
      const { data } = await ask(query, { n: pull.number, after });
      return (data.data as { repository: { pullRequest: { files: never } } }).repository.pullRequest.files;
    };
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([...first.nodes, ...second.nodes].map((each) => each.path)).toEqual([
      'Dockerfile',
      'folder/file',
      'longer',
      'sub',
      'whole',
    ]);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  });
});

describe('text of blobs', () => {
  it('is cut after 512,000 bytes, so that it no longer hashes to its id', async () => {
    const { data } = await ask(
      `${inRepository(
        `whole: object(expression: "${content.id('head')}:whole") { ...blob } longer: object(expression: "change:longer") { ...blob }`,
      )} fragment blob on Blob { oid byteSize isTruncated text }`,
    );
    const { whole, longer } = (
      data.data as {
        repository: Record<string, { oid: string; byteSize: number; isTruncated: boolean; text: string }>;
      }
    ).repository;
    const id = (text = ''): string =>
      createHash('sha1')
        .update(`blob ${Buffer.byteLength(text)}\0${text}`)
        .digest('hex');
    expect([whole?.isTruncated, id(whole?.text)]).toEqual([false, whole?.oid]);
    expect([longer?.byteSize, longer?.isTruncated, longer?.text.length]).toEqual([LIMIT + 1, true, LIMIT]);
  });

  it('keeps a byte order mark; folders list their entries; a submodule has no object', async () => {
    const { data } = await ask(
      inRepository(`object(expression: "change:folder") { ... on Tree { entries { path mode type object { ... on Blob { text } } } } }
        head: object(expression: "change") { ... on Commit { file(path: "sub") { mode type oid object { oid } } } }`),
    );
    expect(data.data).toEqual({
      repository: {
        object: {
          entries: [{ path: 'folder/file', mode: 33_188, type: 'blob', object: { text: '\ufefftext\n' } }],
        },
        head: { file: { mode: 57_344, type: 'commit', oid: '1'.repeat(40), object: null } },
      },
    });
  });
});

describe('what is not there or not allowed is null, with an error that names its place', () => {
  it.each<[string, string, Readonly<Record<string, 'read'>> | undefined, string, readonly string[]]>([
    ['a repository', '{ r: repository(owner: "acme", name: "other") { id } }', undefined, 'NOT_FOUND', ['r']],
    [
      'a pull request',
      inRepository('pullRequest(number: 99) { id }'),
      undefined,
      'NOT_FOUND',
      ['repository', 'pullRequest'],
    ],
    [
      'pull requests without permission',
      inRepository('p: pullRequest(number: 1) { id }'),
      { contents: 'read' },
      'FORBIDDEN',
      ['repository', 'p'],
    ],
    [
      'content without permission',
      inRepository('object(expression: "main") { oid }'),
      { pull_requests: 'read' },
      'FORBIDDEN',
      ['repository', 'object'],
    ],
    [
      'a list without bounds',
      inRepository('pullRequest(number: 1) { files { totalCount } }'),
      undefined,
      'MISSING_PAGINATION_BOUNDARIES',
      ['repository', 'pullRequest', 'files'],
    ],
    [
      'a list of 101',
      inRepository('pullRequest(number: 1) { files(first: 101) { totalCount } }'),
      undefined,
      'EXCESSIVE_PAGINATION',
      ['repository', 'pullRequest', 'files'],
    ],
  ])('%s', async (_, query, permissions, type, path) => {
    const { status, data } = await ask(query, {}, permissions);
    expect([status, data.errors?.map((each) => [each.type, each.path])]).toEqual([200, [[type, path]]]);
  });
});

describe('documents that GitHub refuses', () => {
  it.each<[string, string, object]>([
    ['Expected a name', '{ repository(owner: "a", name: "b") { id', {}],
    ["Field 'sha' doesn't exist on type 'Repository'", inRepository('sha'), {}],
    ["doesn't accept argument 'paths'", inRepository('object(paths: "x") { oid }'), {}],
    ['is missing required arguments: name', '{ repository(owner: "a") { id } }', {}],
    ['Field must have selections', inRepository('owner'), {}],
    ["Selections can't be made on scalars", inRepository('id { id }'), {}],
    ["Fragment on Blob can't be spread inside Repository", inRepository('... on Blob { text }'), {}],
    ['Fragment f was used, but not defined', inRepository('...f'), {}],
    [
      'Fragment f contains an infinite loop',
      `${inRepository('...f')} fragment f on Repository { id ...f }`,
      {},
    ],
    ['Variable $x is used but not declared', inRepository('object(expression: $x) { oid }'), {}],
    ['Variable $x is declared by Q but not used', `query Q($x: Int) ${inRepository('id')}`, {}],
    [
      'Type mismatch on variable $x',
      `query($x: String!) ${inRepository('object(oid: $x) { oid }')}`,
      { x: 'f'.repeat(40) },
    ],
    [
      'Variable $x of type Int! was provided invalid value',
      `query($x: Int!) ${inRepository('pullRequest(number: $x) { id }')}`,
      { x: '1' },
    ],
    [
      'Variable $x of type Int! was provided invalid value',
      `query($x: Int!) ${inRepository('pullRequest(number: $x) { id }')}`,
      {},
    ],
    [
      "Field 'a' has a field conflict",
      inRepository('a: object(expression: "x") { oid } a: object(expression: "y") { oid }'),
      {},
    ],
    ['the stand-in does not answer Repository.issues', inRepository('issues(first: 1) { totalCount }'), {}],
  ])('%s', async (message, query, variables) => {
    const { status, data } = await ask(query, variables);
    expect([status, data.data]).toEqual([200, undefined]);
    expect(data.errors?.map((each) => each.message).join('\n')).toContain(message);
    expect(github.ledger.violations.at(-1)?.position).toBe(github.ledger.position);
  });
});

describe('mutations', () => {
  it('resolve a thread only with write access to contents', async () => {
    const client = await installationClient(github);
    await client.rest.pulls.createReview({
      owner: 'acme',
      repo: 'images',
      pull_number: pull.number,
      event: 'COMMENT',
      body: 'see',
      comments: [{ path: 'Dockerfile', line: 1, body: 'here' }],
    });
    const threads = await ask(
      inRepository(
        'pullRequest(number: 1) { reviewThreads(first: 5) { nodes { id isResolved isOutdated path line comments(first: 1) { nodes { databaseId author { login } } } } } }',
      ),
    );
    const [thread] = (
      threads.data.data as { repository: { pullRequest: { reviewThreads: { nodes: { id: string }[] } } } }
    ).repository.pullRequest.reviewThreads.nodes;
    expect(thread).toMatchObject({
      isResolved: false,
      path: 'Dockerfile',
      comments: { nodes: [{ author: { login: 'plinth' } }] },
    });
    const mutation =
      'mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved } } }';
    const refused = await ask(mutation, { id: thread?.id });
    expect(refused.data.errors?.[0]?.type).toBe('FORBIDDEN');
    const installation = github.world.installationOf(repository.owner);
    if (installation !== undefined)
      installation.permissions = { ...installation.permissions, contents: 'write' };
    const done = await ask(mutation, { id: thread?.id });
    expect(done.data.data).toEqual({ resolveReviewThread: { thread: { isResolved: true } } });
  });

  it('react to a review, for which REST has no way', async () => {
    const [review] = repository.reviews;
    const mutation =
      'mutation($id: ID!) { addReaction(input: { subjectId: $id, content: EYES }) { reaction { content } } }';
    await ask(mutation, { id: `PRR_${review?.id}` });
    expect(review?.reactions.map((each) => each.content)).toEqual(['eyes']);
  });
});
