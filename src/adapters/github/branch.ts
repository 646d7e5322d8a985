import type { BranchSnapshot, RepositoryRef } from './api.ts';
import { askAgain } from './batches.ts';
import { isRecord } from './graphql.ts';
import { brokenAliases, repositoryOf } from './repository-query.ts';
import {
  declaredPaths,
  incompleteAnswer,
  type TipFilesGiven,
  textsAt,
  tipFragment,
  tipOf,
} from './tip-files.ts';

export interface BranchGiven extends TipFilesGiven {
  readonly repository: RepositoryRef;
}

/** One query: a branch's tip as it is now, and files there and at the default branch's. Null where the branch is not there. */
export async function readBranch(
  branch: string,
  files: readonly string[],
  given: BranchGiven,
): Promise<BranchSnapshot | null> {
  const { graphql, clock, repository } = given;
  const paths = declaredPaths(files);
  const variables = {
    owner: repository.owner,
    name: repository.name,
    branch: `refs/heads/${branch}`,
    ...paths.variables,
  };
  const query = `query Branch($owner: String!, $name: String!, $branch: String!${paths.declarations}) {
  repository(owner: $owner, name: $name) {
    databaseId
    defaultBranchRef { name target { ...tip } }
    ref(qualifiedName: $branch) { target { ...tip } }
  }
}
${tipFragment(files)}`;
  const found = await askAgain(clock, async () => {
    const answer = await graphql.ask({ query, variables });
    const fields = repositoryOf(answer, repository);
    return brokenAliases(answer.errors).size === 0 ? fields : undefined;
  });
  if (found.ref === null) return null;
  const about = `the branch ${branch}`;
  const tip = isRecord(found.ref) ? tipOf(found.ref) : null;
  const byDefault = isRecord(found.defaultBranchRef) ? tipOf(found.defaultBranchRef) : null;
  if (tip === null || byDefault === null || !isRecord(found.defaultBranchRef)) throw incompleteAnswer(about);
  return {
    base: { ref: branch, tip: tip.oid },
    defaultBranch: String(found.defaultBranchRef.name),
    defaultTip: byDefault.oid,
    atTip: await textsAt(tip.fields, files, given, about),
    atDefault: await textsAt(byDefault.fields, files, given, about),
  };
}
