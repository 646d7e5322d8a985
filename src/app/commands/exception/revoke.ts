import { code } from '../../../present/index.ts';
import { type Command, refused } from '../command.ts';
import { onJudged } from '../on-judged.ts';
import { decide, decidedBefore } from './decide.ts';
import { definitionsFor, standingOn } from './target.ts';
import { titleOf, unnamed } from './words.ts';

export const revoke: Command = {
  name: 'exception revoke',
  usage: '/plinth exception revoke ENTRY',
  summary: 'takes back a grant or a request of this pull request',
  permission: 'granters',
  example: '/plinth exception revoke "registry.example/app on debian-base until 2027-06-30"',
  words: 1,
  options: [],
  isShown: false,
  run: onJudged(async (line, look, context) => {
    const [id] = line.words;
    const kept = await decidedBefore(context);
    const { grants, waiting } = standingOn(look);
    const one = kept ?? [...grants, ...waiting].find(({ entry }) => entry.id === id);
    if (one === undefined) {
      const ids = [...new Set([...grants, ...waiting].map(({ entry }) => entry.id))];
      if (id === undefined) return unnamed(ids);
      const known = ids.length === 0 ? 'nothing is' : `what is: ${ids.map(code).join(', ')}`;
      const onRecord = look.entries.some((entry) => entry.id === id)
        ? ` It is on record in ${code(look.policy.exceptions)} of ${code(look.base.ref)}: take it out there by a change.`
        : '';
      return refused(
        `${code(id)} is neither granted nor asked for on this pull request; ${known}.${onRecord}`,
      );
    }
    const { entry } = one;
    const refusal =
      kept === undefined
        ? await decide(context, look, { kind: 'revoke', entry, paths: definitionsFor(entry, look) })
        : null;
    return (
      refusal ?? {
        outcome: 'done',
        text: `${titleOf(entry)} is taken back; the pull request is being judged again.`,
      }
    );
  }),
};
