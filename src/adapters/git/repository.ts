import { AppError, type ChangedPath, type Tree } from '../../domain/index.ts';
import type { BlobSource } from '../../engine/ports.ts';
import { GitBlobs } from './blobs.ts';
import { askGit, failed, type GitPlace, lastLine, runGit } from './command.ts';
import { DiskBlobs } from './disk-blobs.ts';
import { parseChanges, parseLineAge, parseTree } from './listings.ts';
import { type Located, locate } from './locate.ts';
import { type Lookup, ObjectReader } from './object-reader.ts';
import { nameOfRemote } from './remote.ts';
import { optionsWithoutFilters, readIndexTree, readWorkingTree } from './working-tree.ts';

export interface OpenOptions {
  /** A folder of the repository, the current one by default. */
  readonly directory?: string;
  /** A git directory; alone, commits are read without a work tree. */
  readonly gitDir?: string;
  /** The largest blob that is read, in bytes; 5 MB by default. */
  readonly largestBlobBytes?: number;
  /** What will be asked first: git is started for it while the repository is looked for. */
  readonly soon?: 'commits' | 'working-tree';
}

/** The commit that made a line what it is, and the day in UTC on which it was committed. */
export interface LineAge {
  readonly commit: string;
  readonly day: string;
}

/** A git repository that is only read. Every failure is an AppError whose message says what, where and what to do. */
export interface Repository {
  readonly gitDir: string;
  /** False where commits are read without a work tree. */
  readonly hasWorkTree: boolean;
  /** The folder whose files the tree's paths start from; null without a work tree. */
  readonly workTree: string | null;
  /** The full id of the commit that a revision names. Throws `git-unknown-revision`. */
  resolveCommit(revision: string): Promise<string>;
  /** The merge base of two commit ids; null where their histories never meet. Throws `git-shallow` where that is unknown. */
  mergeBase(one: string, other: string): Promise<string | null>;
  tree(commit: string): Promise<Tree>;
  /** Paths that differ from one commit to the other, renames not followed. */
  changes(base: string, head: string): Promise<readonly ChangedPath[]>;
  /** Since when a line of a file is as it is at a commit; null where that is not known here: no such line, or a shallow clone that begins later. */
  lineAge(commit: string, path: string, line: number): Promise<LineAge | null>;
  /** What the next commit would hold. */
  indexTree(): Promise<Tree>;
  /** Tracked and untracked files as they are on disk, ignored ones left out. Throws `git-no-work-tree`. */
  workingTree(): Promise<Tree>;
  /** `owner/name` of the remote `origin`, or null where it has no such address. */
  remoteName(): Promise<string | null>;
  /** Blobs of every tree that this repository gave; those of the working tree once `workingTree` has listed them. */
  readonly blobs: BlobSource;
  /** Ends the processes that read objects; the repository is not used after it. */
  close(): void;
}

/** As far as a quick look goes; what is parsed is smaller. */
const LARGEST_BLOB_BYTES = 32 * 1024 * 1024;
const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Opens the repository of a folder or git directory. Throws `git-no-repository`, `git-unsafe-owner`, `git-missing`. */
export async function openRepository(options: OpenOptions = {}): Promise<Repository> {
  const early: Early = {};
  try {
    const located = await locate(options, (place) => startEarly(options.soon, place, early));
    return new GitRepository(located, options.largestBlobBytes ?? LARGEST_BLOB_BYTES, early);
  } catch (error) {
    early.sizes?.close();
    throw error;
  }
}

/** What was started before the repository was found. */
interface Early {
  sizes?: ObjectReader;
  withoutFilters?: Promise<readonly string[]>;
}

function startEarly(soon: OpenOptions['soon'], place: GitPlace, early: Early): void {
  if (soon === 'commits') {
    early.sizes = new ObjectReader(place, 'check');
    early.sizes.warm();
  } else if (soon === 'working-tree') {
    early.withoutFilters = optionsWithoutFilters(place);
    // Where there is no repository, nobody waits for this answer.
    early.withoutFilters.catch(() => {});
  }
}

class GitRepository implements Repository {
  readonly gitDir: string;
  readonly hasWorkTree: boolean;
  readonly blobs: DiskBlobs;
  readonly workTree: string | null;
  readonly #place: GitPlace;
  readonly #isShallow: boolean;
  readonly #sizes: ObjectReader;
  readonly #contents: ObjectReader;
  readonly #withoutFilters: Promise<readonly string[]> | undefined;

  constructor(located: Located, largestBlobBytes: number, early: Early) {
    this.gitDir = located.gitDir;
    this.hasWorkTree = located.workTree !== null;
    this.workTree = located.workTree;
    this.#place = located.place;
    this.#isShallow = located.isShallow;
    this.#sizes = early.sizes ?? new ObjectReader(located.place, 'check');
    this.#withoutFilters = early.withoutFilters;
    this.#contents = new ObjectReader(located.place, 'contents');
    const readers = { sizes: this.#sizes, contents: this.#contents };
    this.blobs = new DiskBlobs(new GitBlobs(readers, largestBlobBytes), largestBlobBytes);
  }

  async resolveCommit(revision: string): Promise<string> {
    // Names go to git on standard input, so none is ever an option; a line break would make two of one.
    if (revision === '' || revision.startsWith('-') || /[\0\r\n]/.test(revision)) {
      throw this.#unknown(revision);
    }
    const [found] = await this.#sizes.look([`${revision}^{commit}`]);
    if (found?.kind !== 'object' || found.object.type !== 'commit') throw this.#unknown(revision, found);
    return found.object.id;
  }

  async mergeBase(one: string, other: string): Promise<string | null> {
    const command = ['merge-base', requireCommitId(one), requireCommitId(other)];
    const { code, output, complaint } = await askGit(this.#place, command);
    if (code === 0) return output.toString('latin1').trim();
    if (code !== 1) throw failed(command, this.#place, lastLine(complaint));
    if (!this.#isShallow) return null;
    throw new AppError(
      'git-shallow',
      `No common ancestor of ${short(one)} and ${short(other)} is in ${this.gitDir}, which is a shallow clone: ` +
        'run `git fetch --unshallow` (in GitHub Actions: `fetch-depth: 0`), then try again.',
    );
  }

  async tree(commit: string): Promise<Tree> {
    // Without a work tree, content comes from git, and soon.
    if (!this.hasWorkTree) this.#contents.warm();
    return parseTree(
      await runGit(this.#place, ['ls-tree', '-r', '-z', '--full-tree', requireCommitId(commit)]),
    );
  }

  async changes(base: string, head: string): Promise<readonly ChangedPath[]> {
    const options = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-ext-diff', '--no-textconv'];
    // Submodules are compared by the commit they name; nothing is looked up inside them.
    const command = ['diff-tree', ...options, '--ignore-submodules=none', '--submodule=short'];
    return parseChanges(
      await runGit(this.#place, [...command, requireCommitId(base), requireCommitId(head)]),
    );
  }

  async lineAge(commit: string, path: string, line: number): Promise<LineAge | null> {
    const options = ['--porcelain', '--no-textconv', `-L${line},${line}`];
    const command = ['blame', ...options, requireCommitId(commit), '--', path];
    const { code, output } = await askGit(this.#place, command);
    return code === 0 ? parseLineAge(output.toString('utf8'), this.#isShallow) : null;
  }

  indexTree(): Promise<Tree> {
    return readIndexTree(this.#place, this.blobs);
  }

  async workingTree(): Promise<Tree> {
    if (this.workTree !== null)
      return await readWorkingTree(this.#place, this.workTree, this.blobs, this.#withoutFilters);
    throw new AppError(
      'git-no-work-tree',
      `${this.gitDir} is read without a work tree: name the commit to judge with --head.`,
    );
  }

  async remoteName(): Promise<string | null> {
    // 1: there is no such remote.
    const { code, output } = await askGit(this.#place, ['config', '-z', '--get', 'remote.origin.url']);
    return code === 0 ? nameOfRemote(output.toString('utf8').replace(/\0$/, '')) : null;
  }

  close(): void {
    this.#sizes.close();
    this.#contents.close();
  }

  #unknown(revision: string, found?: Lookup): AppError {
    const shown = JSON.stringify(revision.length > 200 ? `${revision.slice(0, 200)}…` : revision);
    const why = found?.kind === 'fatal' ? ` (git: ${found.why})` : '';
    if (revision === 'HEAD')
      return new AppError(
        'git-unknown-revision',
        `The branch that is checked out in ${this.gitDir} has no commit${why}: make one first, or judge the working tree.`,
      );
    const remedy = this.#isShallow
      ? 'this is a shallow clone, so fetch it (`git fetch --unshallow`), or check the spelling'
      : 'fetch it, or check the spelling';
    return new AppError(
      'git-unknown-revision',
      `The revision ${shown} names no commit in ${this.gitDir}${why}: ${remedy}.`,
    );
  }
}

function requireCommitId(id: string): string {
  if (!COMMIT_ID.test(id)) throw new TypeError(`not a full commit id: ${JSON.stringify(id)}`);
  return id;
}

function short(id: string): string {
  return id.slice(0, 12);
}
