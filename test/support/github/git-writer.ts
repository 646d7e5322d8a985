// Makes a commit as GitHub does for somebody who edits a file there. Only in repositories that a test made for itself.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface NewFileCommit {
  readonly parent: string;
  readonly path: string;
  readonly content: Buffer;
  readonly message: string;
  readonly author: string;
}

/** The id of the new commit; no branch moves. */
export function commitFile(
  gitDir: string,
  { parent, path, content, message, author }: NewFileCommit,
): string {
  if (!gitDir.startsWith(tmpdir())) throw new Error(`${gitDir} is no repository of a test`);
  const scratch = mkdtempSync(join(tmpdir(), 'plinth-index-'));
  const identity = { NAME: author, EMAIL: `${author}@users.noreply.example`, DATE: '2026-01-01T00:00:00Z' };
  const people = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(identity).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  );
  const env = { ...process.env, ...Object.fromEntries(people), GIT_INDEX_FILE: join(scratch, 'index') };
  const git = (args: readonly string[], input: Buffer | string = ''): string =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { env, input, encoding: 'utf8' }).trim();
  try {
    git(['read-tree', parent]);
    const blob = git(['hash-object', '-w', '--stdin'], content);
    git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
    return git(['commit-tree', git(['write-tree']), '-p', parent], message);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
