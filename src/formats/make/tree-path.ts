import { joinPath } from '../../domain/index.ts';

/** Where the tree's root lies for what builds; any absolute path would do. */
export const ROOT = '/.tree';

/** A path that a build rule names in a folder, as a path of the tree; absolute where it leads out of it. */
export function treePath(folder: string, path: string): string {
  if (path === ROOT) return '';
  // `$(pwd)/x` at the root has two slashes.
  if (path.startsWith(`${ROOT}/`)) return joinPath(path.slice(ROOT.length).replace(/^\/+/, ''));
  return path.startsWith('/') ? path : joinPath(folder, path);
}
