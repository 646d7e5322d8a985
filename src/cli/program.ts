// The commands with their options, help and examples.
import { Command, CommanderError, Option } from 'commander';
import { EXCEPTION_DAYS } from '../domain/exception.ts';
import { EXCEPTIONS_PATH } from '../domain/policy.ts';
import { SCOPES, WORKFLOWS } from '../domain/project.ts';
import { ENGINE_VERSION } from '../engine/version.ts';
import { EXPORT_FORMATS } from '../present/exception-export.ts';
import { EXCEPTION_LIST_FORMATS } from '../present/exception-list.ts';
import { INVENTORY_FORMATS } from '../present/inventory/index.ts';
import { CHECK_OPTIONS, readJobs } from './check-arguments.ts';
import { EXIT } from './exit.ts';
import { EXTENDABLE } from './policy-init/options.ts';
import { printError } from './terminal.ts';

/** What others build is run, and never listed. */
const LISTED_SCOPES = SCOPES.filter((scope) => scope !== 'third-party');

/** The full command line: every command with its options, help and examples. */
export function buildProgram(): Command {
  const program = new Command('plinth')
    .description('Keeps container images on minimal bases.')
    .version(ENGINE_VERSION)
    .exitOverride();

  program
    .command('check', { isDefault: false })
    .description('judge a working tree, an index or a change')
    .argument('[paths...]', 'report only findings of these files and folders')
    .addOption(checkOption('base'))
    .addOption(checkOption('head'))
    .addOption(checkOption('staged'))
    .addOption(checkOption('git-dir'))
    .addOption(checkOption('policy'))
    .addOption(checkOption('organisation'))
    .addOption(checkOption('exceptions'))
    .addOption(checkOption('enforcement'))
    .addOption(checkOption('inputs'))
    .addOption(checkOption('format').default('text'))
    .addOption(checkOption('jobs').argParser(positiveInteger))
    .addOption(checkOption('cache'))
    .addOption(checkOption('no-cache'))
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (paths: string[], options) => (await import('./check.ts')).check(paths, options));

  program
    .command('images')
    .description('list the images that a tree builds, with their bases and how they are decided')
    .argument('[paths...]', 'only images defined in these files and folders')
    .option('--rev <rev>', 'the revision to list; without it the working tree, or HEAD where there is none')
    .addOption(checkOption('git-dir'))
    .addOption(checkOption('policy'))
    .addOption(checkOption('organisation'))
    .addOption(
      new Option('--standing <standings...>', 'only images that stand so').choices([
        'allowed',
        'needs-exception',
        'not-allowed',
        'unresolved',
      ]),
    )
    .option(
      '--family <families...>',
      'only images on these families of bases; `none` for those that no table knows',
    )
    .addOption(new Option('--workflow <workflows...>', 'only images that are built so').choices(WORKFLOWS))
    .addOption(new Option('--scope <scopes...>', 'only images of this scope').choices(LISTED_SCOPES))
    .option('--name <glob>', 'only images whose name fits')
    .addOption(new Option('--format <format>', 'what to print').choices(INVENTORY_FORMATS).default('table'))
    .option('--graph', 'print the tree of FROM relations as a Mermaid graph')
    .addOption(checkOption('cache'))
    .addOption(checkOption('no-cache'))
    .addHelpText('after', IMAGES_EXAMPLES)
    .action(async (paths: string[], options) => (await import('./images.ts')).images(paths, options));

  const exceptions = program.command('exceptions').description('list, import and export exceptions');
  exceptions
    .command('list')
    .description(
      'list the entries of the exceptions file: what each covers, until when, and what its owner should know',
    )
    .option('--rev <rev>', 'the revision to judge; without it the working tree, or HEAD where there is none')
    .addOption(checkOption('git-dir'))
    .addOption(checkOption('policy'))
    .addOption(checkOption('organisation'))
    .addOption(checkOption('exceptions'))
    .addOption(
      new Option('--format <format>', 'what to print').choices(EXCEPTION_LIST_FORMATS).default('table'),
    )
    .addOption(checkOption('cache'))
    .addOption(checkOption('no-cache'))
    .action(async (options) => (await import('./exceptions/list.ts')).listExceptions(options));
  exceptions
    .command('import')
    .description('make an exceptions file of an exception list in Markdown, as the Kubernetes project has it')
    .argument('<list>', 'the list')
    .option('--output <file>', 'write a new file instead of printing')
    .option('--registry <name>', 'where images stand that the list names without a registry')
    .option('--expires <day>', 'the last day of every entry, YYYY-MM-DD; a list has none')
    .addHelpText('after', IMPORT_EXAMPLES)
    .action(async (list: string, options) =>
      (await import('./exceptions/import.ts')).importExceptions(list, options),
    );
  exceptions
    .command('export')
    .description('print the entries of an exceptions file in another form')
    .argument('[file]', 'the exceptions file', EXCEPTIONS_PATH)
    .addOption(new Option('--format <format>', 'what to print').choices(EXPORT_FORMATS).default('yaml'))
    .option('--into <list>', 'an exception list in Markdown, printed with the entries; other lines stay')
    .addHelpText('after', EXPORT_EXAMPLES)
    .action(async (file: string, options) =>
      (await import('./exceptions/export.ts')).exportExceptions(file, options),
    );

  const docs = program
    .command('docs')
    .description('write documents that a repository keeps of its images and exceptions');
  for (const [name, text, run] of DOCUMENTS)
    docs
      .command(name)
      .description(text)
      .option(
        '--rev <rev>',
        'the revision to document; without it the working tree, or HEAD where there is none',
      )
      .addOption(checkOption('git-dir'))
      .addOption(checkOption('policy'))
      .addOption(checkOption('organisation'))
      .addOption(checkOption('exceptions'))
      .option('--check <file>', 'print nothing, and end with 1 where the file says something else')
      .addOption(checkOption('cache'))
      .addOption(checkOption('no-cache'))
      .addHelpText('after', documentExamples(name))
      .action(async (options) => (await import('./documents/index.ts'))[run](options));

  program
    .command('rules')
    .description('list the rules with their levels')
    .option('--json', 'as data')
    .action(async (options) => (await import('./rules.ts')).listRules(options));

  program
    .command('explain')
    .description('explain a rule (what it reports, why, what to do), or how exceptions are given')
    .argument('<rule>', 'a rule’s id, or `exceptions`')
    .action(async (rule: string) => (await import('./rules.ts')).explain(rule));

  const policy = program.command('policy').description('begin, show or validate a policy');
  policy
    .command('show')
    .description('print the effective policy of a tree: every key, and where it is set')
    .addOption(checkOption('policy'))
    .addOption(checkOption('organisation'))
    .addOption(checkOption('git-dir'))
    .option(
      '--rev <rev>',
      'the revision whose policy counts; without it the working tree, or HEAD where there is none',
    )
    .action(async (options) => (await import('./policy.ts')).showPolicy(options));
  policy
    .command('init')
    .description(
      'write a policy, and exceptions for what a tree has today: it passes as it is, and the next change is held',
    )
    .addOption(
      new Option('--extends <name>', 'the policy to stand on; kep-1729 is the Kubernetes project’s')
        .choices(EXTENDABLE)
        .default('minimal'),
    )
    .addOption(checkOption('organisation'))
    .option(
      '--expires <day>',
      `the last day of every exception, YYYY-MM-DD; ${EXCEPTION_DAYS} days from today`,
    )
    .option('--ignore <globs...>', 'folders that are left out as a whole: `paths.ignored` of the policy')
    .option(
      '--rev <rev>',
      'the revision to look at; without it the working tree, or HEAD where there is none',
    )
    .addOption(checkOption('git-dir'))
    .option('--output-dir <dir>', 'write below this folder; a revision’s files are printed otherwise')
    .option('--force', 'write over files that are there')
    .addOption(checkOption('cache'))
    .addOption(checkOption('no-cache'))
    .addHelpText('after', INIT_EXAMPLES)
    .action(async (options) => (await import('./policy-init/index.ts')).initPolicy(options));
  policy
    .command('validate')
    .description('check policy files; what has no effect is named as well')
    .argument('<files...>', 'policy files')
    .option('--organisation <file>', 'the organisation’s policy: a key that it locks is a problem')
    .addOption(
      new Option('--tier <tier>', 'whose policies these are')
        .choices(['repository', 'organisation', 'operator'])
        .default('repository'),
    )
    .action(async (files: string[], options) =>
      (await import('./policy.ts')).validatePolicies(files, options),
    );

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

  program
    .command('doctor')
    .description('mend what the App cannot: move its damaged store aside')
    .requiredOption(
      '--rebuild',
      'move the store aside; the App rebuilds its state from GitHub when it starts',
    )
    .option('--data-dir <dir>', 'the data folder, instead of PLINTH_DATA_DIR')
    .action(async (options) => (await import('./doctor.ts')).rebuildStore(options));

  nameOwnHelp(program, 'plinth');
  return program;
}

/** An error of a command leads to the help of that command. */
function nameOwnHelp(command: Command, called: string): void {
  command.showHelpAfterError(`(run \`${called} --help\` for usage)`);
  for (const one of command.commands) nameOwnHelp(one, `${called} ${one.name()}`);
}

const DOCUMENTS = [
  [
    'base-images',
    'list every image with its bases, standing, exception and definition',
    'documentBaseImages',
  ],
  ['exceptions', 'list the exceptions base by base, with reason, owner, issue and end', 'documentExceptions'],
] as const;

function documentExamples(name: string): string {
  return `
Examples:
  plinth docs ${name} > docs/${name}.md
  plinth docs ${name} --check docs/${name}.md       where a change is tested`;
}

const CHECK_EXAMPLES = `
Examples:
  plinth check                                  judge the working tree
  plinth check --base main                      judge what this branch adds to main
  plinth check --staged                         judge what the next commit adds
  plinth check --git-dir repo.git --base A --head B
  plinth check --base main --format sarif > plinth.sarif

Exit codes: 0 pass or warn · 1 block or needs an exception · 2 usage or configuration error · 3 inconclusive`;

const IMAGES_EXAMPLES = `
Examples:
  plinth images                                 every image of the working tree
  plinth images --standing not-allowed unresolved
  plinth images --git-dir repo.git --rev v1.2 --format csv > images.csv
  plinth images --graph > images.mmd`;

const INIT_EXAMPLES = `
Examples:
  plinth policy init                            write .github/plinth.yml and .github/plinth-exceptions.yml
  plinth policy init --extends kep-1729 --expires 2027-06-30
  plinth policy init --git-dir repo.git --rev main --output-dir out

Ends as \`plinth check\` does with these files: 0, or 1 or 3 where something is left that no entry can cover.`;

const IMPORT_EXAMPLES = `
Examples:
  plinth exceptions import list.md --registry registry.k8s.io
  plinth exceptions import list.md --expires 2027-06-30 --output .github/plinth-exceptions.yml

What the list does not say is left to be filled in, and named on standard error.`;

const EXPORT_EXAMPLES = `
Examples:
  plinth exceptions export --format csv > exceptions.csv
  plinth exceptions export --format markdown --into list.md > new-list.md`;

function checkOption(name: keyof typeof CHECK_OPTIONS): Option {
  const given: { flags: string; text: string; choices?: readonly string[] } = CHECK_OPTIONS[name];
  const option = new Option(given.flags, given.text);
  return given.choices === undefined ? option : option.choices(given.choices);
}

function positiveInteger(text: string): number {
  const value = readJobs(text);
  if (value === null)
    throw new CommanderError(
      EXIT.usage,
      'plinth.option',
      `error: --jobs takes a whole number from 1 up, not '${text}'`,
    );
  return value;
}

/** Runs a command line; resolves with the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
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
