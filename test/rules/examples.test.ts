import { describe, expect, it } from '@jest/globals';
import type { Report, RuleExample } from '../../src/domain/index.ts';
import { RULE_METADATA } from '../../src/rules/index.ts';
import { type Mark, readMarks } from '../support/marks.ts';
import { judgeChange } from '../support/mini-repository.ts';

/** Every example of a rule's page is a change that adds its files to what was there before, most often nothing. */
async function judgeExample(example: RuleExample): Promise<{ report: Report; marks: readonly Mark[] }> {
  const { files, marks } = readMarks(example.files);
  const before = example.before ?? {};
  return { report: await judgeChange(before, { ...before, ...files }), marks };
}

function isAt(mark: Mark, finding: Report['findings'][number]): boolean {
  if (finding.rule !== mark.rule || finding.path !== mark.path || finding.line !== mark.line) return false;
  const end =
    finding.endLine === finding.line
      ? (finding.endColumn ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
  return (finding.column ?? 1) <= mark.to && end >= mark.from;
}

describe.each([...RULE_METADATA.values()].map((meta) => [meta.id, meta] as const))('%s', (id, meta) => {
  it.each(meta.examples.flagged.map((example) => [example.title, example] as const))(
    'flags: %s',
    async (_, example) => {
      const { report, marks } = await judgeExample(example);
      const found = report.findings
        .filter(({ state }) => state !== 'fixed')
        .map((finding) => `${finding.rule} ${finding.path}:${finding.line}:${finding.column}`);
      for (const mark of marks)
        expect({ found, mark, hit: report.findings.some((finding) => isAt(mark, finding)) }).toMatchObject({
          hit: true,
        });
      expect(found).toHaveLength(marks.length);
      expect(marks.map((mark) => mark.rule)).toContain(id);
    },
  );

  it.each(meta.examples.clean.map((example) => [example.title, example] as const))(
    'is silent: %s',
    async (_, example) => {
      const { report, marks } = await judgeExample(example);
      expect(report.findings.filter((finding) => finding.rule === id)).toEqual([]);
      // Silence counts only where the files were read.
      expect(report.unread).toEqual([]);
      for (const mark of marks) expect(report.findings.some((finding) => isAt(mark, finding))).toBe(true);
    },
  );
});
