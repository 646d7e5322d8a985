// The App's entry: environment and signals in, a running App out. Exit codes: 0 after SIGTERM or SIGINT, 1 where it cannot run,
// 2 where what it was told is not right.
import { readFileSync } from 'node:fs';
import { shippedPolicies } from '../adapters/shipped/index.ts';
import { AppError } from '../domain/index.ts';
import { type AppConfig, readConfig } from './config.ts';
import { startApp } from './index.ts';
import { createLog } from './log.ts';
import { openPorts } from './production.ts';

/** What is left of the ten seconds that a stop may take. */
const STOP_MS = 9_500;

async function main(): Promise<void> {
  loadDotEnv();
  const start = readConfig({
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    shippedPolicies: Object.keys(shippedPolicies().policies),
  });
  switch (start.kind) {
    case 'refused':
      say(`Plinth does not start:\n${start.problems.map((problem) => `  ${problem}`).join('\n')}`);
      process.exitCode = 2;
      return;
    case 'set-up': {
      const { host, port, publicUrl } = start.setUp;
      const { hookUrl, openSetUpPage } = await import('./set-up.ts');
      say(`No credentials are set, so Plinth opens the set-up page: http://${host}:${port}/probot`);
      say(
        publicUrl === null
          ? 'The App will be made with its webhook off. Set PLINTH_PUBLIC_URL to the address at which GitHub can reach this server, or enter it later in the App’s settings.'
          : `GitHub will deliver to ${hookUrl(publicUrl)}.`,
      );
      await openSetUpPage(start.setUp, process.env);
      return;
    }
    case 'run':
      await serve(start.config);
      return;
    default:
      start satisfies never;
  }
}

/** Where the set-up page puts credentials; variables that are set already stay. */
function loadDotEnv(): void {
  try {
    process.loadEnvFile();
  } catch {
    // Most machines have none.
  }
}

async function serve(config: AppConfig): Promise<void> {
  const log = createLog(config.logLevel);
  // A fault that nobody caught leaves a state that nobody knows: what was due stays due, and the next process goes on.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      log.error({ error: error instanceof Error ? error.message : 'unknown error' }, 'an uncaught fault');
      process.exit(1);
    });
  const ports = await openPorts({ ...config, log });
  const app = await startApp(config, ports).catch(async (error: unknown) => {
    await ports.store.close();
    throw error;
  });
  log.info({ url: app.url, store: ports.store.kind }, 'ready for deliveries');
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), STOP_MS).unref();
    await app.stop();
    await ports.store.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  say(`Plinth does not start: ${error instanceof AppError ? error.message : 'an unexpected fault.'}`);
  if (!(error instanceof AppError)) say(error instanceof Error ? (error.stack ?? error.message) : '');
  process.exitCode = 1;
}
