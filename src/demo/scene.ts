// Plays a pull request: the App with its embedded store, a GitHub stand-in, one signed webhook.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from '../../test/support/github/index.ts';
import { type GitHub, startGitHub } from '../../test/support/github/index.ts';
import { type Clock, createGitHub } from '../adapters/github/index.ts';
import { shippedPolicies } from '../adapters/shipped/index.ts';
import { startApp } from '../app/index.ts';
import type { Analyse, Log } from '../app/ports.ts';
import { openPorts } from '../app/production.ts';
import { analyse } from '../engine/analyse.ts';
import { compilePolicy } from '../engine/policy.ts';
import { type ExceptionScene, playException, type ShownException } from './exception.ts';

/** The pull request to play: two commits of a git repository. */
export interface Scene {
  readonly gitDir: string;
  readonly base: string;
  readonly head: string;
  readonly title: string;
  /** Another pull request to the same base, where the scene has one. */
  readonly exception?: ExceptionScene;
}

/** What GitHub shows afterwards. */
export interface Shown {
  readonly conclusion: string;
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly ShownNote[];
  readonly comments: readonly ShownNote[];
  readonly reviewBody: string | null;
  readonly requests: readonly string[];
  /** From the webhook's delivery to the finished check run. */
  readonly milliseconds: number;
  readonly exception: ShownException | null;
}

/** An annotation or a comment on lines of a file. */
export interface ShownNote {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly level: 'failure' | 'warning' | 'notice' | 'comment';
  readonly title: string;
  readonly text: string;
}

const OWNER = 'example';
const NAME = 'shop';
const BASE_BRANCH = 'main';

/** The demo shows what GitHub shows, not what the App logs. */
const QUIET: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const HASTE = 1000;
/** GitHub wants a second between writes, which nobody is to wait for here: only the waits of what talks to it are shorter. */
const HASTY: Clock = {
  now: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms / HASTE);
    return () => clearTimeout(timer);
  },
};
/** A stand-in that stalls for half a minute is broken. */
const STALL_MS = 30_000 * HASTE;

/**
 * An analysis in this process. The App starts a fresh one for each, which reads all sources of the engine anew where nothing is built: most of a
 * second, five times where an exception is played.
 */
const analyseHere: Analyse = async (judgement, ports) => {
  const compiled = compilePolicy(judgement.policies, shippedPolicies());
  if ('problems' in compiled) return compiled;
  return { report: await analyse(judgement, compiled.policy, { ...ports, clock: () => performance.now() }) };
};

/** Plays a pull request from its opening to what GitHub then shows; leaves nothing behind. */
export async function play(scene: Scene): Promise<Shown> {
  const github = await startGitHub({ chatter: false });
  const dataDirectory = await mkdtemp(join(tmpdir(), 'plinth-demo-'));
  try {
    return await playOn(github, dataDirectory, scene);
  } finally {
    await github.close();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function playOn(github: GitHub, dataDirectory: string, scene: Scene): Promise<Shown> {
  const branches = { [BASE_BRANCH]: scene.base, change: scene.head };
  const repository = await github.people.createRepository({
    owner: OWNER,
    name: NAME,
    gitDir: scene.gitDir,
    defaultBranch: BASE_BRANCH,
    branches,
  });
  const address = { appId: github.appId, privateKey: github.privateKey, apiUrl: github.url };
  const opened = await openPorts({ ...address, store: { dataDirectory }, log: QUIET });
  const ports = {
    ...opened,
    github: createGitHub({ ...address, clock: HASTY, stallMs: STALL_MS }),
    analyse: scene.exception === undefined ? opened.analyse : analyseHere,
  };
  const app = await startApp(
    {
      appId: github.appId,
      webhookSecrets: [github.webhookSecret],
      host: '127.0.0.1',
      port: 0,
      apiUrl: github.url,
      policy: null,
      enforcement: null,
      sweepEveryMs: null,
      gatherMs: 0,
    },
    ports,
  );
  try {
    github.setWebhook(app.webhookUrl);
    const started = performance.now();
    const { pull } = await github.people.openPullRequest({
      repository,
      base: BASE_BRANCH,
      head: 'change',
      title: scene.title,
    });
    await app.settled();
    const first = shown(github, repository, pull.number, performance.now() - started);
    if (scene.exception === undefined) return first;
    const stage = { github, repository, base: BASE_BRANCH, settled: () => app.settled() };
    return { ...first, exception: await playException(scene.exception, stage) };
  } finally {
    await app.stop();
    await ports.store.close();
  }
}

function shown(github: GitHub, repository: Repository, number: number, milliseconds: number): Shown {
  const run = repository.checkRuns.at(-1);
  if (run === undefined) throw new Error('the App wrote no check run');
  const review = repository.reviews.find((one) => one.number === number);
  return {
    conclusion: run.conclusion ?? run.status,
    title: run.title ?? '',
    summary: run.summary ?? '',
    annotations: run.annotations.map((note) => ({
      path: note.path,
      line: note.start_line,
      endLine: note.end_line,
      level: note.annotation_level,
      title: note.title ?? '',
      text: note.message,
    })),
    comments: repository.reviewComments
      .filter((comment) => comment.number === number)
      .map((comment) => ({
        path: comment.path,
        line: comment.startLine ?? comment.line ?? comment.originalLine,
        endLine: comment.line ?? comment.originalLine,
        level: 'comment',
        title: `comment by ${comment.author.login}`,
        text: comment.body,
      })),
    reviewBody: review?.body ?? null,
    requests: github.ledger.entries.map((entry) => `${entry.method} ${entry.route}`),
    milliseconds,
    exception: null,
  };
}
