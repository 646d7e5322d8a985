import { expect, it, jest } from '@jest/globals';
import { type RunningApp, startApp } from '../../src/app/index.ts';
import { onPostgres } from '../adapters/store/databases.ts';
import { machineTime, settingsFor, startHarness } from './support/harness.ts';

jest.setTimeout(120_000);

const PULLS = 8;
const HEADS = Array.from({ length: PULLS }, (_, at) => `change-${at}`);
const WRITES = /^POST .*\/(check-runs|reviews|comments)$/;

/** Settles when both replicas have nothing left: the work of one may wake the other. */
async function settled(replicas: readonly RunningApp[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const replica of replicas) await replica.settled();
}

onPostgres('F17: two replicas on one database', (bench) => {
  it('that both get every delivery write one check run and one review for each head', async () => {
    const [one, two] = await bench.openWorkers(2);
    if (one === undefined || two === undefined) throw new Error('there are no stores');
    const world = await startHarness({
      dataDirectory: '',
      store: one,
      time: machineTime,
      commits: [
        {
          name: 'base',
          branch: 'main',
          files: { '.github/plinth.yml': 'extends: kep-1729\nenforcement: enforce\n' },
        },
        ...HEADS.map((name, at) => ({
          name,
          branch: name,
          parents: ['base'],
          files: { [`images/${at}/Dockerfile`]: 'FROM debian:12\nCMD /app --serve\n' },
        })),
      ],
    });
    bench.later(() => world.stop());
    const { github, git, repository, app, ports } = world;
    const second = await startApp(settingsFor(github), { ...ports, store: two, owner: 'second' });
    bench.later(() => second.stop());
    const replicas = [app, second];
    const opened = HEADS.map(async (head, at) => {
      // Either may be the first to hear of it.
      github.setWebhook((replicas[at % 2] ?? app).webhookUrl);
      const { delivery } = await github.people.openPullRequest({
        repository,
        base: 'main',
        head: git.id(head),
      });
      return delivery;
    });
    const deliveries = await Promise.all(opened);
    for (const replica of replicas) {
      github.setWebhook(replica.webhookUrl);
      const again = await Promise.all(deliveries.map((one) => github.deliveries.redeliver(one)));
      expect(again.map((one) => one.status)).toEqual(Array(PULLS).fill(202));
    }
    await settled(replicas);
    const heads = HEADS.map((head) => git.id(head)).sort();
    const runs = repository.checkRuns.map(({ headSha, status, conclusion }) => ({
      headSha,
      status,
      conclusion,
    }));
    expect(runs.map((run) => run.headSha).sort()).toEqual(heads);
    expect(new Set(runs.map((run) => `${run.status} ${run.conclusion}`))).toEqual(
      new Set(['completed failure']),
    );
    expect(repository.reviews.map((review) => review.commit).sort()).toEqual(heads);
    const written = github.ledger.names({ tokens: false }).filter((name) => WRITES.test(name));
    expect(written).toHaveLength(2 * PULLS);
    for (const store of [one, two])
      expect(await store.backlog(Date.now())).toMatchObject({ due: 0, running: 0 });
  });

  it('share the work: what one holds when it is gone, the other takes over', async () => {
    const [one, two] = await bench.openWorkers(2);
    if (one === undefined || two === undefined) throw new Error('there are no stores');
    const key = { installationId: 1, repositoryId: 100, number: 1 };
    await one.markDue(key, { owner: 'acme', name: 'app' }, 0, 'opened');
    const held = await one.claimDue({ owner: 'first', now: 1, leaseMs: 100 });
    expect(held).not.toBeNull();
    expect(await two.claimDue({ owner: 'second', now: 50, leaseMs: 100 })).toBeNull();
    const taken = await two.claimDue({ owner: 'second', now: 102, leaseMs: 100 });
    expect(taken).toMatchObject({ number: 1, attempts: 2 });
    // The first was only slow: what it has is not written any more.
    if (held === null) throw new Error('nothing was claimed');
    expect(await one.renewPull(held, { now: 110, leaseMs: 100 })).toBe(false);
    expect(await one.finishPull(held, {}, 110)).toBe('lost');
  });
});
