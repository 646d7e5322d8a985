import { commandLines } from '../commands/grammar.ts';
import type { EventReader } from './act.ts';
import { at, shortText, wholeNumber } from './payload.ts';

/** GitHub's own bound on a comment. */
const LONGEST = 65_536;

/** A new comment on an open pull request that holds command lines. Edited and deleted comments never act, nor do bots. */
export const readIssueComment: EventReader = (payload, action) => {
  if (action !== 'created' || at(payload, 'issue', 'pull_request') === undefined) return [];
  if (at(payload, 'issue', 'state') !== 'open') return [];
  const comment = at(payload, 'comment');
  const id = wholeNumber(at(comment, 'id'));
  const number = wholeNumber(at(payload, 'issue', 'number'));
  const author = wholeNumber(at(comment, 'user', 'id'));
  const login = shortText(at(comment, 'user', 'login'), 300);
  const body = shortText(at(comment, 'body'), LONGEST);
  if (id === null || number === null || author === null || login === null || body === null) return [];
  if (isBot(comment) || at(payload, 'sender', 'id') !== author) return [];
  const lines = commandLines(body);
  if (lines.length === 0) return [];
  return [
    {
      kind: 'command',
      comment: { id, number, author: { id: author, login }, lines: lines.join('\n') },
    },
  ];
};

function isBot(comment: unknown): boolean {
  const app = at(comment, 'performed_via_github_app');
  return at(comment, 'user', 'type') !== 'User' || (app !== undefined && app !== null);
}
