import { describe, expect, it } from '@jest/globals';
import { allAdded, hunksOf, inOneHunk } from '../../src/present/patch.ts';

const PATCH = [
  '@@ -1,3 +1,4 @@ FROM in the heading',
  ' line 1',
  '-gone',
  '+line 2',
  '+line 3',
  ' line 4',
  '@@ -20,2 +21,2 @@',
  '-gone',
  '+line 21',
  ' line 22',
  '\\ No newline at end of file',
].join('\n');

describe('hunks of a patch', () => {
  it('are the lines of the new side, context included', () => {
    expect(hunksOf(PATCH)).toEqual([
      { start: 1, end: 4, added: new Set([2, 3]) },
      { start: 21, end: 22, added: new Set([21]) },
    ]);
  });

  it.each([
    ['no patch, as for large or binary files', undefined],
    ['an empty one', ''],
    ['text that is no patch', 'hello\n+added'],
    ['a file that is deleted', '@@ -1,2 +0,0 @@\n-a\n-b'],
  ])('there are none in %s', (_, patch) => {
    expect(hunksOf(patch)).toEqual([]);
  });

  it('reads headings without counts', () => {
    expect(hunksOf('@@ -0,0 +1 @@\n+only')).toEqual([{ start: 1, end: 1, added: new Set([1]) }]);
  });

  it('keeps added lines that look like headings of a diff', () => {
    expect(hunksOf('@@ -1 +1,2 @@\n+++ x\n+@@ -9 +9 @@')).toEqual([
      { start: 1, end: 2, added: new Set([1, 2]) },
    ]);
  });

  it.each([
    [1, 4, true, false],
    [2, 3, true, true],
    [4, 21, false, false],
    [5, 5, false, false],
    [22, 22, true, false],
    [22, 23, false, false],
  ])('lines %i to %i: in one hunk %s, all added %s', (start, end, together, added) => {
    expect(inOneHunk(hunksOf(PATCH), start, end)).toBe(together);
    expect(allAdded(hunksOf(PATCH), start, end)).toBe(added);
  });
});
