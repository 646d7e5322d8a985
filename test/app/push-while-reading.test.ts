// D03: a push that comes between any two reads of a judgement. Commits are read by their ids, so nothing of one head is mixed with another's;
// what is read of a head that was left behind is not published on the new one.
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);
const GOOD = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nENTRYPOINT ["/app"]\n';

// The two heads share no changed path, so that a mixture would show.
const COMMITS: readonly NewCommit[] = [
  {
    name: 'base',
    branch: 'main',
    files: { Dockerfile: GOOD, '.github/plinth.yml': 'extends: kep-1729\nenforcement: enforce\n' },
  },
  { name: 'first', branch: 'first', parents: ['base'], files: { 'one/Dockerfile': BAD } },
  { name: 'second', branch: 'second', parents: ['base'], files: { 'two/Dockerfile': BAD } },
];

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.stop();
  harness = undefined;
});

/** Judges the first head, and pushes the second behind a read of that number, from 0; `isPushed` is false where it made fewer. */
async function pushedBefore(nth: number): Promise<Harness & { readonly isPushed: boolean }> {
  const time = new VirtualTime();
  const world = await startHarness({ dataDirectory: await folder(), commits: COMMITS, time });
  harness = world;
  const { github, git, repository, app } = world;
  let reads = 0;
  let isPushed = false;
  github.onPerformed(async (_position, { method, route }) => {
    const [pull] = repository.pulls.values();
    const isRead = method === 'GET' || route === '/graphql';
    if (pull === undefined || !isRead || route.startsWith('/app') || isPushed || reads++ < nth) return;
    isPushed = true;
    await github.people.pushHead(repository, pull, git.id('second'));
  });
  await github.people.openPullRequest({ repository, base: 'main', head: git.id('first') });
  await app.settled();
  // A push is judged a while after the judgement before.
  await time.advance(120_000, () => app.settled());
  app.wake();
  await app.settled();
  return { ...world, isPushed };
}

/** The files that a report speaks of beside those of the base. */
const pathsOf = (report: Harness['reports'][number]): readonly string[] => [
  ...new Set(report.findings.map(({ path }) => path)),
];

describe('D03: a push between reads', () => {
  // Behind the tree of the tip, and behind the contents; F20 pushes behind the comparison. Four reads are made before anything is written.
  it.each([1, 3])(
    'behind read %i mixes nothing, and the new head is what is said in the end',
    async (nth) => {
      const { git, repository, reports, github, isPushed } = await pushedBefore(nth);
      expect(isPushed).toBe(true);
      for (const report of reports)
        expect([['one/Dockerfile'], ['two/Dockerfile']]).toContainEqual(pathsOf(report));
      expect(reports.map(pathsOf).at(-1)).toEqual(['two/Dockerfile']);
      for (const run of repository.checkRuns) {
        const own = run.headSha === git.id('second') ? 'two/Dockerfile' : 'one/Dockerfile';
        expect(run.annotations.map(({ path }) => path)).toEqual([own]);
      }
      const runs = repository.checkRuns.filter(({ headSha }) => headSha === git.id('second'));
      expect(runs).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
      expect(github.ledger.violations).toEqual([]);
    },
  );
});
