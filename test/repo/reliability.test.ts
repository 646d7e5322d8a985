import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { figureCells, quantile, stateOf } from '../../scripts/reliability/figure.ts';
import { heldRows } from '../../scripts/reliability/held.ts';

const figure = { row: 'L01', what: 'a wait', unit: 'ms', bar: 50, kind: 'at-most' } as const;

describe('figures of reliability', () => {
  it.each([
    [50, 'met'],
    [150, 'missed'],
    [151, 'failed'],
  ])('%s of at most 50 is %s', (value, state) => {
    expect(stateOf({ ...figure, value })).toBe(state);
  });

  it('a count that is not what it has to be fails at once', () => {
    const count = { ...figure, bar: 0, unit: '', kind: 'exactly' } as const;
    expect(stateOf({ ...count, value: 0 })).toBe('met');
    expect(stateOf({ ...count, value: 1 })).toBe('failed');
  });

  it('nothing that was not measured passes', () => {
    expect(stateOf({ ...figure, value: quantile([], 0.99) })).toBe('failed');
  });

  it('are shown beside their bar', () => {
    expect(figureCells({ ...figure, value: 12.34 })).toEqual(['L01', 'a wait', '12.3 ms', '≤ 50 ms', 'met']);
  });

  it('p99 is the value that one in a hundred exceeds', () => {
    const values = Array.from({ length: 200 }, (_, at) => at);
    expect(quantile(values, 0.99)).toBe(198);
  });
});

/** The rows that a table begins its lines with. */
function rowsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^\| ([FLMAICDS]\d\d) \|/gm)].map(([, row = '']) => row);
}

describe('rows of the catalogue', () => {
  const rows = heldRows();

  const published = new URL('../../docs/reliability.md', import.meta.url);
  const catalogue = new URL('../../../shared/RELIABILITY.md', import.meta.url);
  const names = rows.map(({ row }) => row);

  it('are those that the page lists, each once', () => {
    const [, list = ''] = readFileSync(published, 'utf8').split('## Rows and what holds them');
    expect(rowsOf(list)).toEqual(names);
  });

  (existsSync(catalogue) ? it : it.skip)(
    'are those of the catalogue (skipped where ../shared is absent)',
    () => {
      expect(rowsOf(readFileSync(catalogue, 'utf8')).sort()).toEqual(names.toSorted());
    },
  );

  it.each([
    ['F01', 'test/app/kill.process.test.ts'],
    ['F17', 'test/app/replicas.test.ts'],
    ['M06', 'test/app/secret-strength.test.ts'],
  ])('%s is held by %s', (row, file) => {
    expect(rows.find((one) => one.row === row)?.files).toContain(file);
  });
});
