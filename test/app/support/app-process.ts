// The App as a process of its own, as its image runs it, or `npm start`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { builtProgram } from '../../support/built-program.ts';
import type { GitHub } from '../../support/github/index.ts';

/** What is started. */
export const BUILT = join(builtProgram(), 'dist/app.js');
export const FROM_SOURCES = fileURLToPath(new URL('../../../src/app/main.ts', import.meta.url));

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly url?: string;
}

/** A started App; `lines` is its log, `errors` what it said beside. */
export class AppProcess {
  readonly child: ChildProcess;
  readonly lines: LogLine[] = [];
  errors = '';
  /** Where it listens. */
  url = '';
  readonly #ended: Promise<number | null>;
  readonly #listeners = new Set<() => void>();

  /** `cwd`: the data folder's by default, which has to be there then. */
  constructor(env: Readonly<Record<string, string>>, cwd: string = env.PLINTH_DATA_DIR ?? '/', main = BUILT) {
    this.child = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH ?? '', ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk) => {
      this.errors += String(chunk);
    });
    this.#ended = once(this.child, 'exit').then(([code]) => {
      this.#tell();
      return code as number | null;
    });
    if (this.child.stdout !== null)
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        this.lines.push(JSON.parse(line) as LogLine);
        this.#tell();
      });
  }

  /** The first line of the log with that message, from `after` on; throws where the process ends before. */
  said(message: string, after = 0): Promise<LogLine> {
    return this.saidMatching(message, after);
  }

  async saidMatching(message: string | RegExp, after = 0): Promise<LogLine> {
    const fits = (text: string) => (typeof message === 'string' ? text === message : message.test(text));
    for (;;) {
      const found = this.lines.slice(after).find((line) => fits(line.msg));
      if (found !== undefined) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`the App ended before it said "${message}": ${this.errors}`);
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  /** The exit code; null for a signal. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.child.kill(signal);
    return this.#ended;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

/** What `npm start` is told to work for the stand-in. */
export function environmentFor(github: GitHub, dataDirectory: string): Readonly<Record<string, string>> {
  return {
    APP_ID: String(github.appId),
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: github.webhookSecret,
    GHE_HOST: new URL(github.url).host,
    GHE_PROTOCOL: 'http',
    PORT: '0',
    PLINTH_DATA_DIR: dataDirectory,
    NODE_ENV: 'production',
  };
}

/** Starts the App for the stand-in and waits until it listens and has looked around. */
export async function startAppProcess(
  github: GitHub,
  env: Readonly<Record<string, string>>,
  cwd?: string,
  main?: string,
): Promise<AppProcess> {
  const app = new AppProcess(env, cwd, main);
  const { url = '' } = await app.said('ready for deliveries');
  app.url = url;
  github.setWebhook(`${url}/api/github/webhooks`);
  await app.said('looked for missed pull requests');
  return app;
}
