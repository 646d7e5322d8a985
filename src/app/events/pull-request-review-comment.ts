import type { EventReader } from './act.ts';
import { readComment } from './comment.ts';
import { at } from './payload.ts';

/** A new comment on a line, in a review or in answer to one. Edited and deleted ones never act. */
export const readPullRequestReviewComment: EventReader = (payload, action) => {
  if (action !== 'created') return [];
  const comment = at(payload, 'comment');
  return readComment({
    source: 'review-comment',
    comment,
    pull: at(payload, 'pull_request'),
    sender: at(payload, 'sender'),
    writtenAt: at(comment, 'created_at'),
  });
};
