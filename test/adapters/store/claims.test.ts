import { expect, it } from '@jest/globals';
import type { PullRow, Store } from '../../../src/adapters/store/index.ts';
import { NAMES, onBothDatabases, pullKey } from './databases.ts';

const HEAD = 'a'.repeat(40);
const JUDGED = { head: HEAD, inputs: 'digest', verdict: 'block', checkRunId: 5, reviewId: 6 } as const;

async function claim(store: Store, now: number, owner = 'worker', leaseMs = 1000): Promise<PullRow> {
  const row = await store.claimDue({ owner, now, leaseMs });
  if (row === null) throw new Error(`nothing to claim at ${now}`);
  return row;
}

onBothDatabases('claims of pull requests', ({ open, openWorkers }) => {
  it('a row is claimed when it is due, not before, and by one worker', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 1000, 'push');
    expect(await store.claimDue({ owner: 'a', now: 999, leaseMs: 100 })).toBeNull();
    expect(await claim(store, 1000, 'a', 100)).toMatchObject({
      number: 7,
      leaseOwner: 'a',
      leaseUntil: 1100,
      attempts: 1,
      generation: 1,
    });
    expect(await store.claimDue({ owner: 'b', now: 1099, leaseMs: 100 })).toBeNull();
  });

  it('what was judged is recorded, and the row is no longer due', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 1000, 'push');
    const row = await claim(store, 1000);
    expect(await store.isCurrent(row)).toBe(true);
    const seen = {
      headSha: HEAD,
      baseRef: 'main',
      baseSha: 'b'.repeat(40),
      draft: true,
      state: 'open',
    } as const;
    expect(await store.finishPull(row, { judged: JUDGED, seen }, 1500)).toBe('judged');
    expect(await store.pull(row)).toMatchObject({
      ...seen,
      dueAt: null,
      dueReason: null,
      attempts: 0,
      leaseOwner: null,
      leaseUntil: null,
      judgedHead: HEAD,
      judgedInputs: 'digest',
      judgedAt: 1500,
      verdict: 'block',
      checkRunId: 5,
      reviewId: 6,
    });
    expect(await store.claimDue({ owner: 'a', now: 9999, leaseMs: 100 })).toBeNull();
    expect(await store.nextDueAt()).toBeNull();
  });

  it('a push during the evaluation is never lost: the row is due again, since that push', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 1000, 'push');
    const row = await claim(store, 1000);
    await store.markDue(pullKey(7), { ...NAMES, headSha: 'c'.repeat(40) }, 1200, 'second push');
    await store.markDue(pullKey(7), { ...NAMES, headSha: 'd'.repeat(40) }, 1300, 'third push');
    expect(await store.isCurrent(row)).toBe(false);
    expect(await store.finishPull(row, { judged: JUDGED }, 1500)).toBe('due-again');
    expect(await store.pull(row)).toMatchObject({
      dueAt: 1200,
      dueReason: 'third push',
      headSha: 'd'.repeat(40),
      judgedHead: HEAD,
      checkRunId: 5,
    });
    expect(await store.finishPull(await claim(store, 1500), { judged: JUDGED }, 1600)).toBe('judged');
  });

  it('fifty pushes while it is judged make one further evaluation (L04)', async () => {
    const store = await open();
    let evaluations = 0;
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    let row: PullRow | null = await claim(store, 0);
    for (let push = 1; push <= 50; push++) await store.markDue(pullKey(7), NAMES, push, 'push');
    for (let now = 60; row !== null; now++) {
      evaluations++;
      await store.finishPull(row, { judged: JUDGED }, now);
      row = await store.claimDue({ owner: 'worker', now, leaseMs: 1000 });
    }
    expect(evaluations).toBe(2);
  });

  it('a row that is pushed to all the time does not keep its neighbours waiting', async () => {
    const store = await open();
    await store.markDue(pullKey(1), NAMES, 0, 'push');
    await store.markDue(pullKey(2), NAMES, 10, 'push');
    const served: number[] = [];
    for (let now = 20; served.length < 4; now += 10) {
      const row = await claim(store, now);
      served.push(row.number);
      if (row.number === 1) await store.markDue(pullKey(1), NAMES, now + 1, 'push');
      await store.finishPull(row, { judged: JUDGED }, now + 2);
    }
    expect(served).toEqual([1, 2, 1, 1]);
  });

  it('a worker that died leaves its row due as it was, taken again when the lease ends', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 1000, 'push');
    const dead = await claim(store, 1000, 'dead', 100);
    await store.markDue(pullKey(7), NAMES, 999_999, 'an exception expires');
    expect(await store.nextDueAt()).toBe(1100);
    const row = await claim(store, 1100, 'alive', 100);
    expect(row).toMatchObject({ dueAt: 1000, attempts: 1, leaseOwner: 'alive' });
    expect(await store.finishPull(dead, { judged: JUDGED }, 1110)).toBe('lost');
    expect(await store.renewPull(dead, { now: 1110, leaseMs: 100 })).toBe(false);
    expect(await store.retryPull(dead, 1110, 'x')).toBe(false);
    expect(await store.pull(row)).toMatchObject({ judgedHead: null, leaseOwner: 'alive' });
    expect(await store.finishPull(row, { judged: JUDGED }, 1120)).toBe('judged');
    expect(await store.pull(row)).toMatchObject({ dueAt: 999_999 });
  });

  it('a claim that the same owner lost to itself is lost too', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 1000, 'push');
    const slow = await claim(store, 1000, 'me', 100);
    await claim(store, 1200, 'me', 100);
    expect(await store.finishPull(slow, { judged: JUDGED }, 1210)).toBe('lost');
  });

  it('a renewed lease holds; attempts count the claims of workers that died', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    const row = await claim(store, 0, 'a', 100);
    expect(await store.renewPull(row, { now: 90, leaseMs: 100 })).toBe(true);
    expect(await store.claimDue({ owner: 'b', now: 150, leaseMs: 100 })).toBeNull();
    expect(await claim(store, 190, 'b', 100)).toMatchObject({ attempts: 2 });
    expect(await claim(store, 300, 'c', 100)).toMatchObject({ attempts: 3 });
  });

  it('a rate limit moves the row to its time without an attempt; a push does not bring it forward (F11)', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    expect(await store.postponePull(await claim(store, 0), 5000, 'rate limit')).toBe(true);
    await store.markDue(pullKey(7), NAMES, 100, 'push');
    expect(await store.claimDue({ owner: 'a', now: 4999, leaseMs: 1 })).toBeNull();
    expect(await store.nextDueAt()).toBe(5000);
    expect(await store.backlog(4999)).toMatchObject({ due: 1, heldBack: 1, oldestDue: 0 });
    expect(await claim(store, 5000)).toMatchObject({ attempts: 1 });
  });

  it('waiting out rate limits is no attempt, however often', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    for (let wait = 1; wait <= 9; wait++)
      await store.postponePull(await claim(store, wait), wait + 1, 'rate limit');
    expect(await claim(store, 10)).toMatchObject({ attempts: 1, claims: 10 });
  });

  it('an attempt that failed counts; the next push begins anew', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    for (let attempt = 1; attempt <= 4; attempt++) {
      const row = await claim(store, attempt * 100);
      expect(row.attempts).toBe(attempt);
      expect(await store.retryPull(row, attempt * 100 + 50, 'GitHub answered 502')).toBe(true);
    }
    expect(await store.pull(pullKey(7))).toMatchObject({
      attempts: 4,
      dueReason: 'GitHub answered 502',
      dueAt: 0,
    });
    await store.markDue(pullKey(7), NAMES, 500, 'push');
    expect(await claim(store, 500)).toMatchObject({ attempts: 1 });
  });

  it('a claim that is given back at shutdown is due as before', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    expect(await store.releasePull(await claim(store, 10))).toBe(true);
    expect(await store.pull(pullKey(7))).toMatchObject({ dueAt: 0, attempts: 0, leaseOwner: null });
    expect(await claim(store, 11)).toMatchObject({ attempts: 1 });
  });

  it('leases of a worker that is known to be gone are freed together', async () => {
    const store = await open();
    await store.markDue(pullKey(1), NAMES, 0, 'push');
    await store.markDue(pullKey(2), NAMES, 0, 'push');
    await claim(store, 0, 'gone');
    await claim(store, 0, 'here');
    await store.releaseLeases('gone');
    expect(await claim(store, 1)).toMatchObject({ number: 1 });
    expect(await store.claimDue({ owner: 'x', now: 1, leaseMs: 1 })).toBeNull();
  });

  it('a judgement can say when it is due again by itself; an earlier mark wins', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    expect(await store.finishPull(await claim(store, 0), { judged: JUDGED, dueAgainAt: 9000 }, 1)).toBe(
      'judged',
    );
    expect(await store.nextDueAt()).toBe(9000);
    await store.markDue(pullKey(7), NAMES, 50, 'push');
    const row = await claim(store, 50);
    await store.markDue(pullKey(7), NAMES, 60, 'push');
    expect(await store.finishPull(row, { judged: JUDGED, dueAgainAt: 9000 }, 70)).toBe('due-again');
    expect(await store.nextDueAt()).toBe(60);
  });

  it('nothing judged leaves the last judgement', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 0, 'push');
    await store.finishPull(await claim(store, 0), { judged: JUDGED }, 1);
    await store.markDue(pullKey(7), NAMES, 2, 'closed');
    expect(await store.finishPull(await claim(store, 2), { seen: { state: 'closed' } }, 3)).toBe('judged');
    expect(await store.pull(pullKey(7))).toMatchObject({
      state: 'closed',
      judgedHead: HEAD,
      judgedAt: 1,
      reviewId: 6,
    });
  });

  it('workers that claim at the same time share no row, and leave none', async () => {
    const workers = await openWorkers(6);
    const [first] = workers;
    for (let number = 1; number <= 30; number++)
      await first?.markDue(pullKey(number, 1 + (number % 3)), NAMES, number, 'x');
    const claimed: string[] = [];
    for (let round = 0; round < 30 && claimed.length < 30; round++) {
      const rows = await Promise.all(
        workers.map((store, index) => store.claimDue({ owner: `w${index}`, now: 100, leaseMs: 1000 })),
      );
      for (const row of rows) if (row !== null) claimed.push(`${row.repositoryId}/${row.number}`);
    }
    expect(claimed).toHaveLength(30);
    expect(new Set(claimed).size).toBe(30);
    expect(await first?.backlog(100)).toMatchObject({ due: 0, running: 30 });
  });

  it('marks, claims and ends that cross each other end with every last mark judged', async () => {
    const workers = await openWorkers(4);
    const marked = new Map<number, number>();
    const judged = new Map<number, number>();
    let now = 0;
    const mark = async (store: Store, number: number) => {
      marked.set(number, (marked.get(number) ?? 0) + 1);
      await store.markDue(pullKey(number), NAMES, now++, 'push');
    };
    const work = async (store: Store, owner: string) => {
      const row = await store.claimDue({ owner, now: 1000, leaseMs: 100_000 });
      if (row === null) return false;
      judged.set(row.number, row.generation);
      await store.finishPull(row, { judged: JUDGED }, now++);
      return true;
    };
    await Promise.all(
      workers.flatMap((store, index) =>
        Array.from({ length: 25 }, async (_, step) => {
          await mark(store, 1 + (step % 5));
          await work(store, `w${index}`);
        }),
      ),
    );
    const [last] = workers;
    while (last !== undefined && (await work(last, 'last')));
    expect(judged).toEqual(marked);
  });
});

onBothDatabases('claims of pull requests that share a head', ({ open, openWorkers }) => {
  const onHead = (store: Store, number: number, headSha = HEAD) =>
    store.markDue(pullKey(number), { ...NAMES, headSha }, number, 'push');

  it('A15: one is worked on at a time, and the next one as soon as that ends', async () => {
    const store = await open();
    await onHead(store, 1);
    await onHead(store, 2);
    await onHead(store, 3, 'b'.repeat(40));
    const first = await claim(store, 100, 'a');
    expect(first.number).toBe(1);
    expect(await claim(store, 100, 'b')).toMatchObject({ number: 3 });
    expect(await store.claimDue({ owner: 'c', now: 100, leaseMs: 1000 })).toBeNull();
    await store.finishPull(first, { judged: JUDGED }, 200);
    expect(await claim(store, 200, 'a')).toMatchObject({ number: 2 });
  });

  it('the others wait for the end of its lease, and are not asked for before', async () => {
    const store = await open();
    await onHead(store, 1);
    await onHead(store, 2);
    const slow = await claim(store, 100, 'slow', 500);
    expect(await store.nextDueAt()).toBe(600);
    await store.retryPull(slow, 9000, 'GitHub answered 502');
    expect(await store.nextDueAt()).toBe(2);
    await claim(store, 700, 'a', 500);
    expect(await store.nextDueAt()).toBe(1200);
    expect(await claim(store, 1200)).toMatchObject({ number: 2 });
  });

  it('a lease that ran out is not prolonged where another has the head by now', async () => {
    const store = await open();
    await onHead(store, 1);
    const slow = await claim(store, 100, 'slow', 500);
    expect(await store.renewPull(slow, { now: 650, leaseMs: 500 })).toBe(true);
    await onHead(store, 2);
    await store.postponePull(slow, 5000, 'limit');
    const other = await claim(store, 700, 'other', 500);
    const again = await claim(store, 5000, 'slow', 500);
    expect([other.number, again.number]).toEqual([2, 1]);
    expect(await store.renewPull(other, { now: 5100, leaseMs: 500 })).toBe(false);
    expect(await store.renewPull(again, { now: 5100, leaseMs: 500 })).toBe(true);
  });

  it('the commit of another repository is another head, and rows without a head wait for nobody', async () => {
    const store = await open();
    await onHead(store, 1);
    await store.markDue(pullKey(1, 1, 101), { ...NAMES, headSha: HEAD }, 1, 'push');
    await store.markDue(pullKey(2), NAMES, 1, 'asked');
    await store.markDue(pullKey(3), NAMES, 1, 'asked');
    for (let count = 0; count < 4; count++) await claim(store, 100);
    expect(await store.backlog(100)).toMatchObject({ running: 4 });
  });

  it('workers that claim at the same time do not share a head', async () => {
    const workers = await openWorkers(6);
    const [first] = workers;
    if (first === undefined) throw new Error('there is no store');
    const heads = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
    for (let number = 1; number <= 30; number++) await onHead(first, number, heads[number % 3] ?? HEAD);
    const judged = new Set<number>();
    for (let round = 0; judged.size < 30 && round < 60; round++) {
      const rows = await Promise.all(
        workers.map((store, index) => store.claimDue({ owner: `w${index}`, now: 100, leaseMs: 1000 })),
      );
      const claimed = rows.filter((row) => row !== null);
      expect(new Set(claimed.map((row) => row.headSha)).size).toBe(claimed.length);
      for (const row of claimed) {
        judged.add(row.number);
        await first.finishPull(row, { judged: JUDGED }, 100);
      }
    }
    expect(judged.size).toBe(30);
  });

  it('a merge group that has the head counts as well', async () => {
    const store = await open();
    await onHead(store, 1);
    const { installationId, repositoryId } = pullKey(1);
    const names = { ...NAMES, installationId, repositoryId };
    await store.recordMergeGroup({
      ...names,
      head: HEAD,
      baseRef: 'main',
      base: 'b'.repeat(40),
      receivedAt: 1,
    });
    const lease = { owner: 'queue', now: 100, leaseMs: 500 };
    const group = await store.takeMergeGroup(lease);
    expect(await store.claimDue({ owner: 'a', now: 100, leaseMs: 1000 })).toBeNull();
    expect(await store.nextDueAt()).toBe(600);
    if (group === null) throw new Error('none was taken');
    await store.retryMergeGroup(group, 100, true);
    const row = await claim(store, 100, 'a', 900);
    expect(await store.takeMergeGroup(lease)).toBeNull();
    expect(await store.pendingMergeGroups()).toEqual({ count: 1, nextAt: 1000 });
    await store.finishPull(row, { judged: JUDGED }, 200);
    expect(await store.takeMergeGroup(lease)).toMatchObject({ head: HEAD });
  });
});

onBothDatabases('fairness between installations', ({ open, connect }) => {
  it('one with a thousand due rows does not starve one with a single row (L08)', async () => {
    const { db, close } = await connect();
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      ...NAMES,
      installation_id: 1,
      repository_id: 100,
      number: index + 1,
      head_sha: null,
      base_ref: 'main',
      base_sha: null,
      state: 'open',
      draft: 0,
      fork: 0,
      due_at: null,
      due_reason: null,
      updated_at: 0,
    }));
    await db.insertInto('pulls').values(rows).execute();
    await close();
    const store = await open();
    await store.saveInstallation({ id: 1, accountId: 1, accountLogin: 'acme' }, 0);
    await store.markOpenDue({ installationId: 1 }, 0, 'tip');
    await store.markDue(pullKey(1, 2), NAMES, 500, 'push');
    const served: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const row = await claim(store, 1000);
      served.push(row.installationId);
      await store.finishPull(row, { judged: JUDGED }, 1000);
    }
    expect(served).toEqual([1, 2, 1, 1]);
  });

  it('installations take turns, and within each the most overdue row comes first', async () => {
    const store = await open();
    for (const [number, installation, at] of [
      [1, 1, 30],
      [2, 1, 10],
      [3, 2, 40],
      [4, 2, 20],
    ] as const)
      await store.markDue(pullKey(number, installation), NAMES, at, 'push');
    const served: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const row = await claim(store, 100);
      served.push(`${row.installationId}:${row.number}`);
      await store.finishPull(row, {}, 100);
    }
    expect(served).toEqual(['1:2', '2:4', '1:1', '2:3']);
  });

  it('running leases count: the installation with fewer is served first', async () => {
    const store = await open();
    for (let number = 1; number <= 4; number++) await store.markDue(pullKey(number, 1), NAMES, 0, 'push');
    await claim(store, 1);
    await claim(store, 1);
    for (let number = 1; number <= 3; number++) await store.markDue(pullKey(number, 2), NAMES, 2, 'push');
    const served = [await claim(store, 3), await claim(store, 3), await claim(store, 3)];
    expect(served.map((row) => row.installationId)).toEqual([2, 2, 1]);
  });

  it('a suspended installation’s rows stay and wait; a rate limit holds all of one installation', async () => {
    const store = await open();
    await store.markDue(pullKey(1, 1), NAMES, 0, 'push');
    await store.markDue(pullKey(1, 2), NAMES, 0, 'push');
    await store.suspendInstallation(1, true, 5);
    await store.postponeInstallation(2, 500, 'rate limit');
    await store.postponeInstallation(2, 400, 'a shorter one');
    expect(await store.claimDue({ owner: 'a', now: 499, leaseMs: 1000 })).toBeNull();
    expect(await store.nextDueAt()).toBe(500);
    expect(await store.backlog(499)).toMatchObject({ due: 1, heldBack: 1 });
    expect(await claim(store, 500)).toMatchObject({ installationId: 2 });
    await store.suspendInstallation(1, false, 600);
    expect(await claim(store, 601)).toMatchObject({ installationId: 1 });
  });
});
