import type { ChangedPath, Policy, Tree, WrittenPolicy } from '../domain/index.ts';
import { POLICY_PATH } from '../domain/index.ts';
import type { BlobSource } from './ports.ts';
import { textOf } from './text.ts';

/** What the policy file comes to that a change writes, as it would be merged; null where it writes none. */
export async function writtenPolicy(
  changes: readonly ChangedPath[],
  tree: Tree,
  blobs: BlobSource,
  policy: Policy,
): Promise<WrittenPolicy | null> {
  const entry = tree.get(POLICY_PATH);
  if (entry === undefined || !changes.some(({ path }) => path === POLICY_PATH)) return null;
  const text = textOf((await blobs.read([entry.id])).get(entry.id));
  return 'unread' in text ? { unread: text.unread } : { problems: policy.problemsOf(text.text) };
}
