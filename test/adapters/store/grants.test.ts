import { expect, it } from '@jest/globals';
import type { NewGrantEvent, Store } from '../../../src/adapters/store/index.ts';
import type { CommentChange } from '../../../src/domain/index.ts';
import { onBothDatabases } from './databases.ts';

const KEY = { installationId: 1, repositoryId: 2, number: 3 };
const HEAD = 'a'.repeat(40);
const NAMES = { owner: 'acme', name: 'app' };

function event(comment: number, other: Partial<NewGrantEvent> = {}): NewGrantEvent {
  return {
    kind: 'grant',
    entry: {
      id: 'app',
      identity: { image: 'registry.example/app' },
      rule: 'base-needs-exception',
      base: 'debian-base',
      reason: 'needs-shell',
      text: 'a "script"',
      owner: '@acme/app',
      issue: '',
      expires: '2027-01-01',
      hash: 'f'.repeat(64),
    },
    paths: ['Dockerfile'],
    head: HEAD,
    baseRef: 'main',
    by: { id: 7, login: 'owner', permission: 'maintain' },
    comment: { source: 'issue-comment', id: comment, line: 0, hash: 'c'.repeat(64) },
    policy: 'd'.repeat(64),
    at: 1000,
    ...other,
  };
}

const opened = (store: Store) =>
  store.markDue(KEY, { ...NAMES, headSha: HEAD, baseRef: 'main', isNew: true }, 1, 'opened');

onBothDatabases('what was said about exceptions', (bench) => {
  it('is kept in its order, whole, over a restart', async () => {
    const store = await bench.open();
    await opened(store);
    const first = await store.addGrantEvent(KEY, event(1, { kind: 'request' }));
    const second = await store.addGrantEvent(KEY, event(2));
    await store.close();
    const again = await bench.open();
    const { events, known } = await again.grantEvents(KEY);
    expect(events).toEqual([
      { ...event(1, { kind: 'request' }), position: 1 },
      { ...event(2), position: 2 },
    ]);
    expect(events).toEqual([first, second]);
    expect(known).toBe(true);
  });

  it('is kept once for each line of a comment', async () => {
    const store = await bench.open();
    await opened(store);
    const first = await store.addGrantEvent(KEY, event(1));
    expect(await store.addGrantEvent(KEY, event(1, { at: 2000 }))).toEqual(first);
    const other = { ...event(1), comment: { ...event(1).comment, line: 1 } };
    expect((await store.addGrantEvent(KEY, other))?.position).toBe(2);
  });

  it('is not kept for a head that is the pull request’s no more (A02)', async () => {
    const store = await bench.open();
    await opened(store);
    await store.markDue(KEY, { ...NAMES, headSha: 'b'.repeat(40) }, 2, 'pushed');
    expect(await store.addGrantEvent(KEY, event(1))).toBeNull();
    expect((await store.grantEvents(KEY)).events).toEqual([]);
  });

  it('is not known to be whole where the pull request was not seen to be opened, until it was restored', async () => {
    const store = await bench.open();
    await store.markDue(KEY, { ...NAMES, headSha: HEAD }, 1, 'pushed');
    expect(await store.grantEvents(KEY)).toEqual({ events: [], known: false });
    const restored = [{ ...event(1), position: 1 }];
    await store.restoreGrantEvents(KEY, restored);
    await store.restoreGrantEvents(KEY, restored);
    expect(await store.grantEvents(KEY)).toEqual({ events: restored, known: true });
    expect((await store.addGrantEvent(KEY, event(2)))?.position).toBe(2);
  });

  it('outlives the pull request, and goes with the repository', async () => {
    const store = await bench.open();
    await opened(store);
    await store.addGrantEvent(KEY, event(1));
    await store.notePull(KEY, { ...NAMES, state: 'closed' }, 2);
    await store.prune(10_000_000_000_000);
    expect((await store.grantEvents(KEY)).events).toHaveLength(1);
    await store.removeRepository(KEY.repositoryId);
    expect((await store.grantEvents(KEY)).events).toEqual([]);
  });

  it('keeps the first edit and the deletion of a comment that it came from, and of no other (A03)', async () => {
    const change = (id: number, other: Partial<CommentChange> = {}): CommentChange => ({
      ...{ source: 'issue-comment', id, kind: 'edited', by: { id: 8, login: 'bob' }, at: 2000 },
      ...other,
    });
    const store = await bench.open();
    await opened(store);
    await store.addGrantEvent(KEY, event(1));
    const deleted = change(1, { kind: 'deleted', at: 4000 });
    for (const one of [
      change(1),
      change(1, { at: 3000 }),
      deleted,
      change(2),
      change(1, { source: 'review' }),
    ])
      await store.noteCommentChange(KEY, one);
    expect(await store.commentChanges(KEY)).toEqual([change(1), deleted]);
    expect(await store.commentChanges({ ...KEY, number: 4 })).toEqual([]);
    await store.removeRepository(KEY.repositoryId);
    expect(await store.commentChanges(KEY)).toEqual([]);
  });

  it('may yet come from a comment that waits: its change is kept, too', async () => {
    const store = await bench.open();
    await opened(store);
    const author = { authorId: 7, authorLogin: 'owner' };
    const comment = { source: 'review' as const, commentId: 5, nodeId: 'n', body: '/plinth status' };
    await store.recordCommand({ ...KEY, ...author, ...comment, writtenAt: 1, receivedAt: 1 });
    const change = { id: 5, kind: 'edited', by: { id: 8, login: 'bob' }, at: 2 } as const;
    await store.noteCommentChange(KEY, { source: 'review', ...change });
    expect(await store.commentChanges(KEY)).toEqual([{ source: 'review', ...change }]);
    const taken = await store.takeCommand({ owner: 'o', now: 3, leaseMs: 10 });
    if (taken !== null) await store.finishCommand(taken, { dropped: 'it is a test' }, 4);
    await store.noteCommentChange(KEY, { source: 'review', ...change, kind: 'deleted' });
    expect(await store.commentChanges(KEY)).toHaveLength(1);
  });

  it('of others is not mixed with it', async () => {
    const store = await bench.open();
    await opened(store);
    await store.addGrantEvent(KEY, event(1));
    expect((await store.grantEvents({ ...KEY, number: 4 })).events).toEqual([]);
  });
});
