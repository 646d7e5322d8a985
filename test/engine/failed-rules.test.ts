import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { RULES } from '../../src/rules/index.ts';
import { judgeChange, judgeTree } from '../support/mini-repository.ts';

const IMAGE = 'FROM debian:12\nCOPY a /a\n';

/** Makes a rule throw once it has begun to look. */
function breakRule(id: string): void {
  const rule = RULES.find(({ meta }) => meta.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  jest.spyOn(rule as unknown as { check: () => Iterable<never> }, 'check').mockImplementation(function* () {
    yield* [];
    throw new TypeError('it is not a function');
  });
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('SEM-5.2 a rule that fails makes the verdict inconclusive and is named', () => {
  it.each([
    ['of one tree', 'base-drift'],
    ['of a change', 'rebase-breaks-manifest'],
    ['of governance', 'policy-changed'],
  ])('a rule %s', async (_, rule) => {
    breakRule(rule);
    const report = await judgeChange({ Dockerfile: IMAGE }, { Dockerfile: `${IMAGE}USER 1\n` });
    expect(report.failedRules).toEqual([{ rule, because: 'it is not a function' }]);
    expect(report.verdict).toEqual({
      outcome: 'inconclusive',
      touched: 'block',
      because: [`The rule ${rule} failed (it is not a function), so what it would have found is not known.`],
    });
  });

  it('what the other rules find still blocks', async () => {
    breakRule('base-drift');
    const report = await judgeTree({ Dockerfile: IMAGE });
    expect(report.verdict.outcome).toBe('block');
    expect(report.verdict.because.at(-1)).toContain('The rule base-drift failed');
  });

  it('is named however many findings there are', async () => {
    breakRule('base-drift');
    const images = Array.from({ length: 60 }, (_, at) => [`a${at}/Dockerfile`, IMAGE] as const);
    const report = await judgeChange({}, Object.fromEntries(images));
    expect(report.failedRules).toHaveLength(1);
    expect(report.verdict.because).toContainEqual(expect.stringContaining('The rule base-drift failed'));
  });

  it('a report without one says nothing of it', async () => {
    expect(await judgeTree({ Dockerfile: IMAGE })).not.toHaveProperty('failedRules');
  });
});
