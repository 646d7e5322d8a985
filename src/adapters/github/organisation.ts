import type { Octokit } from '@octokit/rest';
import { isOrganisationRepository, type OrganisationFile } from '../../domain/index.ts';
import type { RepositoryClient, RepositoryRef } from './api.ts';
import type { Credential } from './credentials.ts';
import { hasCode } from './errors.ts';

export interface OrganisationGiven {
  /** For the repository alone, by its name. */
  readonly credential: Credential;
  readonly octokit: (credential: Credential) => Octokit;
  readonly client: (
    repository: Omit<RepositoryRef, 'installation'>,
    credential: Credential,
  ) => RepositoryClient;
}

/**
 * The file at the default branch's tip. Which repository it is, the installation says and not its name: a name that an account gave up may
 * be somebody else's by now. Throws what may pass, or needs a hand.
 */
export async function readOrganisationFile(
  path: string,
  given: OrganisationGiven,
): Promise<OrganisationFile> {
  try {
    const repository = await findRepository(given);
    if (repository === undefined) return { kind: 'unreachable' };
    const { id, owner, name, default_branch: branch } = repository;
    const client = given.client({ id, owner: owner.login, name }, given.credential);
    const found = await client.branch(branch, [path]);
    const text = found?.atTip.get(path) ?? null;
    if (found === null || text === null) return { kind: 'absent' };
    return { kind: 'present', owner: owner.login, commit: found.base.tip, text };
  } catch (error) {
    if (hasCode(error, 'not-found')) return { kind: 'unreachable' };
    throw error;
  }
}

async function findRepository({ octokit, credential }: OrganisationGiven) {
  const { data } = await octokit(credential).rest.apps.listReposAccessibleToInstallation();
  return data.repositories.find(({ name }) => isOrganisationRepository(name));
}
