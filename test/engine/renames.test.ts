import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

/** Go files of which no two share a line. */
function files(folder: string, count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`${folder}/${folder}${n}.go`, `package ${folder}${n}\n`]),
  );
}

describe('a search for renames', () => {
  it('that was cut short is said in the report (SEM-4.3)', async () => {
    const report = await judgeChange(files('a', 2100), files('b', 2100));
    expect(report.notes).toEqual([expect.stringMatching(/moved.*removed and added.*told as new/)]);
  });

  it('that looked at everything needs no word', async () => {
    expect('notes' in (await judgeChange(files('a', 20), files('b', 20)))).toBe(false);
  });
});
