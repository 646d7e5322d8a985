import type { EventReader } from './act.ts';
import { readComment } from './comment.ts';
import { at } from './payload.ts';

/** What somebody wrote over a whole review, once it is submitted. Edited and dismissed ones never act. */
export const readPullRequestReview: EventReader = (payload, action) => {
  if (action !== 'submitted') return [];
  const review = at(payload, 'review');
  return readComment({
    source: 'review',
    comment: review,
    pull: at(payload, 'pull_request'),
    sender: at(payload, 'sender'),
    writtenAt: at(review, 'submitted_at'),
  });
};
