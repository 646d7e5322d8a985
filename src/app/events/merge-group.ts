import type { EventReader } from './act.ts';
import { at, commitId } from './payload.ts';

/** A group of the merge queue asks for its checks. */
export const readMergeGroup: EventReader = (payload, action) => {
  const head = commitId(at(payload, 'merge_group', 'head_sha'));
  return action === 'checks_requested' && head !== null ? [{ kind: 'merge-group', head }] : [];
};
