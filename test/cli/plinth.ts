// Runs the command line as its users do: as a process of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtProgram } from '../support/built-program.ts';

const PROGRAM = join(builtProgram(), 'bin/plinth.js');
/** The same command where nothing is built: it runs the sources. */
const FROM_SOURCES = fileURLToPath(new URL('../../bin/plinth.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** An environment of which nothing depends on who runs the tests. */
export function plainEnvironment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, CI: 'true', LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' };
}

export function plinth(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return ended(process.execPath, [PROGRAM, ...args], folder, environment);
}

export function plinthFromSources(folder: string, args: readonly string[]): Promise<Ended> {
  return ended(process.execPath, [FROM_SOURCES, ...args], folder, {});
}

/** `plinth ARGS | head -1`; the code is that of plinth. */
export function plinthIntoClosedPipe(folder: string, args: readonly string[]): Promise<Ended> {
  const line = '"$@" | head -1; exit ${PIPESTATUS[0]}';
  return ended('bash', ['-c', line, 'bash', process.execPath, PROGRAM, ...args], folder, {});
}

function ended(
  program: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(program, [...args], {
    cwd: folder,
    env: { ...plainEnvironment(folder), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
  });
}
