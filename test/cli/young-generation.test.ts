import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const MODULE = new URL('../../src/cli/young-generation.ts', import.meta.url).href;
const MIB = 1024 ** 2;

/** Fills and empties the young generation, in turns, and prints how large it has become. */
const WORK = `
const { limitYoungGeneration } = await import(${JSON.stringify(MODULE)});
if (process.argv[1] === 'limited') limitYoungGeneration();
let kept = [];
for (let turn = 0; turn < 400; turn++) {
  kept = turn % 8 === 0 ? [] : kept;
  for (let n = 0; n < 20_000; n++) kept.push({ n });
  await new Promise((resolve) => setImmediate(resolve));
}
const spaces = process.getBuiltinModule('node:v8').getHeapSpaceStatistics();
console.log(spaces.find(({ space_name }) => space_name === 'new_space').space_size);
`;

function youngBytes(how: 'limited' | 'free'): number {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', WORK, how], { cwd, encoding: 'utf8' }),
  );
}

describe('the young generation', () => {
  it('stays small while much is read, where it would grow', () => {
    const free = youngBytes('free');
    const limited = youngBytes('limited');
    expect(free).toBeGreaterThan(32 * MIB);
    expect(limited).toBeLessThan(free);
  });
});
