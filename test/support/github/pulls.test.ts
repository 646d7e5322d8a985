import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, type Repository, startGitHub } from './index.ts';
import { installationClient } from './test-client.ts';

const name = { owner: 'acme', repo: 'images' };
const many = (count: number, text: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`many/${String(at + 1).padStart(4, '0')}`, `${text}\n`]),
  );

let content: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let client: Octokit;

beforeAll(async () => {
  content = await generateRepository([
    { name: 'base', branch: 'main', files: { README: 'read me\n' } },
    { name: 'many', branch: 'many', files: many(320, 'text') },
    { name: 'island', branch: 'island', parents: [], files: { island: 'alone\n' } },
  ]);
  github = await startGitHub({
    limits: { compareFiles: 300, pullFiles: 310, patchLines: 20, patchBytes: 60 },
  });
  const { gitDir } = content;
  repository = await github.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir,
    defaultBranch: 'main',
  });
  client = await installationClient(github);
});

afterAll(async () => {
  expect(github.ledger.violations).toEqual([]);
  await github.close();
  await content.remove();
});

describe('a large pull request', () => {
  it('lists its files in pages of 100 up to the limit, and its count in full', async () => {
    const { pull } = await github.people.openPullRequest({ repository, base: 'main', head: 'many' });
    const before = github.ledger.position;
    const files = await client.paginate(client.rest.pulls.listFiles, {
      ...name,
      pull_number: pull.number,
      per_page: 100,
    });
    expect([files.length, github.ledger.position - before]).toEqual([310, 4]);
    const { data } = await client.rest.pulls.get({ ...name, pull_number: pull.number });
    expect([data.changed_files, data.additions, data.commits]).toEqual([320, 320, 1]);
  });

  it('compares with 300 files, and with patches only as far as the lines reach', async () => {
    const { data } = await client.rest.repos.compareCommitsWithBasehead({ ...name, basehead: 'main...many' });
    expect(data.files).toHaveLength(300);
    expect(data.files?.filter((file) => file.patch !== undefined)).toHaveLength(10);
    // A row whose patch was not made counts nothing, although the blob changed.
    expect(data.files?.at(-1)).toMatchObject({ additions: 0, changes: 0, status: 'added' });
    const next = await client.rest.repos.compareCommitsWithBasehead({
      ...name,
      basehead: 'main...many',
      page: 2,
      per_page: 100,
    });
    expect([next.data.files, next.data.total_commits]).toEqual([[], 1]);
  });
});

describe('comparing', () => {
  it.each([
    ['main...main', 'identical'],
    ['main...many', 'ahead'],
    ['many...main', 'behind'],
  ])('%s is %s', async (basehead, status) => {
    const { data } = await client.rest.repos.compareCommitsWithBasehead({ ...name, basehead });
    expect(data.status).toBe(status);
  });

  it.each(['main...island', 'main...nowhere', `main...${'f'.repeat(40)}`, 'main'])(
    '%s is not found',
    async (basehead) => {
      await expect(client.rest.repos.compareCommitsWithBasehead({ ...name, basehead })).rejects.toMatchObject(
        {
          status: 404,
        },
      );
    },
  );
});

describe('a pull request from a fork', () => {
  it('has its head in another repository, is found by its label and by no commit', async () => {
    const { pull } = await github.people.openPullRequest({
      repository,
      base: 'main',
      head: content.id('many'),
      headRef: 'topic',
      fork: 'stranger',
    });
    const { data } = await client.rest.pulls.get({ ...name, pull_number: pull.number });
    expect([data.head.label, data.head.repo?.full_name, data.user.login]).toEqual([
      'stranger:topic',
      'stranger/images',
      'stranger',
    ]);
    const byLabel = await client.rest.pulls.list({ ...name, head: 'stranger:topic' });
    expect(byLabel.data.map((each) => each.number)).toEqual([pull.number]);
    await github.people.close(repository, pull);
    const open = await client.rest.pulls.list({ ...name, head: 'stranger:topic' });
    expect(open.data).toEqual([]);
    const ofCommit = await client.rest.repos.listPullRequestsAssociatedWithCommit({
      ...name,
      commit_sha: content.id('many'),
    });
    expect(ofCommit.data.map((each) => each.head.label)).toEqual(['acme:many']);
    const compared = await client.rest.repos.compareCommitsWithBasehead({
      ...name,
      basehead: 'main...stranger:topic',
    });
    expect(compared.data.total_commits).toBe(1);
    pull.forkDeleted = true;
    const orphan = await client.rest.pulls.get({ ...name, pull_number: pull.number });
    expect(orphan.data.head.repo).toBeNull();
  });
});

it('keeps the base commit of the last push while the base branch moves on', async () => {
  repository.branches.set('stable', content.id('base'));
  const { pull } = await github.people.openPullRequest({
    repository,
    base: 'stable',
    head: content.id('many'),
  });
  await github.people.push(repository, 'stable', content.id('island'));
  const { data } = await client.rest.pulls.get({ ...name, pull_number: pull.number });
  expect(data.base.sha).toBe(content.id('base'));
});
