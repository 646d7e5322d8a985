import type { StatedException } from '../../../domain/index.ts';
import { code } from '../../../present/index.ts';
import type { Answer, Command, CommandContext, LookedAt } from '../command.ts';
import { decide, decidedBefore } from './decide.ts';
import { makeEntry } from './entry.ts';
import { pathOf, standingOn } from './target.ts';
import { documentedInWords, untilInWords } from './words.ts';

export const extend: Command = {
  name: 'exception extend',
  usage: '/plinth exception extend ENTRY expires=YYYY-MM-DD',
  summary: 'grants the same entry with a later last day',
  permission: 'whoever the policy names',
  example: '/plinth exception extend "registry.example/app on debian-base" expires=2027-12-31',
  words: 1,
  options: ['expires'],
  isShown: false,
  async run(line, context) {
    const look = await context.look();
    if (look.kind === 'not-judged') return { outcome: 'refused', text: look.why };
    const kept = await decidedBefore(context);
    if (kept !== undefined) return extended(kept.entry, look, context);
    const [id] = line.words;
    const former = formerOf(id, look);
    if (former === undefined)
      return {
        outcome: 'refused',
        text: `there is no exception ${code(id ?? '')} in ${code(look.policy.exceptions)} of ${code(look.base.ref)}, nor granted on this pull request.`,
      };
    if (!line.options.some(({ key }) => key === 'expires'))
      return { outcome: 'not-understood', text: 'say until when: `expires=YYYY-MM-DD`.' };
    const made = makeEntry(former, line, look.policy);
    if ('why' in made) return { outcome: 'not-understood', text: `this is no entry: ${code(made.why)}` };
    const { entry } = made;
    if (former.expires === null || (entry.expires ?? '') <= former.expires)
      return { outcome: 'refused', text: `${code(entry.id)} holds ${untilInWords(former)} as it is.` };
    const refusal = await decide(context, look, { kind: 'grant', entry }, pathOf(entry, look));
    return refusal ?? (await extended(entry, look, context));
  },
};

function formerOf(id: string | undefined, look: LookedAt): StatedException | undefined {
  const granted = standingOn(look).grants.find(({ entry }) => entry.id === id)?.entry;
  const onRecord = look.entries.find((entry) => entry.id === id);
  if (granted !== undefined || onRecord === undefined) return granted;
  const { at: _, ...stated } = onRecord;
  return stated;
}

async function extended(entry: StatedException, look: LookedAt, context: CommandContext): Promise<Answer> {
  const rest = documentedInWords(await context.document(entry), entry, look);
  return {
    outcome: 'done',
    text: `${code(entry.id)} is granted ${untilInWords(entry)}; the check is being judged again. ${rest}`,
  };
}
