// Comments on the conversation of a pull request, and reactions to comments.

import { commentView, reactionView } from '../comment-views.ts';
import { type Answer, created, HttpProblem, notFound, ok, paginate, unprocessable } from '../http.ts';
import { type Needs, numberOf, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import type { IssueComment, Reaction } from '../state.ts';
import { reviewCommentOf } from './reviews.ts';

const BODY_CHARACTERS = 65_536;

function commentOf(call: RepositoryCall): IssueComment {
  const id = numberOf(call, 'comment_id');
  const found = call.repository.comments.find((each) => each.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function assertCommentBody(body: string): void {
  if (body.trim() === '')
    throw unprocessable('Validation Failed', [
      { resource: 'IssueComment', code: 'missing_field', field: 'body' },
    ]);
  if ([...body].length > BODY_CHARACTERS)
    throw unprocessable('Validation Failed', [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body is too long' },
    ]);
}

function createComment(call: RepositoryCall): Answer {
  const { world, repository } = call;
  const number = numberOf(call, 'issue_number');
  const pull = repository.pulls.get(number);
  if (pull === undefined) throw notFound();
  if (pull.locked) throw new HttpProblem(403, 'Unable to create comment because issue is locked.');
  const { body } = call.body as { readonly body: string };
  assertCommentBody(body);
  const comment: IssueComment = {
    id: world.nextId(),
    number,
    author: world.bot,
    app: world.app,
    createdAt: world.now(),
    updatedAt: world.now(),
    body,
    reactions: [],
  };
  repository.comments.push(comment);
  world.happened({ kind: 'comment', action: 'created', repository, pull, comment });
  return created(commentView(world, repository, comment));
}

function listComments(call: RepositoryCall): Answer {
  const number = numberOf(call, 'issue_number');
  if (!call.repository.pulls.has(number)) throw notFound();
  const since = call.address.searchParams.get('since') ?? '';
  const found = call.repository.comments.filter((each) => each.number === number && each.updatedAt >= since);
  const { items, headers } = paginate(found, call.address);
  return { status: 200, headers, body: items.map((each) => commentView(call.world, call.repository, each)) };
}

function updateComment(call: RepositoryCall): Answer {
  const comment = commentOf(call);
  const { body } = call.body as { readonly body: string };
  if (comment.author.id !== call.world.bot.id)
    throw new HttpProblem(403, 'Resource not accessible by integration');
  assertCommentBody(body);
  comment.body = body;
  comment.updatedAt = call.world.now();
  return ok(commentView(call.world, call.repository, comment));
}

type Find = (call: RepositoryCall) => { readonly reactions: Reaction[] };

/** GitHub answers 200 where the same reaction is there already. */
function react(call: RepositoryCall, find: Find): Answer {
  const { content } = call.body as { readonly content: string };
  const { reactions } = find(call);
  const known = reactions.find((each) => each.content === content && each.user.id === call.world.bot.id);
  if (known !== undefined) return ok(reactionView(call.world, known));
  const reaction: Reaction = {
    id: call.world.nextId(),
    content,
    user: call.world.bot,
    createdAt: call.world.now(),
  };
  reactions.push(reaction);
  return created(reactionView(call.world, reaction));
}

function unreact(call: RepositoryCall, find: Find): Answer {
  const { reactions } = find(call);
  const id = numberOf(call, 'reaction_id');
  const at = reactions.findIndex((each) => each.id === id && each.user.id === call.world.bot.id);
  if (at < 0) throw notFound();
  reactions.splice(at, 1);
  return { status: 204 };
}

function listReactions(call: RepositoryCall, find: Find): Answer {
  const { items, headers } = paginate(find(call).reactions, call.address);
  return { status: 200, headers, body: items.map((each) => reactionView(call.world, each)) };
}

function reactionRoutes(
  prefix: string,
  find: Find,
  read: readonly Needs[],
  write: readonly Needs[],
): Route[] {
  const path = `${prefix}/comments/{comment_id}/reactions`;
  return [
    repositoryRoute('GET', path, read, (call) => listReactions(call, find)),
    repositoryRoute('POST', path, write, (call) => react(call, find)),
    repositoryRoute('DELETE', `${path}/{reaction_id}`, write, (call) => unreact(call, find)),
  ];
}

/** On a pull request's conversation either permission will do. */
const READ: readonly Needs[] = [{ issues: 'read' }, { pull_requests: 'read' }];
const WRITE: readonly Needs[] = [{ issues: 'write' }, { pull_requests: 'write' }];

export const COMMENT_ROUTES: readonly Route[] = [
  repositoryRoute('POST', '/issues/{issue_number}/comments', WRITE, createComment),
  repositoryRoute('GET', '/issues/{issue_number}/comments', READ, listComments),
  repositoryRoute('GET', '/issues/comments/{comment_id}', READ, (call) =>
    ok(commentView(call.world, call.repository, commentOf(call))),
  ),
  repositoryRoute('PATCH', '/issues/comments/{comment_id}', WRITE, updateComment),
  ...reactionRoutes('/issues', commentOf, READ, WRITE),
  ...reactionRoutes('/pulls', reviewCommentOf, [{ pull_requests: 'read' }], [{ pull_requests: 'write' }]),
];
