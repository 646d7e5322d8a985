import type { GitHub } from '../../adapters/github/api.ts';
import type { Publication, Store } from '../../adapters/store/index.ts';
import type { Log, Time } from '../ports.ts';
import { abandonedWords, finishAbandonedRun } from '../publish/index.ts';
import { loggedFailure } from './failure.ts';

export interface AbandonedGiven {
  readonly store: Store;
  readonly github: GitHub;
  readonly time: Time;
  readonly log: Log;
  readonly owner: string;
  /** When this process began: what is older under its name is a dead one's. */
  readonly startedAt: number;
}

/** Longer than any lease: another process that began it does not work on it any more. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/**
 * A process that ends between the beginning of a run and its verdict leaves it in progress. Where the head stayed, whoever judges it
 * completes that run; where it moved on meanwhile, this does (RELIABILITY F01: no run is left in progress).
 */
export async function finishAbandoned(given: AbandonedGiven): Promise<number> {
  const { store, time, owner, startedAt } = given;
  const before = time.now() - ABANDONED_AFTER_MS;
  let finished = 0;
  for (const publication of await store.abandonedPublications({ owner, startedAt, before })) {
    if (await finishOne(publication, given)) finished++;
  }
  return finished;
}

/** One that fails is looked at again by the next sweep. */
async function finishOne(publication: Publication, given: AbandonedGiven): Promise<boolean> {
  const { store, github, time, log, owner } = given;
  const { repositoryId: id, headSha: head } = publication;
  const repository = await store.repository(id);
  if (repository === null) return false;
  const client = github.repository({ ...repository, installation: repository.installationId }, 'judge');
  const check = { client, store, time, owner, head, startedAt: publication.begunAt };
  try {
    const words = abandonedWords(head);
    return await finishAbandonedRun(publication, words, { ...check, asked: false, recovering: true });
  } catch (error) {
    log.warn({ repository: id, head, ...loggedFailure(error) }, 'a run in progress could not be ended');
    return false;
  }
}
