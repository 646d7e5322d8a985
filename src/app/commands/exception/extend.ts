import type { StatedException } from '../../../domain/index.ts';
import { code, prose } from '../../../present/index.ts';
import { type Command, type LookedAt, notUnderstood, refused } from '../command.ts';
import { onJudged } from '../on-judged.ts';
import { decide, decidedBefore } from './decide.ts';
import { makeEntry } from './entry.ts';
import { granted } from './grant.ts';
import { definitionsFor, standingOn } from './target.ts';
import { unnamed, untilInWords } from './words.ts';

export const extend: Command = {
  name: 'exception extend',
  usage: '/plinth exception extend ENTRY expires=YYYY-MM-DD',
  summary: 'grants an exception until a later day, one on record or of this pull request',
  permission: 'granters',
  example:
    '/plinth exception extend "registry.example/app on debian-base until 2027-06-30" expires=2027-12-31',
  words: 1,
  options: [{ key: 'expires', meaning: 'the new last day, `YYYY-MM-DD` in UTC, later than the present one' }],
  isShown: false,
  run: onJudged(async (line, look, context) => {
    const kept = await decidedBefore(context);
    if (kept !== undefined) return granted(kept.entry, look, context);
    const [id] = line.words;
    if (id === undefined) return unnamed(extendable(look));
    const former = formerOf(id, look);
    if (former === undefined)
      return refused(
        `there is no exception ${code(id)} in ${code(look.policy.exceptions)} of ${code(look.base.ref)}, nor granted on this pull request.`,
      );
    if (!line.options.some(({ key }) => key === 'expires'))
      return notUnderstood('say until when: `expires=YYYY-MM-DD`.');
    const made = makeEntry(former, line, look);
    if ('why' in made) return notUnderstood(`that is no exception: ${prose(made.why)}.`);
    const { entry } = made;
    if (former.expires === null || (entry.expires ?? '') <= former.expires)
      return refused(`${code(former.id)} holds ${untilInWords(former)} already: name a later day.`);
    const paths = definitionsFor(entry, look);
    const refusal = await decide(context, look, { kind: 'grant', entry, paths });
    return refusal ?? granted(entry, look, context);
  }),
};

function formerOf(id: string, look: LookedAt): StatedException | undefined {
  const granted = standingOn(look).grants.find(({ entry }) => entry.id === id)?.entry;
  const onRecord = look.entries.find((entry) => entry.id === id);
  if (granted !== undefined || onRecord === undefined) return granted;
  const { at: _, ...stated } = onRecord;
  return stated;
}

/** Ids of what has an end to move. */
function extendable(look: LookedAt): readonly string[] {
  const all = [...standingOn(look).grants.map(({ entry }) => entry), ...look.entries];
  return all.filter(({ expires }) => expires !== null).map(({ id }) => id);
}
