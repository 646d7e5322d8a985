/** A hunk of a unified diff on its new side; lines from 1, `end` inclusive. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly added: ReadonlySet<number>;
}

const HEADER = /^@@ -\d{1,10}(?:,\d{1,10})? \+(\d{1,10})(?:,\d{1,10})? @@/;

/**
 * Hunks of GitHub's `patch` of one file. It decides only where a comment can stand, never what is found: rows of large changes have none,
 * and a line that is not in a hunk takes no comment.
 */
export function hunksOf(patch: string | undefined): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let added = new Set<number>();
  let start = 0;
  let next = 0;
  const close = (): void => {
    if (start > 0 && next > start) hunks.push({ start, end: next - 1, added });
  };
  for (const line of (patch ?? '').split('\n')) {
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) {
      close();
      start = Number(header);
      next = start;
      added = new Set();
    } else if (start === 0 || line === '' || line.startsWith('-') || line.startsWith('\\')) {
      // Before the first hunk, of the old side, or `\ No newline at end of file`: no line of the new side.
    } else {
      if (line.startsWith('+')) added.add(next);
      next++;
    }
  }
  close();
  return hunks;
}

/** True where all lines lie in one hunk: on several, GitHub refuses the whole review. */
export function inOneHunk(hunks: readonly Hunk[], startLine: number, endLine: number): boolean {
  return hunks.some((hunk) => startLine >= hunk.start && endLine <= hunk.end);
}

/** True where all lines were added by the change. */
export function allAdded(hunks: readonly Hunk[], startLine: number, endLine: number): boolean {
  const hunk = hunks.find((one) => startLine >= one.start && endLine <= one.end);
  if (hunk === undefined) return false;
  for (let line = startLine; line <= endLine; line++) if (!hunk.added.has(line)) return false;
  return true;
}
