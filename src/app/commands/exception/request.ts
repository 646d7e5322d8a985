import {
  aboutException,
  formerRequest,
  type GrantEvent,
  type StatedException,
} from '../../../domain/index.ts';
import { asWord, code, grantLine } from '../../../present/index.ts';
import { whoMayInWords } from '../../grants/index.ts';
import { type Answer, type Command, type LookedAt, refused } from '../command.ts';
import { onJudged } from '../on-judged.ts';
import { ENTRY_OPTIONS } from './entry.ts';
import { entryFor } from './grant.ts';
import { standingOn, targetOf } from './target.ts';
import { titleOf, untilInWords } from './words.ts';

export const request: Command = {
  name: 'exception request',
  usage: '/plinth exception request [FINDING or ENTRY] [reason=… expires=… owner=… issue=…] ["why"]',
  summary: 'asks for an exception, and says who may grant it',
  permission: 'anyone',
  example: '/plinth exception request #1 reason=needs-shell "a script migrates the data"',
  words: 2,
  options: ENTRY_OPTIONS,
  isShown: true,
  run: onJudged(async (line, look, context) => {
    const kept = await context.kept();
    const target = kept === undefined ? targetOf(line.words[0], look) : null;
    if (target !== null && 'outcome' in target) return target;
    const made = target === null ? kept : entryFor(target, line, look);
    if (made === undefined) throw new Error('neither kept nor made');
    if ('outcome' in made) return made;
    const { entry } = made;
    const half = kept === undefined ? halfGranted(entry, look) : undefined;
    if (half !== undefined) return half;
    const said =
      kept ??
      (await context.say(look, { kind: 'request', entry, paths: target?.paths ?? [], permission: 'asks' }));
    if (said === null)
      return refused('the pull request has another head by now; look at its check, then ask again.');
    return {
      outcome: 'done',
      text: [
        `the exception ${titleOf(entry)} is asked for, ${untilInWords(entry)}.`,
        `It may be granted by ${whoMayInWords(look.policy.commands, context.repository)}. They write:`,
        code(grantLine(entry.id)),
        ...replacedInWords(said, look),
      ].join(' '),
    };
  }),
};

/** Where one of two persons granted it, the other is asked for exactly that. */
function halfGranted(entry: StatedException, look: LookedAt): Answer | undefined {
  const about = aboutException(entry);
  const half = standingOn(look).waiting.find(
    (one) => one.kind === 'grant' && aboutException(one.entry) === about,
  );
  if (half === undefined) return undefined;
  const { id } = half.entry;
  return refused(
    `${code(half.by.login)} granted it already, one of two persons, and it holds once another one writes ${code(grantLine(id))}. To ask for something else, have that taken back first: ${code(`/plinth exception revoke ${asWord(id)}`)}`,
  );
}

/** The newer request for one thing is what waits. */
function replacedInWords(said: GrantEvent, look: LookedAt): readonly string[] {
  const before = look.events().filter(({ position }) => position < said.position);
  const former = formerRequest(standingOn(look, before).waiting, said);
  return former === undefined
    ? []
    : [`It takes the place of what ${code(former.by.login)} asked for before.`];
}
