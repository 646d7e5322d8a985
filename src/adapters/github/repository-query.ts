import type { AppError } from '../../domain/index.ts';
import type { RepositoryRef } from './api.ts';
import { failure, quoted } from './errors.ts';
import { type GraphqlAnswer, type GraphqlError, isRecord } from './graphql.ts';

/** The repository in an answer; throws where it is missing, or where another one has its name by now. */
export function repositoryOf(
  answer: GraphqlAnswer,
  { owner, name, id }: RepositoryRef,
): Readonly<Record<string, unknown>> {
  const { repository } = answer.data;
  if (!isRecord(repository))
    throw failure('github-failed', `GitHub left out ${owner}/${name} of its answer.`, { retryable: true });
  // GitHub's type for it is a 32-bit number; an id that does not fit comes as null.
  if (typeof repository.databaseId === 'number' && repository.databaseId !== id)
    throw failure('not-found', `${owner}/${name} is another repository by now: its id is not ${id}.`);
  return repository;
}

/** A commit that GitHub named a moment ago: what knows it may not have reached all of GitHub yet. */
export function unknownCommit(commit: string, { owner, name }: RepositoryRef): AppError {
  return failure('inconsistent', `GitHub knows no commit ${commit} in ${owner}/${name}.`, {
    retryable: true,
  });
}

/**
 * Aliases below the repository that an error concerns; an empty text where it concerns everything. Throws `forbidden`: asking again
 * would not change that.
 */
export function brokenAliases(errors: readonly GraphqlError[]): ReadonlySet<string> {
  const aliases = new Set<string>();
  for (const { type, path, message } of errors) {
    if (type === 'FORBIDDEN') throw failure('forbidden', `GitHub says: ${quoted(message)}.`);
    const below = path.slice(1).filter((step) => typeof step === 'string');
    // `repository.c0.f3.object.text` is a matter of f3, `repository.c0` of all files of that commit.
    const file = below.find((step) => /^f\d+$/.test(step));
    aliases.add(file ?? below[0] ?? '');
  }
  return aliases;
}
