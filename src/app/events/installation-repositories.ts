import type { EventReader } from './act.ts';
import { at, listOf, wholeNumber } from './payload.ts';

const MOST = 10_000;

/** Repositories that an installation gained or lost. */
export const readInstallationRepositories: EventReader = (payload) => {
  const added = listOf(at(payload, 'repositories_added'), MOST).length > 0;
  const removed = listOf(at(payload, 'repositories_removed'), MOST)
    .map((one) => wholeNumber(at(one, 'id')))
    .filter((id) => id !== null);
  return added || removed.length > 0 ? [{ kind: 'repositories', added, removed }] : [];
};
