import { POLICY_PATH } from '../../domain/index.ts';
import type { EventReader } from './act.ts';
import { at, branchOf, listOf } from './payload.ts';

const MOST_COMMITS = 2048;
const MOST_PATHS = 3000;

/** A branch moved. Which pull requests it is the base of is known when the delivery is worked off. */
export const readPush: EventReader = (payload) => {
  const branch = branchOf(at(payload, 'ref'));
  if (branch === null || at(payload, 'deleted') === true) return [];
  return [{ kind: 'mark-base', branch, policy: mayTouchPolicy(payload) }];
};

/** GitHub lists the files of each commit, but not of a forced push, nor of all commits of a long one. */
function mayTouchPolicy(payload: unknown): boolean {
  const commits = listOf(at(payload, 'commits'), MOST_COMMITS + 1);
  if (at(payload, 'forced') === true || commits.length === 0 || commits.length > MOST_COMMITS) return true;
  return commits.some((commit) =>
    ['added', 'modified', 'removed'].some((key) => {
      const paths = at(commit, key);
      if (!Array.isArray(paths) || paths.length > MOST_PATHS) return true;
      return paths.includes(POLICY_PATH);
    }),
  );
}
