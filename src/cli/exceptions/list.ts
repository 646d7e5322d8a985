import { exceptionStates } from '../../decide/index.ts';
import { dayAt } from '../../domain/index.ts';
import { analyse } from '../../engine/analyse.ts';
import { type ExceptionListFormat, renderExceptionList } from '../../present/exception-list.ts';
import { exceptionsElsewhere, policyOf, policyTexts } from '../inputs.ts';
import { type TreeOptions, withTree } from '../open-tree.ts';
import { print, printNote } from '../terminal.ts';
import { exceptionsGiven, exceptionsInTree } from './given.ts';
import { unusedSince } from './unused-since.ts';

/** What `plinth exceptions list` was asked for; the names are those of its options. */
export interface ListOptions extends TreeOptions {
  readonly policy?: string;
  readonly organisation?: string;
  readonly exceptions?: string;
  readonly format: ExceptionListFormat;
}

/** `plinth exceptions list`: each entry with what it covers in the tree, and what its owner should know. Exit code 0: it is a list, no verdict. */
export async function listExceptions(options: ListOptions): Promise<void> {
  const states = await withTree(options, async ({ repository, change: whole, ports }) => {
    const { headTree, ...change } = whole;
    const policies = await policyTexts(options, repository, headTree, { commit: change.head });
    const policy = policyOf(policies);
    const given = exceptionsGiven(options.exceptions, policy);
    const misplaced = given === undefined ? exceptionsElsewhere(headTree, policy) : undefined;
    if (misplaced !== undefined) printNote(misplaced);
    const { entries } = given ?? (await exceptionsInTree(headTree, policy, repository.blobs));
    const date = dayAt(Date.now());
    const instead = given === undefined ? {} : { exceptions: given };
    const judgement = { ...change, policies, ...instead, enforcement: null, date };
    const report = await analyse(judgement, policy, ports);
    const idle = exceptionStates(entries, report, date).filter(({ covers }) => covers === 0);
    const history = { repository, commit: change.head, tree: headTree };
    const unused = await unusedSince(
      idle.map(({ entry }) => entry),
      report.images,
      history,
    );
    return exceptionStates(entries, report, date, unused);
  });
  await print(renderExceptionList(states, options.format));
}
