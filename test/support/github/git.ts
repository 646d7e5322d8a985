// Reads a bare repository by git's plumbing. Never writes: the repository may be somebody's mirror.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { type FileDiff, parsePatches, parseRaw } from './diff.ts';
import { ShortHistories } from './short-histories.ts';

const run = promisify(execFile);
const ANSWER_LIMIT = 1024 * 1024 * 1024;
/** Answers kept; a large repository's tree takes megabytes. */
const REMEMBERED = 100;

export interface GitObject {
  readonly sha: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes; null for what is no blob. */
  readonly size: number | null;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** UTC, as GitHub writes it. */
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

/** One bare repository. Answers are remembered by object id; names are looked up anew each time. */
export class GitReader {
  readonly gitDir: string;
  readonly #remembered = new Map<string, Promise<unknown>>();
  readonly #histories = new ShortHistories((sha) => this.commit(sha));
  #batch: ObjectStream | null = null;

  constructor(gitDir: string) {
    this.gitDir = gitDir;
  }

  /** The object that a revision names, or null. */
  async object(revision: string): Promise<GitObject | null> {
    if (/[\n\0]/.test(revision) || revision === '') return null;
    this.#batch ??= new ObjectStream(gitArguments(this.gitDir, ['cat-file', '--batch']));
    return this.#batch.read(revision);
  }

  /** The commit id that a name or id stands for, or null. */
  async resolve(revision: string): Promise<string | null> {
    return (await this.object(`${revision}^{commit}`))?.sha ?? null;
  }

  /** The branches that the repository has now, by name. */
  async branches(): Promise<Readonly<Record<string, string>>> {
    const listing = await this.#run([
      'for-each-ref',
      '--format=%(objectname) %(refname:lstrip=2)',
      'refs/heads',
    ]);
    const pairs = lines(listing).map((line) => [
      line.slice(line.indexOf(' ') + 1),
      line.slice(0, line.indexOf(' ')),
    ]);
    return Object.fromEntries(pairs);
  }

  async commit(sha: string): Promise<Commit | null> {
    const object = await this.object(`${sha}^{commit}`);
    return object === null ? null : parseCommit(object);
  }

  async blob(sha: string): Promise<Buffer | null> {
    const object = await this.object(sha);
    return object?.type === 'blob' ? object.bytes : null;
  }

  /** What a tree holds, directories included, in git's order. */
  entries(tree: string, recursive: boolean): Promise<readonly TreeEntry[]> {
    return this.#remember(`entries ${tree} ${recursive}`, async () => {
      const options = recursive ? ['-r', '-t'] : [];
      return parseTree(await this.#run(['ls-tree', '-z', '-l', ...options, tree]));
    });
  }

  /** A recursive tree by path. */
  paths(tree: string): Promise<ReadonlyMap<string, TreeEntry>> {
    return this.#remember(`paths ${tree}`, async () => {
      const entries = await this.entries(tree, true);
      return new Map(entries.map((entry) => [entry.path, entry]));
    });
  }

  /** One merge base of two commits, or null where their histories never meet. */
  mergeBase(one: string, other: string): Promise<string | null> {
    return this.#remember(`merge-base ${one} ${other}`, async () => {
      const found = await this.#histories.mergeBase(one, other);
      if (found !== undefined) return found;
      try {
        return (await this.#run(['merge-base', one, other])).trim();
      } catch (error) {
        if (exitCode(error) === 1) return null;
        throw error;
      }
    });
  }

  /** Commits reachable from `to` and not from `from`, oldest first. */
  between(from: string, to: string): Promise<readonly string[]> {
    return this.#remember(`between ${from} ${to}`, async () => {
      const found = await this.#histories.between(from, to);
      return found ?? lines(await this.#run(['rev-list', '--reverse', '--topo-order', `${from}..${to}`]));
    });
  }

  /** Commits reachable from a commit that changed a path, newest first. */
  async history(from: string, path: string | null, limit: number): Promise<readonly string[]> {
    const paths = path === null ? [] : [path];
    return lines(await this.#run(['rev-list', `--max-count=${limit}`, from, '--', ...paths]));
  }

  /** The files that differ between two commits or trees, renames found as `git diff -M` does, patches included. */
  diff(base: string, head: string): Promise<readonly FileDiff[]> {
    return this.#remember(`diff ${base} ${head}`, async () => {
      const options = ['-r', '-M', '--full-index', '--no-color', '--no-ext-diff', '--no-textconv'];
      const both = ['--raw', '-p', '-z', base, head];
      const output = await this.#run(['-c', 'diff.renameLimit=1000', 'diff-tree', ...options, ...both]);
      // The listing ends with an empty field.
      const end = output.startsWith(':') ? output.indexOf('\0\0') : 0;
      return parsePatches(parseRaw(output.slice(0, end)), output.slice(end + 2));
    });
  }

  /** A gzipped tar archive of a commit, made by git as GitHub makes it (`export-ignore` holds). */
  archive(sha: string, prefix: string): Readable {
    const child = spawn(
      'git',
      gitArguments(this.gitDir, ['archive', '--format=tar.gz', `--prefix=${prefix}/`, sha]),
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: environment(),
      },
    );
    return child.stdout;
  }

  close(): void {
    this.#batch?.close();
    this.#batch = null;
  }

  async #run(options: readonly string[]): Promise<string> {
    const { stdout } = await run('git', gitArguments(this.gitDir, options), {
      maxBuffer: ANSWER_LIMIT,
      env: environment(),
    });
    return stdout;
  }

  #remember<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(key);
    // The key names the maker, so what it gave is of this type.
    if (known !== undefined) return known as Promise<T>;
    const made = make();
    this.#remembered.set(key, made);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    return made;
  }
}

function gitArguments(gitDir: string, options: readonly string[]): string[] {
  return ['--git-dir', gitDir, '-c', 'safe.directory=*', '-c', 'core.quotePath=false', ...options];
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}

function exitCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function parseTree(listing: string): readonly TreeEntry[] {
  return listing
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const tab = record.indexOf('\t');
      const [mode = '', type = '', sha = '', size = ''] = record.slice(0, tab).split(/ +/);
      return {
        path: record.slice(tab + 1),
        mode,
        // git prints exactly these three.
        type: type as TreeEntry['type'],
        sha,
        size: size === '-' ? null : Number(size),
      };
    });
}

function parseCommit(object: GitObject): Commit {
  const text = object.bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = lines(text.slice(0, end));
  const values = (name: string): readonly string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    sha: object.sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parsePerson(values('author')[0] ?? ''),
    committer: parsePerson(values('committer')[0] ?? ''),
    message: text.slice(end + 2).trimEnd(),
  };
}

function parsePerson(line: string): Person {
  const [open, close] = [line.indexOf('<'), line.lastIndexOf('>')];
  const seconds = Number.parseInt(line.slice(close + 2), 10);
  return {
    name: line.slice(0, open).trim(),
    email: line.slice(open + 1, close),
    date: new Date((Number.isFinite(seconds) ? seconds : 0) * 1000).toISOString().replace('.000Z', 'Z'),
  };
}

/** One `git cat-file --batch` that answers in the order it was asked. */
class ObjectStream {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: {
    readonly done: (object: GitObject | null) => void;
    readonly failed: (error: Error) => void;
  }[] = [];
  #chunks: Buffer[] = [];
  #held = 0;
  /** The header that was read, while its content is on the way. */
  #header: { readonly sha: string; readonly type: string; readonly size: number } | null = null;

  constructor(options: readonly string[]) {
    this.#child = spawn('git', options, { stdio: ['pipe', 'pipe', 'ignore'], env: environment() });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.on('close', () => this.#fail(new Error('git cat-file ended')));
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.stdin.on('error', (error) => this.#fail(error));
  }

  read(revision: string): Promise<GitObject | null> {
    return new Promise((done, failed) => {
      this.#waiting.push({ done, failed });
      this.#child.stdin.write(`${revision}\n`);
    });
  }

  close(): void {
    this.#child.stdin.end();
  }

  #fail(error: Error): void {
    for (const { failed } of this.#waiting.splice(0)) failed(error);
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#step()) {
      // Each step settles one answer or reads one header.
    }
  }

  /** Joins what came only when there is something to cut off, so that a large blob costs one copy. */
  #step(): boolean {
    if (this.#header !== null) {
      const { size, sha, type } = this.#header;
      if (this.#held < size + 1) return false;
      const bytes = this.#cut(size);
      this.#cut(1);
      this.#header = null;
      this.#waiting.shift()?.done({ sha, type, bytes });
      return true;
    }
    const end = Buffer.concat(this.#chunks).indexOf(0x0a);
    if (end < 0) return false;
    const line = this.#cut(end).toString('utf8');
    this.#cut(1);
    const header = /^([0-9a-f]{40,64}) ([a-z]+) ([0-9]+)$/.exec(line);
    if (header === null) this.#waiting.shift()?.done(null);
    else this.#header = { sha: header[1] ?? '', type: header[2] ?? '', size: Number(header[3]) };
    return true;
  }

  #cut(length: number): Buffer {
    const all =
      this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(length)];
    this.#held -= length;
    return Buffer.from(all.subarray(0, length));
  }
}
