import { expect, it } from '@jest/globals';
import type { Tree } from '../../../src/domain/index.ts';
import { NAMES, onBothDatabases, pullKey } from './databases.ts';

const HEAD = 'a'.repeat(40);
const TREE: Tree = new Map([['Dockerfile', { mode: '100644', id: 'c'.repeat(40) }]]);

onBothDatabases('installations and repositories', ({ open }) => {
  it('knows an installation’s account, and keeps it suspended until GitHub says otherwise', async () => {
    const store = await open();
    expect(await store.installation(1)).toBeNull();
    await store.suspendInstallation(1, true, 10);
    await store.saveInstallation({ id: 1, accountId: 42, accountLogin: 'acme' }, 20);
    expect(await store.installation(1)).toEqual({
      id: 1,
      accountId: 42,
      accountLogin: 'acme',
      suspended: true,
      notBefore: 0,
      notBeforeReason: null,
    });
    await store.suspendInstallation(1, false, 30);
    await store.saveInstallation({ id: 2, accountId: 43, accountLogin: 'other' }, 30);
    expect((await store.installations()).map((one) => [one.id, one.suspended])).toEqual([
      [1, false],
      [2, false],
    ]);
  });

  it('a rename follows the id: pull requests carry the new name', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 1, 'push');
    await store.saveRepository({ id: 100, installationId: 1, ...NAMES, defaultBranch: 'main' }, 2);
    await store.saveRepository(
      { id: 100, installationId: 1, owner: 'acme', name: 'store', defaultBranch: null },
      3,
    );
    expect(await store.repository(100)).toEqual({
      id: 100,
      installationId: 1,
      owner: 'acme',
      name: 'store',
      defaultBranch: 'main',
    });
    expect(await store.pull(pullKey(7))).toMatchObject({ owner: 'acme', name: 'store' });
  });

  it('a transfer moves the work to the new installation and leaves none of the old one’s trees', async () => {
    const store = await open();
    await store.saveRepository({ id: 100, installationId: 1, ...NAMES, defaultBranch: 'main' }, 1);
    await store.markDue(pullKey(7), NAMES, 1, 'push');
    await store.saveTip({ installationId: 1, repositoryId: 100, commit: HEAD }, TREE);
    await store.saveRepository(
      { id: 100, installationId: 2, owner: 'new', name: 'shop', defaultBranch: 'main' },
      2,
    );
    expect(await store.repositories(1)).toEqual([]);
    expect(await store.repositories(2)).toMatchObject([{ id: 100 }]);
    expect(await store.claimDue({ owner: 'w', now: 5, leaseMs: 1 })).toMatchObject({
      installationId: 2,
      owner: 'new',
    });
    expect(await store.tip({ installationId: 1, repositoryId: 100, commit: HEAD })).toBeNull();
    expect(await store.tip({ installationId: 2, repositoryId: 100, commit: HEAD })).toBeNull();
  });

  it('a removed repository goes with its pull requests, and others stay', async () => {
    const store = await open();
    await store.saveRepository({ id: 100, installationId: 1, ...NAMES, defaultBranch: null }, 1);
    await store.markDue(pullKey(7), NAMES, 1, 'push');
    await store.markDue(pullKey(8, 1, 101), NAMES, 1, 'push');
    await store.beginPublication({ repositoryId: 100, headSha: HEAD, name: 'Plinth' }, 'w', 1);
    await store.removeRepository(100);
    expect(await store.repository(100)).toBeNull();
    expect(await store.pull(pullKey(7))).toBeNull();
    expect(await store.publication({ repositoryId: 100, headSha: HEAD, name: 'Plinth' })).toBeNull();
    expect(await store.pull(pullKey(8, 1, 101))).not.toBeNull();
  });

  it('facts are an installation’s: they go with its last repository', async () => {
    const store = await open();
    for (const id of [100, 101])
      await store.saveRepository(
        { id, installationId: 1, owner: 'acme', name: `r${id}`, defaultBranch: null },
        1,
      );
    await store.facts(1).put(new Map([['key', []]]));
    await store.facts(2).put(new Map([['key', []]]));
    await store.removeRepository(100);
    expect((await store.facts(1).get(['key'])).size).toBe(1);
    await store.removeRepository(101);
    expect((await store.facts(1).get(['key'])).size).toBe(0);
    expect((await store.facts(2).get(['key'])).size).toBe(1);
  });

  it('a removed installation leaves nothing behind, and touches no other', async () => {
    const store = await open();
    for (const installation of [1, 2]) {
      const repository = installation * 100;
      const key = { repositoryId: repository, headSha: HEAD, name: 'Plinth' };
      await store.markDue(pullKey(7, installation), NAMES, 1, 'push');
      await store.facts(installation).put(new Map([['key', []]]));
      await store.saveTip({ installationId: installation, repositoryId: repository, commit: HEAD }, TREE);
      await store.beginPublication(key, 'w', 1);
      await store.savePublishedComments(
        repository,
        7,
        [{ fingerprint: 'f', commentId: 1, headSha: HEAD, fixedIn: null }],
        1,
      );
    }
    await store.removeInstallation(1);
    expect(await store.installation(1)).toBeNull();
    expect(await store.pull(pullKey(7, 1))).toBeNull();
    expect((await store.facts(1).get(['key'])).size).toBe(0);
    expect(await store.tip({ installationId: 1, repositoryId: 100, commit: HEAD })).toBeNull();
    expect(await store.publishedComments(100, 7)).toEqual([]);
    expect(await store.pull(pullKey(7, 2))).not.toBeNull();
    expect((await store.facts(2).get(['key'])).size).toBe(1);
    expect(await store.tip({ installationId: 2, repositoryId: 200, commit: HEAD })).toEqual(TREE);
    expect(await store.publishedComments(200, 7)).toHaveLength(1);
  });
});
