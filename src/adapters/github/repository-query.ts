import type { RepositoryRef } from './api.ts';
import { failure } from './errors.ts';
import { type GraphqlAnswer, type GraphqlError, isRecord } from './graphql.ts';

/** The repository in an answer; throws where it is missing, or where another one has its name by now. */
export function repositoryOf(
  answer: GraphqlAnswer,
  { owner, name, id }: RepositoryRef,
): Readonly<Record<string, unknown>> {
  const { repository } = answer.data;
  if (!isRecord(repository))
    throw failure('github-failed', `GitHub left out ${owner}/${name} of its answer.`, { retryable: true });
  if (repository.databaseId !== id)
    throw failure('not-found', `${owner}/${name} is another repository by now: its id is not ${id}.`);
  return repository;
}

/** Aliases below the repository that an error concerns; an empty text where it concerns everything. */
export function brokenAliases(errors: readonly GraphqlError[]): ReadonlySet<string> {
  const aliases = new Set<string>();
  for (const { path } of errors) {
    const below = path.slice(1).filter((step) => typeof step === 'string');
    // `repository.c0.f3.object.text` is a matter of f3, `repository.c0` of all files of that commit.
    const file = below.find((step) => /^f\d+$/.test(step));
    aliases.add(file ?? below[0] ?? '');
  }
  return aliases;
}
