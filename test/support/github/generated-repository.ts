// Makes small bare repositories for tests, in one run of git each.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Text or bytes of a plain file; or with a mode (`120000` a symlink, `160000` a submodule's commit id). */
export type FileContent =
  | string
  | Uint8Array
  | { readonly mode: string; readonly content: string | Uint8Array };

export interface NewCommit {
  /** Names the commit for `parents` and in the answer. */
  readonly name: string;
  /** The branch that stands on it afterwards. */
  readonly branch: string;
  /** Names of earlier commits; by default the one before on any branch. An empty list starts a history. */
  readonly parents?: readonly string[];
  /** Paths that change; null removes one. */
  readonly files: Readonly<Record<string, FileContent | null>>;
}

export interface GeneratedRepository {
  readonly gitDir: string;
  /** Commit ids by the names given. */
  readonly commits: ReadonlyMap<string, string>;
  /** Commit ids by branches, as git lists them. */
  readonly branches: Readonly<Record<string, string>>;
  /** The id of a commit by its name; throws where there is none. */
  id(name: string): string;
  remove(): Promise<void>;
}

/** Writes commits into a new bare repository in the system's folder for temporary files. */
export async function generateRepository(commits: readonly NewCommit[]): Promise<GeneratedRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-repository-'));
  const gitDir = join(folder, 'repository.git');
  await makeEmpty(gitDir);
  const marks = join(folder, 'marks');
  await git(
    ['--git-dir', gitDir, 'fast-import', '--quiet', `--export-marks=${marks}`],
    importStream(commits),
  );
  const ids = idsByMark(await readFile(marks, 'utf8'));
  const named = new Map(commits.map((commit, at) => [commit.name, ids.get(at + 1) ?? '']));
  return {
    gitDir,
    commits: named,
    branches: Object.fromEntries(
      // The last commit on a branch is its tip.
      [...new Map(commits.map(({ name, branch }) => [branch, named.get(name) ?? '']))].sort(([a], [b]) =>
        a < b ? -1 : 1,
      ),
    ),
    id: (name) => {
      const id = named.get(name);
      if (id === undefined) throw new Error(`there is no commit ${name}`);
      return id;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What `git init --bare` makes that git cannot do without. */
async function makeEmpty(gitDir: string): Promise<void> {
  for (const name of ['objects', 'refs']) await mkdir(join(gitDir, name), { recursive: true });
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
  await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
}

/** Lines of `:MARK ID`. */
function idsByMark(lines: string): ReadonlyMap<number, string> {
  return new Map(
    [...lines.matchAll(/^:(\d+) ([0-9a-f]+)$/gm)].map(([, mark, id = '']) => [Number(mark), id]),
  );
}

function importStream(commits: readonly NewCommit[]): Buffer {
  const parts: Uint8Array[] = [];
  const write = (part: string | Uint8Array): void => {
    parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  };
  const data = (content: string | Uint8Array): void => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    write(`data ${bytes.length}\n`);
    write(bytes);
    write('\n');
  };
  const marks = new Map(commits.map((commit, at) => [commit.name, at + 1]));
  for (const [at, commit] of commits.entries()) {
    const before = commits[at - 1]?.name;
    const parents = commit.parents ?? (before === undefined ? [] : [before]);
    if (parents.length === 0) write(`reset refs/heads/${commit.branch}\n`);
    write(`commit refs/heads/${commit.branch}\nmark :${at + 1}\n`);
    write(`committer Ada <ada@example.com> ${1_750_000_000 + at} +0000\n`);
    data(commit.name);
    for (const [index, parent] of parents.entries())
      write(`${index === 0 ? 'from' : 'merge'} :${marks.get(parent) ?? 0}\n`);
    for (const [path, content] of Object.entries(commit.files)) writeEntry(write, data, path, content);
    write('\n');
  }
  return Buffer.concat(parts);
}

function writeEntry(
  write: (part: string) => void,
  data: (content: string | Uint8Array) => void,
  path: string,
  content: FileContent | null,
): void {
  const quoted = JSON.stringify(path);
  if (content === null) {
    write(`D ${quoted}\n`);
    return;
  }
  const plain = typeof content === 'string' || content instanceof Uint8Array;
  const [mode, bytes] = plain ? ['100644', content] : [content.mode, content.content];
  if (mode === '160000') {
    write(`M 160000 ${String(bytes)} ${quoted}\n`);
    return;
  }
  write(`M ${mode} inline ${quoted}\n`);
  data(bytes);
}

function git(options: readonly string[], input: Buffer): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn('git', options, { stdio: ['pipe', 'inherit', 'inherit'] });
    child.on('error', failed);
    child.on('close', (code) => {
      if (code === 0) done();
      else failed(new Error(`git ${options.join(' ')} ended with ${code}`));
    });
    child.stdin.end(input);
  });
}
