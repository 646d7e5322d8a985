import { describe, expect, it } from '@jest/globals';
import { diffLines } from '../../src/domain/line-diff.ts';
import { differingSegments } from '../../src/domain/line-segments.ts';
import fc from '../support/fast-check.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', '', '__proto__'), { maxLength: 30 });

/** The new text, made from the old one and the hunks alone, but for the lines that hunks bring. */
function apply(before: readonly string[], after: readonly string[]): string[] {
  const made: string[] = [];
  let at = 0;
  for (const hunk of diffLines(before, after)) {
    made.push(...before.slice(at, hunk.before), ...after.slice(hunk.after, hunk.after + hunk.afterLength));
    at = hunk.before + hunk.beforeLength;
  }
  return [...made, ...before.slice(at)];
}

describe('the difference of two texts', () => {
  it('turns one into the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        expect(apply(before, after)).toEqual(after);
      }),
    );
  });

  it.each([
    ['nothing', 'a b c', 'a b c', []],
    ['an edit', 'a b c', 'a x c', [[1, 1, 1, 1]]],
    ['an insertion', 'a c', 'a b c', [[1, 0, 1, 1]]],
    ['a deletion', 'a b c', 'a c', [[1, 1, 1, 0]]],
    [
      'two edits',
      'a b c d e',
      'x b c d y',
      [
        [0, 1, 0, 1],
        [4, 1, 4, 1],
      ],
    ],
    [
      'a moved line, as deletion and insertion',
      'm a b c d',
      'a b c d m',
      [
        [0, 1, 0, 0],
        [5, 0, 4, 1],
      ],
    ],
  ])('is %s', (_, before, after, expected) => {
    const hunks = diffLines(before.split(' '), after.split(' '));
    expect(hunks.map((hunk) => [hunk.before, hunk.beforeLength, hunk.after, hunk.afterLength])).toEqual(
      expected,
    );
  });

  it('of thousands of equal lines is one hunk instead of minutes of comparison', () => {
    const blank = (count: number) => Array.from({ length: count }, () => '');
    const hunks = diffLines(['a', ...blank(20_000), 'b', ''], ['c', ...blank(19_000), 'd', '']);
    expect(hunks).toEqual([{ before: 0, beforeLength: 20_002, after: 0, afterLength: 19_002 }]);
  });
});

describe('the segments in which texts differ', () => {
  it('leave only lines out that are equal on all sides', () => {
    fc.assert(
      fc.property(lines, lines, lines, (one, two, three) => {
        const sides = [one, two, three];
        const kept = sides.map((side, index) => {
          const differing = new Set<number>();
          for (const segment of differingSegments(sides)) {
            for (let at = segment[index]?.from ?? 0; at < (segment[index]?.to ?? 0); at += 1)
              differing.add(at);
          }
          return side.filter((_, at) => !differing.has(at));
        });
        expect(kept[1]).toEqual(kept[0]);
        expect(kept[2]).toEqual(kept[0]);
      }),
    );
  });
});
