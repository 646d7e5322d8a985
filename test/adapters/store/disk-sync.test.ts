import { closeSync, openSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commandStore } from '../../../src/adapters/store/commands.ts';
import { deliveryStore } from '../../../src/adapters/store/deliveries.ts';
import { openLog, SharedSync } from '../../../src/adapters/store/disk-sync.ts';
import { publicationStore } from '../../../src/adapters/store/publications.ts';
import { onSqlite } from './databases.ts';

const DELIVERY = {
  guid: 'g',
  event: 'push',
  action: null,
  installationId: 1,
  repositoryId: 1,
  number: null,
  payload: {},
  receivedAt: 1,
};
const COMMENT = {
  source: 'issue-comment',
  commentId: 1,
  nodeId: null,
  installationId: 1,
  repositoryId: 1,
  number: 1,
  authorId: 1,
  authorLogin: 'dev',
  body: '/plinth help',
  writtenAt: 1,
  receivedAt: 1,
} as const;

/** A disk whose syncs end when the test says so. */
class SlowDisk {
  readonly ends: ((error?: Error) => void)[] = [];

  flush = (): Promise<void> =>
    new Promise((resolve, reject) => {
      this.ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
}

/** Lets everything happen that is possible without the disk. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('syncs for many at once', () => {
  it('whoever comes while the disk is busy waits for the next sync, with all others', async () => {
    const disk = new SlowDisk();
    const shared = new SharedSync(disk.flush);
    const done: string[] = [];
    const ask = (name: string) => shared.sync().then(() => done.push(name));
    const all = [ask('first'), ask('second'), ask('third')];
    await turn();
    expect(disk.ends).toHaveLength(1);
    disk.ends[0]?.();
    await turn();
    expect([done, disk.ends.length]).toEqual([['first'], 2]);
    all.push(ask('fourth'));
    disk.ends[1]?.();
    await turn();
    expect([done, disk.ends.length]).toEqual([['first', 'second', 'third'], 3]);
    disk.ends[2]?.();
    await Promise.all(all);
    await shared.idle();
    expect(done).toHaveLength(4);
  });

  it('after a failure nothing is called durable any more', async () => {
    const disk = new SlowDisk();
    const shared = new SharedSync(disk.flush);
    const [first, second] = [shared.sync(), shared.sync()];
    disk.ends[0]?.(new Error('no space'));
    await expect(first).rejects.toThrow('no space');
    await expect(second).rejects.toThrow('no space');
    await expect(shared.sync()).rejects.toThrow('no space');
    expect(disk.ends).toHaveLength(1);
  });
});

onSqlite('the log of the embedded store', (bench) => {
  it('is there while the store is open, and can be synced beside it', async () => {
    await (await bench.open()).close();
    const { db, settle, close } = await bench.connect();
    await db.insertInto('plinth_meta').values({ name: 'kept', value: 'yes' }).execute();
    await expect(settle()).resolves.toBeUndefined();
    await close();
  });

  it.each(['a delivery', 'a publication', 'a command that is taken', 'an answer'])(
    '%s counts when it is on the disk',
    async (what) => {
      const real = await bench.connect();
      const disk = new SlowDisk();
      const connection = { ...real, settle: disk.flush };
      const commands = commandStore(connection);
      const lease = { owner: 'w', now: 5, leaseMs: 10 };
      await commands.recordCommand(COMMENT);
      const command = what === 'an answer' ? await commandStore(real).takeCommand(lease) : null;
      const writes: Readonly<Record<string, () => Promise<unknown>>> = {
        'a delivery': () => deliveryStore(connection).recordDelivery(DELIVERY),
        'a publication': () =>
          publicationStore(connection).beginPublication(
            { repositoryId: 1, headSha: 'a', name: 'Plinth' },
            'w',
            5,
          ),
        'a command that is taken': () => commands.takeCommand(lease),
        'an answer': async () => command !== null && commands.finishCommand(command, {}, 6),
      };
      let done = false;
      const written = writes[what]?.().then(() => {
        done = true;
      });
      while (disk.ends.length === 0) await turn();
      await turn();
      expect(done).toBe(false);
      disk.ends[0]?.();
      await written;
      expect(done).toBe(true);
      await real.close();
    },
  );

  it('that cannot be synced is said in a sentence', async () => {
    await bench.open();
    const log = openLog(`${bench.folder()}/plinth.sqlite`, bench.folder());
    if (log === null) throw new Error('there is no log');
    await log.close();
    // Whoever has its number now is not the log.
    const other = openSync('/dev/null', 'r');
    await expect(log.flush()).rejects.toMatchObject({ code: 'store-unavailable' });
    closeSync(other);
  });

  it('is not needed where a database has none', () => {
    expect(openLog(`${import.meta.filename}.sqlite`, '.')).toBeNull();
  });
});
