import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  type GeneratedRepository,
  generateRepository,
  type NewCommit,
} from '../support/github/generated-repository.ts';
import type { PullRequest, Repository } from '../support/github/index.ts';
import { type Harness, type HarnessOptions, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

// SEMANTICS 1.4 and 6.3: the policy of the organisation, from its `.github` repository.

const folder = temporaryFolder();
jest.setTimeout(60_000);

const PATH = '.github/plinth.yml';
const GOOD = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nENTRYPOINT ["/app"]\n';
const MINUTE = 60_000;

const COMMITS: readonly NewCommit[] = [
  { name: 'base', branch: 'main', files: { Dockerfile: GOOD, 'README.md': 'acme\n' } },
  { name: 'bad', branch: 'bad', parents: ['base'], files: { Dockerfile: BAD } },
  { name: 'bad2', branch: 'bad2', parents: ['base'], files: { Dockerfile: `${BAD}# 2\n` } },
  { name: 'bad3', branch: 'bad3', parents: ['base'], files: { Dockerfile: `${BAD}# 3\n` } },
  { name: 'plain', branch: 'plain', parents: ['base'], files: { 'README.md': 'x' } },
  {
    name: 'own',
    branch: 'own',
    parents: ['base'],
    files: { [PATH]: 'extends: kep-1729\nrules: { base-not-allowed: off }\n' },
  },
  {
    name: 'enforced',
    branch: 'enforced',
    parents: ['base'],
    files: { [PATH]: 'extends: kep-1729\nenforcement: enforce\n' },
  },
  { name: 'bad on enforced', branch: 'bad-enforced', parents: ['enforced'], files: { Dockerfile: BAD } },
  { name: 'bad on own', branch: 'bad-own', parents: ['own'], files: { Dockerfile: BAD } },
];

const ORGANISATION: readonly NewCommit[] = [
  { name: 'none', branch: 'main', files: { 'profile/README.md': 'acme\n' } },
  { name: 'warns', branch: 'warns', parents: ['none'], files: { [PATH]: 'extends: minimal\n' } },
  { name: 'blocks', branch: 'blocks', parents: ['none'], files: { [PATH]: 'extends: kep-1729\n' } },
  { name: 'other', branch: 'other', parents: ['blocks'], files: { 'profile/README.md': 'more\n' } },
  {
    name: 'locks',
    branch: 'locks',
    parents: ['none'],
    files: { [PATH]: 'lock: [rules.base-not-allowed]\nrules: { base-not-allowed: block }\n' },
  },
  {
    name: 'hostile',
    branch: 'hostile',
    parents: ['none'],
    files: { [PATH]: `scope: "\0"\n# ${'x'.repeat(200_000)}\n` },
  },
  {
    name: 'broken',
    branch: 'broken',
    parents: ['none'],
    files: { [PATH]: 'extends: kep-1729\nscope: often\n' },
  },
];

let harness: Harness | undefined;
let content: GeneratedRepository | undefined;
let time: VirtualTime;

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await harness?.stop();
  await content?.remove();
  harness = undefined;
  content = undefined;
  expect(violations ?? []).toEqual([]);
});

interface World extends Harness {
  readonly organisation: Repository;
  readonly policies: GeneratedRepository;
}

/** The organisation's repository stands on one of its commits. */
async function start(at: string, options: Partial<HarnessOptions> = {}): Promise<World> {
  time = new VirtualTime();
  const world = await startHarness({ dataDirectory: await folder(), commits: COMMITS, time, ...options });
  harness = world;
  const policies = await generateRepository(ORGANISATION);
  content = policies;
  const organisation = await world.github.people.createRepository({
    owner: 'acme',
    name: '.github',
    gitDir: policies.gitDir,
    branches: { main: policies.id(at) },
    defaultBranch: 'main',
  });
  return { ...world, organisation, policies };
}

async function open(world: Harness, head: string, base = 'main'): Promise<PullRequest> {
  const { pull } = await world.github.people.openPullRequest({
    repository: world.repository,
    base,
    head: world.git.id(head),
  });
  await world.app.settled();
  return pull;
}

async function later(world: Harness, ms: number): Promise<void> {
  await world.app.settled();
  await time.advance(ms, () => world.app.settled());
  world.app.wake();
  await world.app.settled();
}

const push = (world: World, commit: string) =>
  world.github.people.push(world.organisation, 'main', world.policies.id(commit));
const last = ({ repository }: Harness) => repository.checkRuns.at(-1);
/** Of each head the newest. */
const conclusions = ({ repository }: Harness) => [
  ...new Map(repository.checkRuns.map((run) => [run.headSha, run.conclusion])).values(),
];

/** What reading the organisation's policy costs, by operation. */
function readings(world: Harness, after = 0): readonly string[] {
  return world.github.ledger.entries
    .filter((entry) => entry.position > after)
    .filter(({ route, operation, body }) => {
      if (route === '/installation/repositories') return true;
      return operation === 'Branch' && JSON.stringify(body).includes('"name":".github"');
    })
    .map(({ method, route }) => `${method} ${route}`);
}

/** All that was asked since, tokens apart. */
function asked(world: Harness, after: number): readonly string[] {
  const own = new Set(['GET /app', 'GET /users/{username}']);
  return world.github.ledger
    .names({ after, tokens: false })
    .filter((name) => !own.has(name))
    .toSorted();
}

describe('the organisation’s policy', () => {
  it('counts for a repository without one, and the check names it', async () => {
    const world = await start('blocks');
    await open(world, 'bad');
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
    expect(last(world)?.summary).toContain(`acme/.github:${PATH}@`);
    expect(world.reports.at(-1)?.policy).toMatchObject({
      enforcement: 'enforce',
      sources: [
        { tier: 'organisation', from: `acme/.github:${PATH}@${world.policies.id('blocks')}` },
        { tier: 'shipped' },
      ],
    });
  });

  it('C05: holds what it locks against the repository’s, which is said', async () => {
    const world = await start('locks');
    await world.github.people.push(world.repository, 'main', world.git.id('own'));
    await open(world, 'bad on own');
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
    expect(last(world)?.summary).toMatch(/`rules\.base-not-allowed` is locked by the organisation/);
  });

  it('leaves what it does not lock to the repository', async () => {
    const world = await start('blocks');
    await world.github.people.push(world.repository, 'main', world.git.id('own'));
    await open(world, 'bad on own');
    expect(last(world)).toMatchObject({ conclusion: 'success' });
  });

  it('is read by a token of its own, for its repository alone (DESIGN 6)', async () => {
    const world = await start('blocks');
    await open(world, 'bad');
    const tokens = [...world.github.world.tokens.values()];
    const own = tokens.filter(({ repositories }) => repositories?.includes(world.organisation.id));
    expect(own.map(({ repositories }) => repositories)).toEqual([[world.organisation.id]]);
    expect(own[0]?.permissions).toEqual({ contents: 'read', metadata: 'read' });
  });

  it('costs two requests in five minutes, and the others none', async () => {
    const world = await start('blocks');
    await open(world, 'bad');
    expect(readings(world)).toEqual(['GET /installation/repositories', 'POST /graphql']);
    const after = world.github.ledger.position;
    await later(world, 4 * MINUTE);
    await open(world, 'bad2');
    // DESIGN 8: four, and a review's; two for a change that touches nothing of ours.
    expect(asked(world, after)).toEqual([
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      'POST /graphql',
      'POST /graphql',
      'POST /repos/{owner}/{repo}/check-runs',
    ]);
    const before = world.github.ledger.position;
    await open(world, 'plain');
    expect(asked(world, before)).toEqual([
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      'POST /repos/{owner}/{repo}/check-runs',
    ]);
    expect(readings(world, after)).toEqual([]);
    await later(world, 2 * MINUTE);
    await open(world, 'bad3');
    expect(readings(world, after)).toHaveLength(2);
  });

  it('costs one refused token in fifty minutes where there is no such repository', async () => {
    const world = await start('none');
    world.github.world.repositories.delete('acme/.github');
    await open(world, 'bad');
    await later(world, 45 * MINUTE);
    await open(world, 'bad2');
    const mints = world.github.ledger.entries.filter(
      ({ route, body }) =>
        route.endsWith('/access_tokens') && JSON.stringify(body).includes('"repositories":[".github"]'),
    );
    expect(mints.map(({ status }) => status)).toEqual([422]);
    expect(readings(world)).toEqual([]);
  });

  it('is not that of its own repository, which has it already', async () => {
    const world = await start('blocks');
    const { organisation, policies } = world;
    await world.github.people.openPullRequest({
      repository: organisation,
      base: 'main',
      head: policies.id('broken'),
    });
    await world.app.settled();
    expect(organisation.checkRuns).toMatchObject([{ conclusion: 'failure' }]);
    expect(world.reports.at(-1)?.policy.sources.map(({ tier }) => tier)).toEqual(['repository', 'shipped']);
    expect(world.reports.at(-1)?.findings).toMatchObject([{ rule: 'policy-changed', level: 'block' }]);
  });

  it('is not asked for where the operator’s stands alone', async () => {
    const policy = { tier: 'operator', from: 'minimal', text: 'extends: minimal\n' } as const;
    const world = await start('broken', { settings: { policy } });
    await open(world, 'bad');
    expect(last(world)).toMatchObject({ conclusion: 'neutral' });
    expect(readings(world)).toEqual([]);
  });
});

describe('SEM-6.3: a change of it', () => {
  it('has the open heads of the installation judged again within a minute', async () => {
    const world = await start('warns');
    await open(world, 'bad');
    await open(world, 'bad2');
    expect(conclusions(world)).toEqual(['neutral', 'neutral']);
    await push(world, 'blocks');
    await later(world, MINUTE);
    expect(conclusions(world)).toEqual(['failure', 'failure']);
  });

  it('counts at once where it is read before that, and is read again after it', async () => {
    const world = await start('warns');
    await open(world, 'bad');
    await push(world, 'blocks');
    const after = world.github.ledger.position;
    await open(world, 'bad2');
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
    await later(world, MINUTE);
    // Once at once, and by each of two workers when it counts again.
    expect(readings(world, after)).toHaveLength(6);
    expect(conclusions(world)).toEqual(['failure', 'failure']);
  });

  it('of other files changes nothing', async () => {
    const world = await start('blocks');
    await open(world, 'bad');
    await world.github.deliver('push', {
      ref: 'refs/heads/main',
      commits: [{ added: [], modified: ['profile/README.md'], removed: [] }],
      repository: {
        id: world.organisation.id,
        name: '.github',
        owner: { login: 'acme' },
        default_branch: 'main',
      },
      installation: { id: [...world.github.world.installations.keys()][0] ?? 0 },
    });
    world.organisation.branches.set('main', world.policies.id('other'));
    await later(world, 6 * MINUTE);
    expect(world.reports).toHaveLength(1);
    await open(world, 'bad2');
    await later(world, MINUTE);
    expect(world.reports).toHaveLength(2);
    // The text is the same, so it keeps its name.
    expect(world.reports[1]?.policy).toEqual(world.reports[0]?.policy);
  });

  it('that no delivery told of is found, and then all are judged again', async () => {
    const world = await start('warns');
    await open(world, 'bad');
    world.organisation.branches.set('main', world.policies.id('blocks'));
    await later(world, 6 * MINUTE);
    expect(conclusions(world)).toEqual(['neutral']);
    await open(world, 'bad2');
    await later(world, MINUTE);
    expect(conclusions(world)).toEqual(['failure', 'failure']);
  });

  it('that no delivery told of is found by the hourly look for what was missed, where nothing is judged', async () => {
    const world = await start('warns', { settings: { sweepEveryMs: 60 * MINUTE } });
    await open(world, 'bad');
    world.organisation.branches.set('main', world.policies.id('blocks'));
    await later(world, 62 * MINUTE);
    expect(conclusions(world)).toEqual(['failure']);
  });

  it('is seen by a change that touches nothing of ours, too', async () => {
    const world = await start('warns');
    await open(world, 'bad');
    await push(world, 'broken');
    await open(world, 'plain');
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
  });
});

describe('one that cannot be used', () => {
  it('C04: that is broken fails the check, with its place', async () => {
    const world = await start('broken');
    await open(world, 'bad');
    expect(last(world)).toMatchObject({
      conclusion: 'failure',
      title: 'Could not evaluate: the policy has 1 problem',
    });
    expect(last(world)?.summary).toContain(`acme/.github:${PATH}@${world.policies.id('broken')}:2:8`);
  });

  it('that is no policy of anybody’s is refused as any other', async () => {
    const world = await start('hostile');
    await open(world, 'bad');
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
    expect(last(world)?.summary).toContain(`acme/.github:${PATH}@${world.policies.id('hostile')}:1:1`);
  });

  it('SEM-1.4: that was seen and cannot be read any more leaves everything undecided', async () => {
    const world = await start('warns');
    await open(world, 'bad');
    expect(last(world)).toMatchObject({ conclusion: 'neutral' });
    world.github.world.repositories.delete('acme/.github');
    await later(world, 6 * MINUTE);
    await open(world, 'plain');
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
    expect(last(world)?.summary).toMatch(/cannot read it any more/);
    await later(world, MINUTE);
    expect(conclusions(world)).toEqual(['failure', 'failure']);
  });

  it.each(['deleted', 'renamed'])('is gone with its repository, which GitHub tells: %s', async (action) => {
    const world = await start('warns');
    const { organisation } = world;
    const [installation = 0] = world.github.world.installations.keys();
    const known = { owner: 'acme', name: '.github', defaultBranch: 'main' };
    await world.store.saveRepository(
      { id: organisation.id, installationId: installation, ...known },
      time.now(),
    );
    await open(world, 'bad');
    world.github.world.repositories.delete('acme/.github');
    const name = action === 'deleted' ? '.github' : 'former';
    await world.github.deliver('repository', {
      action,
      repository: { id: organisation.id, name, owner: { login: 'acme' }, default_branch: 'main' },
      installation: { id: installation },
    });
    await later(world, MINUTE);
    expect(world.reports.at(-1)?.policy.sources).toEqual([{ tier: 'shipped', from: 'shipped' }]);
    expect(last(world)).toMatchObject({ conclusion: 'neutral' });
  });

  it('that GitHub does not answer about is tried again, and said: never a verdict without it', async () => {
    const world = await start('blocks');
    world.github.fault({ match: { route: '/installation/repositories' }, status: 500, times: 1_000 });
    await open(world, 'plain');
    await later(world, 10 * MINUTE);
    expect(last(world)).toMatchObject({ conclusion: 'failure', title: 'Could not evaluate' });
    expect(world.reports).toEqual([]);
    world.github.faults.clear();
    await later(world, 60 * MINUTE);
    expect(last(world)).toMatchObject({ conclusion: 'success' });
  });

  it('SEM-1.4: that was never seen is said in the summary; one that is absent is not', async () => {
    const world = await start('none');
    await open(world, 'bad');
    expect(last(world)?.summary).not.toContain('No policy of the organisation');
    world.github.world.repositories.delete('acme/.github');
    await later(world, 6 * MINUTE);
    await open(world, 'bad2');
    expect(last(world)?.summary).toMatch(
      /No policy of the organisation: this App cannot read `acme\/\.github`/,
    );
    expect(last(world)).toMatchObject({ conclusion: 'neutral' });
  });
});

describe('access to its repository', () => {
  it.each(['repositories_added', 'repositories_removed'])(
    'that changes (%s) has it read again',
    async (key) => {
      const world = await start('warns');
      await open(world, 'bad');
      world.organisation.branches.set('main', world.policies.id('blocks'));
      await world.github.deliver('installation_repositories', {
        action: 'added',
        installation: { id: [...world.github.world.installations.keys()][0] ?? 0 },
        repositories_added: [],
        repositories_removed: [],
        [key]: [{ id: world.organisation.id, name: '.github' }],
      });
      await later(world, MINUTE);
      expect(conclusions(world)).toEqual(['failure']);
    },
  );
});

describe('/plinth status', () => {
  it('tells which text sets each key, and what a stronger tier locks', async () => {
    const world = await start('locks');
    await world.github.people.push(world.repository, 'main', world.git.id('own'));
    const pull = await open(world, 'bad on own');
    await world.github.people.comment(world.repository, pull, '/plinth status', 'stranger');
    await later(world, MINUTE);
    const reply = world.repository.comments.at(-1)?.body ?? '';
    const from = `acme/.github:${PATH}@${world.policies.id('locks').slice(0, 10)}`;
    expect(reply).toContain(
      `- \`rules.base-not-allowed\`: \`block\`, by the organisation (\`${from}\`), locked by the organisation`,
    );
    expect(reply).toContain('Locked by the organisation: `rules.base-not-allowed`.');
  });

  it('names the operator for the enforcement that the operator sets, whatever a policy says', async () => {
    const world = await start('none', { settings: { enforcement: 'observe' } });
    await world.github.people.push(world.repository, 'main', world.git.id('enforced'));
    const pull = await open(world, 'bad on enforced');
    await world.github.people.comment(world.repository, pull, '/plinth status', 'stranger');
    await later(world, MINUTE);
    const reply = world.repository.comments.at(-1)?.body ?? '';
    expect(reply).toContain('- `enforcement`: `observe`, by the operator (`PLINTH_ENFORCEMENT`)');
    expect(reply.match(/`enforcement`:/g)).toHaveLength(1);
  });

  it('names what the repository sets', async () => {
    const world = await start('none');
    await world.github.people.push(world.repository, 'main', world.git.id('own'));
    const pull = await open(world, 'bad on own');
    await world.github.people.comment(world.repository, pull, '/plinth status', 'stranger');
    await later(world, MINUTE);
    expect(world.repository.comments.at(-1)?.body).toMatch(
      /Set above what ships with Plinth:\n- `rules\.base-not-allowed`: `off`, by the repository \(`\.github\/plinth\.yml@[0-9a-f]{10}`\)/,
    );
  });
});
