import { expect, it } from '@jest/globals';
import { NAMES, onBothDatabases, pullKey } from './databases.ts';

const KEY = { repositoryId: 100, headSha: 'a'.repeat(40), name: 'Plinth' } as const;

onBothDatabases('publications', ({ open, openWorkers }) => {
  it('the first to begin a check run need not look for one; who comes after a crash must', async () => {
    const store = await open();
    const publication = {
      ...KEY,
      owner: 'w1',
      begunAt: 10,
      checkRunId: null,
      status: 'begun',
      digest: null,
      reviewId: null,
    };
    expect(await store.beginPublication(KEY, 'w1', 10)).toEqual({ first: true, publication });
    expect(await store.beginPublication(KEY, 'w2', 20)).toEqual({ first: false, publication });
  });

  it('of two replicas that begin at once one is first (F17)', async () => {
    const workers = await openWorkers(4);
    const begun = await Promise.all(
      workers.map((store, index) => store.beginPublication(KEY, `w${index}`, index)),
    );
    expect(begun.filter((one) => one.first)).toHaveLength(1);
    expect(new Set(begun.map((one) => one.publication.owner)).size).toBe(1);
  });

  it('keeps what GitHub answered, piece by piece', async () => {
    const store = await open();
    await store.beginPublication(KEY, 'w', 10);
    await store.savePublication(KEY, { checkRunId: 5, status: 'in-progress' }, 20);
    await store.savePublication(KEY, { status: 'completed', digest: 'd' }, 30);
    await store.savePublication(KEY, { reviewId: 6 }, 40);
    expect(await store.publication(KEY)).toMatchObject({
      checkRunId: 5,
      status: 'completed',
      digest: 'd',
      reviewId: 6,
    });
    expect(await store.publication({ ...KEY, headSha: 'b'.repeat(40) })).toBeNull();
  });

  it('a comment is known by its finding; a fixed one says where', async () => {
    const store = await open();
    const one = { fingerprint: 'f1', commentId: 1, headSha: 'a'.repeat(40), fixedIn: null };
    const two = { fingerprint: 'f2', commentId: 2, headSha: 'a'.repeat(40), fixedIn: null };
    await store.savePublishedComments(100, 7, [one, two], 10);
    await store.savePublishedComments(100, 7, [{ ...two, fixedIn: 'b'.repeat(40) }], 20);
    await store.savePublishedComments(100, 8, [one], 20);
    await store.savePublishedComments(100, 8, [], 20);
    expect(await store.publishedComments(100, 7)).toEqual([one, { ...two, fixedIn: 'b'.repeat(40) }]);
    expect(await store.publishedComments(100, 8)).toEqual([one]);
  });

  it('two comments with one fingerprint in one call: the last counts', async () => {
    const store = await open();
    const comment = { fingerprint: 'f', commentId: 1, headSha: 'a'.repeat(40), fixedIn: null };
    await store.savePublishedComments(100, 7, [comment, { ...comment, commentId: 2 }], 10);
    expect(await store.publishedComments(100, 7)).toEqual([{ ...comment, commentId: 2 }]);
  });

  it('those that nobody comes back to are found: begun by a process that ended, on a head that is nobody’s', async () => {
    const store = await open();
    const begin = (headSha: string, owner: string, at: number) =>
      store.beginPublication({ ...KEY, headSha }, owner, at);
    await begin('moved', 'me', 10);
    await begin('done', 'me', 10);
    await store.savePublication({ ...KEY, headSha: 'done' }, { status: 'completed' }, 20);
    await begin('mine now', 'me', 100);
    await begin('another’s now', 'another', 60);
    await begin('another’s long ago', 'another', 40);
    await begin('open', 'me', 10);
    await store.markDue(pullKey(1), { ...NAMES, headSha: 'open' }, 10, 'pushed');
    await begin('closed', 'me', 11);
    await store.markDue(pullKey(2), { ...NAMES, headSha: 'closed' }, 10, 'pushed');
    await store.notePull(pullKey(2), { ...NAMES, state: 'closed' }, 20);
    const found = await store.abandonedPublications({ owner: 'me', startedAt: 100, before: 50 });
    expect(found.map((one) => one.headSha)).toEqual(['moved', 'closed', 'another’s long ago']);
  });
});
