import { diffIndices } from 'node-diff3';

/** Which lines of a file's new side a change touched. */
export interface ChangedLines {
  /** Lines that were added or edited. */
  readonly changed: ReadonlySet<number>;
  /** For each deletion, the nearest kept line of the new side. */
  readonly besideDeletions: readonly number[];
}

/** Beyond this many differing lines on a side the whole differing part counts as changed: the comparison is quadratic at worst. */
const MOST_LINES = 4000;

/** Compares two versions of a file; `before` is null for a new file. Lines count from 1. */
export function changedLines(before: readonly string[] | null, after: readonly string[]): ChangedLines {
  if (before === null) return { changed: range(1, after.length), besideDeletions: [] };
  const head = commonPrefix(before, after);
  const tail = commonSuffix(before, after, head);
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  const clamp = (line: number) => Math.max(1, Math.min(line, after.length));
  if (old.length > MOST_LINES || now.length > MOST_LINES) {
    return {
      changed: range(head + 1, now.length),
      besideDeletions: now.length === 0 ? [clamp(head + 1)] : [],
    };
  }
  const changed = new Set<number>();
  const besideDeletions: number[] = [];
  for (const part of diffIndices([...old], [...now])) {
    const [start, length] = part.buffer2;
    for (let line = 0; line < length; line++) changed.add(head + start + line + 1);
    if (length === 0) besideDeletions.push(clamp(head + start + 1));
  }
  return { changed, besideDeletions };
}

function range(first: number, length: number): ReadonlySet<number> {
  return new Set(Array.from({ length }, (_, index) => first + index));
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}

function commonSuffix(a: readonly string[], b: readonly string[], prefix: number): number {
  let count = 0;
  while (
    count < a.length - prefix &&
    count < b.length - prefix &&
    a[a.length - 1 - count] === b[b.length - 1 - count]
  )
    count++;
  return count;
}
