import { describe, expect, it } from '@jest/globals';
import { hunkOf, parseHunks, parsePatches, parseRaw } from './diff.ts';
import { lineAfter } from './outdated.ts';

const header = (path: string): string => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n`;
const raw = (...records: readonly string[]): string => records.map((each) => `${each}\0`).join('');

describe('a listing and its patches', () => {
  it('are joined in order; a changed type takes two sections', () => {
    const changes = parseRaw(
      raw(
        ':100644 120000 aaa bbb T',
        'type',
        ':100644 100644 ccc ddd R090',
        'old name',
        'new name',
        ':100644 000000 eee 000 D',
        'gone',
      ),
    );
    const sections = [
      `${header('type')}@@ -1 +0,0 @@\n-a\n`,
      `${header('type')}@@ -0,0 +1 @@\n+b\n`,
      `${header('new name')}@@ -1,2 +1,3 @@\n a\n-b\n+c\n+diff --git a/x b/x\n`,
      `${header('gone')}@@ -1 +0,0 @@\n-gone\n\\ No newline at end of file\n`,
    ];
    const files = parsePatches(changes, sections.join(''));
    expect(
      files.map((file) => [
        file.path,
        file.previousPath,
        file.status,
        file.sha,
        file.additions,
        file.deletions,
      ]),
    ).toEqual([
      ['type', null, 'changed', 'bbb', 0, 0],
      ['new name', 'old name', 'renamed', 'ddd', 2, 1],
      ['gone', null, 'removed', 'eee', 0, 1],
    ]);
  });
});

describe('hunks', () => {
  const patch = '@@ -3,3 +3,4 @@ function\n three\n+new\n four\n five\n@@ -20,2 +21 @@\n twenty\n-gone';
  const file = {
    path: 'x',
    previousPath: null,
    status: 'modified',
    sha: '',
    binary: false,
    additions: 1,
    deletions: 1,
    hunks: parseHunks(patch),
    patch,
  } as const;

  it.each<[number, 'LEFT' | 'RIGHT', boolean]>([
    [2, 'RIGHT', false],
    [3, 'RIGHT', true],
    [6, 'RIGHT', true],
    [7, 'RIGHT', false],
    [21, 'LEFT', true],
    [22, 'RIGHT', false],
  ])('hold line %d on the %s: %s', (line, side, held) => {
    expect(hunkOf(file, [{ line, side }]) !== undefined).toBe(held);
  });

  it.each<[number, number | null]>([
    [1, 1],
    [3, 3],
    [4, 5],
    [10, 11],
    [21, null],
    [30, 30],
  ])('move line %d to %s', (line, moved) => {
    expect(lineAfter(file, line)).toBe(moved);
  });
});
