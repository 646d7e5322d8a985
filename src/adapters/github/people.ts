import type { Octokit } from '@octokit/rest';
import type { RepositoryClient, RepositoryRef } from './api.ts';
import { hasCode } from './errors.ts';

type Permission = NonNullable<Awaited<ReturnType<RepositoryClient['permission']>>>;

/** GitHub's roles, each with the coarse level that it folds into. */
const LEVELS: Readonly<Record<Permission['role'], Permission['level']>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
};

/** What an account may do in a repository, and whose account a login is now. */
export async function readPermission(
  octokit: Octokit,
  { owner, name: repo }: RepositoryRef,
  username: string,
): ReturnType<RepositoryClient['permission']> {
  const answer = await unlessAbsent(() =>
    octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username }),
  );
  if (answer === null || answer.data.user === null) return null;
  const { permission, role_name, user } = answer.data;
  const level = isRole(permission) ? LEVELS[permission] : 'none';
  return { accountId: user.id, level, role: roleOf(role_name, level) };
}

/** A role that an organisation made has a name of its own: what it builds on is told by the level alone, as on older servers. */
function roleOf(name: unknown, level: Permission['level']): Permission['role'] {
  return isRole(name) && LEVELS[name] === level ? name : level;
}

function isRole(name: unknown): name is Permission['role'] {
  return typeof name === 'string' && Object.hasOwn(LEVELS, name);
}

/** What GitHub makes of names of organisations, teams and people; anything else could lead an address elsewhere. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/;

/**
 * Whose account a member's login is. A membership is asked for by login, and its answer names no account, so that is asked for afterwards: a login
 * that changed hands in between is another account's than the one that wrote the comment.
 */
export async function readTeamMember(
  octokit: Octokit,
  { owner }: RepositoryRef,
  { org, team, login }: { readonly org: string; readonly team: string; readonly login: string },
): ReturnType<RepositoryClient['teamMember']> {
  // Teams of other organisations grant nothing here, and the token cannot see them.
  if (org.toLowerCase() !== owner.toLowerCase() || ![org, team, login].every((name) => NAME.test(name)))
    return null;
  const membership = await unlessAbsent(() =>
    octokit.rest.teams.getMembershipForUserInOrg({ org, team_slug: team, username: login }),
  );
  if (membership?.data.state !== 'active') return null;
  const user = await unlessAbsent(() => octokit.rest.users.getByUsername({ username: login }));
  return user === null ? null : { accountId: user.data.id };
}

/** Null where GitHub says that there is no such thing. */
async function unlessAbsent<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (hasCode(error, 'not-found')) return null;
    throw error;
  }
}
