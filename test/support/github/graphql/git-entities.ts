// Commits, trees, entries and blobs as GraphQL shows them.
import type { Commit, TreeEntry } from '../git.ts';
import type { Limits, Repository } from '../state.ts';
import { commitOf } from '../state.ts';
import { Entity, FieldError, type Inputs } from './execute.ts';

/** What git entities are read from, and whether the caller may see content. */
export interface GitView {
  readonly repository: Repository;
  readonly limits: Limits;
  readonly mayRead: boolean;
}

const BINARY_PREFIX = 8000;

/** Throws what GitHub answers where the token lacks `contents`. */
export function assertReadable(view: GitView): void {
  if (!view.mayRead) throw new FieldError('FORBIDDEN', 'Resource not accessible by integration');
}

/** `object(expression:)` and `object(oid:)`: a commit, tree or blob, or null. */
export async function objectEntity(view: GitView, inputs: Inputs): Promise<Entity | null> {
  assertReadable(view);
  const { git } = view.repository;
  const expression = String(inputs.oid ?? inputs.expression ?? '');
  const colon = expression.indexOf(':');
  if (colon < 0) {
    const sha = await commitOf(view.repository, expression);
    if (sha !== null) return commitEntity(view, sha);
    if (!/^[0-9a-f]{40}$/.test(expression)) return null;
    const object = await git.object(expression);
    return object === null ? null : entityOf(view, object.type, object.sha);
  }
  const sha = await commitOf(view.repository, expression.slice(0, colon) || 'HEAD');
  const root = sha === null ? null : await git.object(`${sha}^{tree}`);
  if (root === null) return null;
  const path = expression.slice(colon + 1).replace(/\/+$/, '');
  if (path === '') return treeEntity(view, root.sha, '');
  const entry = (await git.paths(root.sha)).get(path);
  return entry === undefined ? null : entityOf(view, entry.type, entry.sha, path);
}

function entityOf(
  view: GitView,
  type: string,
  sha: string,
  path = '',
): Promise<Entity | null> | Entity | null {
  if (type === 'blob') return blobEntity(view, sha);
  if (type === 'tree') return treeEntity(view, sha, path);
  // A submodule's commit is not of this repository.
  return type === 'commit' && path === '' ? commitEntity(view, sha) : null;
}

export async function commitEntity(view: GitView, sha: string): Promise<Entity | null> {
  const commit = await view.repository.git.commit(sha);
  return commit === null ? null : entityOfCommit(view, commit);
}

function entityOfCommit(view: GitView, commit: Commit): Entity {
  const { git } = view.repository;
  return new Entity('Commit', {
    id: () => `C_${commit.sha}`,
    oid: () => commit.sha,
    abbreviatedOid: () => commit.sha.slice(0, 7),
    message: () => commit.message,
    messageHeadline: () => commit.message.split('\n')[0] ?? '',
    committedDate: () => commit.committer.date,
    authoredDate: () => commit.author.date,
    tree: () => treeEntity(view, commit.tree, ''),
    file: async (inputs) => {
      assertReadable(view);
      const entry = (await git.paths(commit.tree)).get(String(inputs.path));
      return entry === undefined ? null : entryEntity(view, entry, entry.path);
    },
  });
}

function treeEntity(view: GitView, sha: string, prefix: string): Entity {
  return new Entity('Tree', {
    id: () => `T_${sha}`,
    oid: () => sha,
    abbreviatedOid: () => sha.slice(0, 7),
    entries: async () => {
      assertReadable(view);
      const entries = await view.repository.git.entries(sha, false);
      return entries.map((each) =>
        entryEntity(view, each, prefix === '' ? each.path : `${prefix}/${each.path}`),
      );
    },
  });
}

function entryEntity(view: GitView, entry: TreeEntry, path: string): Entity {
  return new Entity('TreeEntry', {
    name: () => path.slice(path.lastIndexOf('/') + 1),
    path: () => path,
    // GitHub shows the octal mode as a decimal number: 33188 for 100644.
    mode: () => Number.parseInt(entry.mode, 8),
    type: () => entry.type,
    oid: () => entry.sha,
    size: () => entry.size ?? 0,
    object: () => entityOf(view, entry.type, entry.sha, path),
  });
}

/** Text is cut at GitHub's limit, and what is no UTF-8 comes out replaced; binary content has none. */
function blobEntity(view: GitView, sha: string): Entity {
  const bytes = once(async () => (await view.repository.git.blob(sha)) ?? Buffer.alloc(0));
  const isBinary = async (): Promise<boolean> => (await bytes()).subarray(0, BINARY_PREFIX).includes(0);
  const limit = view.limits.graphqlText;
  return new Entity('Blob', {
    id: () => `B_${sha}`,
    oid: () => sha,
    abbreviatedOid: () => sha.slice(0, 7),
    byteSize: async () => (await bytes()).length,
    isBinary,
    isTruncated: async () => (await bytes()).length > limit,
    text: async () => ((await isBinary()) ? null : (await bytes()).subarray(0, limit).toString('utf8')),
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
