import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** A program that is measured. */
export interface Command {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it is run; anywhere, where that makes no difference. */
  readonly folder?: string;
  /** Done before each run, and not measured. */
  readonly before?: () => void;
}

export interface Run {
  readonly milliseconds: number;
  /** The most memory of the process and those it started, added up, in bytes; null where the system does not say. */
  readonly peakBytes: number | null;
  readonly output: string;
}

const LOOK_EVERY_MS = 50;

/** Runs Node with these arguments to its end. Throws where it could not be run; its exit code is its own matter. */
export async function run({ args, environment = {}, folder = tmpdir(), before }: Command): Promise<Run> {
  before?.();
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...environment },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const peaks = new Map<number, number>();
  const timer = setInterval(() => lookAt(child.pid ?? 0, peaks), LOOK_EVERY_MS);
  let output = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('latin1');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('latin1');
  });
  const [code] = await once(child, 'close');
  const milliseconds = performance.now() - started;
  clearInterval(timer);
  // 0, 1 and 3 are verdicts; what else there is goes to standard error.
  if (code !== 0 && (code === 2 || output === ''))
    throw new Error(`${args.join(' ')} ended with ${code}: ${complaint}`);
  const peak = [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { milliseconds, peakBytes: peak === 0 ? null : peak, output };
}

/** The kernel remembers each process's peak, so that looking now and then is enough. */
function lookAt(pid: number, peaks: Map<number, number>): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    peaks.set(pid, Math.max(peaks.get(pid) ?? 0, kilobytes * 1024));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    for (const child of children.split(' ').filter(Boolean)) lookAt(Number(child), peaks);
  } catch {
    // It has ended, or this system has no /proc.
  }
}

/** The same commands in turn, several times over: what slows the machine for a while slows all of them. */
export async function inTurn<Name extends string>(
  commands: Readonly<Record<Name, Command>>,
  times: number,
): Promise<Record<Name, readonly Run[]>> {
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []])) as unknown as Record<
    Name,
    Run[]
  >;
  for (let turn = 0; turn < times; turn++)
    for (const name of Object.keys(commands) as Name[]) runs[name].push(await run(commands[name]));
  return runs;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of the ratios of runs that stood side by side. */
export function ratio(one: readonly Run[], other: readonly Run[]): number {
  return median(one.map((run, at) => run.milliseconds / (other[at]?.milliseconds ?? Number.NaN)));
}
