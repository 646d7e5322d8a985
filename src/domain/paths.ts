/** Joins and normalises a POSIX path; `..` never climbs above the root of what is joined. */
export function joinPath(...parts: readonly string[]): string {
  const absolute = parts.find((part) => part !== '')?.startsWith('/') ?? false;
  const kept: string[] = [];
  for (const part of parts.join('/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') kept.pop();
    else kept.push(part);
  }
  return (absolute ? '/' : '') + kept.join('/');
}

/** The folder of a path; empty for a file at the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last component of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder itself, then each folder above it, the root (empty) last. */
export function foldersUpward(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let at = folder; at !== ''; at = folderOf(at)) folders.push(at);
  return [...folders, ''];
}
