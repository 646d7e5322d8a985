import type { CommentRef, Reaction, RepositoryClient } from '../../adapters/github/api.ts';
import type { TakenCommand } from '../../adapters/store/index.ts';
import { AppError } from '../../domain/index.ts';
import { answerCommands } from '../commands/index.ts';
import type { Outcome } from '../grants/index.ts';
import type { Metrics } from '../metrics.ts';
import type { Log } from '../ports.ts';
import { codeOf, loggedFailure } from './failure.ts';
import { CommandWorld, type LookGiven } from './look.ts';
import type { Writers } from './writers.ts';

export interface CommandGiven extends LookGiven {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly owner: string;
  readonly writers: Writers;
}

/** Longer than a judgement may take. */
const LEASE_MS = 10 * 60_000;
const MOST_ATTEMPTS = 5;
const BACKOFF_MS = 10_000;
/** Comments by people who may not write that are answered in an hour, per repository. */
const MOST_TO_STRANGERS = 10;
/**
 * Comments that are answered in an hour, per installation: a fifth of what GitHub lets an installation create (500). Answers come one by one at the
 * pace of writes, so that no minute holds more than a fifth of its 80 either.
 */
const MOST_ANSWERS = 100;
const HOUR_MS = 3_600_000;
/** GitHub's clock and ours may differ. */
const CLOCKS_APART_MS = 10 * 60_000;
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
  const since = time.now() - HOUR_MS;
  const { id, owner, name, installationId } = repository;
  if ((await store.answeredCommands({ installationId }, since)) >= MOST_ANSWERS) return drop(command, given);
  const client = github.repository({ installation: installationId, id, owner, name }, 'answer');
  const by = (await mayWrite(command, client, given)) ? 'writer' : 'stranger';
  const strangers = { repositoryId: id, to: 'stranger' } as const;
  if (by === 'stranger' && (await store.answeredCommands(strangers, since)) >= MOST_TO_STRANGERS)
    return drop(command, given);
  const comment = commentOf(command);
  const eyes = await client.react(comment, 'eyes');
  const outcome = (await formerReply(command, client, given)) ?? (await reply(command, client, given));
  // From here on a failure must not answer twice: the reaction is an ornament.
  await store.finishCommand(command, { outcome }, time.now(), by);
  metrics.commands.inc({ result: 'answered' });
  await replaceReaction(client, comment, eyes, outcome).catch((error: unknown) =>
    given.log.warn({ comment: command.commentId, ...loggedFailure(error) }, 'a reaction failed'),
  );
}

/** Carries the commands out and says what they came to. */
async function reply(command: TakenCommand, client: RepositoryClient, given: CommandGiven): Promise<Outcome> {
  const row = await given.store.pull(command);
  const isOpen = row === null || row.state === 'open';
  const world = new CommandWorld(command, client, given);
  const { outcome, body } = await answerCommands(command.body.split('\n'), (line) =>
    world.contextOf(line, isOpen),
  );
  const { source, commentId } = command;
  // What was kept in an attempt whose reply was lost, too: the store may be lost next.
  const statement = { source, commentId, outcome, events: await world.said() };
  await client.comment(command.number, given.replies.mark(body, statement, placeOf(command)));
  return outcome;
}

/** What an attempt before this one replied, which ended before it could write that down; null where none did. */
async function formerReply(
  command: TakenCommand,
  client: RepositoryClient,
  { replies }: CommandGiven,
): Promise<Outcome | null> {
  if (command.attempts === 1) return null;
  const own = await client.ownComments(command.number, command.receivedAt - CLOCKS_APART_MS);
  for (const { body } of own) {
    const statement = replies.read(body, placeOf(command));
    if (statement?.commentId === command.commentId && statement.source === command.source)
      return statement.outcome;
  }
  return null;
}

function commentOf({ source, commentId: id, nodeId }: TakenCommand): CommentRef {
  return { source, id, nodeId };
}

function placeOf({ repositoryId, number }: TakenCommand) {
  return { repositoryId, number };
}

function mayWrite(
  command: TakenCommand,
  client: RepositoryClient,
  { writers }: CommandGiven,
): Promise<boolean> {
  return writers.may(client, { login: command.authorLogin, accountId: command.authorId });
}

/** Beyond a bound nothing is sent any more, only counted (RELIABILITY A16). */
async function drop(command: TakenCommand, { store, time, metrics }: CommandGiven): Promise<void> {
  metrics.commands.inc({ result: 'over-budget' });
  await store.finishCommand(command, { dropped: 'too many' }, time.now());
}

async function replaceReaction(
  client: RepositoryClient,
  comment: CommentRef,
  eyes: Reaction,
  outcome: Outcome,
): Promise<void> {
  await client.react(comment, REACTIONS[outcome]);
  await client.unreact(comment, eyes);
}

async function giveBack(command: TakenCommand, error: unknown, given: CommandGiven): Promise<void> {
  const { store, time, log, metrics } = given;
  const code = codeOf(error);
  log.warn(
    { comment: command.commentId, attempts: command.attempts, ...loggedFailure(error) },
    'a command failed',
  );
  const lost = ['not-found', 'installation-gone', 'forbidden'].includes(code);
  if (lost || command.attempts >= MOST_ATTEMPTS) {
    metrics.commands.inc({ result: 'dropped' });
    await store.finishCommand(command, { failed: code }, time.now());
    return;
  }
  const wait =
    error instanceof AppError && error.retryAfterMs !== undefined ? error.retryAfterMs : BACKOFF_MS;
  await store.retryCommand(command, time.now() + wait * (code === 'rate-limited' ? 1 : command.attempts));
}
