import type { GitHub, RepositoryClient } from '../../adapters/github/api.ts';
import type { Store, TakenCommand } from '../../adapters/store/index.ts';
import { AppError } from '../../domain/index.ts';
import { answerCommands, type Outcome } from '../commands/index.ts';
import type { Metrics } from '../metrics.ts';
import type { Log, Time } from '../ports.ts';

export interface CommandGiven {
  readonly store: Store;
  readonly github: GitHub;
  readonly time: Time;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly owner: string;
}

const LEASE_MS = 60_000;
const MOST_ATTEMPTS = 5;
const BACKOFF_MS = 10_000;
const REACTIONS: Readonly<Record<Outcome, '+1' | '-1' | 'confused'>> = {
  done: '+1',
  refused: '-1',
  'not-understood': 'confused',
};

/** Answers the next comment; false where there is none. */
export async function workCommand(given: CommandGiven): Promise<boolean> {
  const { store, time, owner } = given;
  const command = await store.takeCommand({ owner, now: time.now(), leaseMs: LEASE_MS });
  if (command === null) return false;
  try {
    await answer(command, given);
  } catch (error) {
    await giveBack(command, error, given);
  }
  return true;
}

async function answer(command: TakenCommand, given: CommandGiven): Promise<void> {
  const { store, github, time, metrics } = given;
  const repository = await store.repository(command.repositoryId);
  if (repository === null) {
    await store.finishCommand(command, { dropped: 'the repository is gone' }, time.now());
    return;
  }
  const { id, owner, name, installationId } = repository;
  const client = github.repository({ installation: installationId, id, owner, name }, 'answer');
  const eyes = await client.react(command.commentId, 'eyes');
  const key = { installationId, repositoryId: id, number: command.number };
  const row = await store.pull(key);
  const reply = await answerCommands(command.body.split('\n'), {
    number: command.number,
    isOpen: row === null || row.state === 'open',
    recheck: () => store.markDue(key, { owner, name }, time.now(), 'asked'),
  });
  await client.comment(command.number, reply.body);
  // From here on a failure must not answer twice: the reaction is an ornament.
  await store.finishCommand(command, { outcome: reply.outcome }, time.now());
  metrics.commands.inc({ result: 'answered' });
  await replaceReaction(client, command.commentId, eyes, reply.outcome).catch((error: unknown) =>
    given.log.warn({ comment: command.commentId, code: codeOf(error) }, 'a reaction failed'),
  );
}

async function replaceReaction(
  client: RepositoryClient,
  comment: number,
  eyes: number,
  outcome: Outcome,
): Promise<void> {
  await client.react(comment, REACTIONS[outcome]);
  await client.unreact(comment, eyes);
}

async function giveBack(command: TakenCommand, error: unknown, given: CommandGiven): Promise<void> {
  const { store, time, log, metrics } = given;
  const code = codeOf(error);
  log.warn({ comment: command.commentId, attempts: command.attempts, code }, 'a command failed');
  const lost = ['not-found', 'installation-gone', 'forbidden', 'write-unknown'].includes(code);
  if (lost || command.attempts >= MOST_ATTEMPTS) {
    metrics.commands.inc({ result: 'dropped' });
    await store.finishCommand(command, { failed: code }, time.now());
    return;
  }
  const wait =
    error instanceof AppError && error.retryAfterMs !== undefined ? error.retryAfterMs : BACKOFF_MS;
  await store.retryCommand(command, time.now() + wait * (code === 'rate-limited' ? 1 : command.attempts));
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'unknown';
}
