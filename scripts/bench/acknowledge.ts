import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../build/entries.ts';
import { measureSyncs } from './disk.ts';
import type { Programs } from './programs.ts';
import { median } from './run.ts';
import type { Row, Section } from './tree.ts';

const DELIVERIES_A_SECOND = 100;
const BODY_BYTES = 20_000;
const SECONDS_A_TURN = 2;
/** Short ones that alternate, so that what else the machine does meets both; the first is for warming up and is not counted. */
const TURNS = 6;
const START_MS = 20_000;
const SECRET = 'a secret of the bench, long enough';
const RECORDED = 'pull_request';
/** The App verifies and reads it, finds nothing to do, and answers. */
const NOT_RECORDED = 'star';

/** True where the App's entry exists. */
export function canMeasureAcknowledging(): boolean {
  return existsSync(new URL('src/app/main.ts', ROOT));
}

/** How long a delivery waits for its acknowledgement: the App, which records it first, beside a bare Probot, which records nothing. */
export async function measureAcknowledging(programs: Programs): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-bench-app-'));
  const github = createServer((_, response) => response.writeHead(404).end('{"message":"Not Found"}')).listen(
    0,
    '127.0.0.1',
  );
  await once(github, 'listening');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const environment = {
    APP_ID: '1',
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: SECRET,
    GHE_HOST: `127.0.0.1:${(github.address() as AddressInfo).port}`,
    GHE_PROTOCOL: 'http',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'fatal',
    PLINTH_DATA_DIR: join(folder, 'data'),
    HOME: folder,
    PATH: process.env.PATH ?? '',
  };
  const plinth = await start(programs.app, environment);
  const probot = await start(programs.bareProbot, environment);
  try {
    const waits: Waits = { plinth: [], verified: [], probot: [], disk: [] };
    await deliver(probot.port, RECORDED);
    await deliver(plinth.port, RECORDED);
    for (let turn = 1; turn < TURNS; turn++) {
      waits.probot.push(...(await deliver(probot.port, RECORDED)));
      waits.plinth.push(...(await deliver(plinth.port, RECORDED)));
      waits.verified.push(...(await deliver(plinth.port, NOT_RECORDED)));
      waits.disk.push(...(await measureSyncs(folder)));
    }
    return section(waits);
  } finally {
    plinth.child.kill('SIGKILL');
    probot.child.kill('SIGKILL');
    github.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Milliseconds. */
interface Waits {
  /** Recorded, synced, answered. */
  readonly plinth: number[];
  /** The same without recording it. */
  readonly verified: number[];
  readonly probot: number[];
  /** One sync of what recording writes. */
  readonly disk: number[];
}

function section({ plinth, verified, probot, disk }: Waits): Section {
  return {
    title: `Acknowledging: ${DELIVERIES_A_SECOND} deliveries of ${BODY_BYTES / 1000} KB a second, ${SECONDS_A_TURN * (TURNS - 1)} s each`,
    rows: [
      waitRow('Plinth, median (recorded)', median(plinth)),
      waitRow('Plinth, p99', p99(plinth)),
      waitRow('Plinth without recording, median', median(verified)),
      waitRow('Plinth without recording, p99', p99(verified)),
      waitRow('bare Probot, median (not recorded)', median(probot)),
      waitRow('bare Probot, p99', p99(probot)),
      waitRow('a sync of the disk alone, median', median(disk)),
      waitRow('a sync of the disk alone, p99', p99(disk)),
    ],
    ratios: [
      { name: 'p99, Plinth / bare Probot', value: p99(plinth) / p99(probot), aim: 2, unit: '×' },
      {
        name: 'p99, Plinth without recording / bare Probot',
        value: p99(verified) / p99(probot),
        aim: null,
        unit: '×',
      },
    ],
  };
}

function waitRow(name: string, milliseconds: number): Row {
  return { name, milliseconds, peakMiB: null, filesPerSecond: null, megabytesPerSecond: null };
}

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

async function start(
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  const child = spawn(process.execPath, [program], {
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const until = performance.now() + START_MS;
  while (performance.now() < until && child.exitCode === null) {
    if (await answers(port)) return { child, port };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`${program} did not start`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/healthz' }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 500);
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/** Sends at an even pace, whether answers come or not; the milliseconds that each took. */
async function deliver(port: number, event: string): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const sent: Promise<number>[] = [];
  const began = performance.now();
  const count = DELIVERIES_A_SECOND * SECONDS_A_TURN;
  for (let index = 0; index < count; index++) {
    const due = began + (index * 1000) / DELIVERIES_A_SECOND;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    sent.push(post(port, agent, event, delivery(index)));
  }
  const waits = await Promise.all(sent);
  agent.destroy();
  return waits;
}

function post(port: number, agent: Agent, event: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    };
    const options = { host: '127.0.0.1', port, agent, method: 'POST', path: '/api/github/webhooks', headers };
    const asked = request(options, (response) => {
      response.resume();
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(performance.now() - began);
        else reject(new Error(`a delivery was answered with ${status}`));
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function delivery(index: number): string {
  const repository = {
    id: 1,
    name: 'service',
    full_name: 'team/service',
    private: false,
    default_branch: 'main',
    owner: { login: 'team', id: 2, type: 'Organization' },
  };
  const sha = index.toString(16).padStart(40, '0');
  const payload = {
    action: 'synchronize',
    number: 1 + (index % 20),
    pull_request: {
      number: 1 + (index % 20),
      state: 'open',
      draft: false,
      user: { login: 'dev', id: 3, type: 'User' },
      head: { ref: 'change', sha, repo: repository },
      base: { ref: 'main', sha: 'f'.repeat(40), repo: repository },
    },
    repository,
    organization: repository.owner,
    sender: { login: 'dev', id: 3, type: 'User' },
    installation: { id: 4 },
    padding: '',
  };
  const size = JSON.stringify(payload).length;
  return JSON.stringify({ ...payload, padding: 'x'.repeat(Math.max(0, BODY_BYTES - size)) });
}
