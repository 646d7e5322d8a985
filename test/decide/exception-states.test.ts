import { describe, expect, it } from '@jest/globals';
import { exceptionStates } from '../../src/decide/index.ts';
import type { ExceptionEntry, RuleId } from '../../src/domain/index.ts';
import { aFinding } from '../support/report.ts';

const DATE = '2026-06-30';

function anEntry(given: Partial<ExceptionEntry> = {}): ExceptionEntry {
  return {
    id: 'E-1',
    identity: { image: 'registry.example.com/app' },
    rule: 'base-needs-exception',
    base: 'debian-base',
    reason: 'needs-shell',
    text: 'it migrates data with a script',
    owner: '@acme/app',
    issue: '',
    expires: '2027-06-30',
    hash: '',
    at: { line: 2, column: 3 },
    ...given,
  };
}

function remarks(entry: ExceptionEntry, rules: readonly RuleId[]): readonly string[] {
  const findings = rules.map((rule) => aFinding({ rule, exception: entry.id }));
  const [state] = exceptionStates([entry], { findings, unread: [] }, DATE);
  return state?.remarks ?? ['no state'];
}

const USED = ['base-needs-exception', 'shell-entrypoint'] as const;

describe('what there is to say of an entry', () => {
  it.each<[string, Partial<ExceptionEntry>, readonly RuleId[], readonly string[]]>([
    ['in use', {}, USED, []],
    ['without an end', { expires: null }, USED, []],
    ['that ends within two weeks', { expires: '2026-07-14' }, USED, ['ends in 14 days']],
    ['that ends tomorrow', { expires: '2026-07-01' }, USED, ['ends in 1 day']],
    ['on its last day', { expires: DATE }, USED, ['ends today']],
    ['that ended, once', { expires: '2026-06-29' }, [], ['ended on 2026-06-29']],
    ['that covers nothing', {}, [], ['covers nothing: remove it']],
    [
      'for a shell that nothing needs any more',
      {},
      ['base-needs-exception'],
      ['the image needs no shell any more: move it to a base without one'],
    ],
    ['for iptables, whose shell nothing needs', { reason: 'needs-iptables' }, ['base-needs-exception'], []],
    ['for one need alone', { rule: 'shell-entrypoint', base: null }, ['shell-entrypoint'], []],
    ['that says too little', { text: '', owner: '' }, USED, ['no reason in words', 'no owner']],
  ])('%s', (_, given, rules, wanted) => {
    expect(remarks(anEntry(given), rules)).toEqual(wanted);
  });

  it.each([
    ['on any base', null, ['holds on any base that the image will have: name the one that it is for']],
    ['on the one that it names', 'debian-base', []],
  ])('for a need of an image, %s', (_, base, wanted) => {
    const entry = anEntry({ rule: 'shell-entrypoint', base });
    const findings = [aFinding({ rule: entry.rule, exception: entry.id, effect: 'discouraged' })];
    const [state] = exceptionStates([entry], { findings, unread: [] }, DATE);
    expect(state?.remarks).toEqual(wanted);
  });

  it('counts a file that could not be read once, though it is a finding as well', () => {
    const entry = anEntry({
      rule: 'unread-file',
      identity: { path: 'a', blob: 'b' },
      base: null,
      reason: 'other',
    });
    const unread = [{ path: 'a', because: 'it is binary', counts: true, exception: entry.id }];
    const findings = [aFinding({ rule: 'unread-file', path: 'a', exception: entry.id })];
    expect(exceptionStates([entry], { findings, unread }, DATE)).toMatchObject([{ covers: 1 }]);
    expect(exceptionStates([entry], { findings: [], unread }, DATE)).toMatchObject([{ covers: 1 }]);
  });
});
