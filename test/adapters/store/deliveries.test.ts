import { expect, it } from '@jest/globals';
import type { Delivery, PullMark } from '../../../src/adapters/store/index.ts';
import { NAMES, onBothDatabases, pullKey } from './databases.ts';

function delivery(guid: string, given: Partial<Delivery> = {}): Delivery {
  return {
    guid,
    event: 'pull_request',
    action: 'opened',
    installationId: 1,
    repositoryId: 100,
    number: 7,
    payload: { head: 'a'.repeat(40) },
    receivedAt: 1000,
    ...given,
  };
}

const LEASE = { owner: 'worker', now: 2000, leaseMs: 500 } as const;

onBothDatabases('deliveries', ({ open, openWorkers, connect }) => {
  it('a redelivery with the same GUID is on record already, worked off or not (F03, F05)', async () => {
    const store = await open();
    expect(await store.recordDelivery(delivery('g1'))).toBe('new');
    expect(await store.recordDelivery(delivery('g1', { action: 'synchronize' }))).toBe('seen');
    await store.finishDelivery('g1', 3000);
    expect(await store.recordDelivery(delivery('g1'))).toBe('seen');
  });

  it('ten concurrent copies of one delivery are one (F05)', async () => {
    const workers = await openWorkers(3);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => workers[index % 3]?.recordDelivery(delivery('same'))),
    );
    expect(answers.filter((answer) => answer === 'new')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'seen')).toHaveLength(9);
  });

  it('what is taken is what was recorded, oldest first', async () => {
    const store = await open();
    await store.recordDelivery(delivery('late', { receivedAt: 30 }));
    await store.recordDelivery(
      delivery('early', {
        receivedAt: 10,
        action: null,
        installationId: null,
        repositoryId: null,
        number: null,
      }),
    );
    const taken = await store.takeDeliveries({ ...LEASE, limit: 10 });
    expect(taken.map((one) => one.guid)).toEqual(['early', 'late']);
    expect(taken[1]).toEqual({ ...delivery('late', { receivedAt: 30 }), attempts: 1 });
    expect(taken[0]).toMatchObject({ action: null, installationId: null, repositoryId: null, number: null });
  });

  it('numbers of GitHub beyond 32 bits come back whole', async () => {
    const store = await open();
    const large = 9_007_199_254_740_991;
    await store.recordDelivery(delivery('big', { installationId: large, receivedAt: 1_790_000_000_000 }));
    const [taken] = await store.takeDeliveries({ ...LEASE, now: 1_790_000_000_001, limit: 1 });
    expect(taken).toMatchObject({ installationId: large, receivedAt: 1_790_000_000_000 });
  });

  it('a delivery is one worker’s until its lease ends; then it comes again, counted', async () => {
    const store = await open();
    await store.recordDelivery(delivery('g'));
    expect(await store.takeDeliveries({ ...LEASE, limit: 10 })).toHaveLength(1);
    expect(await store.takeDeliveries({ ...LEASE, now: 2499, limit: 10 })).toHaveLength(0);
    expect(await store.takeDeliveries({ ...LEASE, now: 2500, limit: 10 })).toMatchObject([{ attempts: 2 }]);
    await store.finishDelivery('g', 2600);
    expect(await store.takeDeliveries({ ...LEASE, now: 99_999, limit: 10 })).toHaveLength(0);
  });

  it('those that only mark are finished with their marks, all of it or nothing', async () => {
    const store = await open();
    for (const guid of ['a', 'b']) await store.recordDelivery(delivery(guid));
    await store.takeDeliveries({ ...LEASE, limit: 10 });
    const mark = (number: number, headSha: string): PullMark => ({
      key: pullKey(number),
      patch: { ...NAMES, headSha },
      due: { at: 2100, reason: 'pushed' },
    });
    const tooLong = 'f'.repeat(65);
    await expect(
      store.finishMarking(
        [
          { guid: 'a', marks: [mark(7, 'a'.repeat(40))] },
          { guid: 'b', marks: [mark(8, tooLong)] },
        ],
        2200,
      ),
    ).rejects.toMatchObject({ code: 'store-too-long' });
    expect(await store.pull(pullKey(7))).toBeNull();
    expect(await store.pendingDeliveries()).toMatchObject({ count: 2 });
    const closed: PullMark = { key: pullKey(8), patch: { ...NAMES, state: 'closed' }, seenAt: 2100 };
    await store.finishMarking(
      [
        { guid: 'a', marks: [mark(7, 'a'.repeat(40)), mark(7, 'b'.repeat(40))] },
        { guid: 'b', marks: [closed] },
      ],
      2200,
    );
    expect(await store.pull(pullKey(7))).toMatchObject({
      headSha: 'b'.repeat(40),
      dueAt: 2100,
      generation: 2,
    });
    expect(await store.pull(pullKey(8))).toMatchObject({ state: 'closed', dueAt: null });
    expect(await store.pendingDeliveries()).toMatchObject({ count: 0 });
    expect(await store.recordDelivery(delivery('a'))).toBe('seen');
  });

  it('workers that take at the same time share no delivery, and leave none', async () => {
    const workers = await openWorkers(4);
    for (let index = 0; index < 40; index++) await workers[0]?.recordDelivery(delivery(`g${index}`));
    const taken: string[] = [];
    for (let round = 0; round < 40 && taken.length < 40; round++) {
      const batches = await Promise.all(
        workers.map((store, index) => store.takeDeliveries({ ...LEASE, owner: `w${index}`, limit: 3 })),
      );
      taken.push(...batches.flat().map((one) => one.guid));
    }
    expect(taken).toHaveLength(40);
    expect(new Set(taken).size).toBe(40);
  });

  it('a limit without measure takes a thousand', async () => {
    const { db, close } = await connect();
    const rows = Array.from({ length: 1001 }, (_, index) => ({
      guid: `g${index}`,
      event: 'ping',
      action: null,
      installation_id: null,
      repository_id: null,
      number: null,
      payload: '{}',
      received_at: index,
    }));
    await db.insertInto('deliveries').values(rows).execute();
    await close();
    const store = await open();
    expect(await store.takeDeliveries({ ...LEASE, limit: 1_000_000 })).toHaveLength(1000);
    expect(await store.takeDeliveries({ ...LEASE, limit: 1_000_000 })).toHaveLength(1);
  });

  it('says how many wait, and since when', async () => {
    const store = await open();
    expect(await store.pendingDeliveries()).toEqual({ count: 0, oldest: null });
    await store.recordDelivery(delivery('a', { receivedAt: 20 }));
    await store.recordDelivery(delivery('b', { receivedAt: 10 }));
    await store.takeDeliveries({ ...LEASE, limit: 1 });
    expect(await store.pendingDeliveries()).toEqual({ count: 2, oldest: 10 });
    await store.finishDelivery('b', 30);
    expect(await store.pendingDeliveries()).toEqual({ count: 1, oldest: 20 });
  });

  it('hostile text is data: NUL, lone surrogates, quotes, prototype names', async () => {
    const store = await open();
    const payload = JSON.parse(
      '{"__proto__":{"x":1},"text":"a\\u0000b","half":"\\ud800","q":"\'; drop table pulls; --"}',
    );
    await store.recordDelivery(delivery("g'\0", { event: '__proto__', payload }));
    const [taken] = await store.takeDeliveries({ ...LEASE, limit: 1 });
    expect(taken?.event).toBe('__proto__');
    expect(JSON.stringify(taken?.payload)).toBe(JSON.stringify(payload));
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(await store.recordDelivery(delivery("g'\0"))).toBe('seen');
  });

  it('text beyond its bound is refused by name, and nothing is stored', async () => {
    const store = await open();
    await expect(store.recordDelivery(delivery('x'.repeat(201)))).rejects.toMatchObject({
      code: 'store-too-long',
      retryable: false,
    });
    const payload = { body: 'x'.repeat(1_000_001) };
    await expect(store.recordDelivery(delivery('g', { payload }))).rejects.toMatchObject({
      code: 'store-too-long',
    });
    expect(await store.pendingDeliveries()).toMatchObject({ count: 0 });
  });
});
