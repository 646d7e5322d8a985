import type { EventReader } from './act.ts';
import { type CommentAction, readCommentEvent } from './comment.ts';
import { at } from './payload.ts';

const ACTIONS: Readonly<Record<string, CommentAction>> = {
  created: 'written',
  edited: 'edited',
  deleted: 'deleted',
};

/** A comment on the conversation of a pull request. Edited and deleted ones never act. */
export const readIssueComment: EventReader = (payload, action) => {
  const pull = at(payload, 'issue');
  const did = ACTIONS[action ?? ''];
  if (did === undefined || at(pull, 'pull_request') === undefined) return [];
  const comment = at(payload, 'comment');
  const parts = { comment, pull, sender: at(payload, 'sender'), writtenAt: at(comment, 'created_at') };
  return readCommentEvent(did, { source: 'issue-comment', ...parts }, at(payload, 'changes'));
};
