import type { Octokit } from '@octokit/rest';
import type { ComparedFile, Comparison, RepositoryRef } from './api.ts';
import { askAgain } from './batches.ts';
import type { Clock } from './clock.ts';
import { failure, hasCode } from './errors.ts';
import { type Graphql, isRecord } from './graphql.ts';
import type { HttpAnswer } from './http.ts';
import { fromGitHub } from './paths.ts';
import { brokenAliases, repositoryOf, unknownCommit } from './repository-query.ts';
import { codesOf } from './requests.ts';

/** GitHub lists no more files, and does not say that there are more. */
const MOST_FILES = 300;

export interface ComparisonGiven {
  readonly octokit: Octokit;
  readonly graphql: Graphql;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
}

/** Compares from the merge base to head. Throws `inconsistent` where GitHub does not know a commit. */
export async function readComparison(
  base: string,
  head: string,
  given: ComparisonGiven,
): Promise<Comparison> {
  try {
    // Commits are not wanted, and cannot be left out.
    return await ask(base, head, 1, given);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
    await assertKnown([base, head], given);
    return { mergeBase: null, files: null };
  }
}

async function ask(base: string, head: string, page: number, given: ComparisonGiven): Promise<Comparison> {
  const { octokit, repository } = given;
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
    owner: repository.owner,
    repo: repository.name,
    basehead: `${base}...${head}`,
    per_page: 1,
    page,
    request: { expects: page === 1 ? isDiffRefused : undefined },
  });
  // A diff that takes GitHub too long; later pages have none, and still name the merge base.
  if (!isRecord(data.merge_base_commit)) {
    if (page === 1) return ask(base, head, 2, given);
    throw failure('github-failed', `GitHub compares ${base} and ${head} without their merge base.`);
  }
  const mergeBase = data.merge_base_commit.sha;
  if (page > 1 || data.files === undefined || data.files.length >= MOST_FILES)
    return { mergeBase, files: null };
  return { mergeBase, files: byPath(data.files.flatMap(rowsOf)) };
}

function isDiffRefused(answer: HttpAnswer): boolean {
  return answer.status >= 400 && codesOf(answer).includes('not_available');
}

interface Row {
  readonly filename: string;
  readonly previous_filename?: string;
  readonly status: string;
  readonly sha: string | null;
  readonly patch?: string;
}

function rowsOf({ filename, previous_filename, status, sha, patch }: Row): ComparedFile[] {
  const path = fromGitHub(filename);
  const shown = patch === undefined ? {} : { patch };
  if (status === 'unchanged') return [];
  if (status === 'removed') return [{ path, status, id: null, ...shown }];
  if (status === 'added' || status === 'copied') return [{ path, status: 'added', id: sha, ...shown }];
  if (status === 'renamed' && previous_filename !== undefined)
    return [
      { path: fromGitHub(previous_filename), status: 'removed', id: null },
      { path, status: 'added', id: sha, ...shown },
    ];
  return [{ path, status: 'modified', id: sha, ...shown }];
}

/** Two files that changed places are two renames, and so two rows of each path: to the trees, each was modified. */
function byPath(rows: readonly ComparedFile[]): readonly ComparedFile[] {
  const files = new Map<string, ComparedFile>();
  for (const row of rows) {
    const other = files.get(row.path);
    const now = row.status === 'removed' ? other : row;
    files.set(row.path, other === undefined || now === undefined ? row : { ...now, status: 'modified' });
  }
  return [...files.values()];
}

/** GitHub says "not found" of histories that never meet, and of commits it does not know. */
async function assertKnown(
  commits: readonly string[],
  { graphql, clock, repository }: ComparisonGiven,
): Promise<void> {
  const query = `query Commits($owner: String!, $name: String!, $base: GitObjectID!, $head: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    databaseId
    base: object(oid: $base) { ... on Commit { oid } }
    head: object(oid: $head) { ... on Commit { oid } }
  }
}`;
  const [base = '', head = ''] = commits;
  const { owner, name } = repository;
  const variables = { owner, name, base, head };
  const found = await askAgain(clock, async () => {
    const answer = await graphql.ask({ query, variables });
    const known = repositoryOf(answer, repository);
    return brokenAliases(answer.errors).size === 0 ? known : undefined;
  });
  for (const [alias, commit] of [
    ['base', base],
    ['head', head],
  ] as const) {
    const object = found[alias];
    if (!isRecord(object) || object.oid !== commit) throw unknownCommit(commit, repository);
  }
}
