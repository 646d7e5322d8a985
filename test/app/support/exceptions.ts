// Pull requests that need an exception, and people who decide on it in comments.
import { afterEach, expect } from '@jest/globals';
import { openStore } from '../../../src/adapters/store/index.ts';
import { startApp } from '../../../src/app/index.ts';
import type { NewCommit } from '../../support/github/generated-repository.ts';
import type { GitHubApp, PullRequest } from '../../support/github/index.ts';
import { type Harness, settingsFor, startHarness } from './harness.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { VirtualTime } from './virtual-time.ts';

export const FILE = '.github/plinth-exceptions.yml';
export const DEBIAN = 'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nENTRYPOINT ["/app"]\n';
const STATIC = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BUILD = 'docker build -t registry.k8s.io/app:1 .\ndocker push registry.k8s.io/app:1\n';

const OTHER_BUILD = 'docker build -t registry.k8s.io/other:1 other\ndocker push registry.k8s.io/other:1\n';

export const GRANT =
  '/plinth exception grant #1 reason=needs-shell expires=2026-12-31 "a script migrates the data"';
export const REQUEST = GRANT.replace('grant', 'request');
/** What `GRANT` grants. */
export const ID = 'registry.k8s.io/app on debian-base until 2026-12-31';

/** An exceptions file with the entry that `GRANT` grants, or one that says something else. */
export function written(other: Readonly<Record<string, string>> = {}): string {
  const keys = {
    image: 'registry.k8s.io/app',
    rule: 'base-needs-exception',
    base: 'debian-base',
    reason: 'needs-shell',
    text: '"a script migrates the data"',
    owner: '"@acme/app"',
    expires: '2026-12-31',
    ...other,
  };
  return `exceptions:\n  - ${Object.entries(keys)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n    ')}\n`;
}

/** A repository whose image stands on a base that asks for nothing, and branches that move it. */
export function commitsOf({
  policy = 'extends: kep-1729\n',
  files = {},
  commits = [],
}: WorldOptions = {}): NewCommit[] {
  return [
    {
      name: 'base',
      branch: 'main',
      files: { '.github/plinth.yml': policy, Dockerfile: STATIC, 'build.sh': BUILD, ...files },
    },
    { name: 'debian', branch: 'debian', files: { Dockerfile: DEBIAN } },
    { name: 'proposed', branch: 'proposed', files: { [FILE]: written() } },
    { name: 'edited', branch: 'edited', files: { [FILE]: written({ expires: '2036-12-31' }) } },
    {
      name: 'two',
      branch: 'two',
      parents: ['base'],
      files: { Dockerfile: DEBIAN, 'other/Dockerfile': DEBIAN, 'other/build.sh': OTHER_BUILD },
    },
    { name: 'aside', branch: 'aside', parents: ['base'], files: { 'notes.txt': 'b\n' } },
    {
      name: 'decided-elsewhere',
      branch: 'decided-elsewhere',
      parents: ['base'],
      files: {
        'hack/build.sh':
          'docker build --build-arg BASE=registry.k8s.io/build-image/debian-base:bookworm-v1.0.4 -t registry.k8s.io/tool:1 cmd\n',
      },
    },
    { name: 'debian-again', branch: 'again', parents: ['debian'], files: { 'README.md': 'more\n' } },
    ...commits,
  ];
}

export interface World extends Harness {
  readonly pull: PullRequest;
  readonly clock: VirtualTime;
}

export interface WorldOptions {
  readonly policy?: string;
  readonly head?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Those of the App, where they are others than it asks for. */
  readonly permissions?: GitHubApp['permissions'];
  /** The owner of the fork that the head lies in. */
  readonly fork?: string;
  /** Behind those of every world. */
  readonly commits?: readonly NewCommit[];
}

/** Worlds of a test file, each taken down after its test. */
export function exceptionWorlds() {
  const folder = temporaryFolder();
  const harnesses = new Map<Harness['github'], Harness>();

  afterEach(async () => {
    for (const { github, stop } of harnesses.values()) {
      await stop();
      expect(github.ledger.violations).toEqual([]);
    }
    harnesses.clear();
  });

  return {
    /** A pull request by `contributor` that moves an image onto debian-base, judged. */
    async opened({ head = 'debian', permissions, fork, ...options }: WorldOptions = {}): Promise<World> {
      const clock = new VirtualTime();
      const harness = await startHarness({
        dataDirectory: await folder(),
        time: clock,
        chatter: true,
        commits: commitsOf(options),
        ...(permissions === undefined ? {} : { permissions }),
      });
      harnesses.set(harness.github, harness);
      const { github, git, repository, app } = harness;
      const { pull } = await github.people.openPullRequest({
        repository,
        base: 'main',
        head: git.id(head),
        ...(fork === undefined ? {} : { fork }),
      });
      github.people.setRole(repository, 'maintainer', 'maintain');
      await app.settled();
      // People look at the check before they write.
      await clock.advance(5_000);
      return { ...harness, pull, clock };
    },

    /** The App on an empty store, as after its folder was deleted. */
    async withEmptyStore(world: World): Promise<World> {
      await world.app.stop();
      await world.store.close();
      const store = await openStore({ dataDirectory: await folder() }, world.clock.now);
      const app = await startApp(settingsFor(world.github), { ...world.ports, store });
      world.github.setWebhook(app.webhookUrl);
      const stop = async () => {
        await app.stop();
        await store.close();
        await world.github.close();
        await world.git.remove();
      };
      const again = { ...world, store, app, stop };
      harnesses.set(world.github, again);
      return again;
    },
  };
}

/** The conclusion of the check of the head, and its summary. */
export function check({ repository, pull }: Pick<World, 'repository' | 'pull'>) {
  const run = repository.checkRuns.findLast((one) => one.headSha === pull.headSha);
  return { conclusion: run?.conclusion, summary: run?.summary ?? '' };
}

/** Comments, and waits until that is answered and what follows is judged. */
export async function say(world: World, body: string, by?: string) {
  const { github, repository, app, pull } = world;
  const before = repository.comments.length;
  const { comment } = await github.people.comment(repository, pull, body, by);
  await app.settled();
  const replies = repository.comments.slice(before + 1).map((one) => one.body);
  return {
    reply: replies.join('\n'),
    replies,
    reactions: comment.reactions.map(({ content }) => content),
    comment,
  };
}

/** Pushes, and waits until that is judged. */
export async function push(world: World, commit: string): Promise<void> {
  const { github, repository, pull, git, app, clock } = world;
  await github.people.pushHead(repository, pull, git.id(commit));
  await app.settled();
  await clock.advance(60_000, () => app.settled());
}
