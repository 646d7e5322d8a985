// Reviews of pull requests and the comments on their lines.

import { reviewCommentView, reviewView } from '../comment-views.ts';
import { type Answer, created, HttpProblem, notFound, ok, paginate, unprocessable } from '../http.ts';
import { anchorOf, assertBody, type CommentBody } from '../review-rules.ts';
import { numberOf, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import type { PullRequest, Review, ReviewComment } from '../state.ts';
import { pullOf } from './pulls.ts';

interface ReviewBody {
  readonly commit_id?: string;
  readonly body?: string;
  readonly event?: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  readonly comments?: readonly CommentBody[];
}

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

/** The commit that a review stands on: the head, unless an older commit of the pull request is named. */
async function reviewedCommit(
  call: RepositoryCall,
  pull: PullRequest,
  asked: string | undefined,
): Promise<string> {
  if (asked === undefined || asked === pull.headSha) return pull.headSha;
  const commits = await call.repository.git.between(pull.baseSha, pull.headSha);
  if (!commits.includes(asked))
    throw unprocessable('Unprocessable Entity', ['The commit_id is not part of the pull request']);
  return asked;
}

async function createReview(call: RepositoryCall): Promise<Answer> {
  const { world, repository } = call;
  const pull = pullOf(call);
  const body = (call.body ?? {}) as ReviewBody;
  assertUnlocked(pull);
  if (body.event !== undefined && body.event !== 'APPROVE') assertBody(body.body);
  if (body.event === 'APPROVE' && pull.author.id === world.bot.id)
    throw unprocessable('Unprocessable Entity', ['Can not approve your own pull request']);
  const commit = await reviewedCommit(call, pull, body.commit_id);
  const base = (await repository.git.mergeBase(pull.baseSha, commit)) ?? pull.baseSha;
  // A patch that GitHub does not show has no lines to stand on.
  const files = (await repository.git.diff(base, commit)).map((file) =>
    file.patch.length > world.limits.patchBytes ? { ...file, hunks: [] } : file,
  );
  // All comments are checked before anything is written: GitHub takes a review whole or not at all.
  const anchors = (body.comments ?? []).map((comment) => ({ comment, anchor: anchorOf(files, comment) }));
  const review: Review = {
    id: world.nextId(),
    number: pull.number,
    author: world.bot,
    commit,
    submittedAt: world.now(),
    state: body.event === undefined ? 'PENDING' : STATES[body.event],
    body: body.body ?? '',
    reactions: [],
  };
  repository.reviews.push(review);
  for (const { comment, anchor } of anchors) {
    const { hunk, ...place } = anchor;
    repository.reviewComments.push({
      id: world.nextId(),
      number: pull.number,
      review,
      author: world.bot,
      path: comment.path,
      commit,
      originalCommit: commit,
      ...place,
      originalLine: place.line,
      originalStartLine: place.startLine,
      diffHunk: hunk,
      inReplyTo: null,
      createdAt: world.now(),
      updatedAt: world.now(),
      body: comment.body,
      resolved: false,
      reactions: [],
    });
  }
  world.happened({ kind: 'review', action: 'submitted', repository, pull, review });
  return ok(reviewView(world, repository, review));
}

function assertUnlocked(pull: PullRequest): void {
  if (pull.locked) throw new HttpProblem(403, 'Unable to create comment because issue is locked.');
}

function listReviews(call: RepositoryCall): Answer {
  const pull = pullOf(call);
  const found = call.repository.reviews.filter((each) => each.number === pull.number);
  const { items, headers } = paginate(found, call.address);
  return { status: 200, headers, body: items.map((each) => reviewView(call.world, call.repository, each)) };
}

function reviewOf(call: RepositoryCall): Review {
  const id = numberOf(call, 'review_id');
  const found = call.repository.reviews.find((each) => each.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function updateReview(call: RepositoryCall): Answer {
  const review = reviewOf(call);
  const { body } = call.body as { readonly body: string };
  assertOwn(call, review.author.id);
  review.body = body;
  return ok(reviewView(call.world, call.repository, review));
}

function assertOwn(call: RepositoryCall, author: number): void {
  if (author !== call.world.bot.id) throw new HttpProblem(403, 'Resource not accessible by integration');
}

function listComments(call: RepositoryCall, comments: readonly ReviewComment[]): Answer {
  const ascending = call.address.searchParams.get('direction') !== 'desc';
  const { items, headers } = paginate(ascending ? comments : comments.toReversed(), call.address);
  const views = items.map((each) => reviewCommentView(call.world, call.repository, each));
  return { status: 200, headers, body: views };
}

function listOfPull(call: RepositoryCall): Answer {
  const pull = pullOf(call);
  return listComments(
    call,
    call.repository.reviewComments.filter((each) => each.number === pull.number),
  );
}

function listOfReview(call: RepositoryCall): Answer {
  const review = reviewOf(call);
  return listComments(
    call,
    call.repository.reviewComments.filter((each) => each.review.id === review.id),
  );
}

/** The review comment that the address names. */
export function reviewCommentOf(call: RepositoryCall): ReviewComment {
  const id = numberOf(call, 'comment_id');
  const found = call.repository.reviewComments.find((each) => each.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function updateComment(call: RepositoryCall): Answer {
  const comment = reviewCommentOf(call);
  const { body } = call.body as { readonly body: string };
  assertOwn(call, comment.author.id);
  assertBody(body);
  comment.body = body;
  comment.updatedAt = call.world.now();
  return ok(reviewCommentView(call.world, call.repository, comment));
}

function reply(call: RepositoryCall): Answer {
  const { world, repository } = call;
  const pull = pullOf(call);
  const first = reviewCommentOf(call);
  const { body } = call.body as { readonly body: string };
  assertUnlocked(pull);
  assertBody(body);
  const comment: ReviewComment = {
    ...first,
    id: world.nextId(),
    author: world.bot,
    inReplyTo: first.inReplyTo ?? first,
    createdAt: world.now(),
    updatedAt: world.now(),
    body,
    reactions: [],
  };
  repository.reviewComments.push(comment);
  return created(reviewCommentView(world, repository, comment));
}

const READ = { pull_requests: 'read' } as const;
const WRITE = { pull_requests: 'write' } as const;

export const REVIEW_ROUTES: readonly Route[] = [
  repositoryRoute('POST', '/pulls/{pull_number}/reviews', WRITE, createReview),
  repositoryRoute('GET', '/pulls/{pull_number}/reviews', READ, listReviews),
  repositoryRoute('PUT', '/pulls/{pull_number}/reviews/{review_id}', WRITE, updateReview),
  repositoryRoute('GET', '/pulls/{pull_number}/reviews/{review_id}/comments', READ, listOfReview),
  repositoryRoute('GET', '/pulls/{pull_number}/comments', READ, listOfPull),
  repositoryRoute('POST', '/pulls/{pull_number}/comments/{comment_id}/replies', WRITE, reply),
  repositoryRoute('GET', '/pulls/comments/{comment_id}', READ, (call) =>
    ok(reviewCommentView(call.world, call.repository, reviewCommentOf(call))),
  ),
  repositoryRoute('PATCH', '/pulls/comments/{comment_id}', WRITE, updateComment),
];
