import { realpathSync } from 'node:fs';
import { AppError, type FileMode, type Tree, type TreeEntry } from '../../domain/index.ts';
import { askGit, failed, type GitPlace, lastLine, runGit } from './command.ts';
import type { DiskBlobs } from './disk-blobs.ts';
import { type DiskFile, examine } from './disk-file.ts';
import { type DiskRecord, type IndexRecord, parseDiskChanges, parseFiles, parseIndex } from './listings.ts';
import { encodePath, splitRecords } from './paths.ts';

/** The id of the empty blob, for a repository of which no other id is known. */
const ANY_ID = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** The index, as the next commit would have it. Paths with unresolved conflicts cannot be read and say so. */
export async function readIndexTree(place: GitPlace, blobs: DiskBlobs): Promise<Tree> {
  const tree = new Map<string, TreeEntry>();
  for (const { path, entry, stage } of parseIndex(await runGit(place, ['ls-files', '-s', '-z']))) {
    if (stage === 0) tree.set(path, entry);
    else tree.set(path, { mode: entry.mode, id: blobs.addRefused(path, UNMERGED, entry.id) });
  }
  return tree;
}

const UNMERGED = {
  kind: 'missing',
  because: 'the index holds an unresolved conflict of it: resolve it and `git add` it',
} as const;

/**
 * The working tree: files that are tracked, and those that are neither tracked nor ignored, as they are on disk.
 *
 * Content that git knows to be unchanged is read from disk, as long as it hashes to its id there, or else from git; the rest is hashed without
 * filters or line end conversion.
 * What is there and cannot be read is listed, and reading it gives the reason. Repositories inside are left out.
 */
export async function readWorkingTree(
  place: GitPlace,
  top: string,
  blobs: DiskBlobs,
  withoutFilters: Promise<readonly string[]> = optionsWithoutFilters(place),
): Promise<Tree> {
  const [{ index, others }, changed] = await Promise.all([
    runGit(place, ['ls-files', '-z', '-t', '-s', '--cached', '--others', '--exclude-standard']).then(
      parseFiles,
    ),
    withoutFilters
      .then((options) => runGit({ ...place, options: [...place.options, ...options] }, DISK_CHANGES))
      .then(parseDiskChanges),
  ]);
  const draft = new WorkingDraft(top, index, blobs);
  for (const record of changed) draft.lookAtTracked(record);
  for (const path of others) draft.lookAtUntracked(path);
  draft.readKeptFromDisk();
  return draft.tree;
}

/** Submodules are not entered: looking at them would run git by their configuration. */
const DISK_CHANGES = [
  'diff-files',
  '-z',
  '--raw',
  '--no-renames',
  '--no-ext-diff',
  '--ignore-submodules=all',
];

class WorkingDraft {
  readonly tree = new Map<string, TreeEntry>();
  readonly #top: string;
  readonly #blobs: DiskBlobs;
  readonly #like: string;
  readonly #folders = new Map<string, boolean>();

  constructor(top: string, index: readonly IndexRecord[], blobs: DiskBlobs) {
    this.#top = top;
    this.#blobs = blobs;
    this.#like = index[0]?.entry.id ?? ANY_ID;
    for (const { path, entry } of index) this.tree.set(path, entry);
  }

  /** A tracked path that differs on disk, or that has an unresolved conflict. */
  lookAtTracked({ path, mode }: DiskRecord): void {
    const entry = this.#lookAt(path, mode);
    if (entry === null) this.tree.delete(path);
    else this.tree.set(path, entry);
  }

  lookAtUntracked(path: string): void {
    // A folder that is listed as one is a repository of its own.
    if (path.endsWith('/')) return;
    const entry = this.#lookAt(path, null);
    if (entry !== null) this.tree.set(path, entry);
  }

  /** What stands on disk as the index has it need not come out of git's packs, which takes a process and the time to unpack it. */
  readKeptFromDisk(): void {
    for (const [path, { mode, id }] of this.tree)
      if (mode === '100644' || mode === '100755') this.#blobs.addKept(id, () => this.#placeOf(path));
  }

  /** `mode` is what git says of it, where the file system cannot tell modes or links; null where git does not. */
  #lookAt(path: string, mode: FileMode | null): TreeEntry | null {
    // Below a link is another place, maybe outside the tree: to git such a file does not exist.
    if (!this.#isInPlace(path.slice(0, Math.max(path.lastIndexOf('/'), 0)))) return null;
    const place = this.#placeOf(path);
    const found = examine(place, this.#like);
    if (found.kind === 'none') return null;
    if (found.kind !== 'file') return { mode: '100644', id: this.#refuse(path, found) };
    this.#blobs.addFile(found.id, place, found.size);
    return { mode: mode === null || mode === '160000' ? found.mode : mode, id: found.id };
  }

  #refuse(path: string, found: Exclude<DiskFile, { kind: 'file' | 'none' }>): string {
    const result =
      found.kind === 'too-large' ? found : ({ kind: 'missing', because: found.because } as const);
    return this.#blobs.addRefused(path, result, this.#like);
  }

  #isInPlace(folder: string): boolean {
    if (folder === '') return true;
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const place = this.#placeOf(folder);
    let isInPlace = false;
    try {
      isInPlace = realpathSync.native(place, { encoding: 'buffer' }).equals(place);
    } catch {
      // It is gone: so are its files.
    }
    this.#folders.set(folder, isInPlace);
    return isInPlace;
  }

  #placeOf(path: string): Buffer {
    return Buffer.concat([Buffer.from(`${this.#top}/`), encodePath(path)]);
  }
}

/**
 * Options that switch every clean filter off by name: git runs them to see whether a file has changed.
 *
 * They can come from the repository's own configuration, which starts nothing here.
 */
export async function optionsWithoutFilters(place: GitPlace): Promise<readonly string[]> {
  const command = ['config', '-z', '--name-only', '--get-regexp', '^filter\\..*\\.(clean|process|required)$'];
  const { code, output, complaint } = await askGit(place, command);
  // 1: no such setting.
  if (code !== 0 && code !== 1) throw failed(command, place, lastLine(complaint));
  return [...splitRecords(output)].flatMap((record) => {
    const name = record.toString('utf8');
    if (name.includes('=') || name.includes('\uFFFD')) throw oddFilter(name, place);
    return ['-c', name.endsWith('.required') ? `${name}=false` : `${name}=`];
  });
}

function oddFilter(name: string, place: GitPlace): AppError {
  return new AppError(
    'git-odd-filter',
    `The setting ${JSON.stringify(name)} in ${place.cwd} names a program that Plinth must not run and cannot ` +
      'switch off because of its name: remove it (`git config --unset`), or judge a commit with --head.',
  );
}
