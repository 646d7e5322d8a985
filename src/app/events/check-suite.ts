import type { EventReader } from './act.ts';
import { at, commitId } from './payload.ts';

/** Somebody re-runs all of our checks on a commit. Suites that GitHub asks for after a push follow from the pull request's own event. */
export const readCheckSuite: EventReader = (payload, action, { appId }) => {
  if (action !== 'rerequested' || at(payload, 'check_suite', 'app', 'id') !== appId) return [];
  const head = commitId(at(payload, 'check_suite', 'head_sha'));
  return head === null ? [] : [{ kind: 'mark-head', head }];
};
