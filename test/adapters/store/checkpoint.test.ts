import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { Checkpoints } from '../../../src/adapters/store/checkpoint.ts';
import { onSqlite } from './databases.ts';

const MANY_CHARACTERS = 100_000_000;

onSqlite('the log of the embedded store', ({ open, folder }) => {
  const delivery = (guid: string) => ({
    guid,
    event: 'push',
    action: null,
    installationId: 1,
    repositoryId: 1,
    number: null,
    payload: { text: 'x'.repeat(100_000) },
    receivedAt: 1,
  });
  /** How many deliveries the database file holds by itself, without its log. */
  const inFile = (): number => {
    const copy = join(folder(), 'copy.sqlite');
    copyFileSync(join(folder(), 'plinth.sqlite'), copy);
    const database = new DatabaseSync(copy, { readOnly: true });
    const row = database.prepare('select count(*) as n from deliveries').get();
    database.close();
    return Number(row?.n);
  };

  it('is brought into the database by another thread', async () => {
    const store = await open();
    const files = [join(folder(), 'plinth.sqlite'), join(folder(), 'cache.sqlite')];
    const checkpoints = new Checkpoints({ files });
    await store.recordDelivery(delivery('a'));
    checkpoints.wrote(100);
    await checkpoints.release();
    expect(() => inFile()).toThrow('no such table');
    checkpoints.wrote(MANY_CHARACTERS);
    await checkpoints.release();
    expect(inFile()).toBe(1);
  });

  it('is brought there as deliveries come in, and the store closes', async () => {
    const store = await open();
    for (let index = 0; index < 100; index++) await store.recordDelivery(delivery(`d${index}`));
    await store.close();
    expect(inFile()).toBe(100);
    const again = await open();
    expect(await again.pendingDeliveries()).toMatchObject({ count: 100 });
  });

  it('is SQLite’s to look after where that thread cannot work', async () => {
    const checkpoints = new Checkpoints({ files: ['/nowhere/x.sqlite'] });
    checkpoints.wrote(MANY_CHARACTERS);
    await checkpoints.release();
    checkpoints.wrote(MANY_CHARACTERS);
    await expect(checkpoints.release()).resolves.toBeUndefined();
  });
});
