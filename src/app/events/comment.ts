import type { CommentSource } from '../../domain/index.ts';
import { commandLines } from '../commands/grammar.ts';
import type { Act } from './act.ts';
import { at, shortText, timeOf, wholeNumber } from './payload.ts';

/** GitHub's own bound on a comment. */
const LONGEST = 65_536;
const LONGEST_NODE_ID = 200;

/** Where a payload has the parts of a comment. */
export interface CommentParts {
  readonly source: CommentSource;
  readonly comment: unknown;
  /** The pull request, or what GitHub says of it as an issue. */
  readonly pull: unknown;
  readonly sender: unknown;
  readonly writtenAt: unknown;
}

/** What a comment's event is about. */
export type CommentAction = 'written' | 'edited' | 'deleted';

/** The acts of a comment's event; `changes` is what GitHub says of an edited one. */
export function readCommentEvent(
  action: CommentAction,
  parts: CommentParts,
  changes: unknown,
): readonly Act[] {
  return action === 'written' ? readComment(parts) : readChange(action, parts, changes);
}

/**
 * The command lines of a comment that was written just now. Those of bots and apps never act, nor does what somebody else sends in the author's
 * name; on a closed or locked pull request nothing is answered.
 */
function readComment({ source, comment, pull, sender, writtenAt }: CommentParts): readonly Act[] {
  const id = wholeNumber(at(comment, 'id'));
  const nodeId = shortText(at(comment, 'node_id'), LONGEST_NODE_ID);
  const number = wholeNumber(at(pull, 'number'));
  const author = wholeNumber(at(comment, 'user', 'id'));
  const login = shortText(at(comment, 'user', 'login'), 300);
  const body = shortText(at(comment, 'body'), LONGEST);
  const written = timeOf(writtenAt);
  if (id === null || nodeId === null || number === null || author === null) return [];
  if (login === null || body === null || written === null) return [];
  if (at(pull, 'state') !== 'open' || at(pull, 'locked') === true) return [];
  if (isBot(comment) || at(sender, 'id') !== author) return [];
  const lines = commandLines(body).join('\n');
  if (lines === '') return [];
  return [
    {
      kind: 'command',
      comment: { source, id, nodeId, number, author: { id: author, login }, lines, writtenAt: written },
    },
  ];
}

/** A comment that had command lines, and has others or none now: it never acts, but what was decided by it tells of that (RELIABILITY A03). */
function readChange(
  kind: 'edited' | 'deleted',
  { source, comment, pull, sender }: CommentParts,
  changes: unknown,
): readonly Act[] {
  const id = wholeNumber(at(comment, 'id'));
  const number = wholeNumber(at(pull, 'number'));
  const by = wholeNumber(at(sender, 'id'));
  const login = shortText(at(sender, 'login'), 300);
  if (id === null || number === null || by === null || login === null) return [];
  const now = linesOf(at(comment, 'body'));
  const before = kind === 'edited' ? linesOf(at(changes, 'body', 'from')) : now;
  if (before === '' || (kind === 'edited' && before === now)) return [];
  return [{ kind: 'comment-changed', number, change: { source, id, kind, by: { id: by, login } } }];
}

function linesOf(body: unknown): string {
  return commandLines(shortText(body, LONGEST) ?? '').join('\n');
}

function isBot(comment: unknown): boolean {
  const app = at(comment, 'performed_via_github_app');
  return at(comment, 'user', 'type') !== 'User' || (app !== undefined && app !== null);
}
