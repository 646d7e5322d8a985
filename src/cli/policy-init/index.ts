// `plinth policy init`: a policy and an exceptions file under which a tree passes as it is, and the next change is held.
// In: a tree. Out: the two files' texts, proven by judging the tree with them. Not here: what an entry covers (decide), how one is written (policy).
import { openRepository, type Repository } from '../../adapters/git/index.ts';
import {
  AppError,
  dayAfter,
  dayAt,
  EXCEPTION_DAYS,
  isDay,
  POLICY_PATH,
  type Policy,
  type PolicyText,
  type Report,
} from '../../domain/index.ts';
import { analyse } from '../../engine/analyse.ts';
import { type Change, changeOf } from '../change.ts';
import { exitCodeOf } from '../exit.ts';
import { organisationPolicy, policyOf } from '../inputs.ts';
import { isCached } from '../judge.ts';
import { LateMemory } from '../late-memory.ts';
import { withPorts } from '../open-tree.ts';
import { print } from '../terminal.ts';
import { entriesFor, type Found } from './entries.ts';
import { destinationOf, printedFiles, writeFiles } from './files.ts';
import type { InitOptions } from './options.ts';
import { ownerNames } from './owners.ts';
import { remainsText, type SummaryGiven, summaryText } from './summary.ts';
import { exceptionsText, policyText } from './texts.ts';

/** Writes both files, says what they hold, and ends as `plinth check` would with them. */
export async function initPolicy(options: InitOptions): Promise<void> {
  const date = dayAt(Date.now());
  const expires = lastDay(options.expires, date);
  const repository = await openRepository(options.gitDir === undefined ? {} : { gitDir: options.gitDir });
  try {
    // What cannot be written is said before a large tree is read.
    const destination = await destinationOf(repository, options);
    const change = await changeOf(repository, options.rev === undefined ? {} : { head: options.rev });
    const { text, policies, policy } = writtenPolicy({ ...options, date });
    const found = await judged(repository, change, { ...options, date, expires, policies, policy });
    const files = { policy: text, exceptions: exceptionsText(found.entries, { date, expires }) };
    if (destination.folder === null) await print(printedFiles(files));
    else await writeFiles(destination.folder, files, options.force === true);
    await sayWhatWasFound(found, { ...destination, policy, expires });
    process.exitCode = exitCodeOf(found.report);
  } finally {
    repository.close();
  }
}

interface WrittenPolicy {
  readonly text: string;
  readonly policies: readonly PolicyText[];
  readonly policy: Policy;
}

/** The policy's text, and what it comes to on the organisation's: what that locks is left out. */
function writtenPolicy(given: InitOptions & { readonly date: string }): WrittenPolicy {
  const stronger = given.organisation === undefined ? [] : [organisationPolicy(given.organisation)];
  const write = (mayEnforce: boolean): WrittenPolicy => {
    const text = policyText({ ...given, mayEnforce });
    const policies: readonly PolicyText[] = [...stronger, { tier: 'worktree', from: POLICY_PATH, text }];
    return { text, policies, policy: policyOf(policies) };
  };
  const written = write(true);
  return written.policy.overruled.length === 0 ? written : write(false);
}

async function sayWhatWasFound(found: Found, given: SummaryGiven): Promise<void> {
  const summary = summaryText(found, given);
  // Beside the files' texts, the summary is no part of the output.
  if (given.folder === null) process.stderr.write(summary);
  else await print(summary);
  const remains = remainsText(found);
  if (remains !== '') process.stderr.write(remains);
}

interface Wanted extends Pick<InitOptions, 'cache'> {
  readonly date: string;
  readonly expires: string;
  readonly policies: readonly PolicyText[];
  readonly policy: Policy;
}

function judged(repository: Repository, change: Change, wanted: Wanted): Promise<Found> {
  const { headTree, ...rest } = change;
  const { policy, policies, date, expires } = wanted;
  const memory = isCached(wanted) ? { memory: new LateMemory() } : {};
  return withPorts(repository, wanted, async (ports) =>
    entriesFor({
      policy,
      date,
      expires,
      ownerOf: await ownerNames(headTree, repository.blobs),
      judge: (exceptions): Promise<Report> =>
        analyse({ ...rest, policies, exceptions, enforcement: null, date }, policy, { ...ports, ...memory }),
    }),
  );
}

function lastDay(given: string | undefined, date: string): string {
  if (given === undefined) return dayAfter(date, EXCEPTION_DAYS);
  if (!isDay(given)) throw new AppError('usage', '--expires takes a day as YYYY-MM-DD, such as 2027-06-30');
  if (given < date)
    throw new AppError('usage', `--expires ${given} is over: the entries would cover nothing`);
  return given;
}
