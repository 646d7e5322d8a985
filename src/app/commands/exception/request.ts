import { code, grantLine } from '../../../present/index.ts';
import { whoMayInWords } from '../../grants/index.ts';
import type { Command } from '../command.ts';
import { onJudged } from '../on-judged.ts';
import { ENTRY_OPTIONS } from './entry.ts';
import { entryFor } from './grant.ts';
import { targetOf } from './target.ts';
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
    const said =
      kept ??
      (await context.say(look, { kind: 'request', entry, paths: target?.paths ?? [], permission: 'asks' }));
    if (said === null)
      return {
        outcome: 'refused',
        text: 'the pull request has another head by now; look at its check, then ask again.',
      };
    return {
      outcome: 'done',
      text: [
        `the exception ${titleOf(entry)} is asked for, ${untilInWords(entry)}.`,
        `It may be granted by ${whoMayInWords(look.policy.commands, context.repository)}. They write:`,
        code(grantLine(entry.id)),
      ].join(' '),
    };
  }),
};
