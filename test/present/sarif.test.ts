import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { renderSarif } from '../../src/present/sarif.ts';
import { aBlockedReport, aFinding, aReport, aRule, rulesOf } from '../support/report.ts';
import { sarifValidator } from '../support/sarif-schema.ts';

const PATH = 'images/server/Dockerfile';
const GIVEN = {
  rules: rulesOf(aRule(), aRule({ id: 'shell-entrypoint', level: 'warn' })),
  pageOf: (rule: string) => `https://plinth.test/rules/${rule}`,
};
const validate = sarifValidator();

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly invocations: readonly [
        { readonly executionSuccessful: boolean; readonly toolExecutionNotifications?: readonly unknown[] },
      ];
      readonly results: readonly Record<string, unknown>[];
    },
  ];
}

function sarif(report: Report): Log['runs'][0] {
  const log: unknown = JSON.parse(renderSarif(report, GIVEN));
  validate(log);
  expect(validate.errors).toBeNull();
  return (log as Log).runs[0];
}

describe('SARIF', () => {
  it('gives a finding its rule, level, region, fingerprint and links', () => {
    const finding = aFinding({
      line: 3,
      endLine: 3,
      column: 6,
      endColumn: 13,
      related: [{ path: PATH, line: 1, message: 'decided here' }],
      cause: { path: 'Makefile', line: 9 },
    });
    const run = sarif(aBlockedReport([finding]));
    const [result] = run.results;
    expect(result).toMatchObject({
      ruleId: 'base-not-allowed',
      level: 'error',
      baselineState: 'new',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: PATH },
            region: { startLine: 3, endLine: 3, startColumn: 6, endColumn: 13 },
          },
        },
      ],
      relatedLocations: [
        { id: 0, message: { text: 'decided here' } },
        { id: 1, physicalLocation: { artifactLocation: { uri: 'Makefile' }, region: { startLine: 9 } } },
      ],
      partialFingerprints: { 'plinthFingerprint/v1': finding.fingerprint },
    });
    expect(run.tool.driver.rules[Number(result?.ruleIndex)]?.id).toBe('base-not-allowed');
  });

  it.each([
    ['block', 'error'],
    ['needs-exception', 'error'],
    ['inconclusive', 'error'],
    ['warn', 'warning'],
    ['note', 'note'],
  ] as const)('%s is written as %s', (level, written) => {
    expect(sarif(aBlockedReport([aFinding({ level })])).results[0]).toMatchObject({
      level: written,
      properties: { level },
    });
  });

  it.each([
    ['introduced', 'new'],
    ['existing', 'unchanged'],
    ['fixed', 'absent'],
  ] as const)('%s is %s', (state, baselineState) => {
    expect(sarif(aReport({ findings: [aFinding({ state })] })).results[0]).toMatchObject({ baselineState });
  });

  it('compares with nothing where a tree is judged alone', () => {
    const [result] = sarif(aBlockedReport([aFinding({ state: 'existing' })], { tip: null })).results;
    expect(result).not.toHaveProperty('baselineState');
  });

  it('suppresses what an exception covers', () => {
    const [result] = sarif(aReport({ findings: [aFinding({ exception: 'E-4' })] })).results;
    expect(result).toMatchObject({
      suppressions: [{ kind: 'external', status: 'accepted', justification: 'exception E-4' }],
    });
  });

  it('writes edits of whole lines as replacements, by file', () => {
    const edits = [
      { path: PATH, startLine: 2, endLine: 3, newText: 'CMD ["/server"]' },
      { path: 'b', startLine: 1, endLine: 1, newText: '' },
    ] as const;
    const [result] = sarif(
      aBlockedReport([aFinding({ fix: { title: 'use exec form', safe: true, edits } })]),
    ).results;
    expect(result).toMatchObject({
      fixes: [
        {
          description: { text: 'use exec form' },
          artifactChanges: [
            {
              artifactLocation: { uri: PATH },
              replacements: [
                {
                  deletedRegion: { startLine: 2, startColumn: 1, endLine: 3 },
                  insertedContent: { text: 'CMD ["/server"]' },
                },
              ],
            },
            { artifactLocation: { uri: 'b' } },
          ],
        },
      ],
    });
  });

  it('tells what could not be decided, and is then no success', () => {
    const report = aReport({
      verdict: {
        outcome: 'inconclusive',
        touched: 'inconclusive',
        because: ['x', 'And 9 more.'],
      },
      failedRules: [{ rule: 'base-drift', because: 'a TypeError' }],
      findings: [aFinding({ level: 'inconclusive', rule: 'unresolved-base' })],
      unread: [
        { path: 'a.yaml', because: 'it is too deep', counts: true },
        { path: 'b.yaml', because: 'it is UTF-16', counts: false },
      ],
    });
    const [invocation] = sarif(report).invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolExecutionNotifications).toMatchObject([
      { descriptor: { id: 'rule-failed' }, level: 'error' },
      { descriptor: { id: 'unread-file' }, level: 'error', message: { text: 'a.yaml: it is too deep' } },
      { descriptor: { id: 'unread-file' }, level: 'note' },
      { descriptor: { id: 'unresolved-base' }, level: 'warning' },
    ]);
    expect(sarif(aReport()).invocations[0].executionSuccessful).toBe(true);
  });

  it('explains its rules, also one that it was not told of', () => {
    const { rules } = sarif(aBlockedReport([aFinding({ rule: 'unread-file' })])).tool.driver;
    expect(rules.map((rule) => rule.id)).toEqual(['base-not-allowed', 'shell-entrypoint', 'unread-file']);
    expect(rules[0]).toMatchObject({
      helpUri: 'https://plinth.test/rules/base-not-allowed',
      defaultConfiguration: { level: 'error' },
    });
  });

  it('stays valid, inside the root and free of links and controls with hostile text (I10, I14)', () => {
    const hostile = '../a\\b%0A\n\u001b[31m\u202e [x](javascript:y) {0} ##[error]z';
    const report = aBlockedReport(
      [
        aFinding({
          path: hostile,
          message: hostile,
          subject: hostile,
          exception: hostile,
          related: [{ path: '/etc/passwd', line: 1, message: hostile }],
        }),
      ],
      { unread: [{ path: hostile, because: hostile, counts: false }] },
    );
    const text = renderSarif(report, GIVEN);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|##\[/);
    const [result] = sarif(report).results;
    expect(JSON.stringify(result)).not.toMatch(/"uri":"(?:\.\.|\/)/);
    expect(JSON.stringify(result?.message)).toContain('[x] (javascript:y) {0}');
  });

  it('is the same, byte for byte, for the same report', () => {
    const report = aBlockedReport([aFinding()]);
    expect(renderSarif(report, GIVEN)).toBe(renderSarif(structuredClone(report), GIVEN));
  });
});
