// Repositories, pull requests and their threads as GraphQL shows them.
import { changesOf } from '../routes/pulls.ts';
import { type Account, fullName, type PullRequest, type ReviewComment } from '../state.ts';
import { accountEntity } from './account-entity.ts';
import { commentEntity, reviewCommentEntity, reviewEntity } from './comment-entities.ts';
import { connection } from './connection.ts';
import { Entity, FieldError, type Inputs } from './execute.ts';
import { assertReadable, commitEntity, type GitView, objectEntity } from './git-entities.ts';
import { assertMay, gitViewOf, type Scope } from './scope.ts';

export function repositoryEntity(scope: Scope): Entity {
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
    mergeQueue: (inputs) => queueOf(scope, String(inputs.branch)),
  });
}

/** Null for a branch without a queue. */
function queueOf(scope: Scope, branch: string): Entity | null {
  assertMay(scope, { merge_queues: 'read' });
  const queue = scope.repository.queues.get(branch);
  if (queue === undefined) return null;
  const entries = queue.map(
    ({ pull, head }, index) =>
      new Entity('MergeQueueEntry', {
        id: () => `MQE_${pull.id}`,
        position: () => index + 1,
        headCommit: () => commitEntity(gitViewOf(scope), head),
        pullRequest: () => pullOf(scope, pull.number),
      }),
  );
  return new Entity('MergeQueue', {
    id: () => `MQ_${branch}`,
    entries: (inputs) => connection('entries', 'MergeQueueEntry', entries, inputs),
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

export function pullEntity(scope: Scope, pull: PullRequest): Entity {
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
    first.map((each) => threadEntity(scope, each)),
    inputs,
  );
}

export function threadEntity(scope: Scope, first: ReviewComment): Entity {
  const comments = scope.repository.reviewComments.filter(
    (each) => each === first || each.inReplyTo === first,
  );
  return new Entity('PullRequestReviewThread', {
    id: () => `PRRT_${first.id}`,
    isResolved: () => first.resolved,
    isOutdated: () => first.line === null,
    originalLine: () => first.originalLine,
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
