// The world as GitHub's REST answers and webhook payloads spell it.
import type { FileDiff } from './diff.ts';
import type { Commit } from './git.ts';
import type { JsonObject, JsonValue } from './http.ts';
import {
  type Account,
  type CheckRun,
  type CheckSuite,
  fullName,
  type GitHubApp,
  type Installation,
  type IssueComment,
  type PullRequest,
  type Reaction,
  type Repository,
  type Review,
  type ReviewComment,
  type Role,
  type World,
} from './state.ts';

export function accountView(world: World, account: Account): JsonObject {
  return {
    login: account.login,
    id: account.id,
    node_id: `U_${account.id}`,
    avatar_url: `${world.url}/avatars/${account.id}`,
    gravatar_id: '',
    url: `${world.url}/users/${account.login}`,
    html_url: `${world.url}/${account.login}`,
    type: account.type,
    site_admin: false,
  };
}

export function appView(world: World, app: GitHubApp): JsonObject {
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    owner: accountView(world, world.account('app-owner', 'Organization')),
    name: app.name,
    description: '',
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationView(world: World, installation: Installation): JsonObject {
  return {
    id: installation.id,
    account: accountView(world, installation.account),
    repository_selection: 'all',
    access_tokens_url: `${world.url}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: world.app.events,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    single_file_name: null,
    suspended_at: installation.suspended ? world.now() : null,
    suspended_by: null,
  };
}

export function repositoryView(world: World, repository: Repository): JsonObject {
  const name = fullName(repository);
  const url = `${world.url}/repos/${name}`;
  return {
    id: repository.id,
    node_id: `R_${repository.id}`,
    name: repository.name,
    full_name: name,
    private: repository.private,
    owner: accountView(world, repository.owner),
    html_url: `${world.url}/${name}`,
    description: null,
    fork: false,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    pulls_url: `${url}/pulls{/number}`,
    trees_url: `${url}/git/trees{/sha}`,
    clone_url: `${world.url}/${name}.git`,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    pushed_at: repository.createdAt,
    archived: false,
    disabled: false,
    default_branch: repository.defaultBranch,
    visibility: repository.private ? 'private' : 'public',
    topics: [],
  };
}

/** The fork that a head lies in: a repository that exists only as far as a payload names it. */
function forkView(world: World, repository: Repository, owner: Account): JsonObject {
  const name = `${owner.login}/${repository.name}`;
  return {
    ...repositoryView(world, repository),
    id: repository.id * 1000 + owner.id,
    full_name: name,
    owner: accountView(world, owner),
    html_url: `${world.url}/${name}`,
    url: `${world.url}/repos/${name}`,
    fork: true,
  };
}

/** A pull request as lists and payloads show it. */
export function pullView(world: World, repository: Repository, pull: PullRequest): JsonObject {
  const url = `${world.url}/repos/${fullName(repository)}`;
  const headOwner = pull.fork ?? repository.owner;
  const here = repositoryView(world, repository);
  const headRepository = pull.fork === null ? here : forkView(world, repository, pull.fork);
  const html = `${world.url}/${fullName(repository)}/pull/${pull.number}`;
  return {
    url: `${url}/pulls/${pull.number}`,
    id: pull.id,
    node_id: `PR_${pull.id}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${url}/issues/${pull.number}`,
    commits_url: `${url}/pulls/${pull.number}/commits`,
    review_comments_url: `${url}/pulls/${pull.number}/comments`,
    comments_url: `${url}/issues/${pull.number}/comments`,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    active_lock_reason: null,
    title: pull.title,
    user: accountView(world, pull.author),
    body: pull.body,
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === 'closed' ? pull.updatedAt : null,
    merged_at: pull.merged ? pull.updatedAt : null,
    merge_commit_sha: null,
    draft: pull.draft,
    author_association: pull.fork === null ? 'MEMBER' : 'CONTRIBUTOR',
    auto_merge: null,
    head: {
      label: `${headOwner.login}:${pull.headRef}`,
      ref: pull.headRef,
      sha: pull.headSha,
      user: accountView(world, headOwner),
      repo: pull.forkDeleted ? null : headRepository,
    },
    base: {
      label: `${repository.owner.login}:${pull.base}`,
      ref: pull.base,
      sha: pull.baseSha,
      user: accountView(world, repository.owner),
      repo: here,
    },
  };
}

/** The counts that only a single pull request's answer and its payloads hold. */
export function pullCounts(
  repository: Repository,
  pull: PullRequest,
  files: readonly FileDiff[],
  commits: number,
): JsonObject {
  const sum = (count: (file: FileDiff) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    merged: pull.merged,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: null,
    comments: repository.comments.filter((each) => each.number === pull.number).length,
    review_comments: repository.reviewComments.filter((each) => each.number === pull.number).length,
    maintainer_can_modify: false,
    commits,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changed_files: files.length,
  };
}

/** Files as `pulls/files` and `compare` list them; patches stop where the answer has enough lines. */
export function fileViews(
  world: World,
  repository: Repository,
  ref: string,
  files: readonly FileDiff[],
): readonly JsonObject[] {
  const url = `${world.url}/repos/${fullName(repository)}`;
  let linesLeft = world.limits.patchLines;
  return files.map((file) => {
    linesLeft -= file.patch === '' ? 0 : file.patch.split('\n').length;
    const shown = file.patch !== '' && linesLeft >= 0 && file.patch.length <= world.limits.patchBytes;
    const path = file.path.split('/').map(encodeURIComponent).join('/');
    // GitHub counts nothing in a row whose patch it did not make.
    const [additions, deletions] = linesLeft >= 0 ? [file.additions, file.deletions] : [0, 0];
    return {
      sha: file.sha,
      filename: file.path,
      status: file.status,
      additions,
      deletions,
      changes: additions + deletions,
      blob_url: `${world.url}/${fullName(repository)}/blob/${ref}/${path}`,
      raw_url: `${world.url}/${fullName(repository)}/raw/${ref}/${path}`,
      contents_url: `${url}/contents/${path}?ref=${ref}`,
      ...(shown ? { patch: file.patch } : {}),
      ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
    };
  });
}

export function commitView(world: World, repository: Repository, commit: Commit): JsonObject {
  const url = `${world.url}/repos/${fullName(repository)}`;
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${url}/commits/${commit.sha}`,
    html_url: `${world.url}/${fullName(repository)}/commit/${commit.sha}`,
    commit: {
      author: { ...commit.author },
      committer: { ...commit.committer },
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
    },
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}` })),
  };
}

export function checkSuiteView(world: World, repository: Repository, suite: CheckSuite): JsonObject {
  const runs = repository.checkRuns.filter((each) => each.suite.id === suite.id);
  const done = runs.length > 0 && runs.every((each) => each.status === 'completed');
  const worst = runs.find((each) => each.conclusion !== 'success')?.conclusion ?? 'success';
  return {
    id: suite.id,
    node_id: `CS_${suite.id}`,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: done ? 'completed' : 'queued',
    conclusion: done ? worst : null,
    url: `${world.url}/repos/${fullName(repository)}/check-suites/${suite.id}`,
    before: null,
    after: suite.headSha,
    pull_requests: headsAt(world, repository, suite.headSha),
    app: appView(world, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    latest_check_runs_count: runs.length,
  };
}

export function checkRunView(world: World, repository: Repository, run: CheckRun): JsonObject {
  const url = `${world.url}/repos/${fullName(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: `CR_${run.id}`,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${world.url}/${fullName(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${world.url}/apps/${run.app.slug}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appView(world, run.app),
    pull_requests: headsAt(world, repository, run.headSha),
  };
}

/** Open pull requests of a head, forks left out: GitHub does not list them. */
function headsAt(world: World, repository: Repository, sha: string): readonly JsonValue[] {
  const repo = {
    id: repository.id,
    url: `${world.url}/repos/${fullName(repository)}`,
    name: repository.name,
  };
  return [...repository.pulls.values()]
    .filter((pull) => pull.headSha === sha && pull.fork === null && pull.state === 'open')
    .map((pull) => ({
      url: `${repo.url}/pulls/${pull.number}`,
      id: pull.id,
      number: pull.number,
      head: { ref: pull.headRef, sha: pull.headSha, repo },
      base: { ref: pull.base, sha: pull.baseSha, repo },
    }));
}

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
    original_commit_id: comment.commit,
    user: accountView(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: `${pulls}/${comment.number}`,
    author_association: associationOf(repository, comment.author),
    _links: { self: { href: `${pulls}/comments/${comment.id}` }, html: { href: html } },
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startSide,
    line: comment.line,
    original_line: comment.line,
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

/** What an account may do; without a role of its own, what anybody may. */
export function roleOf(repository: Repository, account: Account): Role {
  if (account.id === repository.owner.id) return 'admin';
  return repository.roles.get(account.login.toLowerCase()) ?? (repository.private ? 'none' : 'read');
}
