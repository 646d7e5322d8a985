// Comments, reviews and reactions as GitHub's REST answers and payloads spell them.
import type { JsonObject } from './http.ts';
import {
  type Account,
  fullName,
  type IssueComment,
  type Reaction,
  type Repository,
  type Review,
  type ReviewComment,
  type World,
} from './state.ts';
import { accountView, appView } from './views.ts';

export function commentView(world: World, repository: Repository, comment: IssueComment): JsonObject {
  const url = `${world.url}/repos/${fullName(repository)}/issues`;
  const html = `${world.url}/${fullName(repository)}/pull/${comment.number}`;
  return {
    url: `${url}/comments/${comment.id}`,
    html_url: `${html}#issuecomment-${comment.id}`,
    issue_url: `${url}/${comment.number}`,
    id: comment.id,
    node_id: `IC_${comment.id}`,
    user: accountView(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(repository, comment.author),
    body: comment.body,
    reactions: reactionCounts(comment.reactions),
    performed_via_github_app: comment.app === null ? null : appView(world, comment.app),
  };
}

export function reviewView(world: World, repository: Repository, review: Review): JsonObject {
  const html = `${world.url}/${fullName(repository)}/pull/${review.number}`;
  const pull = `${world.url}/repos/${fullName(repository)}/pulls/${review.number}`;
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: accountView(world, review.author),
    body: review.body,
    state: review.state,
    html_url: `${html}#pullrequestreview-${review.id}`,
    pull_request_url: pull,
    author_association: associationOf(repository, review.author),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
}

export function reviewCommentView(world: World, repository: Repository, comment: ReviewComment): JsonObject {
  const pulls = `${world.url}/repos/${fullName(repository)}/pulls`;
  const html = `${world.url}/${fullName(repository)}/pull/${comment.number}#discussion_r${comment.id}`;
  return {
    url: `${pulls}/comments/${comment.id}`,
    pull_request_review_id: comment.review.id,
    id: comment.id,
    node_id: `PRRC_${comment.id}`,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commit,
    original_commit_id: comment.originalCommit,
    user: accountView(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: `${pulls}/${comment.number}`,
    author_association: associationOf(repository, comment.author),
    _links: { self: { href: `${pulls}/comments/${comment.id}` }, html: { href: html } },
    start_line: comment.startLine,
    original_start_line: comment.originalStartLine,
    start_side: comment.startSide,
    line: comment.line,
    original_line: comment.originalLine,
    side: comment.side,
    subject_type: 'line',
    reactions: reactionCounts(comment.reactions),
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo.id }),
  };
}

export function reactionView(world: World, reaction: Reaction): JsonObject {
  return {
    id: reaction.id,
    node_id: `REA_${reaction.id}`,
    user: accountView(world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function reactionCounts(reactions: readonly Reaction[]): JsonObject {
  const contents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'eyes', 'rocket'];
  const counts = contents.map(
    (content) => [content, reactions.filter((each) => each.content === content).length] as const,
  );
  return { total_count: reactions.length, ...Object.fromEntries(counts) };
}

function associationOf(repository: Repository, account: Account): string {
  if (account.id === repository.owner.id) return 'OWNER';
  return repository.roles.has(account.login.toLowerCase()) ? 'COLLABORATOR' : 'NONE';
}
