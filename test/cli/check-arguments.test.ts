import { describe, expect, it } from '@jest/globals';
import { readCheckArguments } from '../../src/cli/check-arguments.ts';
import { buildProgram } from '../../src/cli/program.ts';

/** What the full reader makes of the arguments behind `check`. */
function fullyRead(args: readonly string[]): unknown {
  const program = buildProgram();
  const check = program.commands.find((command) => command.name() === 'check');
  let read: unknown;
  check?.action((paths: string[], options: unknown) => {
    read = { paths, options };
  });
  program.parse(['node', 'plinth', 'check', ...args]);
  return read;
}

const PLAIN: readonly (readonly string[])[] = [
  [],
  ['images', 'deploy/app.yaml'],
  ['--base', 'main'],
  ['--base=main', '--head', 'HEAD~1', 'images'],
  ['images', '--staged', '--', '--odd-name'],
  ['--git-dir', 'x.git', '--head=a', '--format', 'sarif'],
  ['--policy', 'minimal', '--exceptions', 'x.yml', '--enforcement', 'observe', '--inputs', 'report.json'],
  ['--jobs', '2', '--cache'],
  ['--no-cache'],
  ['--base', 'a', '--base', 'b'],
];

/** Help, mistakes, and what could be one: the full reader has the words for it. */
const NOT_PLAIN: readonly (readonly string[])[] = [
  ['--help'],
  ['-h'],
  ['--format', 'xml'],
  ['--enforcement', 'loud'],
  ['--jobs', '0'],
  ['--jobs', 'two'],
  ['--base'],
  ['--base', '--head'],
  ['--bsae', 'main'],
  ['--staged=yes'],
  ['--no-staged'],
  ['--cache', '--no-cache'],
];

describe('the quick reader of `plinth check`', () => {
  it.each(PLAIN.map((args) => ({ args })))('reads $args as the full one does', ({ args }) => {
    expect(readCheckArguments(args)).toEqual(fullyRead(args));
  });

  it.each(NOT_PLAIN.map((args) => ({ args })))('leaves $args to the full one', ({ args }) => {
    expect(readCheckArguments(args)).toBeNull();
  });
});
