import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { Store } from '../../../src/adapters/store/index.ts';
import { NAMES, onBothDatabases, onSqlite, pullKey } from './databases.ts';

const HEAD = 'a'.repeat(40);
const OLD_HEAD = 'b'.repeat(40);
const LEASE = { owner: 'w', leaseMs: 1000 } as const;

async function record(store: Store, guid: string, receivedAt: number, text = ''): Promise<void> {
  await store.recordDelivery({
    guid,
    event: 'pull_request',
    action: 'opened',
    installationId: 1,
    repositoryId: 100,
    number: 1,
    payload: { text },
    receivedAt,
  });
}

onBothDatabases('upkeep', ({ open }) => {
  it('deliveries go when they were worked off long ago; an open one stays however old', async () => {
    const store = await open();
    for (const guid of ['old', 'recent', 'open']) await record(store, guid, 10);
    await store.finishDelivery('old', 100);
    await store.finishDelivery('recent', 200);
    await store.prune(150);
    expect(await store.pendingDeliveries()).toEqual({ count: 1, oldest: 10 });
    await record(store, 'recent', 300);
    expect(await store.pendingDeliveries()).toMatchObject({ count: 1 });
    await record(store, 'old', 300);
    expect(await store.pendingDeliveries()).toMatchObject({ count: 2 });
  });

  it('closed pull requests go when nothing touched them; open, due and running ones stay', async () => {
    const store = await open();
    await store.notePull(pullKey(1), { ...NAMES, state: 'closed' }, 10);
    await store.notePull(pullKey(2), { ...NAMES, state: 'open' }, 10);
    await store.markDue(pullKey(3), { ...NAMES, state: 'closed' }, 10, 'closed');
    await store.notePull(pullKey(4), { ...NAMES, state: 'closed' }, 200);
    await store.prune(150);
    const left = await Promise.all([1, 2, 3, 4].map((number) => store.pull(pullKey(number))));
    expect(left.map((row) => row?.number ?? null)).toEqual([null, 2, 3, 4]);
  });

  it('publications of open heads stay, as do comments on pull requests that are known', async () => {
    const store = await open();
    const key = { repositoryId: 100, name: 'Plinth' } as const;
    const comment = { fingerprint: 'f', commentId: 1, headSha: HEAD, fixedIn: null };
    await store.notePull(pullKey(1), { ...NAMES, headSha: HEAD }, 10);
    await store.notePull(pullKey(2), { ...NAMES, state: 'closed' }, 10);
    await store.beginPublication({ ...key, headSha: HEAD }, 'w', 10);
    await store.beginPublication({ ...key, headSha: OLD_HEAD }, 'w', 10);
    for (const number of [1, 2]) await store.savePublishedComments(100, number, [comment], 10);
    await store.prune(150);
    expect(await store.publication({ ...key, headSha: HEAD })).not.toBeNull();
    expect(await store.publication({ ...key, headSha: OLD_HEAD })).toBeNull();
    expect(await store.publishedComments(100, 1)).toHaveLength(1);
    expect(await store.publishedComments(100, 2)).toHaveLength(0);
  });

  it('commands that were answered go, others stay', async () => {
    const store = await open();
    for (const commentId of [1, 2])
      await store.recordCommand({
        source: 'issue-comment',
        commentId,
        nodeId: null,
        installationId: 1,
        repositoryId: 100,
        number: commentId,
        authorId: 1,
        authorLogin: 'octocat',
        body: '/plinth help',
        writtenAt: commentId,
        receivedAt: commentId,
      });
    const taken = await store.takeCommand({ ...LEASE, now: 10 });
    if (taken !== null) await store.finishCommand(taken, null, 20);
    expect(await store.prune(150)).toEqual({ removed: 1 });
    expect(await store.pendingCommands()).toMatchObject({ count: 1 });
  });

  it('removes more rows than one statement takes', async () => {
    const store = await open();
    const numbers = Array.from({ length: 2500 }, (_, index) => index + 1);
    await store.savePublishedComments(
      100,
      1,
      numbers.map((id) => ({ fingerprint: `${id}`, commentId: id, headSha: HEAD, fixedIn: null })),
      10,
    );
    expect(await store.prune(150)).toEqual({ removed: 2500 });
  });
});

onSqlite('the size of the embedded store (L07)', ({ open, folder }) => {
  it('stays bounded while deliveries come and go', async () => {
    const store = await open();
    const sizes: number[] = [];
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 20; index++)
        await record(store, `${round}-${index}`, round, 'x'.repeat(20_000));
      for (const taken of await store.takeDeliveries({ ...LEASE, now: round * 10_000, limit: 100 }))
        await store.finishDelivery(taken.guid, round);
      await store.prune(round);
      sizes.push(
        statSync(join(folder(), 'plinth.sqlite')).size + statSync(join(folder(), 'plinth.sqlite-wal')).size,
      );
    }
    const [first = 0] = sizes;
    for (const size of sizes) expect(size).toBeLessThanOrEqual(first + 65_536);
  });
});
