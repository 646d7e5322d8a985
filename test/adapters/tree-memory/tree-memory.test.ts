import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openTreeMemory } from '../../../src/adapters/tree-memory/index.ts';

const NOW = Date.UTC(2026, 0, 1) / 1000;
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'plinth-trees-'));
  folders.push(made);
  return made;
}

const filesIn = (at: string) => readdirSync(join(at, 'trees')).map((name) => join(at, 'trees', name));

describe('what was found in a tree', () => {
  it('is there for the next process of the same program, in a file that only its user reads', async () => {
    const at = folder();
    await openTreeMemory(at, 'p', NOW).put('k', 'text: ä, \ud83d\ude00\nline');
    expect(await openTreeMemory(at, 'p', NOW).get('k')).toBe('text: ä, \ud83d\ude00\nline');
    const [file = ''] = filesIn(at);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('is not there for another key, nor for another program', async () => {
    const at = folder();
    await openTreeMemory(at, 'p', NOW).put('k', 'text');
    expect(await openTreeMemory(at, 'p', NOW).get('l')).toBeUndefined();
    expect(await openTreeMemory(at, 'q', NOW).get('k')).toBeUndefined();
  });

  it('goes when enough others were used since', async () => {
    const at = folder();
    for (let index = 0; index < 30; index++) {
      await openTreeMemory(at, 'p', NOW + index * 60).put(`k${index}`, 'text');
      await openTreeMemory(at, 'p', NOW + index * 60).get(`k${index}`);
      // One that is used all the time stays.
      expect(await openTreeMemory(at, 'p', NOW + index * 60 + 1).get('k0')).toBe('text');
    }
    expect(filesIn(at)).toHaveLength(24);
    expect(await openTreeMemory(at, 'p', NOW).get('k1')).toBeUndefined();
    expect(await openTreeMemory(at, 'p', NOW).get('k29')).toBe('text');
  });

  it('is not there where the file holds another entry', async () => {
    const at = folder();
    await openTreeMemory(at, 'p', NOW).put('k', 'of k');
    const [first = ''] = filesIn(at);
    const content = readFileSync(first);
    await openTreeMemory(at, 'p', NOW).put('l', 'of l');
    const second = filesIn(at).find((file) => file !== first) ?? '';
    writeFileSync(second, content);
    expect(await openTreeMemory(at, 'p', NOW).get('l')).toBeUndefined();
  });

  it('is whole or not there, whatever bit of its file is turned (F16)', async () => {
    const at = folder();
    const text = JSON.stringify({ judged: [{ level: 'block', path: 'Dockerfile' }], unread: ['ä'] });
    await openTreeMemory(at, 'p', NOW).put('k', text);
    const [file = ''] = filesIn(at);
    const intact = readFileSync(file);
    for (let bit = 0; bit < intact.length * 8; bit++) {
      const bytes = Buffer.from(intact);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(file, bytes);
      expect(await openTreeMemory(at, 'p', NOW).get('k')).toBeUndefined();
    }
    for (let length = 0; length < intact.length; length += 7) {
      writeFileSync(file, intact.subarray(0, length));
      expect(await openTreeMemory(at, 'p', NOW).get('k')).toBeUndefined();
    }
  });
});

describe('a folder that cannot be used', () => {
  it('a file in its place: nothing is kept, nothing fails', async () => {
    const at = folder();
    writeFileSync(join(at, 'trees'), 'x');
    await openTreeMemory(at, 'p', NOW).put('k', 'text');
    expect(await openTreeMemory(at, 'p', NOW).get('k')).toBeUndefined();
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)('read-only (skipped for root, whom no mode stops)', async () => {
    const at = folder();
    chmodSync(at, 0o500);
    await openTreeMemory(at, 'p', NOW).put('k', 'text');
    chmodSync(at, 0o700);
    expect(readdirSync(at)).toEqual([]);
  });
});
