import { createServer } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import type { PullRequest } from '../support/github/index.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

// RELIABILITY C02, C04 and C06 through the App: what a configuration may not do to it.

const folder = temporaryFolder();
jest.setTimeout(60_000);

const PATH = '.github/plinth.yml';
const DEBIAN = 'FROM k8s.gcr.io/debian-base:v1\nENTRYPOINT ["/app"]\n';
const POLICY = 'extends: kep-1729\nscope: touched\n';
const EXCEPTIONS = `exceptions:
  - path: Dockerfile
    rule: base-needs-exception
    base: debian-base
    reason: needs-shell
    text: t
    owner: o
    issue: i
    expires: 2026-03-06
`;

const COMMITS: readonly NewCommit[] = [
  {
    name: 'base',
    branch: 'main',
    files: { Dockerfile: DEBIAN, [PATH]: POLICY, '.github/plinth-exceptions.yml': EXCEPTIONS },
  },
  { name: 'change', branch: 'change', parents: ['base'], files: { Dockerfile: `${DEBIAN}LABEL a=b\n` } },
  {
    name: 'broken',
    branch: 'broken',
    parents: ['base'],
    files: { [PATH]: 'extends: kep-1729\nscope: often\n' },
  },
];

let harness: Harness | undefined;
let time: VirtualTime;

async function start(commits = COMMITS): Promise<Harness> {
  time = new VirtualTime();
  harness = await startHarness({ dataDirectory: await folder(), commits, time });
  return harness;
}

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await harness?.stop();
  harness = undefined;
  expect(violations ?? []).toEqual([]);
});

async function open(world: Harness): Promise<PullRequest> {
  const { github, git, repository, app } = world;
  const { pull } = await github.people.openPullRequest({ repository, base: 'main', head: git.id('change') });
  await app.settled();
  return pull;
}

async function later(world: Harness, ms: number): Promise<void> {
  await world.app.settled();
  await time.advance(ms, () => world.app.settled());
  world.app.wake();
  await world.app.settled();
}

const last = ({ repository }: Harness) => repository.checkRuns.at(-1);

describe('C02: a policy that names an address', () => {
  it('is refused with its line, and nothing is asked for there', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('extends: minimal\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const files = { [PATH]: `scope: touched\nextends: http://127.0.0.1:${port}/policy.yml\n` };
      const world = await start([
        ...COMMITS,
        { name: 'address', branch: 'address', parents: ['base'], files },
      ]);
      await world.github.people.push(world.repository, 'main', world.git.id('address'));
      await open(world);
      expect(last(world)).toMatchObject({ conclusion: 'failure' });
      expect(last(world)?.summary).toContain(`${PATH}@${world.git.id('address')}:2:10`);
      expect(asked).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('C04: a policy that breaks', () => {
  it('is never replaced by the last one that could be used', async () => {
    const world = await start();
    const pull = await open(world);
    expect(last(world)).toMatchObject({ conclusion: 'success' });
    await world.github.people.push(world.repository, 'main', world.git.id('broken'));
    await later(world, 60_000);
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
    expect(last(world)?.summary).toContain(`${PATH}@${world.git.id('broken')}:2:8`);
    await world.github.people.comment(world.repository, pull, '/plinth recheck');
    await later(world, 60_000);
    expect(last(world)).toMatchObject({ conclusion: 'failure' });
    expect(world.reports).toHaveLength(1);
  });
});

describe('C06: an exception that ends', () => {
  it('covers to the end of its last day by the clock, and nothing the day after', async () => {
    const world = await start();
    const pull = await open(world);
    expect(last(world)).toMatchObject({ conclusion: 'success' });
    const again = async (): Promise<void> => {
      await world.github.people.comment(world.repository, pull, '/plinth recheck');
      await later(world, 60_000);
    };
    // It is five in the morning of 2026-03-04.
    await later(world, 2 * 86_400_000);
    await again();
    expect(world.reports.at(-1)?.inputs.date).toBe('2026-03-06');
    expect(last(world)).toMatchObject({ conclusion: 'success' });
    await later(world, 86_400_000);
    await again();
    expect(world.reports.at(-1)?.inputs.date).toBe('2026-03-07');
    expect(last(world)).toMatchObject({ conclusion: 'action_required' });
  });
});
