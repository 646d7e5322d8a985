// The part of GitHub's GraphQL schema that the App may ask: its roots and mutations.
import type { Call } from '../route.ts';
import type { Reaction, Repository } from '../state.ts';
import { commentEntity, reviewCommentEntity, reviewEntity } from './comment-entities.ts';
import { Entity, FieldError, type Inputs, type Result, type Schema } from './execute.ts';
import { pullEntity, repositoryEntity, threadEntity } from './pull-entities.ts';
import { assertMay, type Scope, scopeOf, visible } from './scope.ts';

/** The schema as one caller sees it. */
export function schemaFor(call: Call): Schema {
  return {
    query: new Entity('Query', {
      repository: (inputs) => repositoryEntity(scopeOf(call, inputs)),
      node: (inputs) => nodeOf(call, String(inputs.id)),
      rateLimit: () => rateLimitEntity(call),
      nodes: (inputs) => [inputs.ids ?? []].flat().map((id) => nodeOf(call, String(id))),
    }),
    mutation: new Entity('Mutation', {
      resolveReviewThread: (inputs) => setResolved(call, inputs, true),
      unresolveReviewThread: (inputs) => setResolved(call, inputs, false),
      addReaction: (inputs) => changeReaction(call, inputs, true),
      removeReaction: (inputs) => changeReaction(call, inputs, false),
    }),
  };
}

function rateLimitEntity(call: Call): Entity {
  const limit = call.world.limits.requests;
  return new Entity('RateLimit', {
    limit: () => limit,
    cost: () => 1,
    used: () => 0,
    remaining: () => limit,
    nodeCount: () => 1,
    resetAt: () => new Date(call.world.clock() + 3_600_000).toISOString(),
  });
}

/** Whatever of a repository carries a node id that starts with a prefix. */
function find<T extends { readonly id: number }>(
  call: Call,
  id: string,
  prefix: string,
  of: (repository: Repository) => Iterable<T>,
): { readonly scope: Scope; readonly found: T } | null {
  if (!id.startsWith(prefix)) return null;
  for (const repository of call.world.repositories.values()) {
    if (!visible(call, repository)) continue;
    for (const found of of(repository))
      if (`${prefix}${found.id}` === id) return { scope: { call, repository }, found };
  }
  return null;
}

function unresolvable(id: string): FieldError {
  return new FieldError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

function nodeOf(call: Call, id: string): Result {
  const repository = find(call, id, 'R_', (each) => [each]);
  if (repository !== null) return repositoryEntity(repository.scope);
  const pull = find(call, id, 'PR_', (each) => each.pulls.values());
  if (pull !== null) return pullEntity(pull.scope, pull.found);
  const review = find(call, id, 'PRR_', (each) => each.reviews);
  if (review !== null) return reviewEntity(review.found);
  const comment = find(call, id, 'IC_', (each) => each.comments);
  if (comment !== null) return commentEntity(comment.found);
  const line = find(call, id, 'PRRC_', (each) => each.reviewComments);
  if (line !== null) return reviewCommentEntity(line.found);
  throw unresolvable(id);
}

function inputOf(inputs: Inputs): Inputs {
  const { input } = inputs;
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Inputs) : {};
}

/** GitHub asks for `contents: write` here, not for `pull_requests: write`. */
function setResolved(call: Call, inputs: Inputs, resolved: boolean): Entity {
  const id = String(inputOf(inputs).threadId);
  const thread = find(call, id, 'PRRT_', (each) => each.reviewComments);
  if (thread === null) throw unresolvable(id);
  assertMay(thread.scope, { contents: 'write' });
  thread.found.resolved = resolved;
  return new Entity(resolved ? 'ResolveReviewThreadPayload' : 'UnresolveReviewThreadPayload', {
    clientMutationId: () => null,
    thread: () => threadEntity(thread.scope, thread.found),
  });
}

const REACTIONS: Readonly<Record<string, string>> = {
  THUMBS_UP: '+1',
  THUMBS_DOWN: '-1',
  LAUGH: 'laugh',
  HOORAY: 'hooray',
  CONFUSED: 'confused',
  HEART: 'heart',
  ROCKET: 'rocket',
  EYES: 'eyes',
};

function changeReaction(call: Call, inputs: Inputs, add: boolean): Entity {
  const { subjectId, content } = inputOf(inputs);
  const id = String(subjectId);
  const subject =
    find(call, id, 'IC_', (each) => each.comments) ??
    find(call, id, 'PRR_', (each) => each.reviews) ??
    find(call, id, 'PRRC_', (each) => each.reviewComments);
  const wanted = REACTIONS[String(content)];
  if (subject === null || wanted === undefined) throw unresolvable(id);
  assertMay(subject.scope, { pull_requests: 'write' });
  const reactions: Reaction[] = subject.found.reactions;
  const at = reactions.findIndex((each) => each.content === wanted && each.user.id === call.world.bot.id);
  if (!add && at >= 0) reactions.splice(at, 1);
  if (add && at < 0) {
    const { world } = call;
    reactions.push({ id: world.nextId(), content: wanted, user: world.bot, createdAt: world.now() });
  }
  return new Entity(add ? 'AddReactionPayload' : 'RemoveReactionPayload', {
    clientMutationId: () => null,
    reaction: () => new Entity('Reaction', { content: () => String(content) }),
  });
}
