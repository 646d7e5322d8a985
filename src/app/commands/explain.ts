import type { ReportFinding, RuleMeta } from '../../domain/index.ts';
import { nearest } from '../../domain/nearest.ts';
import { code, prose, remedyWithLink } from '../../present/index.ts';
import { EXCEPTIONS_PAGE } from '../pages.ts';
import { type Answer, type Command, type CommandContext, notUnderstood, refused } from './command.ts';
import { findingNamed } from './exception/target.ts';

export const explain: Command = {
  name: 'explain',
  usage: '/plinth explain RULE or FINDING',
  summary: 'says what a rule or a finding means, and what to do',
  permission: 'anyone',
  example: '/plinth explain #1',
  words: 1,
  options: [],
  isShown: false,
  async run(line, context) {
    const [name] = line.words;
    if (name === undefined) return notUnderstood('name a rule, or a finding by its number or id.');
    const rule = [...context.rules.values()].find(({ id }) => id === name);
    if (rule !== undefined) return { outcome: 'done', text: ruleInWords(rule, context) };
    const look = await context.look();
    if (look.kind === 'not-judged') return refused(look.why);
    const finding = findingNamed(name, look);
    return finding === undefined ? notFound(name, context) : findingInWords(finding, context);
  },
};

function ruleInWords({ id, summary, why, remedy }: RuleMeta, { pageOf }: CommandContext): string {
  return `${code(id)}: ${summary}\n\n${why}\n\n**To do:** ${remedyWithLink(remedy, EXCEPTIONS_PAGE)}\n\n${pageOf(id)}`;
}

function findingInWords(finding: ReportFinding, context: CommandContext): Answer {
  const rule = context.rules.get(finding.rule);
  const text = [
    `${code(`${finding.path}:${finding.line}`)} ${prose(finding.message)}`,
    ...(rule === undefined ? [] : [ruleInWords(rule, context)]),
  ];
  return { outcome: 'done', text: text.join('\n\n') };
}

function notFound(name: string, { rules }: CommandContext): Answer {
  const near = nearest(name, [...rules.keys()]);
  const hint = near === undefined ? '' : ` Did you mean ${code(near)}?`;
  return notUnderstood(
    `there is neither a rule nor, in the check of this head, a finding ${code(name)}.${hint}`,
  );
}
