import { expect, it } from '@jest/globals';
import { NAMES, onBothDatabases, pullKey } from './databases.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

onBothDatabases('marks of pull requests', ({ open, openWorkers }) => {
  it('the first mark makes the row, with all that is known', async () => {
    const store = await open();
    await store.markDue(
      pullKey(7),
      { ...NAMES, headSha: A, baseRef: 'main', baseSha: B, state: 'open', draft: true, fork: true },
      1000,
      'opened',
    );
    expect(await store.pull(pullKey(7))).toMatchObject({
      ...pullKey(7),
      ...NAMES,
      headSha: A,
      baseRef: 'main',
      baseSha: B,
      state: 'open',
      draft: true,
      fork: true,
      dueAt: 1000,
      dueReason: 'opened',
      generation: 1,
      attempts: 0,
      leaseOwner: null,
      judgedHead: null,
    });
    expect(await store.pull(pullKey(8))).toBeNull();
  });

  it('ten pushes make one row due once, since the first, with the last head', async () => {
    const store = await open();
    for (let push = 0; push < 10; push++)
      await store.markDue(pullKey(7), { ...NAMES, headSha: `${push}`.repeat(40) }, 1000 + push, 'push');
    expect(await store.pull(pullKey(7))).toMatchObject({
      headSha: '9'.repeat(40),
      dueAt: 1000,
      generation: 10,
    });
    expect(await store.backlog(2000)).toMatchObject({ due: 1, oldestDue: 1000 });
  });

  it('concurrent marks of one pull request lose none', async () => {
    const workers = await openWorkers(4);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        workers[index % 4]?.markDue(pullKey(7), NAMES, 1000 + index, 'push'),
      ),
    );
    expect(await workers[0]?.pull(pullKey(7))).toMatchObject({ generation: 40, dueAt: 1000 });
  });

  it('a mark that says less leaves what is known', async () => {
    const store = await open();
    await store.markDue(pullKey(7), { ...NAMES, headSha: A, baseRef: 'main', fork: true }, 1000, 'opened');
    await store.markDue(pullKey(7), NAMES, 1001, 'comment');
    expect(await store.pull(pullKey(7))).toMatchObject({ headSha: A, baseRef: 'main', fork: true });
  });

  it('a delivery that GitHub made earlier puts no old head back, and still makes the row due (F06)', async () => {
    const store = await open();
    await store.markDue(pullKey(7), { ...NAMES, headSha: B, draft: false, observedAt: 50 }, 1000, 'B');
    await store.markDue(pullKey(7), { ...NAMES, headSha: A, draft: true, observedAt: 40 }, 1001, 'A');
    expect(await store.pull(pullKey(7))).toMatchObject({ headSha: B, draft: false, generation: 2 });
    await store.markDue(pullKey(7), { ...NAMES, headSha: A, observedAt: 50 }, 1002, 'same second');
    expect(await store.pull(pullKey(7))).toMatchObject({ headSha: A });
  });

  it('a note records without making due', async () => {
    const store = await open();
    await store.notePull(pullKey(7), { ...NAMES, headSha: A, state: 'closed' }, 1000);
    expect(await store.pull(pullKey(7))).toMatchObject({
      headSha: A,
      state: 'closed',
      dueAt: null,
      generation: 0,
    });
    expect(await store.nextDueAt()).toBeNull();
    await store.markDue(pullKey(7), { ...NAMES, state: 'open' }, 1100, 'reopened');
    await store.notePull(pullKey(7), { ...NAMES, draft: true }, 1200);
    expect(await store.pull(pullKey(7))).toMatchObject({
      dueAt: 1100,
      dueReason: 'reopened',
      draft: true,
      generation: 1,
    });
  });

  it('finds open pull requests by head, forks included, in their own repository only', async () => {
    const store = await open();
    await store.markDue(pullKey(1), { ...NAMES, headSha: A }, 1, 'x');
    await store.markDue(pullKey(2), { ...NAMES, headSha: A, fork: true }, 1, 'x');
    await store.markDue(pullKey(3), { ...NAMES, headSha: A, state: 'closed' }, 1, 'x');
    await store.markDue(pullKey(4), { ...NAMES, headSha: B }, 1, 'x');
    await store.markDue(pullKey(5, 1, 999), { ...NAMES, headSha: A }, 1, 'x');
    expect((await store.findByHead(100, A)).map((row) => row.number)).toEqual([1, 2]);
  });

  it('lists open pull requests of a repository and of a base branch', async () => {
    const store = await open();
    await store.markDue(pullKey(2), { ...NAMES, baseRef: 'main' }, 1, 'x');
    await store.markDue(pullKey(1), { ...NAMES, baseRef: 'main' }, 1, 'x');
    await store.markDue(pullKey(3), { ...NAMES, baseRef: 'release-1' }, 1, 'x');
    await store.markDue(pullKey(4), { ...NAMES, baseRef: 'main', state: 'closed' }, 1, 'x');
    expect((await store.openPulls(100)).map((row) => row.number)).toEqual([1, 2, 3]);
    expect((await store.openPulls(100, 'main')).map((row) => row.number)).toEqual([1, 2]);
  });

  it('a push to a base branch marks its open pull requests and no others (F21)', async () => {
    const store = await open();
    await store.notePull(pullKey(1), { ...NAMES, baseRef: 'main' }, 1);
    await store.notePull(pullKey(2), { ...NAMES, baseRef: 'release-1' }, 1);
    await store.notePull(pullKey(3), { ...NAMES, baseRef: 'main', state: 'closed' }, 1);
    await store.notePull(pullKey(4, 2), { ...NAMES, baseRef: 'main' }, 1);
    expect(await store.markOpenDue({ repositoryId: 100, baseRef: 'main' }, 500, 'tip')).toBe(1);
    expect(await store.pull(pullKey(1))).toMatchObject({ dueAt: 500, dueReason: 'tip', generation: 1 });
    expect(await store.backlog(500)).toMatchObject({ due: 1 });
    expect(await store.markOpenDue({ installationId: 1 }, 600, 'policy')).toBe(2);
    expect(await store.pull(pullKey(4, 2))).toMatchObject({ dueAt: null });
  });

  it('a repository that another installation serves now moves its row along', async () => {
    const store = await open();
    await store.markDue({ installationId: 1, repositoryId: 100, number: 7 }, NAMES, 1, 'x');
    await store.markDue(
      { installationId: 2, repositoryId: 100, number: 7 },
      { owner: 'new', name: 'shop' },
      2,
      'x',
    );
    expect(await store.pull({ repositoryId: 100, number: 7 })).toMatchObject({
      installationId: 2,
      owner: 'new',
    });
  });
});
