import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import type { PullRequest } from '../support/github/index.ts';
import { type Harness, type HarnessOptions, startHarness } from './support/harness.ts';
import { silentLog } from './support/silent-log.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);
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
  harness = await startHarness({
    dataDirectory: await folder(),
    commits: COMMITS,
    time: new VirtualTime(),
    ...options,
  });
  return harness;
}

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await harness?.stop();
  harness = undefined;
  expect(violations ?? []).toEqual([]);
});

const REVIEWS = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const CREATE = 'POST /repos/{owner}/{repo}/check-runs';
const UPDATE = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';
const GRAPHQL = 'POST /graphql';

async function open({ github, git, repository, app }: Harness, head: string, more: object = {}) {
  const { pull } = await github.people.openPullRequest({
    repository,
    base: 'main',
    head: git.id(head),
    ...more,
  });
  await app.settled();
  return pull;
}

/** Requests since then, tokens and the bot's own identity left out. */
function requests({ github }: Harness, after = 0): readonly string[] {
  const own = new Set(['GET /app', 'GET /users/{username}']);
  return github.ledger.names({ after, tokens: false }).filter((name) => !own.has(name));
}

describe('the log of a judgement', () => {
  it('says what it cost: requests and time', async () => {
    const lines: (readonly [object, string])[] = [];
    const log = {
      ...silentLog,
      info: (fields: object, message: string) => void lines.push([fields, message]),
    };
    const world = await start({ log });
    const position = world.github.ledger.position;
    await open(world, 'bad');
    const [fields] = lines.find(([, message]) => message === 'judged') ?? [];
    const sent = requests(world, position).length;
    expect(sent).toBeGreaterThan(4);
    expect(fields).toMatchObject({ requests: sent, ms: expect.any(Number), verdict: 'block' });
  });
});

describe('a pull request arrives', () => {
  it('is judged, and GitHub shows why: check run, annotations, review', async () => {
    const world = await start();
    const pull = await open(world, 'bad');
    const { repository } = world;
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
    expect(run?.actions.map((action) => action.identifier)).toEqual(['recheck']);
    expect(repository.reviews).toMatchObject([{ state: 'COMMENTED', commit: pull.headSha }]);
    expect(repository.reviewComments).toMatchObject([{ path: 'Dockerfile', line: 3 }]);
    expect(repository.reviewComments[0]?.body).toContain('```suggestion');
  });

  it('costs five requests with a review, the tip’s tree and tokens apart', async () => {
    const world = await start();
    await open(world, 'bad');
    const [pull, tree, ...rest] = requests(world);
    expect([pull, tree]).toEqual([GRAPHQL, 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}']);
    // The cold cache of facts is filled in between.
    expect(rest.filter((name) => name !== GRAPHQL)).toEqual([COMPARE, CREATE, REVIEWS]);
    const position = world.github.ledger.position;
    await open(world, 'worse');
    // What the delivery names is compared first: it may be all.
    expect(requests(world, position)).toEqual([COMPARE, GRAPHQL, GRAPHQL, CREATE, REVIEWS]);
  });

  it('that touches nothing of ours is success at once, in two requests', async () => {
    const world = await start();
    await open(world, 'bad');
    const position = world.github.ledger.position;
    const pull = await open(world, 'docs');
    expect(requests(world, position)).toEqual([COMPARE, CREATE]);
    expect(world.repository.checkRuns.at(-1)).toMatchObject({ headSha: pull.headSha, conclusion: 'success' });
  });

  it('as a draft gets its check, and its review when it is ready', async () => {
    const world = await start();
    const pull = await open(world, 'bad', { draft: true });
    expect(world.repository.checkRuns).toMatchObject([{ conclusion: 'failure' }]);
    expect(world.repository.reviews).toEqual([]);
    await world.github.people.setDraft(world.repository, pull, false);
    await world.app.settled();
    expect(world.repository.checkRuns).toHaveLength(1);
    expect(world.repository.reviews).toHaveLength(1);
  });

  it('from a fork is judged like any other, and found again by its head', async () => {
    const world = await start();
    await open(world, 'bad', { fork: 'stranger' });
    const [run] = world.repository.checkRuns;
    if (run === undefined) throw new Error('there is no check run');
    const before = run.completedAt;
    await world.github.people.rerun(world.repository, run);
    await world.app.settled();
    expect(world.reports).toHaveLength(2);
    expect(world.repository.checkRuns).toHaveLength(1);
    expect(requests(world).filter((name) => name === UPDATE)).toHaveLength(1);
    expect(before).not.toBeNull();
  });

  it('locked gets its check and no comment (A12)', async () => {
    const world = await start();
    const { people } = world.github;
    const { repository, git } = world;
    const draft = await open(world, 'bad', { draft: true });
    draft.locked = true;
    await people.setDraft(repository, draft, false);
    await world.app.settled();
    expect(repository.reviews).toEqual([]);
    expect(git.id('bad')).toBe(draft.headSha);
  });
});

describe('the next push', () => {
  it('repeats nothing that was said', async () => {
    const world = await start();
    const pull = await open(world, 'bad');
    await world.github.people.pushHead(world.repository, pull, world.git.id('worse'));
    await settleLater(world);
    const { checkRuns, reviewComments } = world.repository;
    expect(checkRuns.map((run) => run.headSha)).toEqual([world.git.id('bad'), world.git.id('worse')]);
    expect(reviewComments.map((comment) => comment.path)).toEqual(['Dockerfile', 'tools/Dockerfile']);
  });

  it('that fixes a finding edits what was said of it', async () => {
    const world = await start();
    const pull = await open(world, 'bad');
    await world.github.people.pushHead(world.repository, pull, world.git.id('fixed'));
    await settleLater(world);
    const { checkRuns, reviews, reviewComments } = world.repository;
    expect(checkRuns.at(-1)).toMatchObject({ headSha: world.git.id('fixed'), conclusion: 'success' });
    expect(reviews).toHaveLength(1);
    expect(reviewComments[0]?.body).toMatch(new RegExp(`Fixed in .${world.git.id('fixed').slice(0, 10)}`));
    const position = world.github.ledger.position;
    await recheck(world, pull);
    expect(requests(world, position).some((name) => name.includes('/pulls/comments/'))).toBe(false);
  });

  it('F20: during a judgement takes the verdict from the head that is left behind', async () => {
    const world = await start();
    let pushed = false;
    world.github.onPerformed(async (_position, entry) => {
      if (!entry.route.includes('/compare/') || pushed) return;
      pushed = true;
      const [pull] = world.repository.pulls.values();
      if (pull !== undefined)
        await world.github.people.pushHead(world.repository, pull, world.git.id('fixed'));
    });
    await open(world, 'bad');
    await settleLater(world);
    expect(world.repository.checkRuns.map((run) => [run.headSha, run.conclusion])).toEqual([
      [world.git.id('fixed'), 'success'],
    ]);
    expect(world.repository.reviews).toEqual([]);
  });
});

/** A push is judged a while after the judgement before. */
async function settleLater({ app, time }: Harness): Promise<void> {
  await app.settled();
  if (time instanceof VirtualTime) {
    await time.advance(60_000, () => app.settled());
    app.wake();
  }
  await app.settled();
}

async function recheck({ github, repository, app }: Harness, pull: PullRequest): Promise<void> {
  await github.people.comment(repository, pull, '/plinth recheck');
  await app.settled();
}
