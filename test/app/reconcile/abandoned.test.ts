import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type RunningApp, startApp } from '../../../src/app/index.ts';
import { analyseHere, type Harness, settingsFor, startHarness } from '../support/harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const folder = temporaryFolder();
jest.setTimeout(60_000);

let harness: Harness | undefined;
let second: RunningApp | undefined;

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await second?.stop();
  await harness?.stop();
  harness = undefined;
  second = undefined;
  expect(violations ?? []).toEqual([]);
});

/** A gate that work runs into, and that opens when the test says so. */
function gate() {
  let reach: () => void = () => {};
  let open: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const pass = (): Promise<void> => {
    reach();
    return opened;
  };
  return { reached, open, pass };
}

/** A pull request whose run is in progress when the App ends, as a crash leaves it. */
async function endedInProgress() {
  const time = new VirtualTime();
  const analysis = gate();
  const world = await startHarness({
    dataDirectory: await folder(),
    time,
    commits: [
      { name: 'base', branch: 'main', files: { 'README.md': 'hello\n' } },
      { name: 'first', branch: 'change', parents: ['base'], files: { Dockerfile: 'FROM debian:12\n' } },
      { name: 'second', branch: 'change', parents: ['first'], files: { Dockerfile: 'FROM scratch\n' } },
    ],
    analyse: async (judgement, ports) => {
      await analysis.pass();
      return analyseHere(judgement, ports);
    },
  });
  harness = world;
  const { github, git, repository, app } = world;
  const { pull } = await github.people.openPullRequest({ repository, base: 'main', head: git.id('first') });
  await analysis.reached;
  const shown = gate();
  github.onPerformed((_at, entry) => {
    if (entry.method === 'POST' && entry.route.endsWith('/check-runs')) void shown.pass();
  });
  await time.advance(5_000);
  await shown.reached;
  const ended = app.stop();
  analysis.open();
  await ended;
  expect(repository.checkRuns).toMatchObject([{ status: 'in_progress' }]);
  await time.advance(1_000);
  return { world, pull, time };
}

async function startAgain({ github, ports, repository }: Harness, time: VirtualTime): Promise<void> {
  second = await startApp({ ...settingsFor(github), sweepEveryMs: 3_600_000 }, ports);
  await second.settled();
  await time.advance(60_000, () => second?.settled() ?? Promise.resolve());
  expect(repository.checkRuns.length).toBeGreaterThan(0);
}

const runs = ({ repository }: Harness) =>
  repository.checkRuns.map(({ headSha, status, conclusion }) => [headSha, status, conclusion]);

describe('F01: a run that was in progress when the App ended', () => {
  it('is completed where its head stayed', async () => {
    const { world, time } = await endedInProgress();
    await startAgain(world, time);
    expect(runs(world)).toEqual([[world.git.id('first'), 'completed', 'neutral']]);
  });

  it('is cancelled where its head moved on meanwhile', async () => {
    const { world, pull, time } = await endedInProgress();
    await world.github.people.pushHead(world.repository, pull, world.git.id('second'));
    await startAgain(world, time);
    expect(runs(world).toSorted()).toEqual(
      [
        [world.git.id('first'), 'completed', 'cancelled'],
        [world.git.id('second'), 'completed', 'neutral'],
      ].toSorted(),
    );
  });

  it('is cancelled where its pull request was closed meanwhile, and that is said once', async () => {
    const { world, pull, time } = await endedInProgress();
    await world.github.people.close(world.repository, pull);
    await startAgain(world, time);
    expect(runs(world)).toEqual([[world.git.id('first'), 'completed', 'cancelled']]);
    const position = world.github.ledger.position;
    await time.advance(2 * 3_600_000, () => second?.settled() ?? Promise.resolve());
    expect(
      world.github.ledger.names({ after: position }).filter((name) => name.includes('check-runs')),
    ).toEqual([]);
  });
});
