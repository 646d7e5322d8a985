// Where review comments stand after a push: on the same line elsewhere, or nowhere.
import type { FileDiff } from './diff.ts';
import type { PullRequest, Repository } from './state.ts';

/** Moves the comments of a pull request from one head to the next; a comment whose line changed is outdated. */
export async function moveComments(
  repository: Repository,
  pull: PullRequest,
  before: string,
  after: string,
): Promise<void> {
  const comments = repository.reviewComments.filter(
    (each) => each.number === pull.number && each.line !== null && each.commit === before,
  );
  if (comments.length === 0) return;
  const files = await repository.git.diff(before, after);
  for (const comment of comments) {
    const file = files.find((each) => (each.previousPath ?? each.path) === comment.path);
    // Lines of the left side are the base's, which a push to the head does not move.
    const moved =
      file === undefined || comment.side === 'LEFT' ? comment.line : lineAfter(file, comment.line ?? 0);
    const shift = (moved ?? 0) - (comment.line ?? 0);
    comment.line = moved;
    if (moved === null) {
      comment.startLine = null;
      continue;
    }
    comment.startLine = comment.startLine === null ? null : comment.startLine + shift;
    comment.commit = after;
  }
}

/** The number that a line has after a change; null where it was changed or removed. */
export function lineAfter(file: FileDiff, line: number): number | null {
  if (file.status === 'removed') return null;
  let shift = 0;
  for (const hunk of file.hunks) {
    if (line < hunk.left.start) break;
    if (line < hunk.left.end) return inHunk(hunk.text, hunk.left.start, hunk.right.start, line);
    shift = hunk.right.end - hunk.left.end;
  }
  return line + shift;
}

function inHunk(text: string, leftStart: number, rightStart: number, line: number): number | null {
  let [left, right] = [leftStart, rightStart];
  for (const row of text.split('\n').slice(1)) {
    if (row.startsWith('+')) right += 1;
    else if (left === line) return row.startsWith('-') ? null : right;
    else {
      left += 1;
      if (!row.startsWith('-')) right += 1;
    }
  }
  return null;
}
