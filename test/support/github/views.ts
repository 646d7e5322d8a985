// Accounts, installations, repositories and commits as GitHub's REST answers and payloads spell them.
import type { Commit } from './git.ts';
import type { JsonObject } from './http.ts';
import {
  type Account,
  fullName,
  type GitHubApp,
  type Installation,
  type Repository,
  type Role,
  type World,
} from './state.ts';

export function accountView(world: World, account: Account): JsonObject {
  return {
    login: account.login,
    id: account.id,
    node_id: `U_${account.id}`,
    avatar_url: `${world.url}/avatars/${account.id}`,
    gravatar_id: '',
    url: `${world.url}/users/${account.login}`,
    html_url: `${world.url}/${account.login}`,
    type: account.type,
    site_admin: false,
  };
}

export function appView(world: World, app: GitHubApp): JsonObject {
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    owner: accountView(world, world.account('app-owner', 'Organization')),
    name: app.name,
    description: '',
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationView(world: World, installation: Installation): JsonObject {
  return {
    id: installation.id,
    account: accountView(world, installation.account),
    repository_selection: 'all',
    access_tokens_url: `${world.url}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: world.app.events,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    single_file_name: null,
    suspended_at: installation.suspended ? world.now() : null,
    suspended_by: null,
  };
}

export function repositoryView(world: World, repository: Repository): JsonObject {
  const name = fullName(repository);
  const url = `${world.url}/repos/${name}`;
  return {
    id: repository.id,
    node_id: `R_${repository.id}`,
    name: repository.name,
    full_name: name,
    private: repository.private,
    owner: accountView(world, repository.owner),
    html_url: `${world.url}/${name}`,
    description: null,
    fork: false,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    pulls_url: `${url}/pulls{/number}`,
    trees_url: `${url}/git/trees{/sha}`,
    clone_url: `${world.url}/${name}.git`,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    pushed_at: repository.createdAt,
    archived: false,
    disabled: false,
    default_branch: repository.defaultBranch,
    visibility: repository.private ? 'private' : 'public',
    topics: [],
  };
}

export function commitView(world: World, repository: Repository, commit: Commit): JsonObject {
  const url = `${world.url}/repos/${fullName(repository)}`;
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${url}/commits/${commit.sha}`,
    html_url: `${world.url}/${fullName(repository)}/commit/${commit.sha}`,
    commit: {
      author: { ...commit.author },
      committer: { ...commit.committer },
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
    },
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}` })),
  };
}

/** What an account may do; without a role of its own, what anybody may. */
export function roleOf(repository: Repository, account: Account): Role {
  if (account.id === repository.owner.id) return 'admin';
  return repository.roles.get(account.login.toLowerCase()) ?? (repository.private ? 'none' : 'read');
}
