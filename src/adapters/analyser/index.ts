// Runs an analysis in a child process of its own: no network, no environment, no files but its program (RELIABILITY S04).
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PolicyProblem, Report } from '../../domain/index.ts';
import { AppError } from '../../domain/index.ts';
import type { FromChild, ToChild } from '../../engine/child-protocol.ts';
import type { BlobSource, FactCache, Judgement, ShippedPolicies } from '../../engine/ports.ts';

export interface AnalyserOptions {
  readonly deadlineMs: number;
  readonly memoryMb: number;
}

export interface AnalyserPorts {
  readonly blobs: BlobSource;
  readonly cache: FactCache | null;
  readonly shipped: ShippedPolicies;
}

export type AnalysisAnswer = { readonly report: Report } | { readonly problems: readonly PolicyProblem[] };

const DEFAULTS: AnalyserOptions = { deadlineMs: 120_000, memoryMb: 1024 };

/**
 * Analyses in a fresh child. Where the child dies, once more in another, without the blob that the first had announced, which is then
 * reported as unread (RELIABILITY F22). Throws an AppError `analyser-died` after that, or what the ports threw.
 */
export async function analyseInChild(
  judgement: Judgement,
  ports: AnalyserPorts,
  options: Partial<AnalyserOptions> = {},
): Promise<AnalysisAnswer> {
  const given = { ...DEFAULTS, ...options };
  const avoid: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const end = await runChild(judgement, ports, given, avoid);
    if (end.kind === 'answer') return end.answer;
    // The first death may be chance (a signal from outside); the second on the same blob is the blob's.
    const again = attempt < 3 && (attempt === 1 || end.blob !== null);
    if (!again)
      throw new AppError(
        'analyser-died',
        `the analysis ended early (${end.how}) and was given up after ${attempt} attempts`,
      );
    if (attempt > 1 && end.blob !== null) avoid.push(end.blob);
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
  const child = fork(childProgram(), [], {
    env: {},
    execPath: process.execPath,
    execArgv: execArguments(options.memoryMb),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
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

/** Reads only below its own program's folder: the bundle, or the sources with their modules. */
function execArguments(memoryMb: number): string[] {
  const built = existsSync(fileURLToPath(new URL('./analyser.js', import.meta.url)));
  const root = fileURLToPath(new URL(built ? './' : '../../../', import.meta.url));
  const readable = built ? [root] : [`${root}src/`, `${root}node_modules/`, `${root}package.json`];
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--no-experimental-sqlite',
    '--disable-proto=delete',
    `--max-old-space-size=${memoryMb}`,
    '--no-warnings',
  ];
}
