import type { EventReader } from './act.ts';
import { type CommentAction, readCommentEvent } from './comment.ts';
import { at } from './payload.ts';

const ACTIONS: Readonly<Record<string, CommentAction>> = {
  created: 'written',
  edited: 'edited',
  deleted: 'deleted',
};

/** A comment on a line, in a review or in answer to one. Edited and deleted ones never act. */
export const readPullRequestReviewComment: EventReader = (payload, action) => {
  const did = ACTIONS[action ?? ''];
  if (did === undefined) return [];
  const comment = at(payload, 'comment');
  const pull = at(payload, 'pull_request');
  const parts = { comment, pull, sender: at(payload, 'sender'), writtenAt: at(comment, 'created_at') };
  return readCommentEvent(did, { source: 'review-comment', ...parts }, at(payload, 'changes'));
};
