import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { AppError } from '../../domain/index.ts';

const TIMEOUT_MS = 120_000;
const LARGEST_OUTPUT_BYTES = 512 * 1024 * 1024;
const LONGEST_COMPLAINT = 2000;

/**
 * The judged repository's configuration must start no program: none of these settings is read from it.
 * (Clean filters, which only a look at a working tree can start, are switched off where that is done.)
 */
const HARMLESS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'core.attributesFile=/dev/null',
  'protocol.allow=never',
].flatMap((setting) => ['-c', setting]);

/** What a person's or a CI job's environment may say to git; the rest of `GIT_*` could point elsewhere or start things. */
const KEPT =
  /^GIT_(CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|CONFIG_(GLOBAL|COUNT|KEY_\d+|VALUE_\d+))$/;

/** Where git is run: its folder, the options before the command, and variables beyond the cleaned environment. */
export interface GitPlace {
  readonly cwd: string;
  readonly options: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

export interface GitAnswer {
  /** The exit code; 128 and above are git's own failures. */
  readonly code: number;
  readonly output: Buffer;
  /** The beginning of what git said on standard error, untranslated. */
  readonly complaint: string;
}

export function startGit(place: GitPlace, command: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('git', argumentsOf(place, command), { ...optionsOf(place), stdio: ['pipe', 'pipe', 'pipe'] });
}

function argumentsOf(place: GitPlace, command: readonly string[]): string[] {
  return ['--no-pager', '--no-optional-locks', ...place.options, ...HARMLESS, ...command];
}

function optionsOf(place: GitPlace) {
  return { cwd: place.cwd, env: cleanEnvironment(place.variables ?? {}), windowsHide: true };
}

/** Runs git to its end. Any exit code is an answer; throws `git-missing`, `git-timeout`, `git-output` or `git-failed`. */
export function askGit(place: GitPlace, command: readonly string[]): Promise<GitAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<GitAnswer>();
  // Nothing is said to it, and a pipe takes a start half a millisecond.
  const child = spawn('git', argumentsOf(place, command), {
    ...optionsOf(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  let size = 0;
  let complaint = '';
  const give = (error: AppError): void => {
    child.kill('SIGKILL');
    reject(error);
  };
  const timer = setTimeout(() => give(timedOut(command[0] ?? '', place)), TIMEOUT_MS);
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST_OUTPUT_BYTES) give(tooMuch(command[0] ?? '', place));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < LONGEST_COMPLAINT) complaint += chunk.toString('utf8');
  });
  child.on('error', (cause) => {
    clearTimeout(timer);
    reject(notStarted(cause));
  });
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    if (code === null) reject(failed(command, place, `it was ended by ${signal}`));
    else resolve({ code, output: Buffer.concat(chunks), complaint: complaint.slice(0, LONGEST_COMPLAINT) });
  });
  return promise;
}

/** Runs git where every exit code but 0 is a failure. */
export async function runGit(place: GitPlace, command: readonly string[]): Promise<Buffer> {
  const { code, output, complaint } = await askGit(place, command);
  if (code !== 0) throw failed(command, place, lastLine(complaint));
  return output;
}

export function notStarted(cause: Error): AppError {
  const isMissing = 'code' in cause && cause.code === 'ENOENT';
  return isMissing
    ? new AppError('git-missing', 'The program `git` was not found: install git, or put it on PATH.', {
        cause,
      })
    : new AppError('git-failed', `git could not be started: ${cause.message}.`, { cause });
}

export function timedOut(command: string, place: GitPlace): AppError {
  return new AppError(
    'git-timeout',
    `\`git ${command}\` in ${place.cwd} gave nothing for ${TIMEOUT_MS / 1000} s and was ended: ` +
      'check that the disk answers, then try again.',
    { retryable: true },
  );
}

export const SILENCE_MS = TIMEOUT_MS;

function tooMuch(command: string, place: GitPlace): AppError {
  return new AppError(
    'git-output',
    `\`git ${command}\` in ${place.cwd} wrote more than ${LARGEST_OUTPUT_BYTES / 1024 / 1024} MB and was ended: ` +
      'the repository has more paths than Plinth reads.',
  );
}

export function failed(command: readonly string[], place: GitPlace, why: string): AppError {
  return new AppError(
    'git-failed',
    `\`git ${command[0] ?? ''}\` failed in ${place.cwd}: ${why || 'it said nothing'}. ` +
      'Check the repository with `git fsck`.',
  );
}

export function lastLine(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? '').replace(/^(fatal|error): /, '').replace(/\.$/, '');
}

function cleanEnvironment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  return {
    ...Object.fromEntries(kept),
    // git's messages are looked at in one place; they come in English.
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // Content must be what its id says, and history what the commits say.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    // A partial clone would otherwise fetch, through programs that its configuration names.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: '',
    ...variables,
  };
}
