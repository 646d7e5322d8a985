import type { EventReader } from './act.ts';
import { type CommentAction, readCommentEvent } from './comment.ts';
import { at } from './payload.ts';

/** A dismissed review keeps its words. */
const ACTIONS: Readonly<Record<string, CommentAction>> = { submitted: 'written', edited: 'edited' };

/** What somebody wrote over a whole review, once it is submitted. Edited and dismissed ones never act. */
export const readPullRequestReview: EventReader = (payload, action) => {
  const did = ACTIONS[action ?? ''];
  if (did === undefined) return [];
  const comment = at(payload, 'review');
  const pull = at(payload, 'pull_request');
  const parts = { comment, pull, sender: at(payload, 'sender'), writtenAt: at(comment, 'submitted_at') };
  return readCommentEvent(did, { source: 'review', ...parts }, at(payload, 'changes'));
};
