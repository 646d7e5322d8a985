// What two trees differ in, as git prints it: the raw listing, and patches with their hunks.

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';

export interface FileDiff {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: FileStatus;
  /** The blob at head; at base where the file is gone. */
  readonly sha: string;
  readonly binary: boolean;
  readonly additions: number;
  readonly deletions: number;
  readonly hunks: readonly Hunk[];
  /** The hunks as text; empty where there are none. */
  readonly patch: string;
}

/** Line numbers, from 1, that a hunk covers on each side, context included. */
export interface Hunk {
  readonly left: Range;
  readonly right: Range;
  readonly text: string;
}

export interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

interface RawChange {
  readonly letter: string;
  readonly path: string;
  readonly previousPath: string | null;
  readonly sha: string;
}

const STATUS: Readonly<Record<string, FileStatus>> = {
  A: 'added',
  C: 'copied',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

/** Reads `git diff-tree --raw -z`. */
export function parseRaw(output: string): readonly RawChange[] {
  const fields = output.split('\0');
  const changes: RawChange[] = [];
  for (let at = 0; at < fields.length; ) {
    const head = fields[at++] ?? '';
    if (!head.startsWith(':')) continue;
    const [, , base = '', sha = '', status = ''] = head.split(' ');
    const letter = status.charAt(0);
    const moved = letter === 'R' || letter === 'C';
    const first = fields[at++] ?? '';
    const path = moved ? (fields[at++] ?? '') : first;
    changes.push({
      letter,
      path,
      previousPath: moved ? first : null,
      sha: letter === 'D' ? base : sha,
    });
  }
  return changes;
}

/** Joins the raw listing with `git diff-tree -p` of the same two trees; both come in the same order. */
export function parsePatches(changes: readonly RawChange[], output: string): readonly FileDiff[] {
  // Lines of a patch start with a blank, a sign, a backslash or an at; only a header starts with `diff`.
  const sections = `\n${output}`.split('\ndiff --git ').slice(1);
  let at = 0;
  return changes.map((change) => {
    const section = sections[at++] ?? '';
    // A changed type is printed as a removal and an addition.
    if (change.letter === 'T') at++;
    return { ...contentOf(change.letter === 'T' ? '' : section), ...identityOf(change) };
  });
}

function identityOf(change: RawChange): Pick<FileDiff, 'path' | 'previousPath' | 'status' | 'sha'> {
  return {
    path: change.path,
    previousPath: change.previousPath,
    status: STATUS[change.letter] ?? 'modified',
    sha: change.sha,
  };
}

function contentOf(section: string): Omit<FileDiff, 'path' | 'previousPath' | 'status' | 'sha'> {
  const start = section.indexOf('\n@@ ');
  if (start < 0) {
    const binary = section.includes('\nBinary files ');
    return { binary, additions: 0, deletions: 0, hunks: [], patch: '' };
  }
  const body = section.slice(start + 1);
  const patch = body.endsWith('\n') ? body.slice(0, -1) : body;
  const hunks = parseHunks(patch);
  let additions = 0;
  let deletions = 0;
  for (const line of patch.split('\n')) {
    if (line.startsWith('+')) additions++;
    else if (line.startsWith('-')) deletions++;
  }
  return { binary: false, additions, deletions, hunks, patch };
}

/** Reads the hunks of one file's patch. */
export function parseHunks(patch: string): readonly Hunk[] {
  return `\n${patch}`
    .split('\n@@ ')
    .slice(1)
    .map((text) => {
      const header = /^-(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text);
      return {
        left: rangeOf(header?.[1], header?.[2]),
        right: rangeOf(header?.[3], header?.[4]),
        text: `@@ ${text}`,
      };
    });
}

function rangeOf(start: string | undefined, count: string | undefined): Range {
  const first = Number(start ?? 0);
  return { start: first, end: first + Number(count ?? 1) };
}

/** The hunk that holds all these lines on their sides, or undefined. */
export function hunkOf(
  file: FileDiff,
  anchors: readonly { readonly line: number; readonly side: 'LEFT' | 'RIGHT' }[],
): Hunk | undefined {
  return file.hunks.find((hunk) =>
    anchors.every(({ line, side }) => {
      const range = side === 'LEFT' ? hunk.left : hunk.right;
      return line >= range.start && line < range.end;
    }),
  );
}
