import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import { primaryLimit } from '../support/github/index.ts';
import { analyseHere, type Harness, type HarnessOptions, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

// A11: the merge queue waits for a check on the commit that it made of one or several pull requests.

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);
const POLICY = '.github/plinth.yml';
const STRICT = 'extends: kep-1729\nenforcement: enforce\n';
const WITH_SHELL = 'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nENTRYPOINT ["/app"]\n';
const GOOD = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nENTRYPOINT ["/app"]\n';
const MAKEFILE =
  'push:\n\tdocker build -t registry.k8s.io/app:v1 images/app\n\tdocker push registry.k8s.io/app:v1\n';
const SHELL_POD =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec:\n  containers:\n    - name: app\n      image: registry.k8s.io/app:v1\n      command: ["/bin/sh", "-c", "/app"]\n';

/** Each group commit has the tree that a merge of its members has. */
const COMMITS: readonly NewCommit[] = [
  {
    name: 'base',
    branch: 'main',
    files: { [POLICY]: STRICT, Makefile: MAKEFILE, 'images/app/Dockerfile': WITH_SHELL },
  },
  { name: 'good', branch: 'good', parents: ['base'], files: { 'images/other/Dockerfile': GOOD } },
  { name: 'bad', branch: 'bad', parents: ['base'], files: { 'images/bad/Dockerfile': BAD } },
  { name: 'rebase', branch: 'rebase', parents: ['base'], files: { 'images/app/Dockerfile': GOOD } },
  { name: 'lax', branch: 'lax', parents: ['base'], files: { [POLICY]: 'extends: minimal\n' } },
  {
    name: 'group of good',
    branch: 'q1',
    parents: ['base', 'good'],
    files: { 'images/other/Dockerfile': GOOD },
  },
  { name: 'group of bad', branch: 'q2', parents: ['base', 'bad'], files: { 'images/bad/Dockerfile': BAD } },
  {
    name: 'good behind bad',
    branch: 'q3',
    parents: ['group of bad', 'good'],
    files: { 'images/other/Dockerfile': GOOD },
  },
  { name: 'pod', branch: 'pod', parents: ['base'], files: { 'deploy/pod.yaml': SHELL_POD } },
  {
    name: 'group of rebase',
    branch: 'q4',
    parents: ['base', 'rebase'],
    files: { 'images/app/Dockerfile': GOOD },
  },
  {
    name: 'group of both',
    branch: 'q5',
    parents: ['base', 'rebase'],
    files: { 'images/app/Dockerfile': GOOD, 'deploy/pod.yaml': SHELL_POD },
  },
  {
    name: 'group with its own policy',
    branch: 'q6',
    parents: ['base', 'lax'],
    files: { [POLICY]: 'extends: minimal\n', 'images/bad/Dockerfile': BAD },
  },
];

let harness: Harness | undefined;
let time: VirtualTime;

async function start(options: Partial<HarnessOptions> = {}): Promise<Harness> {
  time = new VirtualTime();
  harness = await startHarness({ dataDirectory: await folder(), commits: COMMITS, time, ...options });
  return harness;
}

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await harness?.stop();
  harness = undefined;
  expect(violations ?? []).toEqual([]);
});

const groupOf = ({ git }: Harness, head: string, base = 'base') => ({
  head: git.id(head),
  base: git.id(base),
  branch: 'main',
});

async function queue(world: Harness, head: string, base?: string): Promise<void> {
  await world.github.people.queue(world.repository, groupOf(world, head, base));
  await world.app.settled();
}

const runsOn = ({ repository, git }: Harness, head: string) =>
  repository.checkRuns
    .filter((run) => run.headSha === git.id(head))
    .map((run) => `${run.status} ${run.conclusion}`);

describe('A11: a group of the merge queue', () => {
  it.each([
    ['group of good', 'success'],
    ['group of bad', 'failure'],
  ])('of one pull request is judged on its own commit: %s is %s', async (head, conclusion) => {
    const world = await start();
    await queue(world, head);
    expect(runsOn(world, head)).toEqual([`completed ${conclusion}`]);
    expect(world.repository.reviews).toEqual([]);
    const { tip, mergeBase } = world.reports[0] ?? {};
    expect([tip, mergeBase]).toEqual([world.git.id('base'), world.git.id('base')]);
  });

  it('of several counts them together: two that are fine alone and break each other do not merge', async () => {
    const world = await start();
    for (const head of ['rebase', 'pod']) {
      await world.github.people.openPullRequest({
        repository: world.repository,
        base: 'main',
        head: world.git.id(head),
        headRef: head,
      });
      await world.app.settled();
    }
    expect(world.reports.map((report) => report.verdict.outcome)).not.toContain('block');
    await queue(world, 'group of rebase');
    await queue(world, 'group of both');
    expect(runsOn(world, 'group of rebase')).toEqual(['completed success']);
    expect(runsOn(world, 'group of both')).toEqual(['completed failure']);
  });

  it('behind another answers for what it adds to that one', async () => {
    const world = await start();
    await queue(world, 'good behind bad', 'group of bad');
    expect(runsOn(world, 'good behind bad')).toEqual(['completed success']);
  });

  it('is judged by the policy of the branch that it is to be merged into, not by its own', async () => {
    const world = await start();
    await queue(world, 'group with its own policy');
    expect(runsOn(world, 'group with its own policy')).toEqual(['completed failure']);
  });

  it('that the queue gives up while it is judged gets no verdict', async () => {
    let world: Harness | undefined;
    world = await start({
      async analyse(judgement, ports) {
        if (world !== undefined)
          await world.github.people.unqueue(world.repository, groupOf(world, 'group of bad'));
        while ((await world?.store.pendingMergeGroups())?.count !== 0)
          await new Promise((resolve) => setImmediate(resolve));
        return analyseHere(judgement, ports);
      },
    });
    await queue(world, 'group of bad');
    expect(runsOn(world, 'group of bad')).toEqual([]);
  });

  it('is judged again where somebody asks for its check, and then told by a run of its own', async () => {
    const world = await start();
    await queue(world, 'group of bad');
    const [run] = world.repository.checkRuns;
    if (run === undefined) throw new Error('there is no run');
    await world.github.people.rerun(world.repository, run);
    await world.app.settled();
    expect(world.reports).toHaveLength(2);
    expect(runsOn(world, 'group of bad').every((one) => one === 'completed failure')).toBe(true);
  });

  it('waits out a rate limit', async () => {
    const world = await start();
    const resetAt = time.now() + 45 * 60_000;
    world.github.faults.add(primaryLimit(resetAt));
    await queue(world, 'group of good');
    expect(runsOn(world, 'group of good')).toEqual([]);
    await time.advance(46 * 60_000, () => world.app.settled());
    world.app.wake();
    await world.app.settled();
    expect(runsOn(world, 'group of good')).toEqual(['completed success']);
  });

  it('that cannot be judged fails, and says so', async () => {
    const world = await start({
      analyse: async () => {
        throw new Error('a fault of ours');
      },
    });
    await queue(world, 'group of good');
    for (let attempt = 0; attempt < 6; attempt++) {
      await time.advance(60 * 60_000, () => world.app.settled());
      world.app.wake();
      await world.app.settled();
    }
    expect(runsOn(world, 'group of good')).toEqual(['completed failure']);
    expect(world.repository.checkRuns[0]?.title).toBe('Could not evaluate');
  });
});

describe('SEM-6.1: a commit that a group and a pull request have', () => {
  const openOn = async (world: Harness, head: string, base: string) => {
    const { pull } = await world.github.people.openPullRequest({
      repository: world.repository,
      base,
      head: world.git.id(head),
      fork: 'stranger',
    });
    await world.app.settled();
    return pull;
  };

  it('carries the group’s verdict where a pull request against a lax branch comes later', async () => {
    const world = await start();
    await queue(world, 'group of bad');
    const pull = await openOn(world, 'group of bad', 'bad');
    expect(world.reports.map((report) => report.verdict.outcome)).toContain('pass');
    expect(runsOn(world, 'group of bad').at(-1)).toBe('completed failure');
    await world.github.people.comment(world.repository, pull, '/plinth recheck');
    await world.app.settled();
    expect(runsOn(world, 'group of bad').at(-1)).toBe('completed failure');
  });

  it('carries the pull request’s verdict where the group is better', async () => {
    const world = await start();
    await openOn(world, 'good behind bad', 'main');
    expect(runsOn(world, 'good behind bad').at(-1)).toBe('completed failure');
    await queue(world, 'good behind bad', 'group of bad');
    expect(world.reports.at(-1)?.verdict.outcome).not.toBe('pass');
    expect(runsOn(world, 'good behind bad').at(-1)).toBe('completed failure');
  });

  it('is not written from what was found before a pull request came', async () => {
    let world: Harness | undefined;
    let isOpened = false;
    world = await start({
      async analyse(judgement, ports) {
        const answer = await analyseHere(judgement, ports);
        if (world === undefined || isOpened) return answer;
        isOpened = true;
        const { github, repository, git, store } = world;
        const head = git.id('good behind bad');
        await github.people.openPullRequest({ repository, base: 'main', head, fork: 'stranger' });
        while ((await store.findByHead(repository.id, head)).length === 0)
          await new Promise((resolve) => setImmediate(resolve));
        return answer;
      },
    });
    const { position } = world.github.ledger;
    await queue(world, 'good behind bad', 'group of bad');
    expect(runsOn(world, 'good behind bad')).toEqual(['completed failure']);
    const written = world.github.ledger
      .names({ after: position })
      .filter((name) => /^(POST|PATCH) .*check-runs/.test(name));
    expect(written).toHaveLength(1);
  });

  it('fails where more pull requests have it than are judged together', async () => {
    const world = await start();
    for (let at = 0; at < 11; at++)
      await world.github.people.openPullRequest({
        repository: world.repository,
        base: 'main',
        head: world.git.id('group of good'),
        fork: `fork-${at}`,
      });
    await world.app.settled();
    await queue(world, 'group of good');
    expect(runsOn(world, 'group of good').at(-1)).toBe('completed failure');
    expect(world.repository.checkRuns.at(-1)?.summary).toContain('too many open pull requests');
  });

  it('does not carry the verdict of a group that was merged', async () => {
    const world = await start();
    await queue(world, 'group of bad');
    await world.github.people.unqueue(world.repository, groupOf(world, 'group of bad'));
    await world.github.people.push(world.repository, 'main', world.git.id('group of bad'));
    await openOn(world, 'group of bad', 'bad');
    expect(runsOn(world, 'group of bad').at(-1)).toBe('completed success');
  });
});
