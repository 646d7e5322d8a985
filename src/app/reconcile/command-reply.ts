import type { CommentRef, Reaction, RepositoryClient } from '../../adapters/github/api.ts';
import type { TakenCommand } from '../../adapters/store/index.ts';
import type { GrantEvent } from '../../domain/index.ts';
import { bytesIn, clipBytes } from '../../present/index.ts';
import type { Reply } from '../commands/index.ts';
import type { Outcome, ReplyMarks } from '../grants/index.ts';

/** GitHub's clock and ours may differ. */
const CLOCKS_APART_MS = 10 * 60_000;
const REACTIONS: Readonly<Record<Outcome, '+1' | '-1' | 'confused'>> = {
  done: '+1',
  refused: '-1',
  'not-understood': 'confused',
};

/** GitHub refuses a longer comment; lists repeat what a change writes, so its author could keep every command from being answered. */
const MOST_BYTES = 65_000;
const CUT = '\n\n*The rest is too long for a comment.*';

/** Replies to a comment, with what was kept for it in the mark: the store may be lost next. */
export async function sendReply(
  command: TakenCommand,
  client: RepositoryClient,
  { outcome, body }: Reply,
  { replies, events }: { readonly replies: ReplyMarks; readonly events: readonly GrantEvent[] },
): Promise<void> {
  const { source, commentId } = command;
  const statement = { source, commentId, outcome, events };
  const mark = (text: string): string => replies.mark(text, statement, placeOf(command));
  const text = clipBytes(body, MOST_BYTES - bytesIn(mark('')), CUT);
  await client.comment(command.number, mark(text));
}

/** What an attempt before this one replied, which ended before it could write that down; null where none did. */
export async function formerReply(
  command: TakenCommand,
  client: RepositoryClient,
  replies: ReplyMarks,
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

export async function replaceReaction(
  client: RepositoryClient,
  comment: CommentRef,
  eyes: Reaction,
  outcome: Outcome,
): Promise<void> {
  await client.react(comment, REACTIONS[outcome]);
  await client.unreact(comment, eyes);
}

export function commentOf({ source, commentId: id, nodeId }: TakenCommand): CommentRef {
  return { source, id, nodeId };
}

function placeOf({ repositoryId, number }: TakenCommand) {
  return { repositoryId, number };
}
