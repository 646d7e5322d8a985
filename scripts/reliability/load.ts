// L01, L02, L03, L12: what a delivery waits for its acknowledgement, and what the process needs meanwhile.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Fault } from '../../test/support/github/faults.ts';
import { type Figure, quantile } from './figure.ts';
import { allJudged, faultsOf, lostDeliveries, openPull, sleep, startWorld, type World } from './world.ts';

/** How deliveries are sent. */
export interface Stream {
  readonly count: number;
  /** Null: as fast as the connections take them. */
  readonly perSecond: number | null;
  readonly bytes: number;
  readonly connections: number;
}

interface Sent {
  readonly guid: string;
  readonly event: string;
  readonly status: number;
  readonly ms: number;
}

export interface LoadGiven {
  /** Open pull requests that the deliveries are about, so that the workers have as much to do as they can. */
  readonly pulls: number;
  readonly steady: Stream;
  readonly large: Stream;
  readonly burst: Stream;
  readonly halfOpen: number;
}

type Measure = (world: World, given: LoadGiven) => Promise<readonly Figure[]>;

const MIB = 1024 * 1024;
const TIMEOUT_MS = 15_000;

/** Each row on an App of its own, whose workers judge what the deliveries mark. */
export async function measureLoad(given: LoadGiven): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const measure of [ofPace, ofLargePayloads, ofBurst]) figures.push(...(await inWorld(measure, given)));
  return figures;
}

async function inWorld(measure: Measure, given: LoadGiven): Promise<readonly Figure[]> {
  const world = await startWorld(given.pulls, 1);
  try {
    await Promise.all(Array.from({ length: given.pulls }, (_, number) => openPull(world, number)));
    return await measure(world, given);
  } finally {
    await world.close();
  }
}

/** L01, L12: an even pace; then while GitHub is slow, and while somebody holds connections open. */
const ofPace: Measure = async (world, given) => {
  const fewer = { ...given.steady, count: Math.ceil(given.steady.count / 4) };
  const steady = await send(world, given.steady);
  world.github.faults.add(slowly());
  const slow = await send(world, fewer);
  world.github.faults.clear();
  const half = await underHalfOpen(world, given.halfOpen, fewer);
  const lost = await lostOf(world, [...steady, ...slow, ...half.sent]);
  return [
    wait('L01', given.steady, steady, 50, 'both workers busy, '),
    wait('L01', fewer, slow, 50, `GitHub answering after ${SLOW_MS / 1000} s, `),
    count('L01', `answers other than 2xx, of ${steady.length + slow.length}`, refused([...steady, ...slow])),
    count('L01', 'deliveries lost, those of L12 included', lost),
    wait('L12', fewer, half.sent, 250, `beside ${given.halfOpen} half-open requests, `),
    count('L12', `answers other than 2xx, of ${half.sent.length}`, refused(half.sent)),
    ...half.figures,
  ];
};

/** L02: payloads of a megabyte. */
const ofLargePayloads: Measure = async (world, { large }) => {
  const sent = await send(world, large);
  return [
    wait('L02', large, sent, 250),
    count('L02', `answers other than 2xx, of ${sent.length}`, refused(sent)),
    count('L02', 'deliveries lost', await lostOf(world, sent)),
  ];
};

/** L03: more at once than can be worked off. */
const ofBurst: Measure = async (world, { burst, pulls }) => {
  const sent = await send(world, burst);
  const done = await allJudged(world, JUDGED_WITHIN_MS);
  const peak = peakBytes(world);
  const { unlikeCommandLine } = await faultsOf(world);
  return [
    ...(peak === null ? [] : [memory(burst, peak)]),
    count('L03', `answers other than 2xx, of ${sent.length}`, refused(sent)),
    count('L03', `deliveries lost, of ${sent.length}`, await lostOf(world, sent)),
    count(
      'L03',
      `pull requests whose last state is not judged, of ${pulls}`,
      done ? unlikeCommandLine : pulls,
    ),
  ];
};

const SLOW_MS = 2000;
const JUDGED_WITHIN_MS = 240_000;

/** Every answer of GitHub takes its time. */
function slowly(): Fault {
  return {
    performed: true,
    times: Number.POSITIVE_INFINITY,
    get stall() {
      return sleep(SLOW_MS);
    },
  };
}

/** Of what was acknowledged, how much the store does not know. Ends the App. */
async function lostOf(world: World, sent: readonly Sent[]): Promise<number> {
  await world.app.kill('SIGTERM');
  return lostDeliveries(world, sent);
}

function count(row: string, what: string, value: number): Figure {
  return { row, what, value, unit: '', bar: 0, kind: 'exactly' };
}

function memory({ count, perSecond }: Stream, peak: number): Figure {
  const what = `peak memory, with ${count} deliveries at ${perSecond} a second`;
  return { row: 'L03', what, value: peak / MIB, unit: 'MiB', bar: 300, kind: 'at-most' };
}

function wait(row: string, stream: Stream, sent: readonly Sent[], bar: number, more = ''): Figure {
  const { count, perSecond, bytes, connections } = stream;
  const pace = perSecond === null ? `${connections} connections` : `${perSecond} a second`;
  return {
    row,
    what: `p99 of the acknowledgement, ${more}${count} of ${Math.round(bytes / 1000)} KB, ${pace}`,
    value: quantile(
      sent.map((one) => one.ms),
      0.99,
    ),
    unit: 'ms',
    bar,
    kind: 'at-most',
  };
}

const refused = (sent: readonly Sent[]) => sent.filter(({ status }) => status < 200 || status >= 300).length;

async function underHalfOpen(
  world: World,
  halfOpen: number,
  steady: Stream,
): Promise<{ readonly sent: readonly Sent[]; readonly figures: readonly Figure[] }> {
  const { hostname, port } = new URL(world.app.url);
  const began = performance.now();
  const sockets = Array.from({ length: halfOpen }, () => connect(Number(port), hostname));
  const closed = sockets.map((socket) => half(socket).then(() => performance.now() - began));
  const sent = await send(world, steady);
  const last = await Promise.race([Promise.all(closed), sleep(TIMEOUT_MS).then(() => null)]);
  for (const socket of sockets) socket.destroy();
  const value = last === null ? TIMEOUT_MS : Math.max(...last);
  const what = `until ${halfOpen} half-open requests were closed`;
  return { sent, figures: [{ row: 'L12', what, value, unit: 'ms', bar: 11_000, kind: 'at-most' }] };
}

/** Begins a request and never ends it; settles when the other side has closed. */
function half(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.on('data', () => {});
    socket.write('POST /api/github/webhooks HTTP/1.1\r\nHost: plinth\r\nContent-Length: 1000\r\nX-Slow: ');
  });
}

/** Sends pushes to the open pull requests, under identifiers of their own. */
async function send(
  world: World,
  { count, perSecond, bytes, connections }: Stream,
): Promise<readonly Sent[]> {
  const payloads = world.github.deliveries.all.filter((one) => one.event === 'pull_request');
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  const sent: Promise<Sent>[] = [];
  for (let at = 0; at < count; at++) {
    const due = perSecond === null ? 0 : began + (at * 1000) / perSecond - performance.now();
    if (due > 0) await sleep(due);
    if (perSecond === null && at >= connections) await sent[at - connections];
    const known = payloads[at % payloads.length]?.payload as object;
    const padding = 'x'.repeat(Math.max(0, bytes - JSON.stringify(known).length));
    sent.push(post(world, agent, JSON.stringify({ ...known, action: 'synchronize', padding })));
  }
  const all = await Promise.all(sent);
  agent.destroy();
  return all;
}

function post({ app, github }: World, agent: Agent, body: string): Promise<Sent> {
  const guid = randomUUID();
  const event = 'pull_request';
  const began = performance.now();
  return new Promise((resolve) => {
    const settle = (status: number) => resolve({ guid, event, status, ms: performance.now() - began });
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${createHmac('sha256', github.webhookSecret).update(body).digest('hex')}`,
    };
    const asked = request(
      `${app.url}/api/github/webhooks`,
      { agent, method: 'POST', headers, timeout: TIMEOUT_MS },
      (response) => {
        response.resume();
        response.on('end', () => settle(response.statusCode ?? 0));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => settle(0));
    asked.end(body);
  });
}

/** The most memory that the App's own process had; null where the system does not say. */
function peakBytes({ app }: World): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${app.child.pid}/status`, 'utf8'));
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}
