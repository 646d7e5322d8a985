import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';
import { CLEAN_DOCKERFILES, CLEAN_MANIFESTS } from './clean-shapes.ts';

// A check that cries wolf is switched off: what is fine is silent, whatever words stand in it.

describe.each([
  ['Dockerfiles', CLEAN_DOCKERFILES],
  ['manifests', CLEAN_MANIFESTS],
] as const)('clean %s raise nothing', (_, table) => {
  it.each(table.map(([lesson, files]) => [lesson, files] as const))('%s', async (_lesson, files) => {
    const report = await judgeChange({}, files);
    const raised = report.findings
      .filter((finding) => finding.level !== 'note')
      .map((finding) => `${finding.rule} ${finding.path}:${finding.line}`);
    expect({ raised, unread: report.unread, outcome: report.verdict.outcome }).toEqual({
      raised: [],
      unread: [],
      outcome: 'pass',
    });
  });
});
