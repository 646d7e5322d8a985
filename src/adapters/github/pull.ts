import type { PullSnapshot, RepositoryRef } from './api.ts';
import { askAgain } from './batches.ts';
import type { BlobCache } from './blob-cache.ts';
import type { Clock } from './clock.ts';
import { failure } from './errors.ts';
import { FILE_FIELDS, readEntry } from './files.ts';
import { type Graphql, type GraphqlError, isRecord } from './graphql.ts';
import { brokenAliases, repositoryOf } from './repository-query.ts';

export interface PullGiven {
  readonly graphql: Graphql;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  readonly cache: BlobCache;
  /** Content that the query did not bring. */
  readonly readText: (id: string) => Promise<string>;
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
    ...Object.fromEntries(files.map((path, at) => [`p${at}`, path])),
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
  const declared = files.map((_, at) => `, $p${at}: String!`).join('');
  const wanted = files.map((_, at) => `f${at}: file(path: $p${at}) { ${FILE_FIELDS} }`).join(' ');
  return `query Pull($owner: String!, $name: String!, $number: Int!${declared}) {
  repository(owner: $owner, name: $name) {
    databaseId
    defaultBranchRef { name target { ...tip } }
    pullRequest(number: $number) {
      number title state isDraft locked isCrossRepository headRefOid baseRefName baseRefOid
      author { login ... on User { databaseId } ... on Bot { databaseId } }
      baseRef { target { ...tip } }
    }
  }
}
fragment tip on Commit { oid ${wanted} }`;
}

async function snapshotOf(
  number: number,
  repository: Fields,
  files: readonly string[],
  given: PullGiven,
): Promise<PullSnapshot> {
  const { pullRequest: pull, defaultBranchRef } = repository;
  if (!isRecord(pull) || !isRecord(defaultBranchRef)) throw incomplete(number);
  const { title, headRefOid, baseRefName, baseRefOid } = pull;
  const defaultTip = tipOf(defaultBranchRef);
  // The branch may be gone under a closed pull request.
  const baseTip = isRecord(pull.baseRef) ? tipOf(pull.baseRef) : null;
  const open = pull.state === 'OPEN';
  if (defaultTip === null || (open && baseTip === null)) throw incomplete(number);
  if (typeof title !== 'string' || typeof headRefOid !== 'string' || typeof baseRefName !== 'string')
    throw incomplete(number);
  const atTip = await textsOf(baseTip?.fields ?? {}, files, given, number);
  const sameTip = baseTip?.oid === defaultTip.oid;
  return {
    number,
    title,
    state: open ? 'open' : 'closed',
    draft: pull.isDraft === true,
    locked: pull.locked === true,
    author: authorOf(pull.author),
    head: headRefOid,
    base: { ref: baseRefName, tip: baseTip?.oid ?? String(baseRefOid) },
    fork: pull.isCrossRepository === true,
    defaultBranch: String(defaultBranchRef.name),
    atTip,
    atDefault: sameTip ? atTip : await textsOf(defaultTip.fields, files, given, number),
    defaultTip: defaultTip.oid,
  };
}

function tipOf({ target }: Fields): { readonly oid: string; readonly fields: Fields } | null {
  return isRecord(target) && typeof target.oid === 'string' ? { oid: target.oid, fields: target } : null;
}

/** Null for a deleted account, and for kinds of accounts without a number. */
function authorOf(value: unknown): PullSnapshot['author'] {
  if (!isRecord(value) || typeof value.login !== 'string' || typeof value.databaseId !== 'number')
    return null;
  return { id: value.databaseId, login: value.login };
}

async function textsOf(
  tip: Fields,
  files: readonly string[],
  given: PullGiven,
  number: number,
): Promise<ReadonlyMap<string, string | null>> {
  const texts = new Map<string, string | null>();
  for (const [at, path] of files.entries()) {
    const read = readEntry(tip[`f${at}`] ?? null, given.cache);
    if (read === undefined) throw incomplete(number);
    const { entry, content } = read;
    if (entry === null || entry.mode === '160000') texts.set(path, null);
    else
      texts.set(
        path,
        content === null ? await given.readText(entry.id) : Buffer.from(content).toString('utf8'),
      );
  }
  return texts;
}

function incomplete(number: number): Error {
  return failure('inconsistent', `GitHub's answer about pull request ${number} is incomplete.`, {
    retryable: true,
  });
}
