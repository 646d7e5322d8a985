// D02: what stands on a line that the change leaves alone is reported as the policy says, and shown on a line that there is.
import { describe, expect, it } from '@jest/globals';
import type { PolicyText, Report, ReportFinding } from '../../src/domain/index.ts';
import { renderCheckRun } from '../../src/present/check-run.ts';
import { type Files, judgeChange } from '../support/mini-repository.ts';

const URL = 'https://github.test/org/repo';
const GIVEN = { rules: new Map(), links: { repositoryUrl: URL, headSha: '3'.repeat(40) }, commandsHelp: '' };
const TOUCHED: readonly PolicyText[] = [
  { tier: 'operator', from: 'kep-1729', text: 'extends: kep-1729\nscope: touched\n' },
];

const placeOf = ({ path, line, cause, state }: ReportFinding): string =>
  `${state} ${path}:${line}${cause === undefined ? '' : ` by ${cause.path}:${cause.line}`}`;

/** Where the annotations stand, each on a line of head. */
function annotated(report: Report, head: Files): readonly string[] {
  const { annotations } = renderCheckRun(report, GIVEN);
  for (const { path, start_line: start, end_line: end } of annotations) {
    const lines = String(head[path]).replace(/\n$/, '').split('\n').length;
    expect([path, start >= 1, end >= start, end <= lines]).toEqual([path, true, true, true]);
  }
  return annotations.map(({ path, start_line: line }) => `${path}:${line}`);
}

const SHELL = 'COPY app /app\nCMD /app --serve\n';
const onBase = (base: string): string => `FROM ${base}\n${SHELL}`;
const ALPINE = onBase('alpine:3.20');

describe('D02: a finding on an unchanged line of a changed file', () => {
  const before = { Dockerfile: ALPINE };
  const after = { Dockerfile: `${ALPINE}ENV A=b\n` };

  it('is existing where it was there before: neither counted nor annotated', async () => {
    const report = await judgeChange(before, after);
    expect(report.findings.map(({ state }) => state)).toEqual(report.findings.map(() => 'existing'));
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.verdict).toMatchObject({ outcome: 'pass', touched: 'block' });
    expect(annotated(report, after)).toEqual([]);
  });

  it('counts where the policy is over all that is touched', async () => {
    const report = await judgeChange(before, after, { policies: TOUCHED });
    expect(report.policy.scope).toBe('touched');
    expect(report.verdict.touched).toBe('block');
    expect(renderCheckRun(report, GIVEN).conclusion).toBe('failure');
  });

  it('is introduced where another line brings it about, and annotated there', async () => {
    const moved = { Dockerfile: onBase('gcr.io/distroless/static:nonroot') };
    const report = await judgeChange(before, moved);
    const found = report.findings.filter(({ state }) => state === 'introduced');
    expect(found.map(placeOf)).toEqual(['introduced Dockerfile:3 by Dockerfile:1']);
    expect(annotated(report, moved)).toEqual(['Dockerfile:1']);
  });

  it('that a removed last line brings about is annotated on a line that is left', async () => {
    const entry = 'FROM gcr.io/distroless/static:nonroot\nCMD ["/app"]\n';
    const files = { Dockerfile: `FROM alpine:3.20 AS build\n${entry}` };
    const left = { Dockerfile: 'FROM alpine:3.20 AS build\n' };
    const report = await judgeChange(files, left);
    expect(report.verdict.outcome).toBe('block');
    expect(annotated(report, left)).toEqual(['Dockerfile:1']);
  });
});

describe('D02: a finding on an unchanged file', () => {
  const Dockerfile = 'ARG BASE\nFROM ${BASE}\nCOPY app /app\nCMD /app --serve\n';
  const tree = (base: string) => ({
    'images/app/Dockerfile': Dockerfile,
    Makefile: `# Builds the image.\nBASE = ${base}\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t registry.k8s.io/app:1 images/app\n`,
  });

  it('that a moved base brings about is introduced, and annotated where the base moved', async () => {
    const after = tree('gcr.io/distroless/static:nonroot');
    const report = await judgeChange(tree('registry.k8s.io/build-image/debian-base:v1'), after);
    const found = report.findings.filter(({ state }) => state === 'introduced');
    expect(found.map(placeOf)).toEqual(['introduced images/app/Dockerfile:4 by Makefile:2']);
    expect(annotated(report, after)).toEqual(['Makefile:2']);
  });

  it('that nothing reaches from the change is existing', async () => {
    const before = tree('alpine:3.20');
    const after = { ...before, 'README.md': 'more\n' };
    const report = await judgeChange({ ...before, 'README.md': 'some\n' }, after);
    expect(report.findings.filter(({ state }) => state === 'introduced')).toEqual([]);
    expect(annotated(report, after)).toEqual([]);
  });
});
