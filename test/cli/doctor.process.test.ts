import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openStore } from '../../src/adapters/store/index.ts';
import { plinth } from './plinth.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'plinth-doctor-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

it('F15 a damaged store is moved aside, and the next start has an empty one', async () => {
  const dataDirectory = join(parent, 'data');
  const open = () => openStore({ dataDirectory }, () => 0);
  await (await open()).close();
  writeFileSync(join(dataDirectory, 'plinth.sqlite'), 'no database'.repeat(1000));
  await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('plinth doctor --rebuild') });
  const environment = { PLINTH_DATA_DIR: dataDirectory };
  expect(await plinth(parent, ['doctor', '--rebuild'], environment)).toMatchObject({
    code: 0,
    out: expect.stringContaining(dataDirectory),
  });
  expect(readdirSync(dataDirectory)).toContainEqual(
    expect.stringMatching(/^plinth\.sqlite\.damaged-\d{8}T\d{6}Z$/),
  );
  const store = await open();
  expect(await store.pendingDeliveries()).toEqual({ count: 0, oldest: null });
  await store.close();
});

it('a folder that is not there is named, and not made', async () => {
  const ended = await plinth(parent, ['doctor', '--rebuild', '--data-dir', 'missing']);
  expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining('no data folder missing') });
  expect(readdirSync(parent)).toEqual([]);
});
