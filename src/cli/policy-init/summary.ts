import {
  EXCEPTIONS_PATH,
  isBaseRule,
  POLICY_PATH,
  type Policy,
  type Report,
  type RuleId,
} from '../../domain/index.ts';
import { counted, failedRuleInWords } from '../../domain/words.ts';
import { countingFindings } from '../../present/findings.ts';
import { visible } from '../../present/visible.ts';
import type { Found } from './entries.ts';

/** What a summary tells beside what was found. */
export interface SummaryGiven {
  readonly policy: Policy;
  readonly expires: string;
  /** Where the files were written; null where they were printed. */
  readonly folder: string | null;
}

/** What was written, and what is to be done with it. */
export function summaryText({ entries, report }: Found, { policy, expires, folder }: SummaryGiven): string {
  const rules = new Map<RuleId, number>();
  for (const { entry } of entries) rules.set(entry.rule, (rules.get(entry.rule) ?? 0) + 1);
  const byRule = [...rules].map(([rule, count]) => `  ${count} × ${rule}`);
  const count = counted(entries.length, 'exception');
  const until = entries.length === 0 ? '' : `, until ${expires}:`;
  return `${[
    `${counted(report.images.length, 'image')} found; ${count}${until}`,
    ...byRule,
    ...warningsHint(report),
    ...testsHint(entries, policy),
    ...(folder === null ? [] : [`Written: ${POLICY_PATH}, ${EXCEPTIONS_PATH}`]),
    ...(entries.length === 0
      ? []
      : ['Before you commit them: write the reason of each exception and who answers for it.']),
  ].join('\n')}\n`;
}

/** Who begins with a policy that only warns should not take "no exceptions" for a tree that it holds to its bases. */
function warningsHint(report: Report): readonly string[] {
  const warned = countingFindings(report).filter(({ rule, level }) => level === 'warn' && isBaseRule(rule));
  if (warned.length === 0) return [];
  const rule = warned.some((one) => one.rule === 'base-not-allowed') ? 'base-not-allowed' : warned[0]?.rule;
  return [
    `${counted(warned.length, 'base')} ${warned.length === 1 ? 'is' : 'are'} only warned of, and a warning holds nothing up: \`rules: { ${rule}: block }\` in the policy changes that.`,
  ];
}

/** Data of tests is often better left out as a whole than excepted one by one. */
function testsHint(entries: Found['entries'], policy: Policy): readonly string[] {
  const ofTests = entries.filter(({ path }) => ['test', 'example'].includes(policy.classOf(path)));
  if (ofTests.length < MANY) return [];
  return [
    `${ofTests.length} of them are for files of tests and examples: \`--ignore '**/testdata/**'\`, for one, leaves such folders out as a whole.`,
  ];
}

/** Fewer are quickly read. */
const MANY = 5;

/** What holds the tree up all the same, one a line; empty where nothing does. */
export function remainsText({ left, report }: Found): string {
  const lines = [
    ...left.map(({ path, line, rule, message }) => `  ${visible(`${path}:${line}: ${message}`)} (${rule})`),
    ...(report.failedRules ?? []).map((rule) => `  ${visible(failedRuleInWords(rule))}`),
  ];
  if (lines.length === 0) return '';
  const what = counted(lines.length, 'finding');
  return `plinth: ${what} cannot be excepted, so \`plinth check\` does not pass yet:\n${lines.join('\n')}\n`;
}
