import { openRepository } from '../../adapters/git/index.ts';
import { exceptionStates } from '../../decide/index.ts';
import { dayAt } from '../../domain/index.ts';
import { counted } from '../../domain/words.ts';
import { analyse } from '../../engine/analyse.ts';
import { type ExceptionListFormat, renderExceptionList } from '../../present/exception-list.ts';
import { changeOf } from '../change.ts';
import { misplacedExceptions, policyOf, policyTexts } from '../inputs.ts';
import { isCached } from '../judge.ts';
import { LateCache } from '../late-cache.ts';
import { Progress, print, printNote } from '../terminal.ts';
import { exceptionsGiven, exceptionsInTree } from './given.ts';

/** What `plinth exceptions list` was asked for; the names are those of its options. */
export interface ListOptions {
  readonly rev?: string;
  readonly gitDir?: string;
  readonly policy?: string;
  readonly organisation?: string;
  readonly exceptions?: string;
  readonly format: ExceptionListFormat;
  readonly cache?: boolean;
}

/** `plinth exceptions list`: each entry with what it covers in the tree, and what its owner should know. Exit code 0: it is a list, no verdict. */
export async function listExceptions(options: ListOptions): Promise<void> {
  const { gitDir, rev } = options;
  const repository = await openRepository(gitDir === undefined ? {} : { gitDir });
  const progress = new Progress();
  const cache = isCached(options) ? new LateCache() : null;
  try {
    const { headTree, ...change } = await changeOf(repository, rev === undefined ? {} : { head: rev });
    const policies = await policyTexts(options, repository, headTree, { commit: change.head });
    const policy = policyOf(policies);
    const given = exceptionsGiven(options.exceptions, policy);
    const misplaced = given === undefined ? misplacedExceptions(headTree, policy) : undefined;
    if (misplaced !== undefined) printNote(misplaced);
    const { entries } = given ?? (await exceptionsInTree(headTree, policy, repository.blobs));
    const date = dayAt(Date.now());
    let read = 0;
    const report = await analyse(
      { ...change, policies, ...(given === undefined ? {} : { exceptions: given }), enforcement: null, date },
      policy,
      {
        blobs: repository.blobs,
        cache,
        clock: () => 0,
        announce: () => progress.say(`analysing: ${counted(++read, 'file')} read`),
      },
    );
    progress.done();
    await print(renderExceptionList(exceptionStates(entries, report, date), options.format));
  } finally {
    progress.done();
    await cache?.close();
    repository.close();
  }
}
