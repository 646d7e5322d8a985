import type { Octokit } from '@octokit/rest';
import type { Tree, TreeEntry } from '../../domain/index.ts';
import type { RepositoryRef } from './api.ts';
import { failure, hasCode } from './errors.ts';
import { inParallel } from './in-parallel.ts';
import { fileMode } from './modes.ts';
import { fromGitHub } from './paths.ts';
import { unknownCommit } from './repository-query.ts';

const MOST_AT_ONCE = 4;

/** Reads every file of a commit; a tree that GitHub cuts is read folder by folder. Throws `inconsistent`. */
export async function readTree(octokit: Octokit, repository: RepositoryRef, commit: string): Promise<Tree> {
  const files = new Map<string, TreeEntry>();
  try {
    await readInto(files, '', commit, { octokit, repository });
  } catch (error) {
    throw hasCode(error, 'not-found') ? unknownCommit(commit, repository) : error;
  }
  return files;
}

interface TreesGiven {
  readonly octokit: Octokit;
  readonly repository: RepositoryRef;
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

async function readInto(
  files: Map<string, TreeEntry>,
  prefix: string,
  id: string,
  given: TreesGiven,
): Promise<void> {
  const whole = await ask(id, true, given);
  if (!whole.truncated) {
    addFiles(files, prefix, whole.entries);
    return;
  }
  const top = await ask(id, false, given);
  if (top.truncated)
    throw failure(
      'too-large',
      `GitHub does not list all entries of the folder ${prefix === '' ? 'at the root' : prefix}.`,
    );
  addFiles(files, prefix, top.entries);
  const folders = top.entries.filter((entry) => entry.type === 'tree');
  await inParallel(folders, MOST_AT_ONCE, (folder) =>
    readInto(files, `${prefix}${folder.path}/`, folder.sha, given),
  );
}

async function ask(
  id: string,
  recursive: boolean,
  { octokit, repository }: TreesGiven,
): Promise<{ readonly entries: readonly Entry[]; readonly truncated: boolean }> {
  const { data } = await octokit.rest.git.getTree({
    owner: repository.owner,
    repo: repository.name,
    tree_sha: id,
    ...(recursive ? { recursive: '1' } : {}),
  });
  return { entries: data.tree, truncated: data.truncated };
}

function addFiles(files: Map<string, TreeEntry>, prefix: string, entries: readonly Entry[]): void {
  for (const { path, mode, sha } of entries) {
    const known = fileMode(mode);
    if (known !== null)
      files.set(freePath(fromGitHub(`${prefix}${path}`), sha, files), { mode: known, id: sha });
  }
}

/** GitHub shows bytes that are no UTF-8 as U+FFFD, so that two names may become one: neither content is left out for that. */
function freePath(path: string, id: string, files: ReadonlyMap<string, TreeEntry>): string {
  return files.has(path) ? `${path}\uFFFD${id}` : path;
}
