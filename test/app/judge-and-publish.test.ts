import { afterEach, describe, expect, it } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import { type Harness, type HarnessOptions, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();
const GOOD = 'FROM gcr.io/distroless/static:nonroot\nCOPY app /app\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nCOPY app /app\nCMD /app --serve\n';
const POLICY = 'extends: kep-1729\nenforcement: enforce\n';

const COMMITS: readonly NewCommit[] = [
  {
    name: 'base',
    branch: 'main',
    files: { 'README.md': 'hello\n', Dockerfile: GOOD, '.github/plinth.yml': POLICY },
  },
  { name: 'bad', branch: 'bad', parents: ['base'], files: { Dockerfile: BAD } },
  { name: 'worse', branch: 'worse', parents: ['bad'], files: { 'tools/Dockerfile': BAD } },
  { name: 'fixed', branch: 'fixed', parents: ['bad'], files: { Dockerfile: GOOD } },
  { name: 'docs', branch: 'docs', parents: ['base'], files: { 'README.md': 'hello you\n' } },
];

let harness: Harness | undefined;

async function start(options: Partial<HarnessOptions> = {}): Promise<Harness> {
  harness = await startHarness({ dataDirectory: await folder(), commits: COMMITS, ...options });
  return harness;
}

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await harness?.stop();
  harness = undefined;
  expect(violations ?? []).toEqual([]);
});

describe('a pull request arrives', () => {
  it('is judged, and GitHub shows why: check run, annotations, review', async () => {
    const { github, git, repository, app } = await start();
    const { pull, delivery } = await github.people.openPullRequest({
      repository,
      base: 'main',
      head: git.id('bad'),
    });
    expect(delivery.status).toBe(202);
    await app.settled();
    const [run, ...others] = repository.checkRuns;
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      name: 'Plinth',
      headSha: pull.headSha,
      status: 'completed',
      conclusion: 'failure',
      title: '1 image needs changes',
    });
    expect(run?.annotations.map((one) => [one.path, one.start_line, one.annotation_level])).toEqual([
      ['Dockerfile', 1, 'failure'],
      ['Dockerfile', 3, 'failure'],
    ]);
    expect(repository.reviews).toHaveLength(1);
    expect(repository.reviewComments).toMatchObject([{ path: 'Dockerfile', line: 3 }]);
  });
});
