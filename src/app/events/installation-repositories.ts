import { isOrganisationRepository } from '../../domain/index.ts';
import type { EventReader } from './act.ts';
import { at, listOf, shortText, wholeNumber } from './payload.ts';

const MOST = 10_000;

/** Repositories that an installation gained or lost. */
export const readInstallationRepositories: EventReader = (payload) => {
  const gained = listOf(at(payload, 'repositories_added'), MOST);
  const lost = listOf(at(payload, 'repositories_removed'), MOST);
  const added = gained.length > 0;
  const organisation = [...gained, ...lost].some((one) =>
    isOrganisationRepository(shortText(at(one, 'name'), 300) ?? ''),
  );
  const removed = lost.map((one) => wholeNumber(at(one, 'id'))).filter((id) => id !== null);
  return added || removed.length > 0
    ? [{ kind: 'repositories', added, removed, ...(organisation ? { organisation } : {}) }]
    : [];
};
