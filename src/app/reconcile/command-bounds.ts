import type { Store } from '../../adapters/store/index.ts';

/** Comments by people who may not write that are answered in an hour, per repository. */
export const MOST_TO_STRANGERS = 10;
/**
 * Comments that are answered in an hour, per installation: a fifth of what GitHub lets an installation create (500). Answers come one by one at the
 * pace of writes, so that no minute holds more than a fifth of its 80 either.
 */
export const MOST_ANSWERS = 100;
const HOUR_MS = 3_600_000;

type Answers = Pick<Store, 'answeredCommands'>;

/** True where an installation has had its answers of this hour (RELIABILITY A16). */
export async function isInstallationFull(store: Answers, installationId: number, now: number) {
  return (await store.answeredCommands({ installationId }, now - HOUR_MS)) >= MOST_ANSWERS;
}

/** Answers of this hour that people who may not write to a repository have not had yet. */
export async function strangersLeft(store: Answers, repositoryId: number, now: number): Promise<number> {
  const strangers = { repositoryId, to: 'stranger' } as const;
  return Math.max(0, MOST_TO_STRANGERS - (await store.answeredCommands(strangers, now - HOUR_MS)));
}

/** Stands in the last of them: beyond it nothing is sent, so nobody could be told then. */
export const LAST_TO_STRANGERS = `*This is the last of ${MOST_TO_STRANGERS} answers that people who may not write to this repository get in an hour. Until one more may be given, their commands are neither carried out nor answered.*`;
