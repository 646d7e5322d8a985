import { expect, it } from '@jest/globals';
import { onBothDatabases } from './databases.ts';

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
});
