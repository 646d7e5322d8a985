/** Git's file modes that a tree entry can have. */
export type FileMode = '100644' | '100755' | '120000' | '160000';

/** What a tree has at a path. */
export interface TreeEntry {
  readonly mode: FileMode;
  /** The blob's id (for a submodule, the commit's), 40 or 64 hex digits. */
  readonly id: string;
}

/** Every file of a commit by path; directories are not listed. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** A path that differs between the merge base and head; null where the path does not exist on that side. */
export interface ChangedPath {
  readonly path: string;
  readonly base: TreeEntry | null;
  readonly head: TreeEntry | null;
}

/** True for a file with content of its own: no link, no submodule. */
export function isRegularFile(entry: TreeEntry): boolean {
  return entry.mode === '100644' || entry.mode === '100755';
}
