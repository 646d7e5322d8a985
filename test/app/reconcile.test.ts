import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import { type PullRequest, primaryLimit, secondaryLimit } from '../support/github/index.ts';
import { analyseHere, type Harness, type HarnessOptions, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);
const GOOD = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nENTRYPOINT ["/app"]\n';
const POLICY = 'extends: kep-1729\nenforcement: enforce\n';
const PUSHES = 50;

const COMMITS: readonly NewCommit[] = [
  { name: 'base', branch: 'main', files: { Dockerfile: GOOD, '.github/plinth.yml': POLICY } },
  { name: 'lax', branch: 'lax', parents: ['base'], files: { '.github/plinth.yml': 'extends: minimal\n' } },
  { name: 'bad', branch: 'bad', parents: ['base'], files: { Dockerfile: BAD } },
  { name: 'good', branch: 'good', parents: ['base'], files: { Dockerfile: `${GOOD}# good\n` } },
  {
    name: 'broken policy',
    branch: 'broken',
    parents: ['base'],
    files: { '.github/plinth.yml': 'extends: kep-1729\nenforcment: enforce\n' },
  },
  { name: 'no policy', branch: 'without', parents: ['base'], files: { '.github/plinth.yml': null } },
  { name: 'bad on no policy', branch: 'bad2', parents: ['no policy'], files: { Dockerfile: BAD } },
  { name: 'tolerant', branch: 'tolerant', parents: ['base'], files: { Dockerfile: BAD } },
  ...Array.from({ length: PUSHES }, (_, at) => ({
    name: `push-${at}`,
    branch: 'pushes',
    parents: [at === 0 ? 'base' : `push-${at - 1}`],
    files: { Dockerfile: `${at === PUSHES - 1 ? BAD : GOOD}# ${at}\n` },
  })),
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

async function open(world: Harness, head: string, more: object = {}): Promise<PullRequest> {
  const { github, git, repository, app } = world;
  const { pull } = await github.people.openPullRequest({
    repository,
    base: 'main',
    head: git.id(head),
    ...more,
  });
  await app.settled();
  return pull;
}

/** Turns the clock, and lets everything that becomes due happen. */
async function later(world: Harness, ms: number): Promise<void> {
  await world.app.settled();
  await time.advance(ms, () => world.app.settled());
  world.app.wake();
  await world.app.settled();
}

const conclusions = ({ repository }: Harness) =>
  repository.checkRuns.map((run) => [run.headSha, run.conclusion]);

describe('coalescing', () => {
  it('L04: 50 pushes in 60 s are at most 3 evaluations and 12 check writes, and the last head is judged', async () => {
    const world = await start();
    const pull = await open(world, 'push-0');
    for (let at = 1; at < PUSHES; at++) {
      await later(world, 1_200);
      await world.github.people.pushHead(world.repository, pull, world.git.id(`push-${at}`));
    }
    await later(world, 120_000);
    expect(world.reports.length).toBeLessThanOrEqual(3);
    const writes = world.github.ledger.names().filter((name) => /^(POST|PATCH) .*check-runs/.test(name));
    expect(writes.length).toBeLessThanOrEqual(12);
    expect(conclusions(world).at(-1)).toEqual([world.git.id(`push-${PUSHES - 1}`), 'failure']);
    const heads = world.repository.checkRuns.map((run) => run.headSha);
    expect(new Set(heads).size).toBe(heads.length);
  }, 60_000);

  it('F05: the same delivery ten times at once is one evaluation', async () => {
    const world = await start();
    const { delivery } = await world.github.people.openPullRequest({
      repository: world.repository,
      base: 'main',
      head: world.git.id('bad'),
    });
    const again = await Promise.all(
      Array.from({ length: 10 }, () => world.github.deliveries.redeliver(delivery)),
    );
    expect(again.map((one) => one.status)).toEqual(Array(10).fill(202));
    await world.app.settled();
    await later(world, 120_000);
    expect(world.reports).toHaveLength(1);
    expect(world.repository.checkRuns).toHaveLength(1);
  });

  it('M07: a delivery replayed after an hour changes nothing', async () => {
    const world = await start();
    await open(world, 'bad');
    const [delivery] = world.github.deliveries.all;
    if (delivery === undefined) throw new Error('nothing was delivered');
    await later(world, 3_600_000);
    await world.github.deliver(delivery.event, delivery.payload);
    await world.app.settled();
    expect(world.repository.checkRuns).toHaveLength(1);
    expect(world.repository.reviews.length).toBeLessThanOrEqual(1);
  });
});

describe('events out of order and without end', () => {
  it('F06: an older push that arrives late does not bring its head back', async () => {
    const world = await start();
    const pull = await open(world, 'good');
    const [opened] = world.github.deliveries.all;
    time.advance(60_000);
    await world.github.people.pushHead(world.repository, pull, world.git.id('bad'));
    if (opened !== undefined) await world.github.deliver(opened.event, opened.payload);
    await later(world, 120_000);
    expect(conclusions(world).at(-1)).toEqual([world.git.id('bad'), 'failure']);
    expect(
      (await world.store.pull({ repositoryId: world.repository.id, number: pull.number }))?.headSha,
    ).toBe(world.git.id('bad'));
  });

  it('F06: nothing is written on a pull request that is closed before it is judged', async () => {
    const world = await start();
    const pull = await open(world, 'good');
    await world.github.people.close(world.repository, pull);
    const written = world.repository.checkRuns.length;
    await later(world, 60_000);
    await world.github.people.tellPull(world.repository, pull, 'synchronize');
    await later(world, 60_000);
    expect(world.repository.checkRuns).toHaveLength(written);
  });

  it('F07, F08: what was missed, or never sent, is found by the sweep of the next interval', async () => {
    const world = await start({ settings: { sweepEveryMs: 3_600_000 } });
    await world.app.settled();
    world.github.deliveries.webhook = null;
    await open(world, 'bad');
    await open(world, 'good', { fork: 'stranger' });
    expect(world.repository.checkRuns).toEqual([]);
    await later(world, 3_600_000);
    expect(conclusions(world).sort()).toEqual(
      [
        [world.git.id('bad'), 'failure'],
        [world.git.id('good'), 'success'],
      ].sort(),
    );
    const position = world.github.ledger.position;
    await later(world, 3_600_000);
    expect([...world.github.ledger.names({ after: position, tokens: false })].sort()).toEqual([
      'GET /app/installations',
      'GET /installation/repositories',
      'GET /repos/{owner}/{repo}/pulls',
    ]);
  });
});

describe('the base branch', () => {
  it('that moves has its open pull requests judged again, within a minute, writing only what changed', async () => {
    const world = await start();
    await open(world, 'bad');
    expect(conclusions(world)).toEqual([[world.git.id('bad'), 'failure']]);
    await world.github.people.push(world.repository, 'main', world.git.id('tolerant'));
    await later(world, 60_000);
    // The base branch has the finding now, so the change adds nothing.
    expect(conclusions(world).at(-1)).toEqual([world.git.id('bad'), 'success']);
    const position = world.github.ledger.position;
    await world.github.people.push(world.repository, 'main', world.git.id('tolerant'));
    await later(world, 60_000);
    expect(
      world.github.ledger.names({ after: position }).filter((name) => name.includes('check-runs')),
    ).toEqual([]);
  });

  it('A14: of a pull request that is retargeted is the one that counts', async () => {
    const world = await start();
    const pull = await open(world, 'bad', { base: 'tolerant' });
    expect(conclusions(world)).toEqual([[world.git.id('bad'), 'success']]);
    await world.github.people.retarget(world.repository, pull, 'main');
    await world.app.settled();
    expect(conclusions(world).at(-1)).toEqual([world.git.id('bad'), 'failure']);
  });

  it('A15: where two pull requests share a head, the check carries the worst from the first write', async () => {
    const world = await start();
    const one = await open(world, 'bad', { base: 'tolerant' });
    const two = await open(world, 'bad', { base: 'main', fork: 'stranger' });
    expect(one.headSha).toBe(two.headSha);
    expect(world.repository.checkRuns.at(-1)).toMatchObject({ conclusion: 'failure' });
    expect(world.repository.checkRuns.at(-1)?.summary).toMatch(/against `tolerant`[\s\S]*|against `main`/);
    await world.github.people.comment(world.repository, one, '/plinth recheck');
    await world.app.settled();
    expect(world.repository.checkRuns.at(-1)).toMatchObject({ conclusion: 'failure' });
  });

  it('SEM-6.1: where more share a head than are judged together, none of them is left out of a green check', async () => {
    const world = await start();
    const first = await open(world, 'bad', { base: 'tolerant', fork: 'fork-0' });
    for (let at = 1; at < 12; at++) await open(world, 'bad', { base: 'tolerant', fork: `fork-${at}` });
    await open(world, 'bad', { base: 'main', fork: 'stranger' });
    await world.github.people.comment(world.repository, first, '/plinth recheck');
    await world.app.settled();
    expect(world.repository.checkRuns.at(-1)).toMatchObject({ conclusion: 'failure' });
    expect(world.repository.checkRuns.at(-1)?.summary).toContain('too many open pull requests');
  });
});

/** Analyses that tell when they have begun, and wait to be let go. */
function gate() {
  let left = 0;
  let held = () => {};
  let letGo = () => {};
  let free = Promise.resolve();
  return {
    /** Holds the one after the next `skipped`; resolves when it has begun. */
    hold(skipped: number): Promise<void> {
      left = skipped + 1;
      free = new Promise((resolve) => {
        letGo = resolve;
      });
      return new Promise((resolve) => {
        held = resolve;
      });
    },
    letGo: () => letGo(),
    analyse: async (...given: Parameters<typeof analyseHere>) => {
      const answer = await analyseHere(...given);
      left--;
      if (left === 0) {
        held();
        await free;
      }
      return answer;
    },
  };
}

const checkWrites = ({ github }: Harness, after: number) =>
  github.ledger.names({ after }).filter((name) => /^(POST|PATCH) .*check-runs/.test(name));

describe('a head that several pull requests have', () => {
  it('A15: nothing is written that was found before one of them was retargeted', async () => {
    const { analyse, hold, letGo } = gate();
    const world = await start({ analyse });
    const one = await open(world, 'bad', { base: 'tolerant' });
    const two = await open(world, 'bad', { base: 'tolerant', fork: 'stranger' });
    expect(conclusions(world).at(-1)).toEqual([world.git.id('bad'), 'success']);
    // The first is judged again: itself, then the second as it still is.
    const held = hold(1);
    await world.github.people.comment(world.repository, one, '/plinth recheck');
    await held;
    const { position } = world.github.ledger;
    await world.github.people.retarget(world.repository, two, 'main');
    const key = { repositoryId: world.repository.id, number: two.number };
    while ((await world.store.pull(key))?.baseRef !== 'main')
      await new Promise((resolve) => setImmediate(resolve));
    letGo();
    await world.app.settled();
    expect(conclusions(world).at(-1)).toEqual([world.git.id('bad'), 'failure']);
    // A green one in between would have been merged.
    expect(checkWrites(world, position)).toHaveLength(1);
  });

  it('A15: nor of itself, where it is retargeted while it is judged', async () => {
    const { analyse, hold, letGo } = gate();
    const world = await start({ analyse });
    const held = hold(0);
    const { position } = world.github.ledger;
    const { pull } = await world.github.people.openPullRequest({
      repository: world.repository,
      base: 'tolerant',
      head: world.git.id('bad'),
    });
    await held;
    await world.github.people.retarget(world.repository, pull, 'main');
    const key = { repositoryId: world.repository.id, number: pull.number };
    while ((await world.store.pull(key))?.baseRef !== 'main')
      await new Promise((resolve) => setImmediate(resolve));
    letGo();
    await world.app.settled();
    expect(conclusions(world)).toEqual([[world.git.id('bad'), 'failure']]);
    expect(checkWrites(world, position)).toHaveLength(1);
  });

  it('is left for later where they change faster than they are judged', async () => {
    let world: Harness | undefined;
    let marks = 0;
    let analyses = 0;
    let writtenThen: number | undefined;
    let position = 0;
    world = await start({
      analyse: async (...given) => {
        analyses++;
        if (analyses <= marks && world !== undefined) {
          const { id, owner, name } = world.repository;
          const names = { owner: owner.login, name };
          const [, two] = await world.store.openPulls(id);
          if (two === undefined) throw new Error('there is no second one');
          await world.store.markDue(two, names, time.now(), 'pushed');
        }
        if (marks > 0 && analyses === marks + 1 && world !== undefined)
          writtenThen = checkWrites(world, position).length;
        return analyseHere(...given);
      },
    });
    const one = await open(world, 'bad', { base: 'tolerant' });
    await open(world, 'bad', { base: 'main', fork: 'stranger' });
    analyses = 0;
    position = world.github.ledger.position;
    // Three times itself and the other.
    marks = 6;
    await world.github.people.comment(world.repository, one, '/plinth recheck');
    await world.app.settled();
    expect(writtenThen).toBe(0);
    expect(checkWrites(world, position)).not.toEqual([]);
    expect(conclusions(world).at(-1)).toEqual([world.git.id('bad'), 'failure']);
  });

  it.each([
    ['closed', (world: Harness, pull: PullRequest) => world.github.people.close(world.repository, pull)],
    [
      'pushed to',
      (world: Harness, pull: PullRequest) =>
        world.github.people.pushHead(world.repository, pull, world.git.id('good')),
    ],
  ])('has no verdict any more of one that is %s', async (_, leave) => {
    const world = await start();
    await open(world, 'bad', { base: 'tolerant' });
    const strict = await open(world, 'bad', { base: 'main', fork: 'stranger' });
    expect(conclusions(world).at(-1)).toEqual([world.git.id('bad'), 'failure']);
    await leave(world, strict);
    await later(world, 60_000);
    expect(conclusions(world).findLast(([head]) => head === world.git.id('bad'))).toEqual([
      world.git.id('bad'),
      'success',
    ]);
  });
});

describe('the policy', () => {
  it('C04: broken on the base branch fails the check with the line, and is judged again once corrected', async () => {
    const world = await start();
    await world.github.people.push(world.repository, 'main', world.git.id('broken policy'));
    await open(world, 'good');
    const [run] = world.repository.checkRuns;
    expect(run).toMatchObject({
      conclusion: 'failure',
      title: 'Could not evaluate: the policy has 1 problem',
    });
    expect(run?.summary).toContain(`.github/plinth.yml@${world.git.id('broken policy')}:2`);
    await world.github.people.push(world.repository, 'main', world.git.id('base'));
    await later(world, 60_000);
    expect(conclusions(world).at(-1)).toEqual([world.git.id('good'), 'success']);
  });

  it('SEM-1.5: that nobody wrote is observed', async () => {
    const world = await start();
    await world.github.people.push(world.repository, 'main', world.git.id('no policy'));
    await open(world, 'bad on no policy');
    expect(world.repository.checkRuns).toMatchObject([{ conclusion: 'neutral' }]);
    expect(world.repository.checkRuns[0]?.title).toMatch(/^would block: /);
  });

  it('C01, A10: of the pull request itself changes nothing about how it is judged', async () => {
    const world = await start();
    await open(world, 'lax');
    expect(world.repository.checkRuns).toMatchObject([{ conclusion: 'neutral' }]);
    expect(world.repository.checkRuns[0]?.annotations).toMatchObject([{ path: '.github/plinth.yml' }]);
    expect(world.repository.checkRuns[0]?.summary).toContain(
      'With this change: no image and no manifest changes its verdict.',
    );
  });

  it('SEM-1.4: of the operator goes first', async () => {
    const policy = { tier: 'operator', from: 'kep-1729', text: 'extends: kep-1729\n' } as const;
    const world = await start({ settings: { policy, enforcement: 'observe' } });
    await open(world, 'bad');
    expect(world.repository.checkRuns).toMatchObject([{ conclusion: 'neutral' }]);
  });
});

describe('trouble', () => {
  it('F11: a spent limit is waited out, to the second, without a request in between', async () => {
    const world = await start();
    const resetAt = time.now() + 45 * 60_000;
    world.github.fault({ ...primaryLimit(resetAt), match: { route: '/graphql' } });
    await open(world, 'bad');
    const position = world.github.ledger.position;
    await later(world, 44 * 60_000 + 50_000);
    expect(world.github.ledger.position).toBe(position);
    await later(world, 15_000);
    expect(conclusions(world)).toEqual([[world.git.id('bad'), 'failure']]);
  });

  it.each([[60], [undefined]])('F12: a secondary limit with retry-after %p is respected', async (seconds) => {
    const world = await start();
    world.github.fault({ ...secondaryLimit(seconds), match: { route: '/repos/{owner}/{repo}/check-runs' } });
    await open(world, 'bad');
    const position = world.github.ledger.position;
    await later(world, 59_000);
    expect(world.github.ledger.position).toBe(position);
    await later(world, 120_000);
    expect(conclusions(world)).toEqual([[world.git.id('bad'), 'failure']]);
  });

  it('F10: what fails again and again is said: never a success, never silence, and tried again later', async () => {
    const world = await start();
    world.github.fault({ match: { route: /compare/ }, status: 500, times: 1_000 });
    await open(world, 'good');
    await later(world, 600_000);
    expect(world.repository.checkRuns).toMatchObject([
      { headSha: world.git.id('good'), conclusion: 'failure', title: 'Could not evaluate' },
    ]);
    world.github.faults.clear();
    await later(world, 3_600_000);
    expect(world.repository.checkRuns).toHaveLength(1);
    expect(conclusions(world)).toEqual([[world.git.id('good'), 'success']]);
  });

  it('F13: an installation that is gone is dropped with one line, and served again when it is back', async () => {
    const lines: object[] = [];
    const note = (fields: object) => void lines.push(fields);
    const world = await start({ log: { debug: () => {}, info: () => {}, warn: note, error: note } });
    await world.github.people.install(world.repository, 'created');
    const [installation] = world.github.world.installations.values();
    if (installation === undefined) throw new Error('there is no installation');
    installation.suspended = true;
    await open(world, 'bad');
    await later(world, 600_000);
    expect(lines).toHaveLength(1);
    expect(lines).toMatchObject([{ code: 'installation-gone' }]);
    expect(world.github.ledger.entries.filter((entry) => entry.status >= 400).length).toBeLessThanOrEqual(3);
    await world.github.people.install(world.repository, 'unsuspend');
    await later(world, 60_000);
    expect(conclusions(world)).toEqual([[world.git.id('bad'), 'failure']]);
  });

  it('F19: a check run that GitHub refuses is sent again with its summary alone', async () => {
    const world = await start();
    world.github.fault({ match: { method: 'POST', route: '/repos/{owner}/{repo}/check-runs' }, status: 422 });
    await open(world, 'bad');
    expect(world.repository.checkRuns).toMatchObject([{ conclusion: 'failure', annotations: [] }]);
  });

  it('a review that GitHub refuses never costs the check', async () => {
    const world = await start();
    world.github.fault({ match: { route: /reviews$/ }, status: 422, times: 5 });
    await open(world, 'bad');
    expect(world.repository.checkRuns).toMatchObject([{ conclusion: 'failure' }]);
    expect(world.repository.reviews).toEqual([]);
    expect(
      world.github.ledger.names().filter((name) => name.endsWith('/reviews')).length,
    ).toBeLessThanOrEqual(2);
  });

  it('a write of which no answer came is looked for, not repeated', async () => {
    const world = await start();
    const match = { method: 'POST', route: '/repos/{owner}/{repo}/check-runs' };
    world.github.fault({ match, performed: true, reset: 'before' });
    await open(world, 'bad');
    await later(world, 60_000);
    expect(conclusions(world)).toEqual([[world.git.id('bad'), 'failure']]);
  });
});

describe('a judgement that takes its time', () => {
  it('is shown in progress after five seconds, then completed', async () => {
    let analysing: () => void = () => {};
    let release: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      analysing = resolve;
    });
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const world = await start({
      analyse: async (judgement, ports) => {
        analysing();
        await held;
        return analyseHere(judgement, ports);
      },
    });
    const { github, git, repository } = world;
    await github.people.openPullRequest({ repository, base: 'main', head: git.id('bad') });
    await begun;
    const shown = new Promise<void>((resolve) => {
      github.onPerformed((_position, entry) => {
        if (entry.method === 'POST' && entry.route.endsWith('/check-runs')) resolve();
      });
    });
    await time.advance(5_000);
    await shown;
    expect(repository.checkRuns).toMatchObject([{ status: 'in_progress' }]);
    release();
    await world.app.settled();
    expect(repository.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
  });
});
