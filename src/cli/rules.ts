import { createColors } from 'picocolors';
import type { RuleMeta } from '../domain/index.ts';
import { AppError } from '../domain/index.ts';
import { nearest } from '../domain/nearest.ts';
import { textWidth } from '../domain/text-width.ts';
import { wrap } from '../present/wrap.ts';
import { RULE_METADATA } from '../rules/index.ts';
import { EXCEPTIONS_TOPIC } from './exceptions-topic.ts';
import { print, wantsColor } from './terminal.ts';

/** Prints every rule with its level and what it reports. */
export async function listRules({ json }: { json?: boolean }): Promise<void> {
  const rules = [...RULE_METADATA.values()];
  if (json === true) {
    await print(
      `${JSON.stringify(
        rules.map(({ id, since, level, summary }) => ({ id, since, level, summary })),
        null,
        2,
      )}\n`,
    );
    return;
  }
  const width = terminalWidth();
  await print(rules.map((rule) => `${ruleLines(rule, width).join('\n')}\n`).join(''));
}

const WIDEST_ID = Math.max(...[...RULE_METADATA.keys()].map((id) => id.length));

/** A rule on one line; in a terminal its summary goes on below itself. */
export function ruleLines({ id, level, summary }: RuleMeta, width: number): readonly string[] {
  const lead = `${id.padEnd(WIDEST_ID)}  ${level.padEnd(15)}  `;
  const [first = '', ...rest] = wrap(summary, width - lead.length);
  return [lead + first, ...rest.map((line) => ' '.repeat(lead.length) + line)];
}

/** Columns to lay text out in; no bound for a pipe or a file. */
function terminalWidth(): number {
  return textWidth(process.stdout.columns, { pipe: Number.POSITIVE_INFINITY, widest: 120 });
}

/** What can be explained beside rules. */
const TOPICS: ReadonlyMap<string, string> = new Map([['exceptions', EXCEPTIONS_TOPIC]]);

/** Prints what a rule reports, why, and what to do about it; or a topic that remedies point to. */
export async function explain(id: string): Promise<void> {
  const topic = TOPICS.get(id);
  if (topic !== undefined) return await print(topic);
  const meta = RULE_METADATA.get(id);
  if (meta === undefined) throw unknownRule(id);
  await print(explanation(meta, { color: wantsColor(process.stdout), width: terminalWidth() }));
}

function unknownRule(id: string): AppError {
  if (/^#?[0-9a-f]{8}$/.test(id))
    return new AppError(
      'unknown-rule',
      `${id} is the id of a finding, the same in every output, so that one can be named; explain takes the rule that stands in brackets before it, such as base-not-allowed`,
    );
  const near = nearest(id, [...RULE_METADATA.keys(), ...TOPICS.keys()]);
  const meant = near === undefined ? '' : ` did you mean ${near}?`;
  return new AppError('unknown-rule', `no rule is called '${id}':${meant} \`plinth rules\` lists them`);
}

/** What there is to say of a rule; sources and examples stay as they are written. */
export function explanation(
  meta: RuleMeta,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const paragraph = (text: string): string => wrap(text, width).join('\n');
  const { bold, dim } = createColors(color);
  const examples = [
    ...meta.examples.flagged.map((example) => ({ title: `Flagged: ${example.title}`, files: example.files })),
    ...meta.examples.clean.map((example) => ({ title: `Clean: ${example.title}`, files: example.files })),
  ];
  const shown = examples.map(({ title, files }) => {
    const bodies = Object.entries(files).map(
      ([path, text]) => `${dim(`    ${path}`)}\n${text.replace(/^/gm, '      ').trimEnd()}\n`,
    );
    return `${bold(title)}\n${bodies.join('\n')}`;
  });
  return [
    `${bold(meta.id)}  (${meta.level}, since ${meta.since})\n${paragraph(meta.summary)}`,
    `${bold('Why')}\n${paragraph(meta.why)}`,
    `${bold('What to do')}\n${paragraph(meta.remedy)}`,
    ...shown,
    `${bold('Sources')}\n${meta.sources.map((source) => `  ${source}`).join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}
