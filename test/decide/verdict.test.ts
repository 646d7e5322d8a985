import { describe, expect, it } from '@jest/globals';
import { verdictOf } from '../../src/decide/index.ts';
import type { FindingState, Level, ReportFinding } from '../../src/domain/index.ts';

function aFinding(
  level: Level,
  state: FindingState = 'introduced',
  more: Partial<ReportFinding> = {},
): ReportFinding {
  return {
    rule: 'r',
    level,
    state,
    path: 'Dockerfile',
    line: 1,
    message: `${level}.`,
    subject: '',
    fingerprint: level,
    id: '00000000',
    ...more,
  };
}

function outcome(findings: readonly ReportFinding[], given: Partial<Parameters<typeof verdictOf>[0]> = {}) {
  return verdictOf({ findings, isTouched: () => true, unread: [], failedRules: [], alone: false, ...given });
}

describe('SEM-5.1 the worst introduced finding decides', () => {
  it.each<[readonly Level[], string]>([
    [[], 'pass'],
    [['note'], 'pass'],
    [['note', 'warn'], 'warn'],
    [['warn', 'inconclusive'], 'inconclusive'],
    [['inconclusive', 'needs-exception'], 'needs-exception'],
    [['needs-exception', 'block', 'inconclusive'], 'block'],
  ])('%j gives %s', (levels, wanted) => {
    expect(outcome(levels.map((level) => aFinding(level))).outcome).toBe(wanted);
  });

  it('existing findings count only in what is touched', () => {
    const findings = [aFinding('block', 'existing')];
    expect(outcome(findings)).toMatchObject({ outcome: 'pass', touched: 'block' });
    expect(outcome(findings, { isTouched: () => false })).toMatchObject({ outcome: 'pass', touched: 'pass' });
  });

  it('without a base every finding counts', () => {
    expect(outcome([aFinding('warn', 'existing')], { alone: true })).toMatchObject({
      outcome: 'warn',
      touched: 'warn',
    });
  });

  it('fixed and covered findings leave the verdict', () => {
    expect(outcome([aFinding('block', 'fixed')]).outcome).toBe('pass');
    expect(outcome([aFinding('block', 'introduced', { exception: 'x-1' })]).outcome).toBe('pass');
  });
});

describe('what nobody looked at is never green (promise 3)', () => {
  const unread = { path: 'a.yaml', because: 'too deep', counts: true };

  it('SEM-5.2 an unread file that counts makes it at least inconclusive, and is named', () => {
    const verdict = outcome([], { unread: [unread] });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', touched: 'inconclusive' });
    expect(verdict.because).toEqual(['a.yaml could not be analysed: too deep.']);
  });

  it('one that does not count changes nothing', () => {
    expect(outcome([], { unread: [{ ...unread, counts: false }] }).outcome).toBe('pass');
  });

  it('a rule that failed makes it inconclusive, and is named', () => {
    const verdict = outcome([aFinding('warn')], {
      failedRules: [{ rule: 'base-scratch', because: 'a TypeError' }],
    });
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.because.join(' ')).toContain('base-scratch');
  });
});

it('reasons come worst first, and many are counted; a rule that failed is always named', () => {
  expect(outcome([aFinding('warn'), aFinding('block')]).because[0]).toContain('block.');
  const many = Array.from({ length: 80 }, () => aFinding('block'));
  expect(outcome(many).because.at(-1)).toBe('And 30 more.');
  const failedRules = [{ rule: 'base-scratch', because: 'a TypeError' }];
  expect(outcome(many, { failedRules }).because.slice(50)).toEqual([
    'The rule base-scratch failed (a TypeError), so what it would have found is not known.',
    'And 30 more.',
  ]);
});
