// Each command through a process of the App: reaction, one reply, what is kept, and the check run.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GeneratedRepository, generateRepository } from '../support/github/generated-repository.ts';
import { type GitHub, type PullRequest, type Repository, startGitHub } from '../support/github/index.ts';
import { type AppProcess, environmentFor, startAppProcess } from './support/app-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();
const DEBIAN = 'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nENTRYPOINT ["/app"]\n';
const ID = 'registry.k8s.io/app on debian-base until 2099-12-31';

let git: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let pull: PullRequest;
let app: AppProcess;
const listeners = new Set<() => void>();

/** Settles when it holds, looked at after every request that was carried out. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => listeners.add(resolve));
}

beforeAll(async () => {
  git = await generateRepository([
    {
      name: 'base',
      branch: 'main',
      files: {
        '.github/plinth.yml': 'extends: kep-1729\n',
        Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n',
        'build.sh': 'docker build -t registry.k8s.io/app:1 .\ndocker push registry.k8s.io/app:1\n',
      },
    },
    { name: 'debian', branch: 'debian', files: { Dockerfile: DEBIAN } },
  ]);
  github = await startGitHub({ chatter: false });
  github.onPerformed(() => {
    for (const listener of listeners) listener();
    listeners.clear();
  });
  repository = await github.people.createRepository({
    owner: 'acme',
    name: 'app',
    gitDir: git.gitDir,
    defaultBranch: 'main',
  });
  github.people.setRole(repository, 'owner', 'maintain');
  app = await startAppProcess(github, environmentFor(github, await folder()));
  pull = (await github.people.openPullRequest({ repository, base: 'main', head: git.id('debian') })).pull;
  await until(() => repository.reviews.length === 1);
}, 120_000);

afterAll(async () => {
  await app.kill('SIGTERM');
  await github.close();
  await git.remove();
});

/** Comments, and waits until the reaction says what came of it. */
async function say(body: string, by: string) {
  const before = repository.comments.length;
  const { comment } = await github.people.comment(repository, pull, body, by);
  await until(() => comment.reactions.length === 1 && comment.reactions[0]?.content !== 'eyes');
  const replies = repository.comments.slice(before + 1).map((one) => one.body);
  return { reaction: comment.reactions[0]?.content, replies };
}

const conclusion = () => repository.checkRuns.at(-1)?.conclusion;
const checkIs = (wanted: string) => until(() => conclusion() === wanted);

describe('in their order on one pull request', () => {
  it.each<
    readonly [
      lines: readonly string[],
      by: string,
      reaction: string,
      replies: readonly string[],
      check: string,
    ]
  >([
    [
      ['/plinth help', '/plinth explain #1', '/plinth status', '/plinth exception list'],
      'stranger',
      '+1',
      ['`/plinth exception grant', '`Dockerfile:1`', 'kep-1729', 'no exceptions'],
      'action_required',
    ],
    [
      ['/plinth exception request #1 reason=needs-shell expires=2099-12-31 "a script"', '/plinth hepl'],
      'contributor',
      'confused',
      ['the role maintain or more', 'did you mean'],
      'action_required',
    ],
    [['/plinth exception grant'], 'contributor', '-1', ['does not decide'], 'action_required'],
    [
      ['/plinth exception grant', '/plinth exception list'],
      'owner',
      '+1',
      ['is granted until `2099-12-31`', 'by `owner`, **undocumented**'],
      'success',
    ],
    [
      [`/plinth exception extend "${ID}" expires=2100-01-31`],
      'owner',
      '+1',
      ['until `2100-01-31`'],
      'success',
    ],
    [
      [`/plinth exception revoke "${ID.replace('2099-12-31', '2100-01-31')}"`, '/plinth recheck'],
      'owner',
      '+1',
      ['taken back', 'judged again'],
      'action_required',
    ],
  ])(
    '%j by %s: %s',
    async (lines, by, reaction, replies, check) => {
      const said = await say(lines.join('\n'), by);
      expect(said.reaction).toBe(reaction);
      expect(said.replies).toHaveLength(1);
      for (const reply of replies) expect(said.replies[0]).toContain(reply);
      await checkIs(check);
      expect(github.ledger.violations).toEqual([]);
    },
    60_000,
  );
});
