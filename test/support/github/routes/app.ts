// What the App asks about itself and its installations, and the tokens it gets.
import { HttpProblem, type JsonObject, notAccessible, ok, paginate, unprocessable } from '../http.ts';
import { allows } from '../permissions.ts';
import { type Call, numberOf, type Route, repositoryRoute } from '../route.ts';
import { type Installation, type Level, type Permissions, type Repository, timestamp } from '../state.ts';
import { mintToken } from '../tokens.ts';
import { accountView, appView, installationView, repositoryView } from '../views.ts';

interface TokenRequest {
  readonly permissions?: Permissions;
  readonly repositories?: readonly string[];
  readonly repository_ids?: readonly number[];
}

const RANK: Readonly<Record<Level, number>> = { read: 1, write: 2 };

function installationOf(call: Call): Installation {
  const found = call.world.installations.get(numberOf(call, 'installation_id'));
  if (found === undefined || found.deleted) throw new HttpProblem(404, 'Not Found');
  return found;
}

function repositoriesOf(call: Call, installation: Installation): readonly Repository[] {
  return [...call.world.repositories.values()].filter((each) => each.owner.id === installation.account.id);
}

/** The repositories that a token is asked for; null for all. */
function chosenRepositories(
  call: Call,
  installation: Installation,
  asked: TokenRequest,
): readonly Repository[] | null {
  if (asked.repositories === undefined && asked.repository_ids === undefined) return null;
  const all = repositoriesOf(call, installation);
  const byName = (asked.repositories ?? []).map((name) => all.find((each) => each.name === name));
  const byId = (asked.repository_ids ?? []).map((id) => all.find((each) => each.id === id));
  const chosen = [...byName, ...byId].filter((each) => each !== undefined);
  if (chosen.length < byName.length + byId.length) {
    throw unprocessable(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return chosen;
}

function chosenPermissions(installation: Installation, asked: TokenRequest): Permissions {
  if (asked.permissions === undefined) return installation.permissions;
  for (const [name, level] of Object.entries(asked.permissions)) {
    const granted = installation.permissions[name];
    if (granted === undefined || RANK[granted] < RANK[level]) {
      throw unprocessable('The permissions requested are not granted to this installation.');
    }
  }
  return { metadata: 'read', ...asked.permissions };
}

function createToken(call: Call): { readonly status: number; readonly body: JsonObject } {
  const installation = installationOf(call);
  if (installation.suspended) throw new HttpProblem(403, 'This installation has been suspended');
  const asked = (call.body ?? {}) as TokenRequest;
  const repositories = chosenRepositories(call, installation, asked);
  const permissions = chosenPermissions(installation, asked);
  const token = mintToken(
    call.world,
    installation,
    permissions,
    repositories?.map((each) => each.id) ?? null,
  );
  return {
    status: 201,
    body: {
      token: token.value,
      expires_at: timestamp(token.expiresAt),
      permissions,
      repository_selection: repositories === null ? 'all' : 'selected',
      ...(repositories === null
        ? {}
        : { repositories: repositories.map((each) => repositoryView(call.world, each)) }),
    },
  };
}

function listAccessible(call: Call): ReturnType<typeof ok> {
  if (call.caller.kind !== 'installation') throw new HttpProblem(403, 'Resource not accessible');
  const { installation, token } = call.caller;
  const visible = repositoriesOf(call, installation).filter(
    (each) => token.repositories === null || token.repositories.includes(each.id),
  );
  const { items, headers } = paginate(visible, call.address);
  const repositories = items.map((each) => repositoryView(call.world, each));
  return {
    status: 200,
    headers,
    body: { total_count: visible.length, repository_selection: 'all', repositories },
  };
}

/** By login, of whoever has it now; who is invited is answered, too. */
function membership(call: Call): ReturnType<typeof ok> {
  const { caller, world, params } = call;
  const { org = '', team_slug = '', username = '' } = params;
  if (caller.kind !== 'installation' || !allows(caller, { members: 'read' })) throw notAccessible();
  const { account } = caller.installation;
  const isOwn = account.type === 'Organization' && account.login.toLowerCase() === org.toLowerCase();
  const user = world.findAccount(username);
  const members = isOwn ? world.teams.get(`${org}/${team_slug}`.toLowerCase()) : undefined;
  const state = user === undefined ? undefined : members?.get(user.id);
  if (state === undefined) throw new HttpProblem(404, 'Not Found');
  const url = `${world.url}/orgs/${org}/teams/${team_slug}/memberships/${username}`;
  return ok({ url, role: 'member', state });
}

function showUser(call: Call): ReturnType<typeof ok> {
  const found = call.world.findAccount(call.params.username ?? '');
  if (found === undefined) throw new HttpProblem(404, 'Not Found');
  return ok(accountView(call.world, found));
}

function showRateLimit(call: Call): ReturnType<typeof ok> {
  const limit = call.world.limits.requests;
  const resource = { limit, used: 0, remaining: limit, reset: Math.ceil(call.world.clock() / 1000) + 3600 };
  return ok({ resources: { core: resource, graphql: resource }, rate: resource });
}

export const APP_ROUTES: readonly Route[] = [
  { as: 'app', method: 'GET', template: '/app', handle: (call) => ok(appView(call.world, call.world.app)) },
  {
    as: 'app',
    method: 'GET',
    template: '/app/installations',
    handle: (call) => {
      const present = [...call.world.installations.values()].filter((each) => !each.deleted);
      const { items, headers } = paginate(present, call.address);
      return { status: 200, headers, body: items.map((each) => installationView(call.world, each)) };
    },
  },
  {
    as: 'app',
    method: 'GET',
    template: '/app/installations/{installation_id}',
    handle: (call) => ok(installationView(call.world, installationOf(call))),
  },
  {
    as: 'app',
    method: 'POST',
    template: '/app/installations/{installation_id}/access_tokens',
    handle: createToken,
  },
  {
    as: 'app',
    method: 'GET',
    template: '/repos/{owner}/{repo}/installation',
    handle: (call) => {
      const { owner = '', repo = '' } = call.params;
      const installation = call.world.installationOf(call.world.repository(owner, repo).owner);
      if (installation === undefined) throw new HttpProblem(404, 'Not Found');
      return ok(installationView(call.world, installation));
    },
  },
  { as: 'installation', method: 'GET', template: '/installation/repositories', handle: listAccessible },
  { as: 'installation', method: 'GET', template: '/rate_limit', handle: showRateLimit },
  { as: 'installation', method: 'GET', template: '/users/{username}', handle: showUser },
  {
    as: 'installation',
    method: 'GET',
    template: '/orgs/{org}/teams/{team_slug}/memberships/{username}',
    handle: membership,
  },
  repositoryRoute('GET', '', { metadata: 'read' }, (call) => ok(repositoryView(call.world, call.repository))),
];
