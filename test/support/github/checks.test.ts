import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, type Repository, startGitHub } from './index.ts';
import { installationClient } from './test-client.ts';

const name = { owner: 'acme', repo: 'images' };

let content: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let client: Octokit;
let head: string;

beforeAll(async () => {
  content = await generateRepository([
    { name: 'first', branch: 'main', files: { Dockerfile: 'FROM scratch\n' } },
  ]);
  head = content.id('first');
  github = await startGitHub();
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
  await github.close();
  await content.remove();
});

const annotation = {
  path: 'Dockerfile',
  start_line: 1,
  end_line: 1,
  annotation_level: 'failure',
  message: 'no',
} as const;
const output = { title: 'title', summary: 'summary' };
const action = { label: 'Re-check', description: 'Judge again', identifier: 'recheck' };

describe('what GitHub refuses in a check run', () => {
  it.each<[string, object]>([
    ['completed without a conclusion', { status: 'completed' }],
    ['a conclusion that is none', { conclusion: 'fine' }],
    ['the conclusion that is GitHub’s own', { conclusion: 'stale' }],
    ['a time that is none', { started_at: 'yesterday' }],
    ['an output without title', { output: { summary: 'summary' } }],
    ['an output without summary', { output: { title: 'title' } }],
    ['a summary of 65,536 characters', { output: { ...output, summary: 'x'.repeat(65_536) } }],
    ['51 annotations', { output: { ...output, annotations: Array.from({ length: 51 }, () => annotation) } }],
    ['a line 0', { output: { ...output, annotations: [{ ...annotation, start_line: 0 }] } }],
    ['an end before its start', { output: { ...output, annotations: [{ ...annotation, start_line: 2 }] } }],
    [
      'columns over several lines',
      {
        output: { ...output, annotations: [{ ...annotation, end_line: 2, start_column: 1, end_column: 4 }] },
      },
    ],
    [
      'a message that is missing',
      { output: { ...output, annotations: [{ ...annotation, message: undefined }] } },
    ],
    [
      'a level that is none',
      { output: { ...output, annotations: [{ ...annotation, annotation_level: 'error' }] } },
    ],
    ['4 actions', { actions: [action, action, action, action] }],
    ['a label of 21 characters', { actions: [{ ...action, label: 'x'.repeat(21) }] }],
    ['a description of 41 characters', { actions: [{ ...action, description: 'x'.repeat(41) }] }],
    ['a commit that nobody has', { head_sha: 'f'.repeat(40) }],
    ['a branch for a commit', { head_sha: 'main' }],
  ])('%s', async (_, part) => {
    const body = { ...name, name: 'Plinth', head_sha: head, ...part };
    await expect(client.request('POST /repos/{owner}/{repo}/check-runs', body)).rejects.toMatchObject({
      status: 422,
    });
    expect(repository.checkRuns).toHaveLength(0);
  });

  it('notes a property that GitHub does not know, and takes the rest', async () => {
    const body = { ...name, name: 'Misspelt', head_sha: head, conclusions: 'success' };
    await client.request('POST /repos/{owner}/{repo}/check-runs', body);
    expect(github.ledger.violations.at(-1)?.problem).toBe('unknown property body.conclusions');
    expect(repository.checkRuns.pop()?.status).toBe('queued');
  });
});

describe('check runs', () => {
  it('are created in progress, completed, and take no other app’s hand', async () => {
    const { data: begun } = await client.rest.checks.create({
      ...name,
      name: 'Plinth',
      head_sha: head,
      status: 'in_progress',
    });
    expect(begun).toMatchObject({ status: 'in_progress', conclusion: null, app: { id: github.appId } });
    const { data: done } = await client.rest.checks.update({
      ...name,
      check_run_id: begun.id,
      conclusion: 'success',
      output,
    });
    expect(done).toMatchObject({ status: 'completed', conclusion: 'success' });
    const foreign = github.people.addForeignCheckRun(repository, { name: 'Plinth', head_sha: head });
    await expect(
      client.rest.checks.update({ ...name, check_run_id: foreign.id, conclusion: 'success' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('are listed by commit: the newest of a name and app, or all', async () => {
    await client.rest.checks.create({ ...name, name: 'Plinth', head_sha: head, conclusion: 'failure' });
    const list = async (query: object): Promise<readonly unknown[]> => {
      const { data } = await client.rest.checks.listForRef({ ...name, ref: 'main', ...query });
      return data.check_runs.map((run) => [run.app?.id, run.conclusion]);
    };
    expect(await list({ app_id: github.appId })).toEqual([[github.appId, 'failure']]);
    expect(await list({ app_id: github.appId, filter: 'all' })).toHaveLength(2);
    expect(await list({ check_name: 'Plinth' })).toHaveLength(2);
    expect(await list({ check_name: 'other' })).toEqual([]);
    const suites = await client.rest.checks.listSuitesForRef({ ...name, ref: head, app_id: github.appId });
    const [suite] = suites.data.check_suites;
    expect(suites.data.total_count).toBe(1);
    const inSuite = await client.rest.checks.listForSuite({ ...name, check_suite_id: suite?.id ?? 0 });
    expect(inSuite.data.check_runs.map((run) => run.conclusion)).toEqual(['failure']);
  });

  it('hand out their annotations in pages', async () => {
    const annotations = Array.from({ length: 50 }, (_, at) => ({
      ...annotation,
      message: `number ${at + 1}`,
    }));
    const { data: run } = await client.rest.checks.create({
      ...name,
      name: 'Many',
      head_sha: head,
      conclusion: 'failure',
      output: { ...output, annotations },
    });
    await client.rest.checks.update({ ...name, check_run_id: run.id, output: { ...output, annotations } });
    const all = await client.paginate(client.rest.checks.listAnnotations, {
      ...name,
      check_run_id: run.id,
      per_page: 30,
    });
    expect([all.length, all.at(-1)?.message]).toEqual([100, 'number 50']);
  });
});
