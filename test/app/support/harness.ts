// The App in this process against the GitHub stand-in: real store, real adapter, real engine.
import { createGitHub } from '../../../src/adapters/github/index.ts';
import { openStore, type Store } from '../../../src/adapters/store/index.ts';
import { type AppPorts, type AppSettings, type RunningApp, startApp } from '../../../src/app/index.ts';
import type { Analyse, Log, Time } from '../../../src/app/ports.ts';
import type { Report } from '../../../src/domain/index.ts';
import { analyse } from '../../../src/engine/analyse.ts';
import { compilePolicy, policyGiven } from '../../../src/engine/policy.ts';
import { effectiveSettings } from '../../../src/policy/index.ts';
import {
  type GeneratedRepository,
  generateRepository,
  type NewCommit,
} from '../../support/github/generated-repository.ts';
import { type GitHub, type GitHubApp, type Repository, startGitHub } from '../../support/github/index.ts';
import { generateAppKey } from '../../support/github/tokens.ts';
import { SHIPPED } from '../../support/mini-repository.ts';
import { silentLog } from './silent-log.ts';

/** One for all tests of a process: making one takes a while. */
const KEY = generateAppKey();

export interface HarnessOptions {
  readonly dataDirectory: string;
  readonly commits: readonly NewCommit[];
  readonly settings?: Partial<AppSettings>;
  readonly time?: Time;
  readonly log?: Log;
  readonly analyse?: Analyse;
  /** Also what GitHub sends by itself; false by default. */
  readonly chatter?: boolean;
  /** Instead of an embedded one in the folder. */
  readonly store?: Store;
  /** What the App is registered with; by default what `app.yml` asks for. */
  readonly permissions?: GitHubApp['permissions'];
}

/** A started App with the world around it. */
export interface Harness {
  readonly github: GitHub;
  readonly git: GeneratedRepository;
  readonly repository: Repository;
  readonly store: Store;
  readonly app: RunningApp;
  readonly ports: AppPorts;
  /** Reports as the engine gave them, in order. */
  readonly reports: readonly Report[];
  readonly time: Time;
  stop(): Promise<void>;
}

/** The engine in this process: as the analyser child has it, without its walls. */
export const analyseHere: Analyse = async (judgement, ports) => {
  const compiled = compilePolicy(judgement.policies, SHIPPED);
  if ('problems' in compiled) return compiled;
  const report = await analyse(judgement, compiled.policy, { ...ports, clock: () => 0 });
  return { report };
};

/** The machine’s time. The adapter gets one a thousand times faster, so that no test waits for its pace of writes. */
export const machineTime: Time = {
  now: () => Date.now(),
  at(at, act) {
    const timer = setTimeout(act, Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
  },
};

/** An App for the stand-in, on a free port, that looks for nothing by itself. */
export function settingsFor(github: GitHub): AppSettings {
  return {
    appId: github.appId,
    webhookSecrets: [github.webhookSecret],
    host: '127.0.0.1',
    port: 0,
    apiUrl: `${github.url}/api/v3`,
    policy: null,
    enforcement: null,
    sweepEveryMs: null,
    // In virtual time nothing comes later by itself.
    gatherMs: 0,
  };
}

export async function startHarness(options: HarnessOptions): Promise<Harness> {
  const time = options.time ?? machineTime;
  const git = await generateRepository(options.commits);
  const github = await startGitHub({
    key: KEY,
    clock: time.now,
    chatter: options.chatter ?? false,
    ...(options.permissions === undefined ? {} : { app: { permissions: options.permissions } }),
  });
  const repository = await github.people.createRepository({
    owner: 'acme',
    name: 'app',
    gitDir: git.gitDir,
    branches: git.branches,
    defaultBranch: 'main',
  });
  const store = options.store ?? (await openStore({ dataDirectory: options.dataDirectory }, time.now));
  const { apiUrl } = settingsFor(github);
  const reports: Report[] = [];
  const ports: AppPorts = {
    store,
    github: createGitHub({
      appId: github.appId,
      privateKey: github.privateKey,
      apiUrl,
      // Its clock runs a thousand times faster, so this is half a minute.
      stallMs: 30_000_000,
      clock: { now: time.now, after: (ms, act) => machineTime.at(Date.now() + ms / 1000, act) },
    }),
    analyse: async (judgement, given) => {
      const answer = await (options.analyse ?? analyseHere)(judgement, given);
      if ('report' in answer) reports.push(answer.report);
      return answer;
    },
    readPolicy: (texts) => compilePolicy(texts, SHIPPED),
    explainPolicy: (texts) => effectiveSettings(texts, policyGiven(SHIPPED)),
    time,
    log: options.log ?? silentLog,
    owner: 'test',
  };
  const app = await startApp({ ...settingsFor(github), ...options.settings }, ports);
  github.setWebhook(app.webhookUrl);
  return {
    github,
    git,
    repository,
    store,
    app,
    ports,
    reports,
    time,
    async stop() {
      await app.stop();
      await store.close();
      await github.close();
      await git.remove();
    },
  };
}
