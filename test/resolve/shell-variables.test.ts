import { expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

it('a recipe whose variables double costs no judgement: the other files are judged, and it does not pass', async () => {
  const doubling = Array.from({ length: 60 }, () => 'A=$$A$$A;').join(' ');
  const report = await judgeChange(
    {},
    {
      Makefile: `build:\n\tA=x; ${doubling} docker build -t $$A .\n`,
      Dockerfile: 'FROM ubuntu:24.04\nCOPY a /a\n',
    },
  );
  expect(report.findings.map((finding) => finding.rule)).toContain('base-not-allowed');
  expect(report.verdict.outcome).toBe('block');
});
