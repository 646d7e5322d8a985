import { decidingOutcome, type Report } from '../../domain/index.ts';
import { code, prose, shortSource, verdictTitle } from '../../present/index.ts';
import { whoMayInWords } from '../grants/index.ts';
import type { Command } from './command.ts';
import { exceptionsInWords } from './exception/list.ts';
import { onJudged } from './on-judged.ts';
import { originsInWords } from './policy-origins.ts';

export const status: Command = {
  name: 'status',
  usage: '/plinth status',
  summary: 'says what this pull request came to, by which policy, what is excepted, and who may grant',
  permission: 'anyone',
  example: '/plinth status',
  words: 0,
  options: [],
  isShown: false,
  run: onJudged(async (_line, look, context) => {
    const { report, policy, head, base } = look;
    const observes = report.policy.enforcement === 'observe' ? '; only observed, nothing is held up' : '';
    return {
      outcome: 'done',
      text: [
        `${code(head.slice(0, 10))} into ${code(base.ref)}: **${prose(verdictTitle(report))}** (${decidingOutcome(report)}${observes}).`,
        `Policy ${code(policy.name)}${sourcesInWords(report)}.`,
        ...(look.origins === null ? [] : [originsInWords(look.origins)]),
        `Exceptions are granted by ${whoMayInWords(policy.commands, context.repository)}.`,
        await exceptionsInWords(look),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    };
  }),
};

/** The tiers that say something; what ships with Plinth is known by the policy's name. */
function sourcesInWords({ policy }: Report): string {
  const told = policy.sources.filter(({ tier }) => tier !== 'shipped');
  if (told.length === 0) return ', the default where nothing sets one';
  return ` from ${told.map(({ tier, from }) => `${code(shortSource(from))} (${tier})`).join(', then ')}`;
}
