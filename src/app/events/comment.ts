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

/**
 * The command lines of a comment that was written just now. Those of bots and apps never act, nor does what somebody else sends in the author's
 * name; on a closed or locked pull request nothing is answered.
 */
export function readComment({ source, comment, pull, sender, writtenAt }: CommentParts): readonly Act[] {
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

function isBot(comment: unknown): boolean {
  const app = at(comment, 'performed_via_github_app');
  return at(comment, 'user', 'type') !== 'User' || (app !== undefined && app !== null);
}
