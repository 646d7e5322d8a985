import { readCheckArguments } from './check-arguments.ts';
import { EXIT } from './exit.ts';
import { printError } from './terminal.ts';

/** Runs a command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const plain = argv[2] === 'check' ? readCheckArguments(argv.slice(3)) : null;
  if (plain === null) return await (await import('./program.ts')).runProgram(argv);
  try {
    const { check } = await import('./check.ts');
    await check(plain.paths, plain.options);
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.fine;
  } catch (error) {
    printError(error);
    return EXIT.usage;
  }
}
