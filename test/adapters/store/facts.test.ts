import { closeSync, openSync as openFile, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { seal, unseal } from '../../../src/adapters/store/sealed.ts';
import { openSqlite } from '../../../src/adapters/store/sqlite.ts';
import type { Fact, FileMode, Tree } from '../../../src/domain/index.ts';
import { onBothDatabases, onSqlite } from './databases.ts';

const SPAN = { start: { line: 1, column: 1 }, end: { line: 1, column: 5 } };
const DAY = 86_400_000;
const DELIVERY = {
  event: 'ping',
  action: null,
  installationId: null,
  repositoryId: null,
  number: null,
  payload: {},
  receivedAt: 1,
} as const;

function unreadable(because: string): readonly Fact[] {
  return [{ kind: 'unreadable', because, span: SPAN }];
}

onBothDatabases('facts', ({ open }) => {
  it('what was put comes back equal; what was not is missing', async () => {
    const store = await open();
    const cache = store.facts(1);
    const entries = new Map([
      ['blob dockerfile@1', unreadable('a "quoted" reason, \ud83d\ude80, \u0000')],
      ['blob go@2 test', []],
    ]);
    await cache.put(entries);
    expect(await cache.get(['blob dockerfile@1', 'absent', 'blob go@2 test'])).toEqual(entries);
  });

  it('an installation does not see another’s facts', async () => {
    const store = await open();
    await store.facts(1).put(new Map([['key', unreadable('secret')]]));
    expect((await store.facts(2).get(['key'])).size).toBe(0);
  });

  it('more keys than a statement takes parameters', async () => {
    const store = await open();
    const entries = new Map(
      Array.from({ length: 3001 }, (_, index) => [`key ${index}`, unreadable(`${index}`)]),
    );
    await store.facts(1).put(entries);
    expect(await store.facts(1).get([...entries.keys(), ...entries.keys()])).toEqual(entries);
    expect((await store.facts(1).get([])).size).toBe(0);
    await store.facts(1).put(new Map());
  });

  it('keys that are names of the prototype are plain keys', async () => {
    const store = await open();
    const facts = JSON.parse('[{"kind":"unreadable","because":"x","__proto__":{"y":1}}]') as readonly Fact[];
    await store.facts(1).put(new Map([['__proto__', facts]]));
    expect(JSON.stringify((await store.facts(1).get(['__proto__'])).get('__proto__'))).toBe(
      JSON.stringify(facts),
    );
    expect(({} as { y?: number }).y).toBeUndefined();
  });

  it('what is asked for stays, what nobody asks for goes', async () => {
    let now = 0;
    const store = await open(() => now);
    await store.facts(1).put(
      new Map([
        ['used', []],
        ['forgotten', []],
      ]),
    );
    now = 10 * DAY;
    await store.facts(1).get(['used']);
    expect(await store.retainFacts(5 * DAY)).toBe(1);
    expect([...(await store.facts(1).get(['used', 'forgotten'])).keys()]).toEqual(['used']);
  });
});

/** A small generator with a fixed seed: a failing trial fails again. */
function generator(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

describe('sealed text (F16)', () => {
  it('a flipped bit anywhere is noticed, in a thousand trials', () => {
    const random = generator();
    const sealed = seal('facts 1 key', JSON.stringify(unreadable('a reason')));
    for (let trial = 0; trial < 1000; trial++) {
      const content = flipBit(sealed.content, random(sealed.content.length * 8));
      expect(unseal('facts 1 key', { ...sealed, content })).toBeNull();
    }
    expect(unseal('facts 1 key', sealed)).toBe(JSON.stringify(unreadable('a reason')));
  });

  it.each([
    ['cut short', (content: Uint8Array) => content.slice(0, -1)],
    ['empty', () => new Uint8Array()],
    ['longer', (content: Uint8Array) => Buffer.concat([content, Buffer.from([0])])],
  ])('content that is %s is noticed', (_, damage) => {
    const sealed = seal('x', 'text');
    expect(unseal('x', { ...sealed, content: damage(sealed.content) })).toBeNull();
  });

  it('whole content under another name is noticed', () => {
    expect(unseal('facts 2 key', seal('facts 1 key', 'text'))).toBeNull();
  });
});

onSqlite('damaged facts (F16)', ({ open, folder }) => {
  it('damaged and misplaced rows are misses, and are written anew', async () => {
    const random = generator();
    const entries = new Map(
      Array.from({ length: 50 }, (_, index) => [`key ${index}`, unreadable(`reason ${index}`)]),
    );
    const store = await open();
    await store.facts(1).put(entries);
    await store.close();

    const { db, close } = await openSqlite(folder());
    for (const { key, content } of await db.selectFrom('facts').selectAll().execute()) {
      if (key === 'key 3' || key === 'key 4') continue;
      const damaged = flipBit(content, random(content.length * 8));
      await db.updateTable('facts').set({ content: damaged }).where('key', '=', key).execute();
    }
    await db.updateTable('facts').set({ key: 'stolen' }).where('key', '=', 'key 3').execute();
    await close();

    const reopened = await open();
    expect(await reopened.facts(1).get([...entries.keys(), 'stolen'])).toEqual(
      new Map([['key 4', unreadable('reason 4')]]),
    );
    await reopened.facts(1).put(entries);
    expect(await reopened.facts(1).get([...entries.keys()])).toEqual(entries);
  });

  it.each([
    ['at its head', 0],
    ['inside', 4096 * 3],
  ])('a cache file overwritten %s costs the cache and nothing else', async (_, offset) => {
    const store = await open();
    const entries = new Map(
      Array.from({ length: 400 }, (_, index) => [
        `key ${index}`,
        unreadable(`${index} ${'x'.repeat(index)}`),
      ]),
    );
    await store.recordDelivery({ ...DELIVERY, guid: 'kept' });
    await store.facts(1).put(entries);
    await store.close();

    const file = openFile(join(folder(), 'cache.sqlite'), 'r+');
    writeSync(file, Buffer.alloc(4096 * 4, 0xa5), 0, 4096 * 4, offset);
    closeSync(file);

    const reopened = await open();
    for (const [key, facts] of await reopened.facts(1).get([...entries.keys()]))
      expect(facts).toEqual(entries.get(key));
    await reopened.facts(1).put(entries);
    const found = await reopened.facts(1).get([...entries.keys()]);
    for (const [key, facts] of found) expect(facts).toEqual(entries.get(key));
    expect(await reopened.recordDelivery({ ...DELIVERY, guid: 'kept' })).toBe('seen');
    await reopened.close();

    const again = await open();
    await again.removeInstallation(9);
    await again.facts(1).put(entries);
    expect(await again.facts(1).get([...entries.keys()])).toEqual(entries);
  });
});

onBothDatabases('trees of tips', ({ open }) => {
  const at = (commit: string, repositoryId = 100) => ({ installationId: 1, repositoryId, commit });
  const tree = (paths: readonly string[]): Tree =>
    new Map(
      paths.map((path, index) => [
        path,
        { mode: modes[index % 4] ?? '100644', id: `${index}`.repeat(40).slice(0, 40) },
      ]),
    );
  const modes: readonly FileMode[] = ['100644', '100755', '120000', '160000'];

  it('a tree comes back entry by entry, in its order, with paths of every kind', async () => {
    const store = await open();
    const stored = tree(['Dockerfile', 'a\nb\tc', '\ud83d\ude80/ä', '__proto__', ' leading', '100644 x']);
    await store.saveTip(at('c1'), stored);
    const found = await store.tip(at('c1'));
    expect(found && [...found]).toEqual([...stored]);
    expect(await store.tip(at('c2'))).toBeNull();
    expect(await store.tip(at('c1', 101))).toBeNull();
  });

  it('an empty tree is a tree', async () => {
    const store = await open();
    await store.saveTip(at('c1'), new Map());
    expect(await store.tip(at('c1'))).toEqual(new Map());
  });

  it('the last few used stay, per repository', async () => {
    let now = 0;
    const store = await open(() => ++now);
    await store.saveTip(at('other', 101), tree(['x']));
    for (let index = 0; index < 8; index++) await store.saveTip(at(`c${index}`), tree(['x']));
    await store.tip(at('c0'));
    await store.saveTip(at('c8'), tree(['x']));
    for (const commit of ['c0', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'])
      expect([commit, await store.tip(at(commit))]).not.toEqual([commit, null]);
    expect(await store.tip(at('c1'))).toBeNull();
    expect(await store.tip(at('other', 101))).not.toBeNull();
  });
});
