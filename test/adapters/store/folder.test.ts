import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openStore, type Store, setStoreAside } from '../../../src/adapters/store/index.ts';
import { openSqlite } from '../../../src/adapters/store/sqlite.ts';
import { NAMES, pullKey } from './databases.ts';

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'plinth-folder-'));
  folder = join(parent, 'data');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const open = (): Promise<Store> => openStore({ dataDirectory: folder }, () => 0);
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const file = (name: string) => join(folder, name);

async function deliver(store: Store, guid: string): Promise<'new' | 'seen'> {
  return store.recordDelivery({
    guid,
    event: 'pull_request',
    action: null,
    installationId: 1,
    repositoryId: 100,
    number: 7,
    payload: { text: 'x'.repeat(500) },
    receivedAt: 1,
  });
}

describe('the data folder (S08)', () => {
  it('folder and files are the user’s alone, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const store = await open();
      await deliver(store, 'g');
      await store.facts(1).put(new Map([['key', []]]));
      expect(mode(folder)).toBe('700');
      const files = readdirSync(folder);
      expect(files).toEqual(
        expect.arrayContaining(['plinth.sqlite', 'plinth.sqlite-wal', 'cache.sqlite-wal']),
      );
      expect(files.map((name) => [name, mode(file(name))])).toEqual(files.map((name) => [name, '600']));
      await store.close();
    } finally {
      process.umask(before);
    }
  });

  it('a folder and files that others can read are made private', async () => {
    await (await open()).close();
    chmodSync(folder, 0o755);
    chmodSync(file('plinth.sqlite'), 0o644);
    await (await open()).close();
    expect([mode(folder), mode(file('plinth.sqlite'))]).toEqual(['700', '600']);
  });

  it.each(['770', '720', '702', '777'])(
    'a folder that others can write (%s) is refused by name',
    async (wide) => {
      mkdirSync(folder);
      chmodSync(folder, Number.parseInt(wide, 8));
      await expect(open()).rejects.toMatchObject({
        code: 'store-unsafe-folder',
        message: expect.stringContaining(folder),
      });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('a file in the folder’s place, and a link in a database’s, are refused', async () => {
    writeFileSync(folder, 'x');
    await expect(open()).rejects.toMatchObject({ code: 'store-unsafe-folder' });
    rmSync(folder);
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(parent, 'elsewhere'), '');
    symlinkSync(join(parent, 'elsewhere'), file('plinth.sqlite'));
    await expect(open()).rejects.toMatchObject({ code: 'store-unsafe-folder' });
    expect(readFileSync(join(parent, 'elsewhere'), 'utf8')).toBe('');
  });

  it('one process at a time: the second is refused in a sentence, and the first goes on', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'store-locked',
      message: expect.stringContaining('in use by another Plinth process'),
    });
    expect(() => setStoreAside(folder, 'x')).toThrow(expect.objectContaining({ code: 'store-locked' }));
    expect(await deliver(first, 'g')).toBe('new');
    await first.close();
    const second = await open();
    expect(await deliver(second, 'g')).toBe('seen');
    await second.close();
  });

  it('leases of the process before are free at once: it is dead, or the folder would be locked', async () => {
    const first = await open();
    await first.markDue(pullKey(7), NAMES, 0, 'push');
    await deliver(first, 'g');
    await first.claimDue({ owner: 'first', now: 0, leaseMs: 1_000_000 });
    await first.takeDeliveries({ owner: 'first', now: 0, leaseMs: 1_000_000, limit: 1 });
    await first.close();
    const second = await open();
    expect(await second.claimDue({ owner: 'second', now: 1, leaseMs: 1 })).toMatchObject({
      number: 7,
      attempts: 2,
    });
    expect(await second.takeDeliveries({ owner: 'second', now: 1, leaseMs: 1, limit: 1 })).toHaveLength(1);
    await second.close();
  });
});

describe('a failing disk (F15)', () => {
  it('full: nothing is acknowledged, nothing is lost, and it goes on when there is room', async () => {
    await (await open()).close();
    const { db, close } = await openSqlite(folder);
    const fill = (text: string) =>
      db
        .insertInto('plinth_meta')
        .values({ name: text.slice(0, 40), value: text })
        .execute();
    await fill(`first ${'x'.repeat(100)}`);
    await sql`pragma max_page_count = 1`.execute(db);
    const refused = {
      code: 'store-unavailable',
      retryable: true,
      message: expect.stringContaining('disk is full'),
    };
    await expect(fill(`second ${'y'.repeat(300_000)}`)).rejects.toMatchObject(refused);
    await expect(
      db.transaction().execute(async (transaction) => {
        const value = 'z'.repeat(300_000);
        await transaction.insertInto('plinth_meta').values({ name: 'third', value }).execute();
      }),
    ).rejects.toMatchObject(refused);
    await sql`pragma max_page_count = 1000000`.execute(db);
    await fill(`fourth ${'w'.repeat(300_000)}`);
    const names = (await db.selectFrom('plinth_meta').select('name').orderBy('name').execute()).map(
      (row) => row.name,
    );
    expect(names.map((name) => name.split(' ')[0])).toEqual(['first', 'fourth', 'schema-version']);
    await close();
  });

  it('a commit is ordered on the disk and waits for it only where it is told to', async () => {
    const { db, close } = await openSqlite(folder);
    const pragma = async (name: string) =>
      Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {});
    expect(await pragma('main.synchronous')).toEqual([1]);
    expect(await pragma('main.journal_mode')).toEqual(['wal']);
    expect(await pragma('cache.synchronous')).toEqual([1]);
    await close();
  });

  it('read-only: the answer is that it can be tried again later', async () => {
    await (await open()).close();
    const { db, close } = await openSqlite(folder);
    await sql`pragma query_only = 1`.execute(db);
    await expect(db.deleteFrom('pulls').execute()).rejects.toMatchObject({
      code: 'store-unavailable',
      retryable: true,
      message: expect.stringContaining('read-only'),
    });
    await close();
  });
});

describe('a damaged store (F15)', () => {
  const refusal = {
    code: 'store-damaged',
    retryable: false,
    message: expect.stringContaining('plinth doctor --rebuild'),
  };

  async function fill(): Promise<void> {
    const store = await open();
    for (let index = 0; index < 60; index++) await deliver(store, `g${index}`);
    await store.close();
  }

  it('truncated at a hundred places: each is refused, with the folder and the way out', async () => {
    await fill();
    const database = file('plinth.sqlite');
    const whole = join(parent, 'whole');
    copyFileSync(database, whole);
    const { size } = statSync(whole);
    let refused = 0;
    for (let place = 0; place < 100; place++) {
      copyFileSync(whole, database);
      truncateSync(database, Math.floor((size * place) / 100));
      await expect(open()).rejects.toMatchObject(refusal);
      refused++;
    }
    expect(refused).toBe(100);
    copyFileSync(whole, database);
    const store = await open();
    expect(await deliver(store, 'g59')).toBe('seen');
    await store.close();
  });

  it.each([
    [
      'no database',
      () =>
        writeFileSync(file('plinth.sqlite'), 'a text file of some length, which is no database\n'.repeat(99)),
    ],
    ['missing though it was there', () => rmSync(file('plinth.sqlite'))],
    [
      'overwritten inside',
      () =>
        writeFileSync(file('plinth.sqlite'), readFileSync(file('plinth.sqlite')).fill(0xa5, 4096, 40_960)),
    ],
  ])('%s: refused, until it is set aside; then empty, the old file kept', async (_, damage) => {
    await fill();
    damage();
    await expect(open()).rejects.toMatchObject(refusal);
    await expect(open()).rejects.toMatchObject(refusal);
    setStoreAside(folder, 'damaged-20300101');
    const store = await open();
    expect(await store.pendingDeliveries()).toEqual({ count: 0, oldest: null });
    expect(readdirSync(folder)).toContain('plinth.sqlite.damaged-20300101');
    await store.close();
  });

  it('a damaged lock file is damage too, and setting aside heals it', async () => {
    await fill();
    writeFileSync(file('lock.sqlite'), 'no database'.repeat(1000));
    await expect(open()).rejects.toMatchObject(refusal);
    setStoreAside(folder, 'x');
    await (await open()).close();
  });
});
