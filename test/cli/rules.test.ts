import { describe, expect, it } from '@jest/globals';
import { explanation, ruleLines } from '../../src/cli/rules.ts';
import { RULE_METADATA } from '../../src/rules/index.ts';

const RULES = [...RULE_METADATA.values()];

describe('rules in a terminal', () => {
  it.each([80, 120])('are listed within %i columns, nothing lost', (width) => {
    for (const rule of RULES) {
      const lines = ruleLines(rule, width);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      const said = lines.map((line, index) => (index === 0 ? line : line.trimStart())).join(' ');
      expect(said).toMatch(/^[\w-]+ +[\w-]+ +/);
      expect(said.endsWith(rule.summary)).toBe(true);
    }
  });

  it('are a line each where there is none', () => {
    for (const rule of RULES) expect(ruleLines(rule, Number.POSITIVE_INFINITY)).toHaveLength(1);
  });

  it('are explained within its width, but for what is there to be copied', () => {
    for (const rule of RULES) {
      const prose = explanation(rule, { color: false, width: 80 }).split('\n\nFlagged: ')[0] ?? '';
      for (const line of prose.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      expect(prose.replaceAll('\n', ' ')).toContain(rule.remedy);
    }
  });
});
