import { run } from 'probot';
import type { SetUp } from './config.ts';

/** Probot's page that makes a GitHub App and writes its credentials into `.env`; on loopback only. */
export async function openSetUpPage({ host, port }: SetUp, env: NodeJS.ProcessEnv): Promise<void> {
  env.HOST = host;
  env.PORT = String(port);
  // Without this Probot asks a public service for a channel before anything is shown.
  env.NO_SMEE_SETUP ??= 'true';
  await run(() => {}, { env });
}
