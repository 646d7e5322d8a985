import { folderOf, foldersUpward, joinPath } from '../domain/index.ts';
import type { FileReader } from './files.ts';

/**
 * Looks up folders of the build context in the tree: that of the build rule where one is known, else the definition's folder and those above
 * it. The files are relative to the folder that was asked for; null where the tree has none there.
 */
export function contextFiles(
  reader: FileReader,
  definition: string,
  context: string | null,
): (source: string) => readonly string[] | null {
  const known = new Map<string, readonly string[] | null>();
  const folders = [
    ...new Set([...(context === null ? [] : [context]), ...foldersUpward(folderOf(definition))]),
  ];
  const find = (source: string): readonly string[] | null => {
    for (const folder of folders) {
      const files = reader.below(joinPath(folder, source.replace(/^\/+/, '')));
      if (files !== null) return files;
    }
    return null;
  };
  return (source) => {
    // `rootfs/*` is what lies in the folder, `rootfs` as well.
    const folder = source.replace(/\/\*$/, '');
    if (/[*?[$\\]/.test(folder) || folder.startsWith('<<') || known.size >= MOST_FOLDERS)
      return known.get(folder) ?? null;
    const before = known.get(folder);
    if (before !== undefined) return before;
    const found = find(folder);
    known.set(folder, found);
    return found;
  };
}

/** Folders that are looked up for one definition. */
const MOST_FOLDERS = 1000;
