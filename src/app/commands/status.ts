import { decidingOutcome } from '../../domain/index.ts';
import { code, prose, verdictTitle } from '../../present/index.ts';
import { whoMayInWords } from '../grants/index.ts';
import type { Command } from './command.ts';
import { exceptionsInWords } from './exception/list.ts';
import { originsInWords } from './policy-origins.ts';

export const status: Command = {
  name: 'status',
  usage: '/plinth status',
  summary:
    'says by which policy this pull request is judged, what it came to, what is excepted and who may grant',
  permission: 'anyone, on an open pull request',
  example: '/plinth status',
  words: 0,
  options: [],
  isShown: false,
  async run(_line, context) {
    const look = await context.look();
    if (look.kind === 'not-judged') return { outcome: 'refused', text: look.why };
    const { report, policy, head, base } = look;
    const [owner = ''] = context.repository.split('/');
    const sources = report.policy.sources.map(({ tier, from }) => `${tier} ${code(from)}`).join(', ');
    return {
      outcome: 'done',
      text: [
        `${code(head.slice(0, 10))} against ${code(base.ref)}: **${prose(verdictTitle(report))}** (${decidingOutcome(report)}, ${report.policy.enforcement}).`,
        `Policy ${code(policy.name)} from ${sources}.`,
        ...(look.origins === null ? [] : [originsInWords(look.origins)]),
        `Exceptions are granted by ${whoMayInWords(policy.commands, owner)}.`,
        exceptionsInWords(look),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    };
  },
};
