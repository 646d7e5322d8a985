import { describe, expect, it } from '@jest/globals';
import { findRenames, type RenameCandidate, type Renames } from '../../src/domain/index.ts';

/** Files by path; a file's text, lines separated by spaces, is its blob id. */
type Files = Readonly<Record<string, string>>;

const asked: string[][] = [];

async function find(removed: Files, added: Files): Promise<Renames> {
  asked.length = 0;
  return await findRenames({
    removed: candidates(removed),
    added: candidates(added),
    readLines: (ids) => {
      asked.push([...ids]);
      return Promise.resolve(new Map(ids.filter((id) => id !== 'BINARY').map((id) => [id, id.split(' ')])));
    },
  });
}

function candidates(files: Files): RenameCandidate[] {
  return Object.entries(files).map(([path, id]) => ({ path, id }));
}

async function renames(removed: Files, added: Files): Promise<Record<string, string>> {
  return Object.fromEntries((await find(removed, added)).renames);
}

describe('SEM-4.3: renames', () => {
  it('by an equal blob need no content', async () => {
    expect(await renames({ 'a/Dockerfile': 'x' }, { 'b/image.txt': 'x' })).toEqual({
      'a/Dockerfile': 'b/image.txt',
    });
    expect(asked).toEqual([]);
  });

  it('of equal files go where their folders went, as others tell', async () => {
    expect(
      await renames(
        { 'v1/Dockerfile': 'x', 'v1/own': 'a', 'v2/Dockerfile': 'x', 'v2/own': 'b' },
        { 'later/Dockerfile': 'x', 'later/own': 'a', 'earlier/Dockerfile': 'x', 'earlier/own': 'b' },
      ),
    ).toEqual({
      ...{ 'v1/Dockerfile': 'later/Dockerfile', 'v1/own': 'later/own' },
      ...{ 'v2/Dockerfile': 'earlier/Dockerfile', 'v2/own': 'earlier/own' },
    });
  });

  it('prefer an equal blob to a similar file of the same name', async () => {
    expect(
      await renames(
        { 'a/Dockerfile': '1 2 3 4' },
        { 'b/Dockerfile': '1 2 3 5', 'b/Containerfile': '1 2 3 4' },
      ),
    ).toEqual({ 'a/Dockerfile': 'b/Containerfile' });
  });

  it.each([
    ['half of the lines', '1 2 3 4', '1 2 8 9', true],
    ['less than half', '1 2 3 4 5', '1 2 7 8 9', false],
    ['half of the longer file', '1 2', '1 2 3 4', true],
    ['less than half of the longer file', '1 2', '1 2 3 4 5', false],
    ['lines in another order', '1 2 3 4', '4 3 2 1', true],
    ['one line many times, on one side', '1 1 1 1', '1 2 3 4', false],
    ['blank lines alone', '1     ', '2     ', false],
    ['nothing, both being empty of lines', ' ', '  ', false],
  ])('hold with %s in common', async (_, before, after, isRename) => {
    const found = await renames({ old: before }, { new: after });
    expect(found).toEqual(isRename ? { old: 'new' } : {});
  });

  it('are one to one, the most similar pair first', async () => {
    expect(await renames({ a: '1 2 3 4', b: '1 2 3 9' }, { x: '1 2 3 9 5', y: '1 2 7 8' })).toEqual({
      b: 'x',
      a: 'y',
    });
  });

  it('of equal similarity prefer the same file name, then the longer common end, then path order', async () => {
    expect(await renames({ 'a/Dockerfile': '1 2' }, { 'b/A': '1 2', 'b/Dockerfile': '1 2' })).toEqual({
      'a/Dockerfile': 'b/Dockerfile',
    });
    expect(
      await renames(
        { 'old/x/Dockerfile': '1 2', 'old/y/Dockerfile': '1 2' },
        { 'new/y/Dockerfile': '1 2', 'new/z/Dockerfile': '1 2' },
      ),
    ).toEqual({ 'old/y/Dockerfile': 'new/y/Dockerfile', 'old/x/Dockerfile': 'new/z/Dockerfile' });
    expect(await renames({ b: '1', a: '1' }, { y: '1', x: '1' })).toEqual({ a: 'x', b: 'y' });
  });

  it('do not depend on the order in which files are given', async () => {
    const removed = { a: '1 2 3 4', b: '1 2 3 9', c: '1 2 3 4 5', d: 'z' };
    const added = { w: 'z', x: '1 2 3 9 5', y: '1 2 7 8', z: '1 2 3 4 6' };
    const turned = (files: Files) => Object.fromEntries(Object.entries(files).reverse());
    expect(await renames(removed, added)).toEqual(await renames(turned(removed), turned(added)));
  });

  it('leave out files that are no text', async () => {
    expect(await renames({ a: 'BINARY' }, { b: '1 2' })).toEqual({});
    expect(await renames({ a: 'BINARY' }, { b: 'BINARY' })).toEqual({ a: 'b' });
  });

  it('keep names of Object.prototype as plain paths and lines', async () => {
    expect(
      await renames({ __proto__x: 'constructor toString' }, { constructor: 'constructor valueOf' }),
    ).toEqual({
      __proto__x: 'constructor',
    });
  });

  it('beyond the bound are given up for the rest, and said to be', async () => {
    const many = (from: string, line: string): Files =>
      Object.fromEntries(
        Array.from({ length: 8000 }, (_, n) => [`${from}/${n}`, `${line}${n} ${line}-${n}`]),
      );
    const found = await find(
      { ...many('a', 'x'), 'a/Dockerfile': '1 2 3' },
      { ...many('b', 'y'), 'b/Dockerfile': '1 2 4' },
    );
    expect(found.isComplete).toBe(false);
    expect(found.renames.get('a/Dockerfile')).toBe('b/Dockerfile');
  });

  it('of thousands of equal files are found in path order', async () => {
    const many = (from: string): Files =>
      Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`${from}/${n}/Dockerfile`, 'x']));
    const { renames: found, isComplete } = await find(many('a'), many('b'));
    expect(isComplete).toBe(true);
    expect(found.get('a/777/Dockerfile')).toBe('b/777/Dockerfile');
    expect(found.size).toBe(5000);
  });

  it('of a whole folder that moves keep each file’s own folder', async () => {
    const many = (from: string): Files =>
      Object.fromEntries(
        Array.from({ length: 2000 }, (_, n) => [`${from}/${n}/Dockerfile`, `from run-${from}-${n}`]),
      );
    const found = await find(many('a'), many('b'));
    expect(found.renames.size).toBe(2000);
    expect([...found.renames].every(([from, to]) => from.slice(1) === to.slice(1))).toBe(true);
  });
});
