import type { MergeQueueEntry, RepositoryRef } from './api.ts';
import { askAgain } from './batches.ts';
import type { Clock } from './clock.ts';
import { type Graphql, isRecord } from './graphql.ts';
import { brokenAliases, repositoryOf } from './repository-query.ts';

export interface MergeQueueGiven {
  readonly graphql: Graphql;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
}

const QUERY = `query MergeQueue($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    mergeQueue(branch: $branch) {
      entries(first: 100) {
        nodes { position headCommit { oid } pullRequest { number } }
      }
    }
  }
}`;

/** One query: the entries of a branch's merge queue, the first to be merged first; at most 100. None where the branch has no queue. */
export async function readMergeQueue(
  branch: string,
  { graphql, clock, repository }: MergeQueueGiven,
): Promise<readonly MergeQueueEntry[]> {
  const variables = { owner: repository.owner, name: repository.name, branch };
  const found = await askAgain(clock, async () => {
    const answer = await graphql.ask({ query: QUERY, variables });
    const fields = repositoryOf(answer, repository);
    return brokenAliases(answer.errors).size === 0 ? fields : undefined;
  });
  const entries = isRecord(found.mergeQueue) ? found.mergeQueue.entries : null;
  const nodes = isRecord(entries) && Array.isArray(entries.nodes) ? entries.nodes : [];
  return nodes.flatMap((node) => entryOf(node) ?? []).sort((a, b) => a.position - b.position);
}

/** Undefined for what nobody can see, such as a pull request that was deleted. */
function entryOf(node: unknown): MergeQueueEntry | undefined {
  if (!isRecord(node) || typeof node.position !== 'number') return undefined;
  const { headCommit, pullRequest } = node;
  if (!isRecord(pullRequest) || typeof pullRequest.number !== 'number') return undefined;
  const head = isRecord(headCommit) && typeof headCommit.oid === 'string' ? headCommit.oid : null;
  return { position: node.position, head, number: pullRequest.number };
}
