// Runs Jest as ES modules; further arguments go to Jest (`npm test -- test/rules`).
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const summary = process.env.PLINTH_TEST_SUMMARY;
// CI counts tests from Jest's own result file, not from what it prints.
const report = summary === undefined ? [] : ['--json', `--outputFile=${summary}`, '--silent'];
// Jest itself, and programs that tests start, are compiled once.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('../node_modules/.cache/plinth-compiled/', import.meta.url),
);
const child = spawn(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', jest, ...report, ...process.argv.slice(2)],
  // With --json Jest also prints the result to standard output, which nobody reads.
  { stdio: ['inherit', summary === undefined ? 'inherit' : 'ignore', 'inherit'] },
);
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
