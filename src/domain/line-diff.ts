import { diffIndices } from 'node-diff3';
import { comparisonCost, differingSegments } from './line-segments.ts';

/** A run of lines that became another; places count from 0, either length may be 0. */
export interface LineHunk {
  readonly before: number;
  readonly beforeLength: number;
  readonly after: number;
  readonly afterLength: number;
}

/** Steps; about a tenth of a second. */
const MOST_STEPS = 100_000_000;

/**
 * What turns one version of a text into another, in order.
 *
 * Bounded: a part that would take too long to compare line by line (thousands of equal lines on both sides) is one hunk.
 */
export function diffLines(before: readonly string[], after: readonly string[]): LineHunk[] {
  let steps = 0;
  return differingSegments([before, after]).flatMap(([old, now]): LineHunk[] => {
    if (old === undefined || now === undefined) return [];
    const [oldLines, nowLines] = [before.slice(old.from, old.to), after.slice(now.from, now.to)];
    steps += comparisonCost(oldLines, nowLines);
    if (steps > MOST_STEPS) {
      return [
        {
          before: old.from,
          beforeLength: oldLines.length,
          after: now.from,
          afterLength: nowLines.length,
        },
      ];
    }
    return diffIndices(oldLines, nowLines).map(({ buffer1, buffer2 }) => ({
      before: old.from + buffer1[0],
      beforeLength: buffer1[1],
      after: now.from + buffer2[0],
      afterLength: buffer2[1],
    }));
  });
}
