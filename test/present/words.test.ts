import { describe, expect, it } from '@jest/globals';
import type { Outcome, Report, ReportFinding } from '../../src/domain/index.ts';
import { verdictSentence, verdictTitle } from '../../src/present/words.ts';
import { aFinding, anImage, aReport, observed } from '../support/report.ts';

function withOutcome(
  outcome: Outcome,
  findings: readonly ReportFinding[],
  given: Partial<Report> = {},
): Report {
  return aReport({
    findings,
    verdict: { outcome, touched: outcome, because: outcome === 'pass' ? [] : ['A reason.'] },
    images: [...new Set(findings.map((finding) => finding.path))]
      .filter((path) => path.endsWith('Dockerfile'))
      .map((path) => anImage({ path })),
    ...given,
  });
}

describe('the title of a verdict', () => {
  it.each<[string, Report, string]>([
    ['one image', withOutcome('block', [aFinding()]), '1 image needs changes'],
    [
      'several findings of one image are one image',
      withOutcome('block', [aFinding(), aFinding({ line: 2, rule: 'shell-entrypoint' })]),
      '1 image needs changes',
    ],
    [
      'two images',
      withOutcome('block', [aFinding(), aFinding({ path: 'b/Dockerfile' })]),
      '2 images need changes',
    ],
    [
      'an image and a manifest',
      withOutcome('block', [aFinding(), aFinding({ path: 'b/pod.yaml', rule: 'manifest-shell-command' })]),
      '1 image and 1 manifest need changes',
    ],
    [
      'a base decided in another file counts for its image',
      withOutcome('block', [
        aFinding(),
        aFinding({ path: 'Makefile', subject: 'images/server/Dockerfile: debian' }),
      ]),
      '1 image needs changes',
    ],
    [
      'a policy is a file',
      withOutcome('block', [aFinding({ path: '.github/plinth.yml', rule: 'policy-changed' })]),
      '1 file needs changes',
    ],
    [
      'a policy that could not be read is no base',
      withOutcome('inconclusive', [
        aFinding({ path: '.github/plinth.yml', rule: 'policy-changed', level: 'inconclusive' }),
      ]),
      'could not evaluate: 1 file could not be read',
    ],
    [
      'levels, worst first',
      withOutcome('block', [
        aFinding({ path: 'w/Dockerfile', level: 'warn' }),
        aFinding({ path: 'e/Dockerfile', level: 'needs-exception' }),
        aFinding({ path: 'b/Dockerfile' }),
        aFinding({ path: 'u/Dockerfile', level: 'inconclusive', rule: 'unresolved-base' }),
      ]),
      '1 image needs changes · 1 image needs an exception · 1 base could not be resolved · 1 warning',
    ],
    ['nothing new', withOutcome('pass', [aFinding({ state: 'existing' })]), 'No new problems'],
    [
      'what was fixed is told when all is well',
      withOutcome('pass', [aFinding({ state: 'fixed' })]),
      'No new problems · 1 fixed',
    ],
    ['notes', withOutcome('pass', [aFinding({ level: 'note' })]), 'No new problems · 1 note'],
    ['a tree without problems', withOutcome('pass', [], { tip: null }), 'No problems'],
    [
      'what could not be decided',
      withOutcome('inconclusive', [aFinding({ level: 'inconclusive', rule: 'unresolved-base' })]),
      'could not evaluate: 1 base could not be resolved',
    ],
    [
      'a start that is not decided is no base',
      withOutcome('inconclusive', [aFinding({ level: 'inconclusive', rule: 'manifest-shell-command' })]),
      'could not evaluate: 1 finding undecided',
    ],
    [
      'a rule that failed',
      withOutcome('inconclusive', [], { failedRules: [{ rule: 'base-drift', because: 'a TypeError' }] }),
      'could not evaluate: 1 rule failed',
    ],
    [
      'an unread file is said once, though it is a finding too',
      withOutcome(
        'inconclusive',
        [aFinding({ path: 'a.yaml', level: 'inconclusive', rule: 'unread-file' })],
        {
          unread: [{ path: 'a.yaml', because: 'it is too deep', counts: true }],
        },
      ),
      'could not evaluate: 1 file could not be read',
    ],
    [
      'where all that is touched counts, an existing finding does',
      aReport({
        policy: { ...aReport().policy, scope: 'touched' },
        verdict: { outcome: 'pass', touched: 'block', because: [] },
        findings: [aFinding({ state: 'existing' })],
      }),
      '1 file needs changes',
    ],
    [
      'where all that is touched counts, and there is nothing',
      aReport({ policy: { ...aReport().policy, scope: 'touched' } }),
      'No problems in what this change touches',
    ],
    [
      'an outcome without findings gives its reason',
      withOutcome('inconclusive', []),
      'could not evaluate: A reason.',
    ],
  ])('%s', (_, report, title) => {
    expect(verdictTitle(report)).toBe(title);
  });

  it.each<[Outcome, string]>([
    ['block', 'would block: 1 image needs changes'],
    ['needs-exception', 'would ask for an exception: 1 image needs an exception'],
    ['inconclusive', 'could not evaluate: 1 finding undecided'],
    ['warn', 'would warn: 1 warning'],
  ])('says in observe what %s would be', (outcome, title) => {
    const report = withOutcome(outcome, [aFinding({ level: outcome as ReportFinding['level'] })]);
    expect(verdictTitle(observed(report))).toBe(title);
  });

  it('is never empty, and only a pass reads like one', () => {
    for (const outcome of ['pass', 'warn', 'needs-exception', 'block', 'inconclusive'] as const) {
      for (const report of [withOutcome(outcome, []), observed(withOutcome(outcome, []))]) {
        expect(verdictTitle(report)).not.toBe('');
        expect(/no new problems/i.test(verdictSentence(report))).toBe(outcome === 'pass');
        expect(/^Passes:/.test(verdictSentence(report))).toBe(outcome === 'pass');
      }
    }
  });
});
