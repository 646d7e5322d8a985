import type { PullSnapshot, RepositoryRef } from './api.ts';
import { askAgain } from './batches.ts';
import { type GraphqlError, isRecord } from './graphql.ts';
import { brokenAliases, repositoryOf } from './repository-query.ts';
import {
  declaredPaths,
  incompleteAnswer,
  type TipFilesGiven,
  textsAt,
  tipFragment,
  tipOf,
} from './tip-files.ts';

export interface PullGiven extends TipFilesGiven {
  readonly repository: RepositoryRef;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * One query: the pull request as it is now, and files at the tips that count. Null where it is not there. Throws `not-found` where the
 * repository is not.
 */
export async function readPull(
  number: number,
  files: readonly string[],
  given: PullGiven,
): Promise<PullSnapshot | null> {
  const { graphql, clock, repository } = given;
  const variables = {
    owner: repository.owner,
    name: repository.name,
    number,
    ...declaredPaths(files).variables,
  };
  const query = queryFor(files);
  const found = await askAgain(clock, async () => {
    const answer = await graphql.ask({ query, variables });
    const fields = repositoryOf(answer, repository);
    const errors = answer.errors.filter((error) => !isOfAuthor(error));
    if (errors.length > 0 && errors.every(isAbsence)) return { ...fields, pullRequest: null };
    return brokenAliases(errors).size === 0 ? fields : undefined;
  });
  return found.pullRequest === null ? null : snapshotOf(number, found, files, given);
}

function isAbsence({ type, path }: GraphqlError): boolean {
  return type === 'NOT_FOUND' && path[1] === 'pullRequest' && path.length === 2;
}

/** Whom an organisation hides is as good as a deleted account. */
function isOfAuthor({ path }: GraphqlError): boolean {
  return path[1] === 'pullRequest' && path[2] === 'author';
}

function queryFor(files: readonly string[]): string {
  return `query Pull($owner: String!, $name: String!, $number: Int!${declaredPaths(files).declarations}) {
  repository(owner: $owner, name: $name) {
    databaseId
    defaultBranchRef { name target { ...tip } }
    pullRequest(number: $number) {
      number title state isDraft locked isCrossRepository headRefOid headRefName baseRefName baseRefOid
      author { login ... on User { databaseId } ... on Bot { databaseId } }
      baseRef { target { ...tip } }
    }
  }
}
${tipFragment(files)}`;
}

async function snapshotOf(
  number: number,
  repository: Fields,
  files: readonly string[],
  given: PullGiven,
): Promise<PullSnapshot> {
  const { pullRequest: pull, defaultBranchRef } = repository;
  if (!isRecord(pull) || !isRecord(defaultBranchRef)) throw incomplete(number);
  const { title, headRefOid, headRefName, baseRefName, baseRefOid } = pull;
  const defaultTip = tipOf(defaultBranchRef);
  // The branch may be gone under a closed pull request.
  const baseTip = isRecord(pull.baseRef) ? tipOf(pull.baseRef) : null;
  const open = pull.state === 'OPEN';
  if (defaultTip === null || (open && baseTip === null)) throw incomplete(number);
  if (typeof title !== 'string' || typeof headRefOid !== 'string' || typeof baseRefName !== 'string')
    throw incomplete(number);
  const about = aboutPull(number);
  const atTip = await textsAt(baseTip?.fields ?? {}, files, given, about);
  const sameTip = baseTip?.oid === defaultTip.oid;
  return {
    number,
    title,
    state: open ? 'open' : 'closed',
    draft: pull.isDraft === true,
    locked: pull.locked === true,
    author: authorOf(pull.author),
    head: headRefOid,
    headRef: String(headRefName),
    base: { ref: baseRefName, tip: baseTip?.oid ?? String(baseRefOid) },
    fork: pull.isCrossRepository === true,
    defaultBranch: String(defaultBranchRef.name),
    atTip,
    atDefault: sameTip ? atTip : await textsAt(defaultTip.fields, files, given, about),
    defaultTip: defaultTip.oid,
  };
}

/** Null for a deleted account, and for kinds of accounts without a number. */
function authorOf(value: unknown): PullSnapshot['author'] {
  if (!isRecord(value) || typeof value.login !== 'string' || typeof value.databaseId !== 'number')
    return null;
  return { id: value.databaseId, login: value.login };
}

const aboutPull = (number: number) => `pull request ${number}`;

function incomplete(number: number): Error {
  return incompleteAnswer(aboutPull(number));
}
