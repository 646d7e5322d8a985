// In: the App's credentials, and what it wants to know or say. Out: GitHub's answers as nouns of ours, or an AppError of errors.ts.
// Content is accepted only if its bytes hash to the id asked for; tokens are made per job and never leave the API's host.
// Not here: when to ask (app), what a pull request means (engine), deliveries (app/server).
import type { Octokit } from '@octokit/rest';
import { ORGANISATION_REPOSITORY } from '../../domain/index.ts';
import type { GitHub, RepositoryClient, RepositoryRef } from './api.ts';
import { createClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  AppCredential,
  type Credential,
  installationGone,
  type TokenOffice,
  type TokenScope,
  Tokens,
} from './credentials.ts';
import { failure, hasCode } from './errors.ts';
import type { HttpPort } from './http.ts';
import { createOctokit } from './octokit.ts';
import { readOrganisationFile } from './organisation.ts';
import { readPages } from './pages.ts';
import { LISTING, ORGANISATION, PURPOSES } from './permissions.ts';
import { Requests } from './requests.ts';
import { Writes } from './writes.ts';

export type * from './api.ts';
export { type Clock, systemClock } from './clock.ts';
export type { GitHubErrorCode } from './errors.ts';
export {
  LISTING,
  ORGANISATION,
  PURPOSES,
  type PurposeScope,
} from './permissions.ts';
export { API_VERSION } from './requests.ts';

export interface GitHubConfig {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string;
  readonly userAgent?: string;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** A server that sends nothing for so long has stalled: 30 s. */
  readonly stallMs?: number;
  /** Larger files are not read: 5 MiB. */
  readonly largestFileBytes?: number;
}

const STALL_MS = 30_000;
const LARGEST_FILE_BYTES = 5 * 1024 * 1024;
const MOST_PAGES = 1000;

/** GitHub as the App sees it. Tokens, limits and the pace of writes are shared by all clients made here. */
export function createGitHub(config: GitHubConfig): GitHub {
  const clock = config.clock ?? systemClock;
  const apiUrl = config.apiUrl.replace(/\/$/, '');
  const port: HttpPort = {
    fetch: config.fetch ?? ((input, init) => fetch(input, init)),
    clock,
    stallMs: config.stallMs ?? STALL_MS,
  };
  const requests = new Requests({ port, apiUrl, userAgent: config.userAgent ?? 'plinth' });
  const app = new AppCredential(config.appId, config.privateKey, clock);
  const writes = new PacedWrites(clock);
  const asApp = createOctokit({ requests, credential: app, writes: writes.of(0), apiUrl });
  const tokens = new Tokens(officeOf(asApp), clock);
  const bot = botOf(asApp);
  const clientOf = (repository: RepositoryRef, credential: Credential): RepositoryClient =>
    createClient({
      port,
      requests,
      credential,
      writes: writes.of(repository.installation),
      apiUrl,
      appId: config.appId,
      repository,
      botId: bot,
      largestFileBytes: config.largestFileBytes ?? LARGEST_FILE_BYTES,
    });
  return {
    repository(repository, purpose): RepositoryClient {
      const { installation, id } = repository;
      const { permissions } = PURPOSES[purpose];
      return clientOf(repository, tokens.credential({ installation, repository: id, permissions }));
    },
    async installations() {
      const all = await readPages(
        MOST_PAGES,
        async (page) => (await asApp.rest.apps.listInstallations(page)).data,
      );
      return all.map(({ id, suspended_at }) => ({ id, suspended: isSet(suspended_at) }));
    },
    organisationFile: (installation, path) =>
      readOrganisationFile(path, {
        octokit: (credential) =>
          createOctokit({ requests, credential, writes: writes.of(installation), apiUrl }),
        credential: tokens.credential({
          installation,
          repository: ORGANISATION_REPOSITORY,
          permissions: ORGANISATION.permissions,
        }),
        client: (repository, credential) => clientOf({ installation, ...repository }, credential),
      }),
    async repositories(installation) {
      const { permissions } = LISTING;
      const credential = tokens.credential({ installation, repository: null, permissions });
      const octokit = createOctokit({ requests, credential, writes: writes.of(installation), apiUrl });
      const all = await readPages(MOST_PAGES, async (page) => {
        const { data } = await octokit.rest.apps.listReposAccessibleToInstallation(page);
        return data.repositories;
      });
      return all.flatMap((one): RepositoryRef[] =>
        // Nothing can be written to an archived repository.
        one.archived ? [] : [{ installation, id: one.id, owner: one.owner.login, name: one.name }],
      );
    },
  };
}

function officeOf(octokit: Octokit): TokenOffice {
  return {
    async mint({ installation, repository, permissions }) {
      try {
        const { data } = await octokit.rest.apps.createInstallationAccessToken({
          installation_id: installation,
          permissions: { ...permissions },
          ...chosen(repository),
        });
        return data.token;
      } catch (error) {
        // The App itself may always ask; it is the installation that is not there, or suspended.
        if (hasCode(error, 'not-found') || hasCode(error, 'forbidden')) throw installationGone(installation);
        // GitHub answers alike where a permission is missing: each that is asked for by name belongs to every job.
        if (hasCode(error, 'invalid-request') && typeof repository === 'string')
          throw failure('not-found', `The installation ${installation} has no repository ${repository}.`);
        if (hasCode(error, 'invalid-request'))
          throw failure(
            'forbidden',
            `The installation ${installation} does not grant what is needed. ${error.message}`,
          );
        throw error;
      }
    },
    async isActive(installation) {
      const { data } = await octokit.rest.apps.getInstallation({ installation_id: installation });
      return !isSet(data.suspended_at);
    },
  };
}

function chosen(repository: TokenScope['repository']) {
  if (repository === null) return {};
  return typeof repository === 'number' ? { repository_ids: [repository] } : { repositories: [repository] };
}

/** Older servers leave out what is null. */
function isSet(date: string | null | undefined): boolean {
  return date !== null && date !== undefined;
}

/** The id of the App's bot user, asked once. */
function botOf(asApp: Octokit): (octokit: Octokit) => Promise<number> {
  let known: number | null = null;
  return async (octokit) => {
    if (known !== null) return known;
    const { data: app } = await asApp.rest.apps.getAuthenticated();
    if (app?.slug === undefined) throw failure('unauthorized', 'GitHub does not name the App: check its id.');
    const { data: user } = await octokit.rest.users.getByUsername({ username: `${app.slug}[bot]` });
    known = user.id;
    return known;
  };
}

/** The pace of each installation's writes. */
class PacedWrites {
  readonly #clock: Clock;
  readonly #known = new Map<number, Writes>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(installation: number): Writes {
    const known = this.#known.get(installation) ?? new Writes(this.#clock);
    this.#known.set(installation, known);
    return known;
  }
}
