import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { TakenCommand } from '../../adapters/store/index.ts';
import { answerCommands } from '../commands/index.ts';
import type { Outcome } from '../grants/index.ts';
import type { Metrics } from '../metrics.ts';
import type { Log } from '../ports.ts';
import { isInstallationFull, LAST_TO_STRANGERS, strangersLeft } from './command-bounds.ts';
import { giveBack } from './command-failure.ts';
import { commentOf, formerReply, replaceReaction, sendReply } from './command-reply.ts';
import { loggedFailure } from './failure.ts';
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
  const { store, github, time, replies, metrics } = given;
  const repository = await store.repository(command.repositoryId);
  if (repository === null) return drop(command, 'the repository is gone', given);
  const { id, owner, name, installationId } = repository;
  if (await isInstallationFull(store, installationId, time.now())) return dropFlood(command, given);
  const ref = { installation: installationId, id, owner, name };
  const client = github.repository(ref, 'answer');
  const by = (await mayWrite(command, client, given)) ? 'writer' : 'stranger';
  const left = by === 'stranger' ? await strangersLeft(store, id, time.now()) : null;
  if (left === 0) return dropFlood(command, given);
  // It may have been closed or locked since (RELIABILITY A12): then nothing is decided, as nobody could be told.
  const now = await github.repository(ref, 'judge').pull(command.number, []);
  if (now === null || now.locked || now.state !== 'open') {
    // What an attempt before this one kept is told by the check alone.
    if (command.attempts > 1) await new CommandWorld(command, client, given).contextOf(0).recheck();
    return drop(command, 'not open', given);
  }
  const comment = commentOf(command);
  const eyes = await client.react(comment, 'eyes');
  const said = left === 1 ? [LAST_TO_STRANGERS] : [];
  const outcome =
    (await formerReply(command, client, replies)) ?? (await reply(command, client, given, said));
  // From here on a failure must not answer twice: the reaction is an ornament.
  await store.finishCommand(command, { outcome }, time.now(), by);
  metrics.commands.inc({ result: 'answered' });
  await replaceReaction(client, comment, eyes, outcome).catch((error: unknown) =>
    given.log.warn({ comment: command.commentId, ...loggedFailure(error) }, 'a reaction failed'),
  );
}

/** Carries the commands out and says what they came to; `also` stands below. */
async function reply(
  command: TakenCommand,
  client: RepositoryClient,
  given: CommandGiven,
  also: readonly string[],
): Promise<Outcome> {
  const world = new CommandWorld(command, client, given);
  const answered = await answerCommands(command.body.split('\n'), (line) => world.contextOf(line));
  // What was kept in an attempt whose reply was lost, too.
  const body = [answered.body, ...also].join('\n\n');
  const said = { ...answered, body };
  await sendReply(command, client, said, { replies: given.replies, events: await world.said() });
  return answered.outcome;
}

function mayWrite(
  command: TakenCommand,
  client: RepositoryClient,
  { writers }: CommandGiven,
): Promise<boolean> {
  return writers.may(client, { login: command.authorLogin, accountId: command.authorId });
}

/** Beyond a bound nothing is sent any more, only counted (RELIABILITY A16). */
async function dropFlood(command: TakenCommand, given: CommandGiven): Promise<void> {
  given.metrics.commands.inc({ result: 'over-budget' });
  await drop(command, 'too many', given);
}

async function drop(command: TakenCommand, why: string, { store, time }: CommandGiven): Promise<void> {
  await store.finishCommand(command, { dropped: why }, time.now());
}
