// The part of GitHub's GraphQL schema that the App may ask: repositories, pull requests, threads, reactions.

import { covers } from '../permissions.ts';
import type { Call, Needs } from '../route.ts';
import { changesOf } from '../routes/pulls.ts';
import {
  type Account,
  fullName,
  type IssueComment,
  type PullRequest,
  type Reaction,
  type Repository,
  type Review,
  type ReviewComment,
} from '../state.ts';
import { connection } from './connection.ts';
import { Entity, FieldError, type Inputs, type Result, type Schema } from './execute.ts';
import { assertReadable, commitEntity, type GitView, objectEntity } from './git-entities.ts';

interface Scope {
  readonly call: Call;
  readonly repository: Repository;
}

/** The schema as one caller sees it. */
export function schemaFor(call: Call): Schema {
  return {
    query: new Entity('Query', {
      repository: (inputs) => repositoryEntity(scopeOf(call, inputs)),
      node: (inputs) => nodeOf(call, String(inputs.id)),
      rateLimit: () => rateLimitEntity(call),
      viewer: () => accountEntity(call.world.bot),
    }),
    mutation: new Entity('Mutation', {
      resolveReviewThread: (inputs) => setResolved(call, inputs, true),
      unresolveReviewThread: (inputs) => setResolved(call, inputs, false),
      addReaction: (inputs) => changeReaction(call, inputs, true),
      removeReaction: (inputs) => changeReaction(call, inputs, false),
    }),
    interfaces: {
      GitObject: ['Commit', 'Tree', 'Blob'],
      Actor: ['User', 'Bot', 'Organization'],
      RepositoryOwner: ['User', 'Organization'],
      Node: [
        'Repository',
        'PullRequest',
        'Commit',
        'Blob',
        'Tree',
        'IssueComment',
        'PullRequestReview',
        'PullRequestReviewComment',
        'PullRequestReviewThread',
        'User',
        'Bot',
      ],
      Comment: ['IssueComment', 'PullRequestReview', 'PullRequestReviewComment', 'PullRequest'],
      Reactable: ['IssueComment', 'PullRequestReview', 'PullRequestReviewComment', 'PullRequest'],
    },
  };
}

function scopeOf(call: Call, inputs: Inputs): Scope {
  const name = `${inputs.owner}/${inputs.name}`;
  const key = name.toLowerCase();
  const repository = call.world.repositories.get(key) ?? call.world.renamed.get(key);
  if (repository === undefined || !visible(call, repository))
    throw new FieldError('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
  return { call, repository };
}

function visible({ caller }: Call, repository: Repository): boolean {
  return !repository.private || owns(caller, repository);
}

function owns(caller: Call['caller'], repository: Repository): boolean {
  if (caller.kind !== 'installation' || caller.installation.account.id !== repository.owner.id) return false;
  return caller.token.repositories === null || caller.token.repositories.includes(repository.id);
}

/** Whether the caller may do this here; everybody may read what is public. */
function may({ call, repository }: Scope, need: Needs): boolean {
  const { caller } = call;
  if (caller.kind !== 'installation') return false;
  if (owns(caller, repository)) return covers(caller.token.permissions, need);
  return !repository.private && Object.values(need).every((level) => level === 'read');
}

function assertMay(scope: Scope, need: Needs): void {
  if (!may(scope, need)) throw new FieldError('FORBIDDEN', 'Resource not accessible by integration');
}

function gitViewOf(scope: Scope): GitView {
  return {
    repository: scope.repository,
    limits: scope.call.world.limits,
    mayRead: may(scope, { contents: 'read' }),
  };
}

function repositoryEntity(scope: Scope): Entity {
  const { repository, call } = scope;
  const view = gitViewOf(scope);
  return new Entity('Repository', {
    id: () => `R_${repository.id}`,
    databaseId: () => repository.id,
    name: () => repository.name,
    nameWithOwner: () => fullName(repository),
    owner: () => accountEntity(repository.owner),
    isPrivate: () => repository.private,
    isArchived: () => false,
    isFork: () => false,
    isEmpty: () => repository.branches.size === 0,
    visibility: () => (repository.private ? 'PRIVATE' : 'PUBLIC'),
    url: () => `${call.world.url}/${fullName(repository)}`,
    defaultBranchRef: () => refEntity(view, repository.defaultBranch),
    ref: (inputs) => refEntity(view, String(inputs.qualifiedName).replace(/^refs\/heads\//, '')),
    object: (inputs) => objectEntity(view, inputs),
    pullRequest: (inputs) => pullOf(scope, Number(inputs.number)),
    pullRequests: (inputs) => pullsOf(scope, inputs),
  });
}

function refEntity(view: GitView, name: string): Entity | null {
  const sha = view.repository.branches.get(name);
  if (sha === undefined) return null;
  return new Entity('Ref', {
    id: () => `REF_${name}`,
    name: () => name,
    prefix: () => 'refs/heads/',
    target: () => {
      assertReadable(view);
      return commitEntity(view, sha);
    },
  });
}

function accountEntity(account: Account): Entity {
  const login = account.login.replace(/\[bot\]$/, '');
  return new Entity(account.type, {
    id: () => `U_${account.id}`,
    databaseId: () => account.id,
    // GraphQL leaves the `[bot]` of an App's login out.
    login: () => (account.type === 'Bot' ? login : account.login),
    url: () => `/${login}`,
  });
}

function pullOf(scope: Scope, number: number): Entity {
  assertMay(scope, { pull_requests: 'read' });
  const pull = scope.repository.pulls.get(number);
  if (pull === undefined)
    throw new FieldError('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
  return pullEntity(scope, pull);
}

function pullsOf(scope: Scope, inputs: Inputs): Entity {
  assertMay(scope, { pull_requests: 'read' });
  const states = inputs.states === undefined || inputs.states === null ? null : [inputs.states].flat();
  const found = [...scope.repository.pulls.values()]
    .filter((pull) => states === null || states.includes(stateOf(pull)))
    .filter((pull) => typeof inputs.headRefName !== 'string' || pull.headRef === inputs.headRefName)
    .filter((pull) => typeof inputs.baseRefName !== 'string' || pull.base === inputs.baseRefName);
  return connection(
    'pullRequests',
    'PullRequest',
    found.map((pull) => pullEntity(scope, pull)),
    inputs,
  );
}

function stateOf(pull: PullRequest): string {
  return pull.merged ? 'MERGED' : pull.state.toUpperCase();
}

function pullEntity(scope: Scope, pull: PullRequest): Entity {
  const { repository, call } = scope;
  const view = gitViewOf(scope);
  const headOwner = pull.fork ?? repository.owner;
  const files = (): ReturnType<typeof changesOf> => changesOf(repository, pull);
  const sum = async (of: 'additions' | 'deletions'): Promise<number> =>
    (await files()).reduce((total, file) => total + file[of], 0);
  return new Entity('PullRequest', {
    id: () => `PR_${pull.id}`,
    databaseId: () => pull.id,
    number: () => pull.number,
    state: () => stateOf(pull),
    closed: () => pull.state === 'closed',
    merged: () => pull.merged,
    isDraft: () => pull.draft,
    locked: () => pull.locked,
    title: () => pull.title,
    body: () => pull.body ?? '',
    url: () => `${call.world.url}/${fullName(repository)}/pull/${pull.number}`,
    createdAt: () => pull.createdAt,
    updatedAt: () => pull.updatedAt,
    author: () => accountEntity(pull.author),
    headRefName: () => pull.headRef,
    headRefOid: () => pull.headSha,
    headRef: () => (pull.fork === null ? refEntity(view, pull.headRef) : null),
    headRepository: () =>
      pull.forkDeleted ? null : pull.fork === null ? repositoryEntity(scope) : forkEntity(scope, pull.fork),
    headRepositoryOwner: () => (pull.forkDeleted ? null : accountEntity(headOwner)),
    isCrossRepository: () => pull.fork !== null,
    baseRefName: () => pull.base,
    baseRefOid: () => pull.baseSha,
    baseRef: () => refEntity(view, pull.base),
    baseRepository: () => repositoryEntity(scope),
    repository: () => repositoryEntity(scope),
    changedFiles: async () => (await files()).length,
    additions: () => sum('additions'),
    deletions: () => sum('deletions'),
    files: async (inputs) => filesOf(await files(), inputs),
    commits: (inputs) => commitsOf(view, pull, inputs),
    reviewThreads: (inputs) => threadsOf(scope, pull, inputs),
    reviews: (inputs) =>
      connection(
        'reviews',
        'PullRequestReview',
        ofPull(repository.reviews, pull).map((each) => reviewEntity(each)),
        inputs,
      ),
    comments: (inputs) =>
      connection(
        'comments',
        'IssueComment',
        ofPull(repository.comments, pull).map((each) => commentEntity(each)),
        inputs,
      ),
  });
}

function ofPull<T extends { readonly number: number }>(all: readonly T[], pull: PullRequest): readonly T[] {
  return all.filter((each) => each.number === pull.number);
}

/** A fork is known by name only. */
function forkEntity({ repository }: Scope, owner: Account): Entity {
  return new Entity('Repository', {
    id: () => `R_${repository.id * 1000 + owner.id}`,
    databaseId: () => repository.id * 1000 + owner.id,
    name: () => repository.name,
    nameWithOwner: () => `${owner.login}/${repository.name}`,
    owner: () => accountEntity(owner),
    isPrivate: () => repository.private,
    isFork: () => true,
  });
}

const CHANGE_TYPES = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  copied: 'COPIED',
  changed: 'CHANGED',
} as const;

function filesOf(files: Awaited<ReturnType<typeof changesOf>>, inputs: Inputs): Entity {
  const entities = files.map(
    (file) =>
      new Entity('PullRequestChangedFile', {
        path: () => file.path,
        additions: () => file.additions,
        deletions: () => file.deletions,
        changeType: () => CHANGE_TYPES[file.status],
      }),
  );
  return connection('files', 'PullRequestChangedFile', entities, inputs);
}

async function commitsOf(view: GitView, pull: PullRequest, inputs: Inputs): Promise<Entity> {
  const shas = await view.repository.git.between(pull.baseSha, pull.headSha);
  const entities = shas.map(
    (sha) =>
      new Entity('PullRequestCommit', { id: () => `PRC_${sha}`, commit: () => commitEntity(view, sha) }),
  );
  return connection('commits', 'PullRequestCommit', entities, inputs);
}

function threadsOf(scope: Scope, pull: PullRequest, inputs: Inputs): Entity {
  const first = ofPull(scope.repository.reviewComments, pull).filter((each) => each.inReplyTo === null);
  return connection(
    'reviewThreads',
    'PullRequestReviewThread',
    first.map((each) => threadEntity(scope, pull, each)),
    inputs,
  );
}

function threadEntity(scope: Scope, pull: PullRequest, first: ReviewComment): Entity {
  const comments = scope.repository.reviewComments.filter(
    (each) => each === first || each.inReplyTo === first,
  );
  return new Entity('PullRequestReviewThread', {
    id: () => `PRRT_${first.id}`,
    isResolved: () => first.resolved,
    isOutdated: () => first.commit !== pull.headSha,
    path: () => first.path,
    line: () => first.line,
    startLine: () => first.startLine,
    diffSide: () => first.side,
    comments: (inputs) =>
      connection(
        'comments',
        'PullRequestReviewComment',
        comments.map((each) => reviewCommentEntity(each)),
        inputs,
      ),
  });
}

function reviewEntity(review: Review): Entity {
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

function reviewCommentEntity(comment: ReviewComment): Entity {
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

function commentEntity(comment: IssueComment): Entity {
  return new Entity('IssueComment', {
    id: () => `IC_${comment.id}`,
    databaseId: () => comment.id,
    fullDatabaseId: () => String(comment.id),
    author: () => accountEntity(comment.author),
    body: () => comment.body,
    createdAt: () => comment.createdAt,
  });
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
  const pull = thread?.scope.repository.pulls.get(thread.found.number);
  if (thread === null || pull === undefined) throw unresolvable(id);
  assertMay(thread.scope, { contents: 'write' });
  thread.found.resolved = resolved;
  return new Entity(resolved ? 'ResolveReviewThreadPayload' : 'UnresolveReviewThreadPayload', {
    clientMutationId: () => null,
    thread: () => threadEntity(thread.scope, pull, thread.found),
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
