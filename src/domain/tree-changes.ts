import { compareText } from './location.ts';
import type { ChangedPath, Tree, TreeEntry } from './tree.ts';

/** True where both sides have the same blob under the same mode, or neither has the path. */
export function isSameEntry(a: TreeEntry | null, b: TreeEntry | null): boolean {
  return a === b || (a !== null && b !== null && a.id === b.id && a.mode === b.mode);
}

/** The paths in which two trees differ, in path order; what `git diff-tree -r --no-renames` says of two commits. */
export function changesBetween(base: Tree, head: Tree): ChangedPath[] {
  const changes: ChangedPath[] = [];
  for (const [path, entry] of base) {
    const now = head.get(path) ?? null;
    if (!isSameEntry(entry, now)) changes.push({ path, base: entry, head: now });
  }
  for (const [path, entry] of head) {
    if (!base.has(path)) changes.push({ path, base: null, head: entry });
  }
  return changes.sort((a, b) => compareText(a.path, b.path));
}
