import { createColors } from 'picocolors';
import type { RuleMeta } from '../domain/index.ts';
import { AppError } from '../domain/index.ts';
import { nearest } from '../domain/nearest.ts';
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
  const wide = Math.max(...rules.map((rule) => rule.id.length));
  await print(
    rules.map((rule) => `${rule.id.padEnd(wide)}  ${rule.level.padEnd(15)}  ${rule.summary}\n`).join(''),
  );
}

/** What can be explained beside rules. */
const TOPICS: ReadonlyMap<string, string> = new Map([['exceptions', EXCEPTIONS_TOPIC]]);

/** Prints what a rule reports, why, and what to do about it; or a topic that remedies point to. */
export async function explain(id: string): Promise<void> {
  const topic = TOPICS.get(id);
  if (topic !== undefined) return await print(topic);
  const meta = RULE_METADATA.get(id);
  if (meta === undefined) throw unknownRule(id);
  await print(explanation(meta, wantsColor(process.stdout)));
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

function explanation(meta: RuleMeta, color: boolean): string {
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
    `${bold(meta.id)}  (${meta.level}, since ${meta.since})\n${meta.summary}`,
    `${bold('Why')}\n${meta.why}`,
    `${bold('What to do')}\n${meta.remedy}`,
    ...shown,
    `${bold('Sources')}\n${meta.sources.map((source) => `  ${source}`).join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}
