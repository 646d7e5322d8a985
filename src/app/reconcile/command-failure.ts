import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { TakenCommand } from '../../adapters/store/index.ts';
import { AppError } from '../../domain/index.ts';
import { failedReply } from '../commands/index.ts';
import type { Metrics } from '../metrics.ts';
import type { Log } from '../ports.ts';
import { isInstallationFull, strangersLeft } from './command-bounds.ts';
import { commentOf, formerReply, replaceReaction, sendReply } from './command-reply.ts';
import { codeOf, loggedFailure, reasonInWords } from './failure.ts';
import { CommandWorld, type LookGiven } from './look.ts';

export interface FailedGiven extends LookGiven {
  readonly log: Log;
  readonly metrics: Metrics;
}

const MOST_ATTEMPTS = 5;
const BACKOFF_MS = 10_000;
/** Where not even the failure can be said, the world is away for longer. */
const LATER_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
/** Nobody can be answered there any more. */
const LOST: readonly string[] = ['not-found', 'installation-gone', 'forbidden'];

/** A comment whose answer failed is tried again, then told so: whoever decides something is to know that it does not stand. */
export async function giveBack(command: TakenCommand, error: unknown, given: FailedGiven): Promise<void> {
  const { store, time, log } = given;
  const { commentId: comment, attempts } = command;
  const code = codeOf(error);
  log.warn({ comment, attempts, ...loggedFailure(error) }, 'a command failed');
  if (LOST.includes(code)) return drop(command, code, given);
  const asked = error instanceof AppError ? error.retryAfterMs : undefined;
  if (attempts < MOST_ATTEMPTS) {
    const wait = (asked ?? BACKOFF_MS) * (code === 'rate-limited' ? 1 : attempts);
    await store.retryCommand(command, time.now() + wait);
    return;
  }
  const said = await sayFailed(command, error, given).catch((second: unknown) => {
    log.warn({ comment, attempts, ...loggedFailure(second) }, 'that a command failed could not be said');
    return LOST.includes(codeOf(second)) ? ('lost' as const) : ('not-said' as const);
  });
  if (said === 'said') return;
  const isOld = time.now() - command.receivedAt > DAY_MS;
  if (said === 'lost' || isOld) return drop(command, code, given);
  await store.retryCommand(command, time.now() + Math.max(asked ?? 0, LATER_MS));
}

async function drop(command: TakenCommand, code: string, { store, time, metrics }: FailedGiven) {
  metrics.commands.inc({ result: 'dropped' });
  await store.finishCommand(command, { failed: code }, time.now());
}

/** Replies that it could not be carried out, once, within what a flood of comments may have. */
async function sayFailed(
  command: TakenCommand,
  error: unknown,
  given: FailedGiven,
): Promise<'said' | 'lost'> {
  const { store, github, time, replies, metrics } = given;
  const repository = await store.repository(command.repositoryId);
  if (repository === null) return 'lost';
  const { id, owner, name, installationId } = repository;
  if (await isInstallationFull(store, installationId, time.now())) return 'lost';
  if ((await strangersLeft(store, id, time.now())) === 0) return 'lost';
  const client = github.repository({ installation: installationId, id, owner, name }, 'answer');
  const world = new CommandWorld(command, client, given);
  const events = await world.said();
  // What was kept stands, whoever hears of it.
  if (events.length > 0) await world.contextOf(0).recheck();
  if ((await formerReply(command, client, replies)) === null) {
    const why = reasonInWords(error);
    const reply = failedReply(command.body.split('\n'), { why, hasDecided: events.length > 0 });
    await sendReply(command, client, reply, { replies, events });
  }
  await store.finishCommand(command, { failed: codeOf(error) }, time.now(), 'stranger');
  metrics.commands.inc({ result: 'failed' });
  await showRefused(command, client).catch(() => {});
  return 'said';
}

async function showRefused(command: TakenCommand, client: RepositoryClient): Promise<void> {
  const comment = commentOf(command);
  await replaceReaction(client, comment, await client.react(comment, 'eyes'), 'refused');
}
