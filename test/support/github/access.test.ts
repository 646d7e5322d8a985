import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, type Repository, startGitHub } from './index.ts';
import { appJwt, clientWith, installationClient } from './test-client.ts';
import { generateAppKey } from './tokens.ts';

const name = { owner: 'acme', repo: 'images' };
const key = generateAppKey();

let content: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let now: number;

beforeAll(async () => {
  content = await generateRepository([{ name: 'base', branch: 'main', files: { README: 'read me\n' } }]);
});

beforeEach(async () => {
  now = Date.UTC(2026, 0, 31, 12);
  github = await startGitHub({ clock: () => now, key, limits: { requests: 20, contentAMinute: 3 } });
  const { gitDir } = content;
  const common = { gitDir, defaultBranch: 'main' };
  repository = await github.people.createRepository({ ...common, owner: 'acme', name: 'images' });
  await github.people.createRepository({ ...common, owner: 'acme', name: 'secret', private: true });
  await github.people.createRepository({ ...common, owner: 'else', name: 'public' });
  await github.people.createRepository({ ...common, owner: 'else', name: 'hidden', private: true });
});

afterEach(() => github.close());

afterAll(() => content.remove());

describe('the App’s own requests', () => {
  const seconds = (): number => Math.floor(now / 1000);
  it.each<[string, () => string, number]>([
    ['a good JWT', () => appJwt(github), 200],
    ['one that expired', () => appJwt(github, { exp: seconds() - 1 }), 401],
    ['one for twelve minutes', () => appJwt(github, { exp: seconds() + 720 }), 401],
    ['one issued in the future', () => appJwt(github, { iat: seconds() + 300 }), 401],
    ['one of another App', () => appJwt(github, { iss: 5 }), 404],
    ['one signed by another key', () => appJwt(github, {}, generateAppKey().privateKey), 401],
    ['no JWT at all', () => 'nonsense', 401],
  ])('with %s', async (_, jwt, status) => {
    const answer = clientWith(github, jwt()).request('GET /app');
    if (status === 200) await expect(answer).resolves.toMatchObject({ data: { id: github.appId } });
    else await expect(answer).rejects.toMatchObject({ status });
  });
});

describe('tokens', () => {
  it('have the long form, live an hour, and carry what was asked', async () => {
    const { data } = await clientWith(github, appJwt(github)).rest.apps.createInstallationAccessToken({
      installation_id: github.world.installationOf(repository.owner)?.id ?? 0,
      permissions: { checks: 'write' },
      repositories: ['images'],
    });
    expect(data.token).toMatch(new RegExp(`^ghs_${github.appId}_[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
    expect(data.token.length).toBeGreaterThan(480);
    expect(data.expires_at).toBe('2026-01-31T13:00:00Z');
    expect(data.permissions).toEqual({ checks: 'write', metadata: 'read' });
    expect(data.repositories?.map((each) => each.full_name)).toEqual(['acme/images']);
  });

  it.each<[string, object]>([
    ['more than the App has', { permissions: { contents: 'write' } }],
    ['a permission that is none', { permissions: { contents: 'admin' } }],
    ['a repository of somebody else', { repositories: ['public'] }],
  ])('are not given for %s', async (_, body) => {
    const installation = github.world.installationOf(repository.owner)?.id ?? 0;
    const client = clientWith(github, appJwt(github));
    await expect(
      client.request(`POST /app/installations/${installation}/access_tokens`, { ...body }),
    ).rejects.toMatchObject({ status: 422 });
  });

  it.each<[string, string, string, number]>([
    ['its own', 'acme', 'images', 200],
    ['its own private one', 'acme', 'secret', 200],
    ['a public one of another owner', 'else', 'public', 200],
    ['a private one of another owner', 'else', 'hidden', 404],
    ['one that does not exist', 'acme', 'nothing', 404],
  ])('read %s', async (_, owner, repo, status) => {
    const client = await installationClient(github);
    const answer = client.rest.repos.getContent({ owner, repo, path: 'README' });
    if (status === 200) await expect(answer).resolves.toMatchObject({ status });
    else await expect(answer).rejects.toMatchObject({ status });
  });

  it('restricted to repositories reach no private other, and write to no public one', async () => {
    const client = await installationClient(github, undefined, { repositories: ['images'] });
    await expect(
      client.rest.repos.getContent({ ...name, repo: 'secret', path: 'README' }),
    ).rejects.toMatchObject({ status: 404 });
    const elsewhere = { owner: 'else', repo: 'public', name: 'Plinth', head_sha: content.id('base') };
    await expect(client.rest.checks.create(elsewhere)).rejects.toMatchObject({ status: 403 });
  });

  it('do no more than their installation still may', async () => {
    const client = await installationClient(github, { checks: 'write' });
    const installation = github.world.installationOf(repository.owner);
    if (installation !== undefined) installation.permissions = { checks: 'read' };
    const write = client.rest.checks.create({ ...name, name: 'Plinth', head_sha: content.id('base') });
    await expect(write).rejects.toMatchObject({ status: 403 });
  });

  it('end after an hour, with the installation, and while it is suspended', async () => {
    const client = await installationClient(github);
    const read = (): Promise<unknown> => client.rest.repos.get(name);
    await read();
    await github.people.install(repository, 'suspend');
    await expect(read()).rejects.toMatchObject({ status: 403 });
    await expect(installationClient(github)).rejects.toMatchObject({ status: 403 });
    await github.people.install(repository, 'unsuspend');
    await read();
    now += 3_600_000;
    await expect(read()).rejects.toMatchObject({ status: 401 });
    await github.people.install(repository, 'deleted');
    await expect(installationClient(github)).rejects.toMatchObject({ status: 404 });
  });
});

describe('every request', () => {
  it.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['a version', {}, 200, 'no X-GitHub-Api-Version header'],
    [
      'a version that exists',
      { 'x-github-api-version': '2020-01-01' },
      400,
      'no such X-GitHub-Api-Version: 2020-01-01',
    ],
    ['a user agent', { 'x-github-api-version': '2022-11-28', 'user-agent': '' }, 403, 'no user-agent header'],
  ])('needs %s', async (_, headers, status, problem) => {
    const authorization = `Bearer ${appJwt(github)}`;
    const answer = await fetch(`${github.url}/app`, { headers: { authorization, ...headers } });
    expect(answer.status).toBe(status);
    expect(github.ledger.violations.map((each) => each.problem)).toEqual([problem]);
  });

  it('to an operation that the stand-in does not have is noted', async () => {
    const client = await installationClient(github);
    await expect(client.rest.issues.create({ ...name, title: 'title' })).rejects.toMatchObject({
      status: 404,
    });
    expect(github.ledger.violations.map((each) => each.problem)).toEqual([
      'no such operation in the stand-in',
    ]);
  });

  it('is answered below /api/v3, as by a GitHub Enterprise Server', async () => {
    const client = await installationClient(github, undefined, { prefix: '/api/v3' });
    await expect(client.rest.repos.get(name)).resolves.toMatchObject({ data: { name: 'images' } });
    const answer = await client.graphql<{ rateLimit: unknown }>('{ rateLimit { limit } }');
    expect(answer.rateLimit).toEqual({ limit: 20 });
    expect(github.ledger.names().slice(-2)).toEqual(['GET /repos/{owner}/{repo}', 'POST /graphql']);
  });

  it('counts against the hour’s limit, which GraphQL has of its own', async () => {
    const client = await installationClient(github);
    for (let at = 0; at < 20; at++) await client.rest.repos.get(name);
    const refused = client.rest.repos.get(name);
    await expect(refused).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 3600) } },
    });
    await expect(client.graphql('{ rateLimit { limit } }')).resolves.toBeDefined();
    now += 3_599_000;
    await expect(client.rest.repos.get(name)).rejects.toMatchObject({ status: 403 });
  });

  it('that makes content counts against a limit of the minute', async () => {
    const { pull } = await github.people.openPullRequest({ repository, base: 'main', head: 'main' });
    const client = await installationClient(github);
    const comment = (): Promise<unknown> =>
      client.rest.issues.createComment({ ...name, issue_number: pull.number, body: 'text' });
    for (let at = 0; at < 3; at++) await comment();
    await expect(comment()).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'retry-after': '60' } },
    });
    now += 61_000;
    await comment();
  });
});

it('leads from a former name to the repository', async () => {
  github.people.renameRepository(repository, 'pictures');
  const client = await installationClient(github);
  const { data, url } = await client.rest.repos.getContent({ ...name, path: 'README' });
  expect(data).toMatchObject({ name: 'README' });
  expect(url).toContain(`/repositories/${repository.id}/contents/README`);
  expect(github.ledger.entries.slice(-2).map((entry) => entry.status)).toEqual([301, 200]);
});
