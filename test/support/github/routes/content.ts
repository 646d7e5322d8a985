// Commits, branches, trees, blobs, contents and archives.
import type { TreeEntry } from '../git.ts';
import { commitFile } from '../git-writer.ts';
import {
  type Answer,
  HttpProblem,
  type JsonObject,
  notFound,
  ok,
  pageOf,
  paginate,
  unprocessable,
} from '../http.ts';
import { fileViews, pullView } from '../pull-views.ts';
import { paramOf, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { commitOf, fullName } from '../state.ts';
import { accountView, commitView, roleOf } from '../views.ts';

const MEBIBYTE = 1024 * 1024;

function repositoryUrl(call: RepositoryCall): string {
  return `${call.world.url}/repos/${fullName(call.repository)}`;
}

function wantsRaw(call: RepositoryCall): boolean {
  return /application\/vnd\.github(\.[^.+;,]+)?\.raw/.test(call.headers.accept ?? '');
}

function raw(bytes: Uint8Array): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    body: bytes,
  };
}

/** Base64 in lines of 60 characters, as GitHub breaks it. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{60}/g, '$&\n');
}

/** The commit that a name stands for; throws GitHub's 404, or its 422 for an id that nothing has. */
async function commitNamed(call: RepositoryCall, ref: string): Promise<string> {
  const sha = await commitOf(call.repository, ref);
  if (sha !== null) return sha;
  if (/^[0-9a-f]{40}$/.test(ref)) throw unprocessable(`No commit found for SHA: ${ref}`);
  throw notFound();
}

function entryView(call: RepositoryCall, entry: TreeEntry): JsonObject {
  const kind = entry.type === 'tree' ? 'trees' : 'blobs';
  return {
    path: entry.path,
    mode: entry.mode,
    type: entry.type,
    sha: entry.sha,
    ...(entry.size === null ? {} : { size: entry.size }),
    ...(entry.type === 'commit' ? {} : { url: `${repositoryUrl(call)}/git/${kind}/${entry.sha}` }),
  };
}

async function showTree(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const asked = paramOf(call, 'tree_sha');
  const commit = await commitOf(call.repository, asked);
  const tree = await git.object(commit === null ? asked : `${commit}^{tree}`);
  if (tree?.type !== 'tree') throw notFound();
  const entries = await git.entries(tree.sha, call.address.searchParams.has('recursive'));
  const shown = entries.slice(0, call.world.limits.treeEntries);
  return ok({
    sha: tree.sha,
    url: `${repositoryUrl(call)}/git/trees/${tree.sha}`,
    tree: shown.map((entry) => entryView(call, entry)),
    truncated: shown.length < entries.length,
  });
}

async function showBlob(call: RepositoryCall): Promise<Answer> {
  const sha = paramOf(call, 'file_sha');
  const bytes = /^[0-9a-f]{40}$/.test(sha) ? await call.repository.git.blob(sha) : null;
  if (bytes === null) throw notFound();
  if (bytes.length > 100 * MEBIBYTE)
    throw new HttpProblem(403, 'This API returns blobs up to 100 MB in size.');
  if (wantsRaw(call)) return raw(bytes);
  return ok({
    sha,
    node_id: `B_${sha}`,
    size: bytes.length,
    url: `${repositoryUrl(call)}/git/blobs/${sha}`,
    content: base64(bytes),
    encoding: 'base64',
  });
}

async function showContents(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const path = (call.params.path ?? '').replace(/^\/+|\/+$/g, '');
  const commit = await commitOf(call.repository, call.address.searchParams.get('ref') ?? 'HEAD');
  if (commit === null) throw notFound(`No commit found for the ref ${call.address.searchParams.get('ref')}`);
  const root = await git.object(`${commit}^{tree}`);
  const entry = path === '' ? undefined : (await git.paths(root?.sha ?? '')).get(path);
  if (path === '' || entry?.type === 'tree') {
    const children = await git.entries(entry?.sha ?? root?.sha ?? '', false);
    return ok(
      children.map((each) => contentView(call, each, path === '' ? each.path : `${path}/${each.path}`)),
    );
  }
  if (entry === undefined) throw notFound();
  if (entry.type === 'commit') return ok({ ...contentView(call, entry, path), submodule_git_url: null });
  const bytes = (await git.blob(entry.sha)) ?? Buffer.alloc(0);
  if (bytes.length > 100 * MEBIBYTE)
    throw new HttpProblem(403, 'This API returns blobs up to 100 MB in size.');
  if (wantsRaw(call)) return raw(bytes);
  const whole = bytes.length <= MEBIBYTE;
  return ok({
    ...contentView(call, entry, path),
    content: whole ? base64(bytes) : '',
    encoding: whole ? 'base64' : 'none',
  });
}

function contentView(call: RepositoryCall, entry: TreeEntry, path: string): JsonObject {
  const types = { blob: 'file', tree: 'dir', commit: 'submodule' } as const;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: `${repositoryUrl(call)}/contents/${path}`,
    html_url: null,
    git_url: null,
    download_url: null,
    type: entry.mode === '120000' ? 'symlink' : types[entry.type],
  };
}

/** GitHub sends to another host, which gets no token; for a private repository the address carries a ticket. */
async function redirectToArchive(call: RepositoryCall): Promise<Answer> {
  const sha = await commitOf(call.repository, call.params.ref ?? 'HEAD');
  if (sha === null) throw notFound();
  const ticket = call.repository.private ? '?token=ticket' : '';
  const location = `${call.world.downloadsUrl}/${fullName(call.repository)}/legacy.tar.gz/${sha}${ticket}`;
  return { status: 302, headers: { location }, body: new Uint8Array() };
}

async function showCommit(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const commit = await git.commit(await commitNamed(call, paramOf(call, 'ref')));
  if (commit === null) throw notFound();
  const parent = commit.parents[0];
  const files = parent === undefined ? [] : await git.diff(parent, commit.sha);
  const { items, headers } = paginate(files.slice(0, 3000), call.address);
  return {
    status: 200,
    headers,
    body: {
      ...commitView(call.world, call.repository, commit),
      files: fileViews(call.world, call.repository, commit.sha, items),
    },
  };
}

async function listCommits(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository;
  const query = call.address.searchParams;
  const sha = await commitOf(call.repository, query.get('sha') ?? 'HEAD');
  if (sha === null) throw notFound();
  const { page, perPage } = pageOf(query);
  // One more than is shown tells whether there is another page.
  const all = await git.history(sha, query.get('path'), page * perPage + 1);
  const { items, headers } = paginate(all, call.address);
  const commits = await Promise.all(items.map((each) => git.commit(each)));
  return {
    status: 200,
    headers,
    body: commits.flatMap((each) => (each === null ? [] : [commitView(call.world, call.repository, each)])),
  };
}

async function showGitCommit(call: RepositoryCall): Promise<Answer> {
  const commit = await call.repository.git.commit(paramOf(call, 'commit_sha'));
  if (commit === null) throw notFound();
  const { sha, author, committer, message, tree, parents } = commit;
  return ok({
    sha,
    author: { ...author },
    committer: { ...committer },
    message,
    tree: { sha: tree },
    parents: parents.map((each) => ({ sha: each })),
  });
}

/** GitHub's list is empty for heads in forks. */
function listPullsOfCommit(call: RepositoryCall): Answer {
  const sha = paramOf(call, 'commit_sha');
  const found = [...call.repository.pulls.values()].filter(
    (pull) => pull.headSha === sha && pull.fork === null,
  );
  const { items, headers } = paginate(found, call.address);
  return { status: 200, headers, body: items.map((pull) => pullView(call.world, call.repository, pull)) };
}

async function showBranch(call: RepositoryCall): Promise<Answer> {
  const name = paramOf(call, 'branch');
  const sha = call.repository.branches.get(name);
  const commit = sha === undefined ? null : await call.repository.git.commit(sha);
  if (commit === null) throw notFound('Branch not found');
  return ok({ name, commit: commitView(call.world, call.repository, commit), protected: false });
}

function listBranches(call: RepositoryCall): Answer {
  const all = [...call.repository.branches].map(([name, sha]) => ({
    name,
    commit: { sha },
    protected: false,
  }));
  const { items, headers } = paginate(all, call.address);
  return { status: 200, headers, body: items };
}

async function showRef(call: RepositoryCall): Promise<Answer> {
  const ref = `refs/${paramOf(call, 'ref')}`;
  const sha = await commitOf(call.repository, ref);
  if (sha === null) throw notFound();
  return ok({
    ref,
    node_id: `REF_${ref}`,
    url: `${repositoryUrl(call)}/git/${ref}`,
    object: { type: 'commit', sha },
  });
}

/** The old permission names fold `maintain` and `triage`; `role_name` keeps them. */
function showPermission(call: RepositoryCall): Answer {
  const account = call.world.findAccount(paramOf(call, 'username'));
  if (account === undefined) throw notFound(`${paramOf(call, 'username')} is not a user`);
  const role = roleOf(call.repository, account);
  const folded = {
    admin: 'admin',
    maintain: 'write',
    write: 'write',
    triage: 'read',
    read: 'read',
    none: 'none',
  };
  return ok({ permission: folded[role], role_name: role, user: accountView(call.world, account) });
}

/** Commits one file to a branch. The events of such a push are for the test to send. */
async function putContents(call: RepositoryCall): Promise<Answer> {
  const { repository } = call;
  const { message, content, branch, sha } = call.body as {
    readonly message: string;
    readonly content: string;
    readonly branch?: string;
    readonly sha?: string;
  };
  const path = call.params.path ?? '';
  const name = branch ?? repository.defaultBranch;
  const parent = repository.branches.get(name);
  if (parent === undefined) throw notFound(`Branch ${name} not found`);
  const root = await repository.git.object(`${parent}^{tree}`);
  const there = (await repository.git.paths(root?.sha ?? '')).get(path);
  if (there !== undefined && sha === undefined)
    throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (there?.sha !== sha) throw new HttpProblem(409, `${path} does not match ${sha}`);
  const commit = commitFile(repository.git.gitDir, {
    parent,
    path,
    content: Buffer.from(content, 'base64'),
    message,
    author: `${call.world.app.slug}[bot]`,
  });
  repository.branches.set(name, commit);
  const made = await repository.git.commit(commit);
  return {
    status: there === undefined ? 201 : 200,
    body: { content: { path }, commit: { sha: commit, message: made?.message ?? message } },
  };
}

const READ = { contents: 'read' } as const;

export const CONTENT_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/git/trees/{tree_sha}', READ, showTree),
  repositoryRoute('GET', '/git/blobs/{file_sha}', READ, showBlob),
  repositoryRoute('GET', '/git/commits/{commit_sha}', READ, showGitCommit),
  repositoryRoute('GET', '/git/ref/{ref}', READ, showRef),
  repositoryRoute('GET', '/contents/{path}', READ, showContents),
  repositoryRoute('PUT', '/contents/{path}', { contents: 'write' }, putContents),
  repositoryRoute('GET', '/contents/', READ, showContents),
  repositoryRoute('GET', '/tarball/{ref}', READ, redirectToArchive),
  repositoryRoute('GET', '/tarball', READ, redirectToArchive),
  repositoryRoute('GET', '/branches', READ, listBranches),
  repositoryRoute('GET', '/branches/{branch}', READ, showBranch),
  repositoryRoute('GET', '/commits', READ, listCommits),
  repositoryRoute('GET', '/commits/{commit_sha}/pulls', { pull_requests: 'read' }, listPullsOfCommit),
  repositoryRoute('GET', '/commits/{ref}', READ, showCommit),
  repositoryRoute('GET', '/collaborators/{username}/permission', { metadata: 'read' }, showPermission),
];
