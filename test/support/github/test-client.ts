// Clients as the App makes them, for tests of the stand-in itself.
import { createSign } from 'node:crypto';
import { Octokit } from '@octokit/rest';
import type { GitHub, Permissions } from './index.ts';

export const API_VERSION = '2022-11-28';

/** A JWT of the App; `claims` replace what it says, `privateKey` what it is signed with. */
export function appJwt(
  github: GitHub,
  claims: Readonly<Record<string, unknown>> = {},
  privateKey: string = github.privateKey,
): string {
  const now = Math.floor(github.world.clock() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = { iat: now - 30, exp: now + 570, iss: String(github.appId), ...claims };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(said)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}

/** A client that sends GitHub's version header and writes nothing to the terminal. */
export function clientWith(github: GitHub, auth: string, prefix = ''): Octokit {
  const silent = (): void => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const client = new Octokit({ baseUrl: `${github.url}${prefix}`, auth, log });
  client.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = API_VERSION;
  });
  return client;
}

/** A client with a token of the first installation, or of the one named. */
export async function installationClient(
  github: GitHub,
  permissions?: Permissions,
  options: {
    readonly installation?: number;
    readonly repositories?: readonly string[];
    readonly prefix?: string;
  } = {},
): Promise<Octokit> {
  const installation = options.installation ?? [...github.world.installations.keys()][0] ?? 0;
  const { data } = await clientWith(github, appJwt(github)).rest.apps.createInstallationAccessToken({
    installation_id: installation,
    ...(permissions === undefined ? {} : { permissions }),
    ...(options.repositories === undefined ? {} : { repositories: [...options.repositories] }),
  });
  return clientWith(github, data.token, options.prefix);
}
