// Runs an analysis in a child process of its own: no network, no environment, no files but its program (RELIABILITY S04).
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { PolicyProblem, Report } from '../../domain/index.ts';
import { AppError } from '../../domain/index.ts';
import type { FromChild, ToChild } from '../../engine/child-protocol.ts';
import type { BlobSource, FactCache, Judgement, ShippedPolicies } from '../../engine/ports.ts';

export interface AnalyserOptions {
  readonly deadlineMs: number;
  readonly memoryMb: number;
  /** The child's program where it is not the analyser's own: for tests of how its end is met. */
  readonly program?: string;
}

export interface AnalyserPorts {
  readonly blobs: BlobSource;
  readonly cache: FactCache | null;
  readonly shipped: ShippedPolicies;
}

export type AnalysisAnswer = { readonly report: Report } | { readonly problems: readonly PolicyProblem[] };

const DEFAULTS: AnalyserOptions = { deadlineMs: 120_000, memoryMb: 1024 };

/** Blobs that are given up for one analysis, and deadlines that it may take in all. */
const MOST_AVOIDED = 8;
const MOST_DEADLINES = 3;

/**
 * Analyses in a fresh child. Where it dies, once more in another; each further death costs the blob that had been announced, which is
 * then reported as unread, and the others are judged (RELIABILITY F22). Throws an AppError `analyser-died` where a death names no
 * blob that could be left out, or what the ports threw.
 */
export async function analyseInChild(
  judgement: Judgement,
  ports: AnalyserPorts,
  options: Partial<AnalyserOptions> = {},
): Promise<AnalysisAnswer> {
  const given = { ...DEFAULTS, ...options };
  const started = performance.now();
  const avoid: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const end = await runChild(judgement, ports, given, avoid);
    if (end.kind === 'answer') return end.answer;
    // The first death may be chance (a signal from outside); a second one is the blob's.
    if (attempt === 1) continue;
    const isLate = performance.now() - started >= MOST_DEADLINES * given.deadlineMs;
    if (isLate || end.blob === null || avoid.includes(end.blob) || avoid.length >= MOST_AVOIDED)
      throw new AppError(
        'analyser-died',
        `the analysis ended early (${end.how}) and was given up after ${attempt} attempts`,
      );
    avoid.push(end.blob);
  }
}

type End =
  | { readonly kind: 'answer'; readonly answer: AnalysisAnswer }
  | { readonly kind: 'died'; readonly blob: string | null; readonly how: string };

function runChild(
  judgement: Judgement,
  ports: AnalyserPorts,
  options: AnalyserOptions,
  avoid: readonly string[],
): Promise<End> {
  const { program, execArgv, env } = childLaunch(options);
  const child = fork(program, [], {
    env,
    execPath: process.execPath,
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  yieldToParent(child.pid);
  let announced: string | null = null;
  return new Promise<End>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.on('error', () => {});
      child.kill('SIGKILL');
      act();
    };
    const timer = setTimeout(
      () =>
        settle(() =>
          resolve({ kind: 'died', blob: announced, how: `no answer within ${options.deadlineMs / 1000} s` }),
        ),
      options.deadlineMs,
    );
    const send = (message: ToChild) => {
      if (child.connected) child.send(message, () => {});
    };
    const serve = (call: number, answer: Promise<ToChild>) => {
      answer.then(send, (error: unknown) => {
        send({ kind: 'refused', call, message: 'the content source failed' });
        settle(() => reject(error));
      });
    };
    child.on('error', (error) =>
      settle(() =>
        reject(
          new AppError('analyser-start', 'the analyser could not be started', {
            cause: error,
            retryable: true,
          }),
        ),
      ),
    );
    child.on('exit', (code, signal) =>
      settle(() => resolve({ kind: 'died', blob: announced, how: signal ?? `exit code ${code}` })),
    );
    child.on('message', (message: FromChild) => {
      switch (message.kind) {
        case 'ready':
          send({ kind: 'analyse', judgement, shipped: ports.shipped, avoid, cached: ports.cache !== null });
          break;
        case 'read-blobs':
          serve(
            message.call,
            ports.blobs.read(message.ids).then((results) => ({ kind: 'blobs', call: message.call, results })),
          );
          break;
        case 'cache-get':
          serve(
            message.call,
            cachedFacts(ports.cache, message.keys).then((entries) => ({
              kind: 'cached',
              call: message.call,
              entries,
            })),
          );
          break;
        case 'cache-put':
          // A cache that cannot be written costs time, never a verdict.
          ports.cache?.put(message.entries).catch(() => {});
          break;
        case 'announce':
          announced = message.blob;
          break;
        case 'report':
          settle(() => resolve({ kind: 'answer', answer: { report: message.report } }));
          break;
        case 'policy-problems':
          settle(() => resolve({ kind: 'answer', answer: { problems: message.problems } }));
          break;
        case 'failed':
          settle(() => reject(new AppError('analysis-failed', `the analysis failed: ${message.message}`)));
          break;
        default:
          message satisfies never;
      }
    });
  });
}

const LOWER_BY = 10;
/** The lowest that there is. */
const LOWEST = 19;

/** Deliveries are answered within milliseconds, whatever is being analysed meanwhile (RELIABILITY L01). Threads of the child follow its first. */
function yieldToParent(child: number | undefined): void {
  if (child === undefined) return;
  try {
    setPriority(child, Math.min(LOWEST, getPriority() + LOWER_BY));
  } catch {
    // It has ended already, or the system does not let us: it works as well, only less politely.
  }
}

async function cachedFacts(cache: FactCache | null, keys: readonly string[]) {
  if (cache === null) return new Map();
  try {
    return await cache.get(keys);
  } catch {
    return new Map();
  }
}

function childProgram(): string {
  const built = fileURLToPath(new URL('./analyser.js', import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL('../../engine/child/main.ts', import.meta.url));
}

/**
 * How the child is started: reads only below its own program's folder (the bundle, or the sources with their modules), no writing, no
 * processes, workers, addons or inspector, no SQLite, and nothing in its environment (RELIABILITY S04).
 */
export function childLaunch({ memoryMb, program }: Pick<AnalyserOptions, 'memoryMb' | 'program'>): {
  readonly program: string;
  readonly execArgv: string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const built = existsSync(fileURLToPath(new URL('./analyser.js', import.meta.url)));
  const root = fileURLToPath(new URL(built ? './' : '../../../', import.meta.url));
  const readable = built ? [root] : [`${root}src/`, `${root}node_modules/`, `${root}package.json`];
  if (program !== undefined) readable.push(program);
  const execArgv = [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--no-experimental-sqlite',
    '--disable-proto=delete',
    `--max-old-space-size=${memoryMb}`,
    '--no-warnings',
  ];
  return { program: program ?? childProgram(), execArgv, env: {} };
}
