import type { GitHub, RepositoryRef } from '../../adapters/github/api.ts';
import type { Store } from '../../adapters/store/index.ts';
import { isOrganisationRepository } from '../../domain/index.ts';
import { organisationTier } from '../judge/organisation.ts';
import type { Log, OperatorChoice, Time } from '../ports.ts';
import { loggedFailure } from './failure.ts';
import { markLeft } from './shared-head.ts';

export interface SweepGiven {
  readonly store: Store;
  readonly github: GitHub;
  readonly time: Time;
  readonly log: Log;
  readonly operator: OperatorChoice;
}

/** Marks open pull requests whose head has no verdict of ours: what deliveries did not tell (RELIABILITY F07, F08). */
export async function sweepAll(given: SweepGiven): Promise<number> {
  let marked = 0;
  for (const { id, suspended } of await given.github.installations()) {
    if (suspended) await given.store.suspendInstallation(id, true, given.time.now());
    else marked += await sweepInstallation(id, given);
  }
  return marked;
}

/** One installation's failure costs that installation's sweep. */
export async function sweepInstallation(id: number, given: SweepGiven): Promise<number> {
  let marked = 0;
  try {
    const repositories = await given.github.repositories(id);
    for (const repository of repositories) marked += await sweepRepository(repository, given);
    // A change of the organisation's policy that no delivery told of is found here where nothing else is judged.
    const [any] = repositories.filter(({ name }) => !isOrganisationRepository(name));
    if (any !== undefined) await organisationTier(any, given);
  } catch (error) {
    given.log.warn({ installation: id, ...loggedFailure(error) }, 'looking for missed pull requests failed');
  }
  return marked;
}

async function sweepRepository(repository: RepositoryRef, given: SweepGiven): Promise<number> {
  const { store, time } = given;
  const { installation, id, owner, name } = repository;
  await store.saveRepository(
    { id, installationId: installation, owner, name, defaultBranch: null },
    time.now(),
  );
  // Read before GitHub is asked, so that one that is opened meanwhile is not taken for closed.
  const known = await store.openPulls(id);
  const open = await given.github.repository(repository, 'sweep').openPulls({});
  const numbers = new Set(open.map((pull) => pull.number));
  let marked = 0;
  for (const { number, head, base, draft } of open) {
    const key = { installationId: installation, repositoryId: id, number };
    const row = await store.pull(key);
    const isKnown = row !== null && row.state === 'open';
    if (isKnown && row.judgedHead === head && row.baseRef === base) continue;
    // What is due already, maybe held back, stays as it is.
    if (isKnown && row.dueAt !== null && row.headSha === head) continue;
    await store.markDue(
      key,
      { owner, name, headSha: head, baseRef: base, draft, state: 'open' },
      time.now(),
      'missed',
    );
    marked += 1;
    if (isKnown && row.headSha !== head) await markLeft(row, given);
  }
  for (const row of known) {
    if (numbers.has(row.number)) continue;
    await store.notePull(row, { owner, name, state: 'closed' }, time.now());
    await markLeft(row, given);
  }
  return marked;
}
