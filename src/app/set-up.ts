import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'probot';
import { parse } from 'yaml';
import { AppError } from '../domain/index.ts';
import type { SetUp } from './config.ts';
import { WEBHOOK_PATH } from './server/index.ts';

/** Beside the sources, and beside the folder of the built program. */
const MANIFESTS = ['../../app.yml', '../app.yml'].map((path) => new URL(path, import.meta.url));
/** GitHub wants an address that is reachable before it makes an App; the webhook is off as long as there is none. */
const NO_ADDRESS = `https://example.com${WEBHOOK_PATH}`;
const PRIVATE_FILE = 0o600;

/**
 * Probot's page that makes a GitHub App and writes its credentials into `.env` of the current folder; on loopback only.
 *
 * Probot reads `app.yml` in the folder that it runs in, and would have GitHub deliver to the page's own address, which is this
 * machine's: so it runs in a folder that holds the manifest as it has to be.
 */
export async function openSetUpPage({ host, port, publicUrl }: SetUp, env: NodeJS.ProcessEnv): Promise<void> {
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'plinth-set-up-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'app.yml'), setUpManifest(readManifest(), publicUrl));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'Plinth' }));
  process.chdir(folder);
  env.HOST = host;
  env.PORT = String(port);
  // Without this Probot asks a public service for a channel before anything is shown.
  env.NO_SMEE_SETUP ??= 'true';
  await run(() => {}, {
    env,
    updateEnv: (known) => {
      keepCredentials(join(home, '.env'), known);
      return known;
    },
  });
}

function readManifest(): string {
  for (const path of MANIFESTS) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // The next place.
    }
  }
  throw new AppError('no-manifest', 'There is no app.yml beside Plinth: run the set-up from its sources.');
}

/** The manifest that GitHub is given, as JSON, which is YAML as well. */
export function setUpManifest(manifest: string, publicUrl: string | null): string {
  const known = parse(manifest) as Readonly<Record<string, unknown>>;
  const hook =
    publicUrl === null ? { url: NO_ADDRESS, active: false } : { url: hookUrl(publicUrl), active: true };
  return JSON.stringify({ ...known, hook_attributes: hook });
}

/** Where GitHub delivers to, behind a public address. */
export function hookUrl(publicUrl: string): string {
  return publicUrl.replace(/\/$/, '') + WEBHOOK_PATH;
}

/** Puts variables into an environment file that nobody else can read; others in it stay as they are. */
export function keepCredentials(path: string, known: Readonly<Record<string, string | undefined>>): void {
  const names = Object.keys(known);
  const kept = readIfThere(path)
    .split('\n')
    .filter((line) => line.trim() !== '' && !names.some((name) => line.startsWith(`${name}=`)));
  const added = names.map((name) => `${name}=${(known[name] ?? '').replaceAll('\n', '\\n')}`);
  writeFileSync(path, `${[...kept, ...added].join('\n')}\n`, { mode: PRIVATE_FILE });
  chmodSync(path, PRIVATE_FILE);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
