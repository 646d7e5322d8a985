import type { EventReader } from './act.ts';
import { readComment } from './comment.ts';
import { at } from './payload.ts';

/** A new comment on the conversation of a pull request. Edited and deleted ones never act. */
export const readIssueComment: EventReader = (payload, action) => {
  const pull = at(payload, 'issue');
  if (action !== 'created' || at(pull, 'pull_request') === undefined) return [];
  const comment = at(payload, 'comment');
  return readComment({
    source: 'issue-comment',
    comment,
    pull,
    sender: at(payload, 'sender'),
    writtenAt: at(comment, 'created_at'),
  });
};
