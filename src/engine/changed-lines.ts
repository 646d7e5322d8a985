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
  // Nothing is shown behind the line end of the last line.
  const last = Math.max(1, after.at(-1) === '' ? after.length - 1 : after.length);
  const hunks = before === null ? [{ after: 0, afterLength: after.length }] : diffLines(before, after);
  for (const hunk of hunks) {
    const end = Math.min(hunk.after + hunk.afterLength, last);
    for (let line = hunk.after + 1; line <= end; line++) changed.add(line);
    if (end <= hunk.after) besideDeletions.push(Math.min(hunk.after + 1, last));
  }
  return { changed, besideDeletions };
}
