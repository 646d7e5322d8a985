import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { scenarios } from '../support/scenarios.ts';

const PAGE = readFileSync(new URL('../scenarios/README.md', import.meta.url), 'utf8');
/** DOMAIN.md, section 5. */
const TRAPS = 14;

const rows = [...PAGE.matchAll(/^\| (\d+) \| ([a-z0-9-]+) \| (.+) \|$/gm)].map(
  ([, trap = '', scenario = '', lesson = '']) => ({ trap: Number(trap), scenario, lesson }),
);
const names = new Set(scenarios().map(({ name }) => name));

describe('what a naive checker gets wrong', () => {
  it.each(Array.from({ length: TRAPS }, (_, index) => [index + 1]))('trap %i has a scenario', (trap) => {
    const own = rows.filter((row) => row.trap === trap);
    expect(own.filter(({ scenario }) => names.has(scenario))).not.toEqual([]);
  });

  it('every scenario of the table exists, has a lesson, and stands there once for a trap', () => {
    expect(rows.filter(({ scenario }) => !names.has(scenario))).toEqual([]);
    expect(rows.filter(({ trap, lesson }) => trap > TRAPS || lesson.length < 20)).toEqual([]);
    expect(new Set(rows.map(({ trap, scenario }) => `${trap} ${scenario}`)).size).toBe(rows.length);
  });
});
