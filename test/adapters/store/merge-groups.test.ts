import { expect, it } from '@jest/globals';
import type { MergeGroup, Store } from '../../../src/adapters/store/index.ts';
import { onBothDatabases } from './databases.ts';

const HEAD = 'a'.repeat(40);
const LEASE = { owner: 'worker', now: 1000, leaseMs: 500 } as const;

function group(given: Partial<MergeGroup> = {}): MergeGroup {
  return {
    installationId: 1,
    repositoryId: 100,
    owner: 'acme',
    name: 'shop',
    head: HEAD,
    baseRef: 'main',
    base: 'b'.repeat(40),
    receivedAt: 10,
    ...given,
  };
}

async function taken(store: Store, now: number = LEASE.now) {
  const found = await store.takeMergeGroup({ ...LEASE, now });
  if (found === null) throw new Error('none was taken');
  return found;
}

onBothDatabases('merge groups', ({ open, openWorkers }) => {
  it('are taken once, oldest first, as they were recorded', async () => {
    const store = await open();
    await store.recordMergeGroup(group({ head: 'c'.repeat(40), receivedAt: 20 }));
    await store.recordMergeGroup(group());
    expect(await taken(store)).toEqual({ ...group(), asked: false, attempts: 1, claims: 1 });
    expect((await taken(store)).receivedAt).toBe(20);
    expect(await store.takeMergeGroup(LEASE)).toBeNull();
    expect(await store.pendingMergeGroups()).toEqual({ count: 2, nextAt: 1500 });
  });

  it('are never two workers’', async () => {
    const workers = await openWorkers(3);
    await workers[0]?.recordMergeGroup(group());
    const found = await Promise.all(workers.map((worker) => worker.takeMergeGroup(LEASE)));
    expect(found.filter((one) => one !== null)).toHaveLength(1);
  });

  it('come again when the lease of a dead worker ends, and the dead one’s claim counts no more', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    const dead = await taken(store);
    const alive = await taken(store, 1500);
    expect(alive.attempts).toBe(2);
    expect(await store.isMergeGroupWanted(dead)).toBe(false);
    expect(await store.finishMergeGroup(dead, 1600)).toBe(false);
    expect(await store.isMergeGroupWanted(alive)).toBe(true);
    expect(await store.finishMergeGroup(alive, 1600)).toBe(true);
    expect(await store.pendingMergeGroups()).toEqual({ count: 0, nextAt: null });
  });

  it('that the queue gave up are wanted no more', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    const held = await taken(store);
    await store.dropMergeGroup(100, HEAD, 1100);
    expect(await store.isMergeGroupWanted(held)).toBe(false);
    expect(await store.finishMergeGroup(held, 1200)).toBe(false);
    expect(await store.takeMergeGroup({ ...LEASE, now: 9000 })).toBeNull();
  });

  it('that were judged are due again where somebody asks', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    await store.finishMergeGroup(await taken(store), 1100);
    expect(await store.remindMergeGroup(100, 'd'.repeat(40))).toBe(false);
    expect(await store.remindMergeGroup(100, HEAD)).toBe(true);
    expect(await taken(store)).toMatchObject({ asked: true, attempts: 1 });
  });

  it('are found by their head, those that were judged too', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    expect(await store.mergeGroupOf(100, HEAD)).toEqual({ ...group(), isFinished: false });
    await store.finishMergeGroup(await taken(store), 1100);
    expect(await store.mergeGroupOf(100, HEAD)).toEqual({ ...group(), isFinished: true });
    expect(await store.mergeGroupOf(101, HEAD)).toBeNull();
    expect(await store.mergeGroupOf(100, 'd'.repeat(40))).toBeNull();
  });

  it('wait as long as they are told to, and a rate limit counts as no attempt', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    await store.retryMergeGroup(await taken(store), 5000, true);
    expect(await store.takeMergeGroup({ ...LEASE, now: 4999 })).toBeNull();
    expect(await store.pendingMergeGroups()).toEqual({ count: 1, nextAt: 5000 });
    await store.retryMergeGroup(await taken(store, 5000), 6000, false);
    expect(await taken(store, 6000)).toMatchObject({ attempts: 2 });
  });

  it('of an installation that is suspended or held back are left alone', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    await store.suspendInstallation(1, true, 900);
    expect(await store.takeMergeGroup(LEASE)).toBeNull();
    await store.suspendInstallation(1, false, 900);
    await store.postponeInstallation(1, 2000, 'limit');
    expect(await store.takeMergeGroup(LEASE)).toBeNull();
    expect(await store.takeMergeGroup({ ...LEASE, now: 2000 })).not.toBeNull();
  });

  it('follow a renamed repository, are freed with their worker, and go in the end', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    await taken(store);
    const renamed = { id: 100, installationId: 2, owner: 'acme', name: 'store', defaultBranch: null };
    await store.saveRepository(renamed, 1100);
    await store.releaseLeases(LEASE.owner);
    const again = await taken(store);
    expect(again).toMatchObject({ installationId: 2, name: 'store' });
    await store.finishMergeGroup(again, 1200);
    expect(await store.prune(1200)).toEqual({ removed: 0 });
    expect(await store.prune(1201)).toEqual({ removed: 1 });
  });

  it('hold the check that was begun for them: it is not abandoned', async () => {
    const store = await open();
    await store.recordMergeGroup(group());
    await store.beginPublication({ repositoryId: 100, headSha: HEAD, name: 'Plinth' }, 'worker', 500);
    const asked = { owner: 'worker', startedAt: 1000, before: 0 };
    expect(await store.abandonedPublications(asked)).toEqual([]);
    await store.dropMergeGroup(100, HEAD, 1100);
    expect(await store.abandonedPublications(asked)).toHaveLength(1);
  });
});
