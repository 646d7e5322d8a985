// The command line's entry: argv → command → exit code.
import { Command, CommanderError, Option } from 'commander';
import { ENGINE_VERSION } from '../engine/version.ts';
import { EXIT } from './exit.ts';
import { printError } from './terminal.ts';

const FORMATS = ['text', 'json', 'sarif', 'markdown'] as const;

export function buildProgram(): Command {
  const program = new Command('plinth')
    .description('Keeps container images on minimal bases.')
    .version(ENGINE_VERSION)
    .showHelpAfterError('(run `plinth --help` for usage)')
    .exitOverride();

  program
    .command('check', { isDefault: false })
    .description('judge a working tree, an index or a change')
    .argument('[paths...]', 'report only findings of these files and folders')
    .option('--base <rev>', 'judge the change from this revision (the tip of the base branch)')
    .option('--head <rev>', 'the revision to judge; the working tree where it is not given')
    .option('--staged', 'judge the index against HEAD')
    .option('--git-dir <dir>', 'read commits from this git directory, without a work tree')
    .option('--policy <name|file>', 'use this policy instead of the repository’s')
    .addOption(new Option('--enforcement <mode>', 'whether findings gate').choices(['observe', 'enforce']))
    .option('--inputs <file>', 'take commits, date and enforcement from a report, to replay it')
    .addOption(new Option('--format <format>', 'what to print').choices(FORMATS).default('text'))
    .option('--jobs <n>', 'processes that analyse files', positiveInteger)
    .option('--cache', 'keep facts in the user’s cache folder (the default, unless CI=true)')
    .option('--no-cache', 'read every file anew')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (paths: string[], options) => (await import('./check.ts')).check(paths, options));

  program
    .command('rules')
    .description('list the rules with their levels')
    .option('--json', 'as data')
    .action(async (options) => (await import('./rules.ts')).listRules(options));

  program
    .command('explain')
    .description('explain a rule: what it reports, why, and what to do')
    .argument('<rule>', 'a rule’s id')
    .action(async (rule: string) => (await import('./rules.ts')).explainRule(rule));

  const policy = program.command('policy').description('show or validate a policy');
  policy
    .command('show')
    .description('print the effective policy of a tree')
    .option('--policy <name|file>', 'a shipped policy or a file, instead of the repository’s')
    .option('--git-dir <dir>', 'read from this git directory')
    .option('--rev <rev>', 'the revision whose policy counts', 'HEAD')
    .action(async (options) => (await import('./policy.ts')).showPolicy(options));
  policy
    .command('validate')
    .description('check policy files')
    .argument('<files...>', 'policy files')
    .action(async (files: string[]) => (await import('./policy.ts')).validatePolicies(files));

  program
    .command('replay')
    .description('judge labelled changes and score the answers')
    .argument('<file>', 'a file of cases')
    .requiredOption('--mirrors <dir>', 'folder that holds <owner>+<name>/repo')
    .option('--literal', 'only cases whose bases are literal')
    .option('--only <ids>', 'only these cases, comma separated')
    .option('--json', 'print scores and totals as data')
    .option('--verbose', 'name every miss and surplus finding')
    .action(async (file: string, options) => (await import('./replay.ts')).replay(file, options));

  return program;
}

const CHECK_EXAMPLES = `
Examples:
  plinth check                                  judge the working tree
  plinth check --base main                      judge what this branch adds to main
  plinth check --staged                         judge what the next commit adds
  plinth check --git-dir repo.git --base A --head B
  plinth check --base main --format sarif > plinth.sarif

Exit codes: 0 pass or warn · 1 block or needs an exception · 2 usage or configuration error · 3 inconclusive`;

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new CommanderError(
      EXIT.usage,
      'plinth.option',
      `error: --jobs takes a whole number from 1 up, not '${text}'`,
    );
  return value;
}

/** Runs a command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = buildProgram();
  try {
    await program.parseAsync([...argv]);
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.fine;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === 'plinth.option') printError(error);
      return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    }
    printError(error);
    return EXIT.usage;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv);
