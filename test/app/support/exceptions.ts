// Pull requests that need an exception, and people who decide on it in comments.
import type { NewCommit } from '../../support/github/generated-repository.ts';
import type { GitHubApp } from '../../support/github/index.ts';
import { type OpenedWorld, worlds } from './worlds.ts';

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

export type World = OpenedWorld;

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
  const { opened, withEmptyStore } = worlds();
  return {
    /** A pull request by `contributor` that moves an image onto debian-base, judged. */
    async opened({ head = 'debian', permissions, fork, ...options }: WorldOptions = {}): Promise<World> {
      const allowed = permissions === undefined ? {} : { permissions };
      const world = await opened({ head, fork, commits: commitsOf(options), ...allowed });
      world.github.people.setRole(world.repository, 'maintainer', 'maintain');
      // People look at the check before they write.
      await world.clock.advance(5_000);
      return world;
    },
    withEmptyStore,
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
