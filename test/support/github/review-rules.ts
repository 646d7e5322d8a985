// Where a review comment may stand: on lines that one hunk of the diff holds.
import { type FileDiff, type Hunk, hunkOf } from './diff.ts';
import { unprocessable } from './http.ts';

export type Side = 'LEFT' | 'RIGHT';

export interface CommentBody {
  readonly path: string;
  readonly body: string;
  readonly line?: number;
  readonly side?: Side;
  readonly start_line?: number;
  readonly start_side?: Side;
  readonly position?: number;
}

export interface Anchor {
  readonly line: number;
  readonly side: Side;
  readonly startLine: number | null;
  readonly startSide: Side | null;
  readonly hunk: string;
}

const BODY_CHARACTERS = 65_536;

function refused(problem: string): Error {
  return unprocessable('Unprocessable Entity', [problem]);
}

/** Finds the hunk that a comment stands in; throws GitHub's 422 where it stands in none. */
export function anchorOf(files: readonly FileDiff[], comment: CommentBody): Anchor {
  const file = files.find((each) => each.path === comment.path);
  if (file === undefined) throw refused('Path could not be resolved');
  assertBody(comment.body);
  if (comment.line === undefined) return byPosition(file, comment.position);
  const side = comment.side ?? 'RIGHT';
  const end = { line: comment.line, side };
  if (comment.start_line === undefined) return anchored(hunkOf(file, [end]), end, null);
  const start = { line: comment.start_line, side: comment.start_side ?? side };
  if (start.side === end.side && start.line >= end.line)
    throw refused('Pull request review thread start line must precede the end line.');
  if (hunkOf(file, [end]) !== undefined && hunkOf(file, [start]) === undefined)
    throw refused('Start line could not be resolved');
  return anchored(hunkOf(file, [start, end]), end, start);
}

export function assertBody(body: string | undefined): void {
  if (body === undefined || body.trim() === '') throw refused("Body can't be blank");
  if ([...body].length > BODY_CHARACTERS)
    throw refused(`Body is too long (maximum is ${BODY_CHARACTERS} characters)`);
}

interface Place {
  readonly line: number;
  readonly side: Side;
}

function anchored(hunk: Hunk | undefined, end: Place, start: Place | null): Anchor {
  if (hunk === undefined) throw refused('Line could not be resolved');
  return {
    line: end.line,
    side: end.side,
    startLine: start?.line ?? null,
    startSide: start?.side ?? null,
    hunk: hunk.text,
  };
}

/** The old form: lines of the patch counted from the first hunk's header. */
function byPosition(file: FileDiff, position: number | undefined): Anchor {
  let seen = -1;
  for (const hunk of file.hunks) {
    let [left, right] = [hunk.left.start, hunk.right.start];
    for (const [at, text] of hunk.text.split('\n').entries()) {
      seen += 1;
      if (seen === position && at > 0)
        return anchored(
          hunk,
          text.startsWith('-') ? { line: left, side: 'LEFT' } : { line: right, side: 'RIGHT' },
          null,
        );
      if (at > 0 && !text.startsWith('+')) left += 1;
      if (at > 0 && !text.startsWith('-')) right += 1;
    }
  }
  throw refused('Position could not be resolved');
}
