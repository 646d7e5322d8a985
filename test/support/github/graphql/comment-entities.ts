// Comments and reviews as GraphQL shows them.
import type { IssueComment, Review, ReviewComment } from '../state.ts';
import { accountEntity } from './account-entity.ts';
import { Entity } from './execute.ts';

export function reviewEntity(review: Review): Entity {
  return new Entity('PullRequestReview', {
    id: () => `PRR_${review.id}`,
    databaseId: () => review.id,
    fullDatabaseId: () => String(review.id),
    author: () => accountEntity(review.author),
    body: () => review.body,
    state: () => review.state,
    submittedAt: () => review.submittedAt,
  });
}

export function reviewCommentEntity(comment: ReviewComment): Entity {
  return new Entity('PullRequestReviewComment', {
    id: () => `PRRC_${comment.id}`,
    databaseId: () => comment.id,
    fullDatabaseId: () => String(comment.id),
    author: () => accountEntity(comment.author),
    body: () => comment.body,
    path: () => comment.path,
    line: () => comment.line,
    startLine: () => comment.startLine,
    createdAt: () => comment.createdAt,
  });
}

export function commentEntity(comment: IssueComment): Entity {
  return new Entity('IssueComment', {
    id: () => `IC_${comment.id}`,
    databaseId: () => comment.id,
    fullDatabaseId: () => String(comment.id),
    author: () => accountEntity(comment.author),
    body: () => comment.body,
    createdAt: () => comment.createdAt,
  });
}
