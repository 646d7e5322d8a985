import { expect, it } from '@jest/globals';
import type { CommandComment, Store, TakenCommand } from '../../../src/adapters/store/index.ts';
import { onBothDatabases } from './databases.ts';

function comment(commentId: number, given: Partial<CommandComment> = {}): CommandComment {
  return {
    source: 'issue-comment',
    commentId,
    nodeId: `IC_${commentId}`,
    installationId: 1,
    repositoryId: 100,
    number: 7,
    authorId: 42,
    authorLogin: 'octocat',
    body: '/plinth recheck',
    writtenAt: commentId - 1,
    receivedAt: commentId,
    ...given,
  };
}

async function take(store: Store, now = 1000, owner = 'worker'): Promise<TakenCommand> {
  const command = await store.takeCommand({ owner, now, leaseMs: 100 });
  if (command === null) throw new Error(`no command to take at ${now}`);
  return command;
}

onBothDatabases('commands', ({ open, openWorkers }) => {
  it('a comment acts once, however often its delivery comes', async () => {
    const workers = await openWorkers(3);
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, index) => workers[index % 3]?.recordCommand(comment(1))),
    );
    expect(answers.filter((answer) => answer === 'new')).toHaveLength(1);
    const [store] = workers;
    if (store === undefined) throw new Error('no worker');
    expect(await store.finishCommand(await take(store), { answer: 'done' }, 1001)).toBe(true);
    expect(await store.recordCommand(comment(1))).toBe('seen');
    expect(await store.takeCommand({ owner: 'x', now: 9999, leaseMs: 1 })).toBeNull();
  });

  it('GitHub numbers issue comments, reviews and review comments apart', async () => {
    const store = await open();
    for (const source of ['issue-comment', 'review', 'review-comment'] as const)
      expect(await store.recordCommand(comment(1, { source }))).toBe('new');
    expect(await store.pendingCommands()).toEqual({ count: 3, oldest: 1 });
  });

  it('what is taken is what was recorded', async () => {
    const store = await open();
    await store.recordCommand(comment(5, { body: '/plinth help\u0000 "x" \ud83d\ude80' }));
    expect(await take(store)).toEqual({
      ...comment(5, { body: '/plinth help\ufffd "x" \ud83d\ude80' }),
      attempts: 1,
      claims: 1,
      baseRef: null,
    });
  });

  it('comments of one pull request are handled in their order, one at a time', async () => {
    const store = await open();
    await store.recordCommand(comment(2));
    await store.recordCommand(comment(1));
    await store.recordCommand(comment(3, { number: 8 }));
    const first = await take(store);
    expect(first.commentId).toBe(1);
    expect((await take(store)).commentId).toBe(3);
    expect(await store.takeCommand({ owner: 'b', now: 1050, leaseMs: 100 })).toBeNull();
    await store.finishCommand(first, null, 1060);
    expect((await take(store, 1070)).commentId).toBe(2);
  });

  it('a dead worker’s command is taken again, and its late answer is refused', async () => {
    const store = await open();
    await store.recordCommand(comment(1));
    const dead = await take(store, 1000);
    const alive = await take(store, 1100);
    expect(alive.attempts).toBe(2);
    expect(await store.finishCommand(dead, 'late', 1110)).toBe(false);
    expect(await store.finishCommand(alive, 'done', 1120)).toBe(true);
    expect(await store.finishCommand(alive, 'again', 1130)).toBe(false);
  });

  it('one that failed waits for its time, and later ones of its pull request wait with it', async () => {
    const store = await open();
    await store.recordCommand(comment(1));
    await store.recordCommand(comment(2));
    expect(await store.retryCommand(await take(store), 5000)).toBe(true);
    expect(await store.takeCommand({ owner: 'a', now: 4999, leaseMs: 1 })).toBeNull();
    expect(await take(store, 5000)).toMatchObject({ commentId: 1, attempts: 2 });
  });

  it('a flood in one installation does not hold up another', async () => {
    const store = await open();
    for (let id = 1; id <= 50; id++) await store.recordCommand(comment(id, { number: id }));
    await store.recordCommand(comment(99, { installationId: 2, repositoryId: 200 }));
    const taken = [await take(store), await take(store)];
    expect(taken.map((one) => one.installationId)).toEqual([1, 2]);
  });

  it('workers that take at the same time share no command', async () => {
    const workers = await openWorkers(4);
    for (let id = 1; id <= 20; id++) await workers[0]?.recordCommand(comment(id, { number: id % 10 }));
    const taken: number[] = [];
    for (let round = 0; round < 20 && taken.length < 10; round++) {
      const batch = await Promise.all(
        workers.map((store, index) => store.takeCommand({ owner: `w${index}`, now: 1000, leaseMs: 100 })),
      );
      for (const one of batch) if (one !== null) taken.push(one.commentId);
    }
    expect(taken.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('counts the answers since a time, to whom it is asked', async () => {
    const store = await open();
    for (const id of [1, 2, 3, 4]) await store.recordCommand(comment(id));
    const ends = [
      [1000, 'stranger'],
      [2000, 'stranger'],
      [3000, 'writer'],
      [4000, undefined],
    ] as const;
    for (const [at, to] of ends) await store.finishCommand(await take(store, at), {}, at, to);
    expect(await store.answeredCommands({ repositoryId: 100 }, 1000)).toBe(3);
    expect(await store.answeredCommands({ installationId: 1 }, 2000)).toBe(2);
    expect(await store.answeredCommands({ repositoryId: 100, to: 'stranger' }, 2000)).toBe(1);
    expect(await store.answeredCommands({ repositoryId: 999 }, 0)).toBe(0);
    expect(await store.answeredCommands({ installationId: 9 }, 0)).toBe(0);
  });

  it('waits while its installation is suspended or held back', async () => {
    const store = await open();
    await store.recordCommand(comment(1));
    await store.suspendInstallation(1, true, 0);
    expect(await store.takeCommand({ owner: 'a', now: 10, leaseMs: 1 })).toBeNull();
    await store.suspendInstallation(1, false, 0);
    await store.postponeInstallation(1, 500, 'rate limit');
    expect(await store.takeCommand({ owner: 'a', now: 499, leaseMs: 1 })).toBeNull();
    expect(await take(store, 500)).toMatchObject({ commentId: 1 });
  });
});
