// The world that the cases run in: a GitHub stand-in over a generated repository, and the App as a process of its own.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/adapters/store/index.ts';
import { type AppProcess, environmentFor, startAppProcess } from '../../test/app/support/app-process.ts';
import {
  type GeneratedRepository,
  generateRepository,
} from '../../test/support/github/generated-repository.ts';
import {
  type Delivery,
  type GitHub,
  type PullRequest,
  type Repository,
  startGitHub,
} from '../../test/support/github/index.ts';

const PLINTH = fileURLToPath(new URL('../../bin/plinth.js', import.meta.url));
const GOOD = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nCMD /app --serve\n';
const POLICY = 'extends: kep-1729\nenforcement: enforce\n';
const LOOK_EVERY_MS = 200;

export interface World {
  readonly github: GitHub;
  readonly git: GeneratedRepository;
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string>>;
  /** The running one; replaced by each start. */
  app: AppProcess;
  start(): Promise<AppProcess>;
  close(): Promise<void>;
}

/** Name of the nth state of a pull request in the generated repository. */
export const commitOf = (pull: number, push: number) => `${pull}.${push}`;

/** A repository with so many changes of so many pushes each: every other push is bad, and what is bad differs. */
export async function startWorld(pulls: number, pushes: number): Promise<World> {
  const changes = Array.from({ length: pulls }, (_, pull) =>
    Array.from({ length: pushes }, (_, push) => ({
      name: commitOf(pull, push),
      branch: `change-${pull}`,
      parents: [push === 0 ? 'base' : commitOf(pull, push - 1)],
      files: { [`images/${pull}/Dockerfile`]: `${(pull + push) % 2 === 0 ? BAD : GOOD}# ${push}\n` },
    })),
  );
  const git = await generateRepository([
    { name: 'base', branch: 'main', files: { '.github/plinth.yml': POLICY } },
    ...changes.flat(),
  ]);
  const github = await startGitHub({ chatter: false });
  const repository = await github.people.createRepository({
    owner: 'acme',
    name: 'app',
    gitDir: git.gitDir,
    defaultBranch: 'main',
    branches: { main: git.id('base') },
  });
  const folder = await mkdtemp(join(tmpdir(), 'plinth-reliability-'));
  const env = environmentFor(github, join(folder, 'data'));
  const world: World = {
    github,
    git,
    repository,
    env,
    app: await startAppProcess(github, env, folder),
    async start() {
      world.app = await startAppProcess(github, env, folder);
      return world.app;
    },
    async close() {
      await world.app.kill();
      await github.close();
      await git.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

export function openPull({ github, git, repository }: World, pull: number) {
  return github.people.openPullRequest({
    repository,
    base: 'main',
    head: git.id(commitOf(pull, 0)),
    headRef: `change-${pull}`,
  });
}

/** Waits until the head of every pull request has a completed run; false where that takes longer than so many milliseconds. */
export async function allJudged({ repository }: World, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    const judged = new Set(
      repository.checkRuns.filter((run) => run.status === 'completed').map((run) => run.headSha),
    );
    if ([...repository.pulls.values()].every((pull) => judged.has(pull.headSha))) return true;
    if (performance.now() > until) return false;
    await sleep(LOOK_EVERY_MS);
  }
}

/** What GitHub shows in the end that is not as one undisturbed run would have left it. */
export interface Faults {
  /** Heads of pull requests whose last check run does not say what the command line says. */
  readonly unlikeCommandLine: number;
  readonly leftInProgress: number;
  /** Check runs beyond the first of a head, reviews likewise. */
  readonly duplicates: number;
}

export async function faultsOf(world: World): Promise<Faults> {
  const { repository } = world;
  let unlikeCommandLine = 0;
  for (const pull of repository.pulls.values()) {
    const run = repository.checkRuns.findLast((one) => one.headSha === pull.headSha);
    if (run?.conclusion !== (await commandLineSays(world, pull))) unlikeCommandLine++;
  }
  const heads = (of: readonly string[]) => of.length - new Set(of).size;
  return {
    unlikeCommandLine,
    leftInProgress: repository.checkRuns.filter((run) => run.status !== 'completed').length,
    duplicates:
      heads(repository.checkRuns.map((run) => run.headSha)) +
      heads(repository.reviews.map((one) => one.commit)),
  };
}

const CONCLUSIONS: Readonly<Record<string, string>> = {
  pass: 'success',
  warn: 'neutral',
  'needs-exception': 'action_required',
  block: 'failure',
  inconclusive: 'failure',
};

async function commandLineSays({ git }: World, { headSha }: PullRequest): Promise<string | undefined> {
  const child = spawn(
    process.execPath,
    [PLINTH, 'check', '--git-dir', git.gitDir, '--base', 'main', '--head', headSha, '--format', 'json'],
    { env: { PATH: process.env.PATH ?? '', CI: 'true' }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  const { verdict } = JSON.parse(output) as { readonly verdict: { readonly outcome: string } };
  return CONCLUSIONS[verdict.outcome];
}

/** Of the deliveries that were acknowledged, those that the store does not know. The App has to have ended. */
export async function lostDeliveries(
  { env }: World,
  deliveries: readonly Pick<Delivery, 'guid' | 'event' | 'status'>[],
): Promise<number> {
  const store = await openStore({ dataDirectory: env.PLINTH_DATA_DIR ?? '' }, Date.now);
  try {
    let lost = 0;
    for (const { guid, event, status } of deliveries) {
      if (status < 200 || status >= 300) continue;
      const about = { installationId: null, repositoryId: null, number: null, payload: {}, action: null };
      if ((await store.recordDelivery({ guid, event, ...about, receivedAt: Date.now() })) === 'new') lost++;
    }
    return lost;
  } finally {
    await store.close();
  }
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
