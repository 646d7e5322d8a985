import { describe, expect, it } from '@jest/globals';
import type { RepositoryClient } from '../../../src/adapters/github/api.ts';
import { contentOf } from '../../../src/app/judge/content.ts';
import { AppError, type Tree } from '../../../src/domain/index.ts';

const id = (n: number) => n.toString(16).padStart(40, '0');
const key = (n: number) => `${id(n)}:dockerfile:1:x`;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

function world(atTip: number, failure: Error | null = null) {
  const archives: (readonly [string, number])[] = [];
  const client = {
    archive: async (commit: string, wanted: ReadonlySet<string>) => {
      archives.push([commit, wanted.size]);
      if (failure !== null) throw failure;
    },
    blobs: { read: async () => new Map() },
  } as unknown as RepositoryClient;
  const tree: Tree = new Map(range(0, atTip).map((n) => [`f${n}`, { mode: '100644', id: id(n) }]));
  const cache = { get: async () => new Map([[key(0), []]]), put: async () => {} };
  return { archives, content: contentOf(client, cache, { tip: { commit: 'tip', tree }, head: 'head' }) };
}

describe('content of a judgement', () => {
  it('comes by query where little is missing', async () => {
    const { archives, content } = world(501);
    await content.cache.get(range(0, 501).map(key));
    await content.blobs.read([id(1)]);
    expect(archives).toEqual([]);
  });

  it('comes by one tarball where much is missing, before the first of it is read', async () => {
    const { archives, content } = world(700);
    await content.cache.get(range(0, 700).map(key));
    expect(archives).toEqual([]);
    await content.blobs.read([id(1)]);
    await content.blobs.read([id(2)]);
    expect(archives).toEqual([['tip', 699]]);
  });

  it('comes by head’s tarball where the change brings it', async () => {
    const { archives, content } = world(10);
    await content.cache.get(range(0, 700).map(key));
    await content.blobs.read([id(1)]);
    expect(archives).toEqual([['head', 690]]);
  });

  it('comes by query after all where there is no tarball and not too much is missing', async () => {
    const failure = new AppError('github-failed', 'no archive', { retryable: true });
    const few = world(700, failure);
    await few.content.cache.get(range(0, 700).map(key));
    expect((await few.content.blobs.read([id(1)])).size).toBe(0);
    const many = world(6_000, failure);
    await many.content.cache.get(range(0, 6_000).map(key));
    await expect(many.content.blobs.read([id(1)])).rejects.toBe(failure);
  });

  it('a limit is never worked around', async () => {
    const failure = new AppError('rate-limited', 'wait', { retryable: true });
    const { content } = world(700, failure);
    await content.cache.get(range(0, 700).map(key));
    await expect(content.blobs.read([id(1)])).rejects.toBe(failure);
  });

  it('remembers what was looked into, cached or not', async () => {
    const { content } = world(3);
    await content.cache.get([key(0), key(1)]);
    await content.blobs.read([id(2)]);
    expect([...content.looked]).toEqual([id(0), id(1), id(2)]);
  });
});
