import { parseArgs } from 'node:util';
import type { CheckOptions } from './check.ts';

/** What `--format` takes; the first is the default. */
export const FORMATS = ['text', 'json', 'sarif', 'markdown'] as const;
/** What `--enforcement` takes. */
const ENFORCEMENTS = ['observe', 'enforce'] as const;

interface CheckOption {
  readonly flags: string;
  readonly text: string;
  readonly choices?: readonly string[];
}

/** The options of `plinth check`, in the order of its help. */
export const CHECK_OPTIONS = {
  base: { flags: '--base <rev>', text: 'judge the change from this revision (the tip of the base branch)' },
  head: {
    flags: '--head <rev>',
    text: 'the revision to judge; without it the working tree, or HEAD where there is none',
  },
  staged: { flags: '--staged', text: 'judge the index against HEAD' },
  'git-dir': {
    flags: '--git-dir <dir>',
    text: 'read commits from this git directory (or the work tree that holds it)',
  },
  policy: {
    flags: '--policy <name|file>',
    text: 'use this policy, a shipped one or a file, instead of the repository’s and the organisation’s',
  },
  organisation: {
    flags: '--organisation <file>',
    text: 'the organisation’s policy, on which the repository’s stands',
  },
  exceptions: { flags: '--exceptions <file>', text: 'use this exceptions file instead of the repository’s' },
  enforcement: { flags: '--enforcement <mode>', text: 'whether findings gate', choices: ENFORCEMENTS },
  inputs: {
    flags: '--inputs <file>',
    text: 'take commits, date and enforcement from a report, to replay it',
  },
  format: { flags: '--format <format>', text: 'what to print', choices: FORMATS },
  jobs: { flags: '--jobs <n>', text: 'processes that analyse files' },
  cache: {
    flags: '--cache',
    text: 'keep facts in the user’s cache folder (the default, unless CI=true)',
  },
  'no-cache': { flags: '--no-cache', text: 'read every file anew' },
} as const satisfies Record<string, CheckOption>;

/** The number that `--jobs` gives; null where it is none. */
export function readJobs(text: string): number | null {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 ? value : null;
}

/**
 * The arguments behind a plain `plinth check`. Null for anything that takes more than taking them as they are: help, a mistake, a value that
 * looks like an option. The full reader has the words for that, and loading it takes a start a tenth longer.
 */
export function readCheckArguments(
  args: readonly string[],
): { readonly paths: readonly string[]; readonly options: CheckOptions } | null {
  const parsed = parsePlainly(args);
  if (parsed === null) return null;
  const { positionals, values } = parsed;
  const {
    'git-dir': gitDir,
    format = 'text',
    enforcement,
    jobs: given,
    'no-cache': uncached,
    ...rest
  } = values;
  const jobs = given === undefined ? undefined : readJobs(given);
  if (jobs === null || !isOneOf(FORMATS, format)) return null;
  if (enforcement !== undefined && !isOneOf(ENFORCEMENTS, enforcement)) return null;
  // Which of both stands last decides; that is rare enough for the full reader.
  if (uncached === true && rest.cache !== undefined) return null;
  return {
    paths: positionals,
    options: {
      ...rest,
      format,
      ...(gitDir === undefined ? {} : { gitDir }),
      ...(enforcement === undefined ? {} : { enforcement }),
      ...(jobs === undefined ? {} : { jobs }),
      ...(uncached === true ? { cache: false } : {}),
    },
  };
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;

function parsePlainly(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        base: TEXT,
        head: TEXT,
        staged: FLAG,
        'git-dir': TEXT,
        policy: TEXT,
        organisation: TEXT,
        exceptions: TEXT,
        enforcement: TEXT,
        inputs: TEXT,
        format: TEXT,
        jobs: TEXT,
        cache: FLAG,
        'no-cache': FLAG,
      } satisfies Record<keyof typeof CHECK_OPTIONS, unknown>,
    });
  } catch {
    return null;
  }
}

function isOneOf<Choice extends string>(choices: readonly Choice[], text: string): text is Choice {
  return (choices as readonly string[]).includes(text);
}
