// L09: what an hour of 1,500 evaluations would take of GitHub's budgets, from what some of them take; the hour itself is not run. The pace of
// writes and the 500 an hour of content are those of test/adapters/github/writes.test.ts.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import type { LedgerEntry } from '../support/github/ledger.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);

const AN_HOUR = 1500;
const MOST_REST = 4800;
const MOST_POINTS_A_MINUTE = 900;

const GOOD = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nCMD /app --serve\n';
const tenFiles = (name: string, last = GOOD): NewCommit => ({
  name,
  branch: name,
  parents: ['base'],
  files: Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [
      `${name}/i${at}/Dockerfile`,
      `${at === 9 ? last : GOOD}# ${at}\n`,
    ]),
  ),
});
const COMMITS: readonly NewCommit[] = [
  {
    name: 'base',
    branch: 'main',
    files: { Dockerfile: GOOD, '.github/plinth.yml': 'extends: kep-1729\nenforcement: enforce\n' },
  },
  ...['first', 'silent'].map((name) => tenFiles(name)),
  ...['reviewed', 'second', 'third'].map((name) => tenFiles(name, BAD)),
];

let harness: Harness;
let time: VirtualTime;

beforeAll(async () => {
  time = new VirtualTime();
  harness = await startHarness({ dataDirectory: await folder(), commits: COMMITS, time });
  // What the tip holds is read once and not with each pull request.
  await open('first');
});

afterAll(() => harness.stop());

async function open(head: string): Promise<void> {
  const { github, git, repository, app } = harness;
  await github.people.openPullRequest({ repository, base: 'main', head: git.id(head) });
  await app.settled();
}

/** GitHub's prices: a read is one point, a write is five. GraphQL without a mutation reads. */
function pointsOf({ method, route }: LedgerEntry): number {
  return method === 'GET' || route === '/graphql' ? 1 : 5;
}

async function costOf(head: string): Promise<{ readonly rest: number; readonly points: number }> {
  const { ledger } = harness.github;
  const before = ledger.position;
  await open(head);
  const sent = ledger.entries.slice(before);
  return {
    rest: sent.filter(({ route }) => route !== '/graphql').length,
    points: sent.reduce((sum, entry) => sum + pointsOf(entry), 0),
  };
}

describe('L09: the budget of an hour', () => {
  it('holds 1,500 evaluations of ten files, a tenth with a review', async () => {
    const { repository } = harness;
    const silent = await costOf('silent');
    expect(repository.reviews).toHaveLength(0);
    const reviewed = await costOf('reviewed');
    expect(repository.reviews).toHaveLength(1);
    const anHour = (of: 'rest' | 'points') => AN_HOUR * (0.9 * silent[of] + 0.1 * reviewed[of]);
    expect(silent.rest).toBeGreaterThan(0);
    expect(anHour('rest')).toBeLessThanOrEqual(MOST_REST);
    expect(anHour('points') / 60).toBeLessThanOrEqual(MOST_POINTS_A_MINUTE);
  });

  it('where content is refused for a while, has reviews wait and drops none', async () => {
    const { github, git, repository, app } = harness;
    await time.advance(120_000, () => app.settled());
    Object.assign(github.world.limits, { contentAMinute: 1 });
    await open('second');
    await open('third');
    const before = repository.reviews.length;
    await time.advance(10 * 60_000, () => app.settled());
    app.wake();
    await app.settled();
    const heads = ['reviewed', 'second', 'third'].map((name) => git.id(name));
    expect(before).toBe(2);
    expect(repository.reviews.map(({ commit }) => commit)).toEqual(heads);
    const failed = repository.checkRuns.filter(({ conclusion }) => conclusion === 'failure');
    expect(failed.map(({ headSha }) => headSha)).toEqual(heads);
    expect(github.ledger.violations).toEqual([]);
  });
});
