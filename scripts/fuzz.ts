// Draws the properties of the tests again and again, each round from another seed, until the time is up or one fails.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const RUNNER = fileURLToPath(new URL('test.ts', import.meta.url));
const HELP = `npm run fuzz -- [options] [test files]

  --minutes N   until so long has passed (60)
  --seed N      one round from this seed, which a failure names
  --from N      seeds from this one on instead of drawn ones

Without files it is every test that draws its inputs. What fails becomes a named case beside the property.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string' },
    from: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** The test files that draw their inputs, as the properties and the comparisons with make and bash do. */
function drawingTests(): readonly string[] {
  return readdirSync(`${ROOT}test`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => /support\/(?:fast-check|differential)\.ts'/.test(readFileSync(path, 'utf8')))
    .map((path) => relative(ROOT, path));
}

/** True where every property held. */
function round(seed: number, files: readonly string[]): boolean {
  const { status, stderr } = spawnSync(process.execPath, [RUNNER, '--silent', ...files], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PLINTH_TEST_SEED: String(seed) },
    maxBuffer: 1 << 28,
  });
  if (status !== 0) process.stdout.write(`${stderr}\nfailed: npm run fuzz -- --seed ${seed}\n`);
  return status === 0;
}

function main(): void {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const files = positionals.length > 0 ? positionals : drawingTests();
  const until = performance.now() + Number(values.minutes) * 60_000;
  const only = values.seed === undefined ? null : Number(values.seed);
  const from = values.from === undefined ? null : Number(values.from);
  let rounds = 0;
  do {
    const seed = only ?? (from === null ? Math.trunc(Math.random() * 2 ** 31) : from + rounds);
    if (!round(seed, files)) {
      process.exitCode = 1;
      return;
    }
    rounds += 1;
  } while (only === null && performance.now() < until);
  process.stdout.write(`${rounds} rounds of ${files.length} test files held\n`);
}

main();
