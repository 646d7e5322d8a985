import type { Octokit } from '@octokit/rest';
import type { RepositoryClient, RepositoryRef } from './api.ts';
import { failure } from './errors.ts';
import { toGitHub } from './paths.ts';

/** `PUT /repos/{owner}/{repo}/contents/{path}`: one commit with one file. GitHub compares `blob` with what the branch holds. */
export async function commitFile(
  octokit: Octokit,
  { owner, name: repo }: RepositoryRef,
  branch: string,
  { path, text, blob, message }: Parameters<RepositoryClient['commitFile']>[1],
): Promise<string> {
  const { data } = await octokit.rest.repos.createOrUpdateFileContents({
    owner,
    repo,
    path: toGitHub(path),
    branch,
    message,
    content: Buffer.from(text).toString('base64'),
    ...(blob === null ? {} : { sha: blob }),
  });
  const { sha } = data.commit;
  if (sha === undefined) throw failure('github-failed', `GitHub did not say which commit holds ${path} now.`);
  return sha;
}
