import type { EventReader } from './act.ts';
import { at, branchOf, commitId } from './payload.ts';

/** A group of the merge queue asks for its checks, or is no more. */
export const readMergeGroup: EventReader = (payload, action) => {
  const group = at(payload, 'merge_group');
  const head = commitId(at(group, 'head_sha'));
  if (head === null) return [];
  if (action === 'destroyed') return [{ kind: 'merge-group-gone', head }];
  const base = commitId(at(group, 'base_sha'));
  const branch = branchOf(at(group, 'base_ref'));
  if (action !== 'checks_requested' || base === null || branch === null) return [];
  return [{ kind: 'merge-group', head, base, branch }];
};
