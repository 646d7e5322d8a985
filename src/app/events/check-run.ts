import type { EventReader } from './act.ts';
import { at, commitId } from './payload.ts';

/** Somebody asks for another run of our check, or presses its button. */
export const readCheckRun: EventReader = (payload, action, { appId }) => {
  if (at(payload, 'check_run', 'app', 'id') !== appId) return [];
  const asked =
    action === 'rerequested' ||
    (action === 'requested_action' && at(payload, 'requested_action', 'identifier') === 'recheck');
  const head = commitId(at(payload, 'check_run', 'head_sha'));
  return asked && head !== null ? [{ kind: 'mark-head', head }] : [];
};
