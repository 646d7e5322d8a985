import { diffLines } from '../domain/line-diff.ts';

/** Which lines of a file's new side a change touched. */
export interface ChangedLines {
  /** Lines that were added or edited. */
  readonly changed: ReadonlySet<number>;
  /** For each deletion, the nearest kept line of the new side. */
  readonly besideDeletions: readonly number[];
}

/** Compares two versions of a file; `before` is null for a new file. Lines count from 1. */
export function changedLines(before: readonly string[] | null, after: readonly string[]): ChangedLines {
  const changed = new Set<number>();
  const besideDeletions: number[] = [];
  const hunks = before === null ? [{ after: 0, afterLength: after.length }] : diffLines(before, after);
  for (const hunk of hunks) {
    for (let line = 1; line <= hunk.afterLength; line++) changed.add(hunk.after + line);
    if (hunk.afterLength === 0) besideDeletions.push(Math.max(1, Math.min(hunk.after + 1, after.length)));
  }
  return { changed, besideDeletions };
}
