import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { judgeChange } from '../support/mini-repository.ts';
import type { Evasion } from './evasion.ts';
import { EVASIONS_OF_BASES } from './evasions-of-bases.ts';
import { EVASIONS_OF_MANIFESTS } from './evasions-of-manifests.ts';
import { EVASIONS_OF_STARTS } from './evasions-of-starts.ts';
import { EVASIONS_OF_TEMPLATES } from './evasions-of-templates.ts';

// RELIABILITY I18 and I19: what somebody writes to get the forbidden past a checker. Recall is 100 % on the set.

const TABLES: readonly (readonly [string, readonly Evasion[]])[] = [
  ['bases', EVASIONS_OF_BASES],
  ['starts', EVASIONS_OF_STARTS],
  ['manifests', EVASIONS_OF_MANIFESTS],
  ['templates', EVASIONS_OF_TEMPLATES],
];

function introducedRules(report: Report): readonly string[] {
  const rules = report.findings
    .filter((finding) => finding.state === 'introduced')
    .map((finding) => finding.rule);
  return [...new Set(rules)].sort();
}

describe.each(TABLES)('evasions of %s are found', (_, table) => {
  it.each(table.map((one) => [one.lesson, one] as const))(
    '%s',
    async (_lesson, { files, rules, outcome }) => {
      const report = await judgeChange({}, files);
      expect({ rules: introducedRules(report), outcome: report.verdict.outcome }).toEqual({ rules, outcome });
    },
  );
});

it('the set is as large as the catalogue asks for', () => {
  const lessons = TABLES.flatMap(([name, table]) => table.map((one) => `${name}: ${one.lesson}`));
  expect(new Set(lessons).size).toBe(lessons.length);
  expect(lessons.length).toBeGreaterThanOrEqual(80);
});
