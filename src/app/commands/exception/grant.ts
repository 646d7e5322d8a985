import type { StatedException } from '../../../domain/index.ts';
import { grantersOf } from '../../../domain/index.ts';
import { code, grantLine, prose } from '../../../present/index.ts';
import {
  type Answer,
  type Command,
  type CommandContext,
  type LookedAt,
  notUnderstood,
  refused,
} from '../command.ts';
import type { CommandLine } from '../grammar.ts';
import { onJudged } from '../on-judged.ts';
import { decide, decidedBefore } from './decide.ts';
import { ENTRY_OPTIONS, makeEntry, saysMore } from './entry.ts';
import { standingOn, type Target, targetOf } from './target.ts';
import { documentedInWords, titleOf, untilInWords } from './words.ts';

export const grant: Command = {
  name: 'exception grant',
  usage: '/plinth exception grant [FINDING or ENTRY] [reason=… expires=… owner=… issue=…] ["why"]',
  summary: 'grants an exception for this pull request, and prints the entry that puts it on record',
  permission: 'granters',
  example: '/plinth exception grant #1 reason=needs-shell expires=2027-06-30 "a script migrates the data"',
  words: 2,
  options: ENTRY_OPTIONS,
  isShown: true,
  run: onJudged(async (line, look, context) => {
    const kept = await decidedBefore(context);
    if (kept !== undefined) return granted(kept.entry, look, context);
    const target = targetOf(line.words[0], look);
    if ('outcome' in target) return target;
    const made = entryFor(target, line, look);
    if ('outcome' in made) return made;
    const { entry } = made;
    const refusal = await decide(context, look, { kind: 'grant', entry, paths: target.paths });
    return refusal ?? granted(entry, look, context);
  }),
};

/** A proposal is granted as it is; anything else may be said in the command. */
export function entryFor(
  target: Target,
  line: CommandLine,
  look: LookedAt,
): { readonly entry: StatedException } | Answer {
  if (target.kind === 'entry' && !saysMore(line)) return { entry: target.entry };
  if (target.kind === 'entry' && target.isWritten)
    return refused(
      `the change itself writes the entry ${code(target.entry.id)}, and only exactly that can be granted: leave out the rest of the command, or have the entry changed.`,
    );
  const draft = target.kind === 'entry' ? target.entry : target.draft;
  const owner = look.author === null ? '' : `@${look.author.login}`;
  const made = makeEntry({ owner, ...draft }, line, look);
  if ('why' in made) return notUnderstood(`that is no exception: ${prose(made.why)}.`);
  if (made.entry.text === '')
    return notUnderstood(
      `say in words why the image needs it, in double quotes at the end of the line: ${code('"a script migrates the data"')}.`,
    );
  return made;
}

/** What a grant came to, and what is left to do. */
export function granted(entry: StatedException, look: LookedAt, context: CommandContext): Answer {
  const { grants, waiting } = standingOn(look);
  const half = waiting.find((one) => one.kind === 'grant' && one.entry.hash === entry.hash);
  if (half !== undefined) {
    const by = grantersOf(look.events().filter((one) => one.entry.hash === entry.hash)).length;
    return {
      outcome: 'done',
      text: `${titleOf(entry)} is granted by ${by} of two persons; it holds once another one writes ${code(grantLine(entry.id))}.`,
    };
  }
  const isStanding = grants.some((one) => one.entry.hash === entry.hash);
  if (!isStanding) return refused(`${titleOf(entry)} was taken back meanwhile.`);
  return {
    outcome: 'done',
    text: `${titleOf(entry)} is granted ${untilInWords(entry)}; the pull request is being judged again.`,
    after: async () => documentedInWords(await context.document(entry), entry, look),
  };
}
