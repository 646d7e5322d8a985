import type { ChangedPath, RenameCandidate, Renames, Tree } from '../domain/index.ts';
import { findRenames, isRegularFile } from '../domain/index.ts';
import { formatOf } from '../formats/index.ts';
import type { BlobSource } from './ports.ts';
import { linesOf } from './sources.ts';
import { textOf } from './text.ts';

/** What is said of a tree judged alone, or of a change that moves nothing. */
export const NO_RENAMES: Renames = { renames: new Map(), isComplete: true };

/**
 * Which file of the tip became which file of the result (SEMANTICS 4.3), among the changed files that a format claims. Computed from
 * the two trees, so it is the same in App and command line.
 */
export async function renamesOf(
  tip: Tree,
  result: Tree,
  changes: readonly ChangedPath[],
  blobs: BlobSource,
): Promise<Renames> {
  const removed: RenameCandidate[] = [];
  const added: RenameCandidate[] = [];
  for (const { path } of changes) {
    if (formatOf(path) === undefined) continue;
    const before = tip.get(path);
    const after = result.get(path);
    if (before !== undefined && after === undefined && isRegularFile(before))
      removed.push({ path, id: before.id });
    if (before === undefined && after !== undefined && isRegularFile(after))
      added.push({ path, id: after.id });
  }
  if (removed.length === 0 || added.length === 0) return NO_RENAMES;
  return await findRenames({ removed, added, readLines: (ids) => readLines(ids, blobs) });
}

async function readLines(
  ids: readonly string[],
  blobs: BlobSource,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lines = new Map<string, readonly string[]>();
  for (const [id, result] of await blobs.read(ids)) {
    const blob = textOf(result);
    if ('text' in blob) lines.set(id, linesOf(blob.text));
  }
  return lines;
}
