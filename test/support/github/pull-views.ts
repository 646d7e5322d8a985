// Pull requests and changed files as GitHub's REST answers and payloads spell them.
import type { FileDiff } from './diff.ts';
import type { JsonObject } from './http.ts';
import { type Account, fullName, type PullRequest, type Repository, type World } from './state.ts';
import { accountView, repositoryView } from './views.ts';

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
    review_comment_url: `${url}/pulls/comments{/number}`,
    comments_url: `${url}/issues/${pull.number}/comments`,
    statuses_url: `${url}/statuses/${pull.headSha}`,
    _links: {
      self: { href: `${url}/pulls/${pull.number}` },
      html: { href: html },
      issue: { href: `${url}/issues/${pull.number}` },
      comments: { href: `${url}/issues/${pull.number}/comments` },
      review_comments: { href: `${url}/pulls/${pull.number}/comments` },
      review_comment: { href: `${url}/pulls/comments{/number}` },
      commits: { href: `${url}/pulls/${pull.number}/commits` },
      statuses: { href: `${url}/statuses/${pull.headSha}` },
    },
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
