// What grant, extend and revoke have in common: who may, on which head, kept once.

import { aboutException, type GrantEvent } from '../../../domain/index.ts';
import { code } from '../../../present/index.ts';
import { whoMayInWords } from '../../grants/index.ts';
import { type Answer, type CommandContext, type LookedAt, refused, type Said } from '../command.ts';

/**
 * What the line decided in an attempt that ended before it could answer. That attempt may have ended before it asked for another judgement, too.
 */
export async function decidedBefore(context: CommandContext): Promise<GrantEvent | undefined> {
  const kept = await context.kept();
  if (kept !== undefined) await context.recheck();
  return kept;
}

/** Keeps what somebody decided, if they may and the head is the one that they saw; `then` says what it came to. */
export async function decide(
  context: CommandContext,
  look: LookedAt,
  said: Omit<Said, 'permission'>,
): Promise<Answer | null> {
  const about = aboutException(said.entry);
  const requesters = look
    .events()
    .filter(({ kind, entry }) => kind === 'request' && aboutException(entry) === about)
    .map(({ by }) => by.id);
  const answer = await context.mayDecide(look, { paths: said.paths, requesters });
  if (!answer.may)
    return refused(`${answer.why}. Who may: ${whoMayInWords(look.policy.commands, context.repository)}.`);
  if (!look.isShown)
    return refused(
      `the head ${code(look.head.slice(0, 10))} had no check against ${code(look.base.ref)} yet when this was written, so nothing was decided. Look at its check, then give the command again.`,
    );
  const kept = await context.say(look, { ...said, permission: answer.as });
  if (kept === null)
    return refused(
      'the pull request has another head by now, so nothing was decided. Look at the check of that one, then give the command again.',
    );
  await context.recheck();
  return null;
}
