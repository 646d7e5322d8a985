import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CheckRunContent,
  createGitHub,
  type GitHub,
  type RepositoryClient,
  type RepositoryRef,
} from '../../../src/adapters/github/index.ts';
import { type GeneratedRepository, generateRepository } from '../../support/github/generated-repository.ts';
import {
  type Fault,
  type PullRequest,
  type Repository,
  type GitHub as StandIn,
  startGitHub,
} from '../../support/github/index.ts';
import { STALL_MS, TurnedClock } from './turned-clock.ts';

const CREATE = { method: 'POST', route: '/repos/{owner}/{repo}/check-runs' };
const UPDATE = { method: 'PATCH', route: '/repos/{owner}/{repo}/check-runs/{check_run_id}' };

let content: GeneratedRepository;
let standIn: StandIn;
let repository: Repository;
let pull: PullRequest;
let ref: RepositoryRef;
let github: GitHub;
let client: RepositoryClient;
let clock: TurnedClock;

beforeAll(async () => {
  content = await generateRepository([
    { name: 'base', branch: 'main', files: { Dockerfile: 'FROM scratch\n' } },
    { name: 'head', branch: 'change', files: { Dockerfile: 'FROM debian:12\n' } },
  ]);
});

afterAll(() => content.remove());

beforeEach(async () => {
  clock = new TurnedClock();
  standIn = await startGitHub();
  const { gitDir } = content;
  repository = await standIn.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir,
    defaultBranch: 'main',
  });
  ({ pull } = await standIn.people.openPullRequest({ repository, base: 'main', head: 'change' }));
  const { appId, privateKey, url } = standIn;
  github = createGitHub({ appId, privateKey, apiUrl: `${url}/api/v3/`, clock, stallMs: STALL_MS });
  const [installation = 0] = [...standIn.world.installations.keys()];
  ref = { installation, id: repository.id, owner: 'acme', name: 'images' };
  client = github.repository(ref, 'judge');
});

afterEach(async () => {
  const { violations } = standIn.ledger;
  await standIn.close();
  expect(violations).toEqual([]);
});

function run(annotations: number, more: Partial<CheckRunContent> = {}): CheckRunContent {
  return {
    name: 'Plinth',
    headSha: content.id('head'),
    externalId: 'digest',
    conclusion: 'failure',
    startedAt: '2026-01-01T00:00:00Z',
    completedAt: '2026-01-01T00:00:01Z',
    title: 'title',
    summary: 'summary',
    text: 'text',
    actions: [{ label: 'Re-check', description: 'Judge this commit again', identifier: 'recheck' }],
    annotations: Array.from({ length: annotations }, (_, at) => ({
      path: 'Dockerfile',
      start_line: 1,
      end_line: 1,
      annotation_level: 'failure',
      message: `number ${at}`,
    })),
    ...more,
  };
}

const messages = (): readonly string[][] =>
  repository.checkRuns.map((each) => each.annotations.map(({ message }) => message));
const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => `number ${at}`);

describe('check runs', () => {
  it.each([
    [0, 1],
    [50, 1],
    [51, 2],
    [100, 2],
    [101, 3],
  ])('with %d annotations take %d requests', async (count, requests) => {
    await client.createCheckRun(run(count));
    expect(messages()).toEqual([numbers(count)]);
    expect(standIn.ledger.names({ tokens: false })).toHaveLength(requests);
    expect(repository.checkRuns[0]).toMatchObject({
      status: 'completed',
      conclusion: 'failure',
      text: 'text',
    });
  });

  it.each<[string, Fault]>([
    ['arrived', { performed: true, status: 502 }],
    ['did not arrive', { status: 502 }],
    ['arrived, and the connection broke', { performed: true, reset: 'before' }],
  ])('have each annotation once, although the answer to an update was lost that %s', async (_name, fault) => {
    standIn.fault({ match: UPDATE, ...fault });
    await client.createCheckRun(run(120));
    expect(messages()).toEqual([numbers(120)]);
  });

  it('that may have been created are looked for by the caller', async () => {
    standIn.fault({ match: CREATE, performed: true, status: 502 });
    await expect(client.createCheckRun(run(1))).rejects.toMatchObject({
      code: 'write-unknown',
      retryable: true,
    });
    await expect(client.findCheckRun('Plinth', content.id('head'))).resolves.toMatchObject({
      status: 'completed',
      externalId: 'digest',
    });
    expect(messages()).toEqual([numbers(1)]);
  });

  it('of another app are none of ours, and the newest of ours is found', async () => {
    const head_sha = content.id('head');
    standIn.people.addForeignCheckRun(repository, { name: 'Plinth', head_sha });
    await expect(client.findCheckRun('Plinth', head_sha)).resolves.toBeNull();
    await client.createCheckRun(run(0));
    const begun = { name: 'Plinth', headSha: head_sha, externalId: '', startedAt: '2026-01-01T00:00:00Z' };
    const id = await client.beginCheckRun(begun);
    standIn.people.addForeignCheckRun(repository, { name: 'Plinth', head_sha });
    await expect(client.findCheckRun('Plinth', head_sha)).resolves.toEqual({
      id,
      status: 'in_progress',
      externalId: '',
    });
    await client.updateCheckRun(id, run(60, { externalId: 'done' }));
    await expect(client.findCheckRun('Plinth', head_sha)).resolves.toEqual({
      id,
      status: 'completed',
      externalId: 'done',
    });
    expect(repository.checkRuns.find((each) => each.id === id)?.annotations).toHaveLength(60);
  });

  it('of which GitHub refuses later annotations stand without them', async () => {
    standIn.fault({ match: UPDATE, status: 422, body: { message: 'Invalid request' } });
    const id = await client.createCheckRun(run(60));
    expect(repository.checkRuns.map((each) => each.id)).toEqual([id]);
    expect(messages()).toEqual([numbers(50)]);
  });

  it('that GitHub does not accept are refused without another try', async () => {
    const bad = run(1, {
      annotations: [{ ...run(1).annotations[0], path: 'x', start_line: 3, end_line: 2 } as never],
    });
    const before = standIn.ledger.position;
    standIn.fault({
      match: CREATE,
      status: 422,
      body: { message: 'Invalid request', errors: [{ code: 'invalid' }] },
    });
    await expect(client.createCheckRun(bad)).rejects.toMatchObject({
      code: 'invalid-request',
      retryable: false,
    });
    expect(standIn.ledger.position - before).toBe(2);
  });
});

describe('conversations', () => {
  it('know our own comments from others’, by the author', async () => {
    const comments = [{ path: 'Dockerfile', line: 1, side: 'RIGHT' as const, body: 'ours' }];
    await client.createReview(pull.number, { commit: content.id('head'), body: 'see below', comments });
    const [own] = repository.reviewComments;
    if (own === undefined) throw new Error('the review has no comment');
    const stranger = standIn.world.account('stranger');
    repository.reviewComments.push({ ...own, id: own.id + 1000, author: stranger, body: own.body });
    const found = await client.ownReviewComments(pull.number);
    expect(found).toEqual([{ id: own.id, body: 'ours', path: 'Dockerfile' }]);
  });

  it.each(['issue-comment', 'review', 'review-comment'] as const)(
    'are answered with the least permissions: a %s',
    async (source) => {
      const { people, ledger } = standIn;
      const body = '/plinth help';
      const written =
        source === 'issue-comment'
          ? (await people.comment(repository, pull, body, 'dev')).comment
          : source === 'review'
            ? (await people.review(repository, pull, body, 'dev')).review
            : (await people.reviewComment(repository, pull, 'Dockerfile', body, 'dev')).comment;
      const comment = { source, id: written.id, nodeId: `PRR_${written.id}` };
      const answering = github.repository(ref, 'answer');
      const eyes = await answering.react(comment, 'eyes');
      await expect(answering.react(comment, 'eyes')).resolves.toEqual(eyes);
      await answering.comment(pull.number, 'here is help');
      await answering.react(comment, '+1');
      await answering.unreact(comment, eyes);
      await answering.unreact(comment, eyes);
      expect(written.reactions.map((each) => each.content)).toEqual(['+1']);
      expect(ledger.entries.at(-1)?.granted).toEqual({ metadata: 'read', pull_requests: 'write' });
    },
  );

  it.each([
    ['that is gone', 'PRR_999999'],
    ['whose name is not known', null],
  ])('a review %s takes no reaction', async (_lesson, nodeId) => {
    const review = { source: 'review', id: 1, nodeId } as const;
    const answering = github.repository(ref, 'answer');
    await expect(answering.react(review, 'eyes')).rejects.toMatchObject({ code: 'not-found' });
    await answering.unreact(review, { content: 'eyes', id: null });
  });

  it('that are locked refuse a comment', async () => {
    (pull as { locked: boolean }).locked = true;
    await expect(client.comment(pull.number, 'text')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('anchor comments in one hunk, or are refused whole', async () => {
    const comment = { path: 'Dockerfile', line: 40, side: 'RIGHT' as const, body: 'here' };
    const review = { commit: content.id('head'), body: 'see below', comments: [comment] };
    await expect(client.createReview(pull.number, review)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(repository.reviews).toEqual([]);
  });
});

describe('a repository', () => {
  it('that was renamed goes by its old name, for reads and writes', async () => {
    standIn.people.renameRepository(repository, 'pictures');
    await client.tree(content.id('head'));
    await expect(client.pull(pull.number, [])).resolves.toMatchObject({ number: pull.number });
    await client.createCheckRun(run(60));
    expect(messages()).toEqual([numbers(60)]);
  });

  it('whose name another one has by now is not taken for it', async () => {
    standIn.fault({
      match: { route: '/graphql' },
      rewrite: (body) => JSON.parse(JSON.stringify(body).replace(`"databaseId":${ref.id}`, '"databaseId":1')),
    });
    await expect(client.pull(pull.number, [])).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is listed with its installation, and its pull requests with their heads', async () => {
    const [installation] = await github.installations();
    expect(installation).toEqual({ id: ref.installation, suspended: false });
    await expect(github.repositories(ref.installation)).resolves.toEqual([ref]);
    const sweeping = github.repository(ref, 'sweep');
    const open = { number: pull.number, head: content.id('head'), base: 'main', draft: false };
    await expect(sweeping.openPulls({})).resolves.toEqual([open]);
    await expect(sweeping.openPulls({ base: 'other' })).resolves.toEqual([]);
    await expect(sweeping.openPulls({ head: content.id('base') })).resolves.toEqual([]);
    await expect(sweeping.openPulls({ head: content.id('head') })).resolves.toEqual([open]);
  });

  it.each(['suspended', 'deleted'] as const)(
    'of an installation that is %s is not asked again and again',
    async (how) => {
      await client.tree(content.id('head'));
      const installation = standIn.world.installations.get(ref.installation);
      if (installation === undefined) throw new Error('no installation');
      installation[how] = true;
      const before = standIn.ledger.position;
      await expect(client.tree(content.id('head'))).rejects.toMatchObject({ code: 'installation-gone' });
      expect(standIn.ledger.position - before).toBeLessThanOrEqual(3);
    },
  );

  it('gives up a pull request that is closed, its branch gone', async () => {
    await standIn.people.close(repository, pull);
    repository.branches.delete('main');
    repository.branches.set('trunk', content.id('base'));
    (repository as { defaultBranch: string }).defaultBranch = 'trunk';
    await expect(client.pull(pull.number, ['x'])).resolves.toMatchObject({
      state: 'closed',
      base: { ref: 'main' },
    });
  });
});

describe('a conversation', () => {
  it('A07: only comments by the App’s own account are its own, and only since the time asked for', async () => {
    const own = await client.comment(pull.number, 'a reply\n\n<!-- plinth:reply 1 done -->');
    await standIn.people.comment(repository, pull, 'a reply\n\n<!-- plinth:reply 2 done -->', 'stranger');
    expect((await client.ownComments(pull.number, 0)).map((one) => one.id)).toEqual([own]);
    expect(await client.ownComments(pull.number, Date.parse('2100-01-01'))).toEqual([]);
  });
});

describe('who may', () => {
  it.each([
    ['admin', 'admin'],
    ['maintain', 'write'],
    ['write', 'write'],
    ['triage', 'read'],
    ['read', 'read'],
    ['none', 'none'],
  ] as const)('the role %s may %s', async (role, level) => {
    standIn.people.setRole(repository, 'somebody', role);
    const { id } = standIn.world.account('somebody');
    expect(await client.permission('somebody')).toEqual({ accountId: id, level, role });
  });

  it.each([
    ['a role that the organisation made', 'Release Manager', 'write'],
    ['a role whose name is no longer what it gives', 'admin', 'write'],
    ['a name that every object has', 'constructor', 'write'],
    ['an older server, which names none', undefined, 'write'],
  ])('%s counts as its level', async (_lesson, role_name, role) => {
    standIn.people.setRole(repository, 'somebody', 'write');
    standIn.fault({
      match: { route: '/repos/{owner}/{repo}/collaborators/{username}/permission' },
      rewrite: (body) => ({ ...(body as object), role_name }) as typeof body,
    });
    expect(await client.permission('somebody')).toMatchObject({ level: 'write', role });
  });

  it('nobody has a login that is no account', async () => {
    expect(await client.permission('nobody-at-all')).toBeNull();
  });
});

describe('a team', () => {
  const member = (login: string, team = 'release', org = 'acme') =>
    github.repository(ref, 'members').teamMember(org, team, login);

  beforeEach(() => {
    standIn.people.joinTeam('acme', 'release', 'keeper');
    standIn.people.joinTeam('acme', 'release', 'guest', 'pending');
  });

  it('has its active members, each with the account that the login is', async () => {
    expect(await member('keeper')).toEqual({ accountId: standIn.world.account('keeper').id });
    expect(standIn.ledger.entries.at(-1)?.granted).toEqual({ members: 'read', metadata: 'read' });
  });

  it.each([
    ['who is only invited', 'guest', 'release'],
    ['who is not in it', 'stranger', 'release'],
    ['of a team that is not there', 'keeper', 'nobody'],
  ])('does not have somebody %s', async (_lesson, login, team) => {
    standIn.world.account(login);
    expect(await member(login, team)).toBeNull();
  });

  it.each([
    ['another organisation', 'keeper', 'release', 'others'],
    ['a way out of the address', 'keeper', '..', 'acme'],
    ['a team that is an address', 'keeper', 'release/../../release', 'acme'],
    ['a login that is an address', '../keeper', 'release', 'acme'],
    ['no name', '', 'release', 'acme'],
  ])('%s is not asked for', async (_lesson, login, team, org) => {
    const before = standIn.ledger.position;
    expect(await member(login, team, org)).toBeNull();
    expect(standIn.ledger.position).toBe(before);
  });

  it('A06: whoever takes the login of a former member is not in it', async () => {
    standIn.people.renameAccount('keeper', 'keeper-was');
    const taker = standIn.world.account('keeper');
    expect(await member('keeper')).toBeNull();
    expect(await member('keeper-was')).not.toEqual({ accountId: taker.id });
  });

  it('A06: a login that changes hands while it is asked for is told by its new account', async () => {
    const former = standIn.world.account('keeper').id;
    standIn.fault({
      match: { route: '/orgs/{org}/teams/{team_slug}/memberships/{username}' },
      rewrite: (body) => {
        standIn.people.renameAccount('keeper', 'keeper-was');
        standIn.world.account('keeper');
        return body;
      },
    });
    const found = await member('keeper');
    expect(found).toEqual({ accountId: standIn.world.account('keeper').id });
    expect(found).not.toEqual({ accountId: former });
  });

  it('says so where the installation does not grant it', async () => {
    const installation = standIn.world.installations.get(ref.installation);
    if (installation === undefined) throw new Error('no installation');
    installation.permissions = { ...installation.permissions, members: undefined } as never;
    await expect(member('keeper')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
