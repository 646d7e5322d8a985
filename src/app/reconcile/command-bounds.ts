import type { Store } from '../../adapters/store/index.ts';

/** Comments by people who may not write that are answered in an hour, per repository. */
const MOST_TO_STRANGERS = 10;
/**
 * Comments that are answered in an hour, per installation: a fifth of what GitHub lets an installation create (500). Answers come one by one at the
 * pace of writes, so that no minute holds more than a fifth of its 80 either.
 */
const MOST_ANSWERS = 100;
const HOUR_MS = 3_600_000;

type Answers = Pick<Store, 'answeredCommands'>;

/** True where an installation has had its answers of this hour (RELIABILITY A16). */
export async function isInstallationFull(store: Answers, installationId: number, now: number) {
  return (await store.answeredCommands({ installationId }, now - HOUR_MS)) >= MOST_ANSWERS;
}

/** True where people who may not write to a repository have had theirs. */
export async function areStrangersFull(store: Answers, repositoryId: number, now: number) {
  const strangers = { repositoryId, to: 'stranger' } as const;
  return (await store.answeredCommands(strangers, now - HOUR_MS)) >= MOST_TO_STRANGERS;
}
