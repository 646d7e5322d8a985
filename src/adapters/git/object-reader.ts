import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { AppError } from '../../domain/index.ts';
import { ByteQueue } from './byte-queue.ts';
import { failed, type GitPlace, lastLine, notStarted, SILENCE_MS, startGit, timedOut } from './command.ts';

/** What git holds under a name; `bytes` where content was asked for. */
export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  readonly bytes?: Buffer;
}

export type Lookup =
  | { readonly kind: 'object'; readonly object: GitObject }
  /** git has no such object, or the name says too little. */
  | { readonly kind: 'none' }
  /** git ended while it looked: the object's data are damaged, or it is one that a partial clone left out. */
  | { readonly kind: 'fatal'; readonly why: string };

interface Request {
  readonly name: string;
  readonly settle: (lookup: Lookup) => void;
  readonly fail: (error: AppError) => void;
}

/** How often git may end of itself before the reader gives up; one damaged object ends it once. */
const MOST_DEATHS = 100;

/**
 * One long-lived `git cat-file`, asked in a pipeline and answering in order.
 *
 * Where git ends, the object it was at is `fatal` and a new one is started for the rest.
 */
export class ObjectReader {
  readonly #place: GitPlace;
  readonly #mode: 'check' | 'contents';
  #child: ChildProcessWithoutNullStreams | null = null;
  #received = new ByteQueue();
  #waiting: Request[] = [];
  #answered = 0;
  #header: GitObject | null = null;
  #complaint = '';
  #deaths = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(place: GitPlace, mode: 'check' | 'contents') {
    this.#place = place;
    this.#mode = mode;
  }

  /** Looks names up, in order. No name may hold a line break. Throws an AppError where git itself fails. */
  look(names: readonly string[]): Promise<Lookup[]> {
    const asked = names.map(
      (name) => new Promise<Lookup>((settle, fail) => this.#waiting.push({ name, settle, fail })),
    );
    if (names.length > 0) this.#send(names);
    return Promise.all(asked);
  }

  /** Starts git before the first name is known. */
  warm(): void {
    this.#child ??= this.#start();
  }

  close(): void {
    this.#stopWaiting();
    const child = this.#child;
    this.#child = null;
    child?.stdin.end();
    child?.kill();
    this.#failAll(new AppError('git-closed', 'The repository was closed while objects were read.'));
  }

  #send(names: readonly string[]): void {
    this.#watch();
    this.#child ??= this.#start();
    this.#child.stdin.write(`${names.join('\n')}\n`);
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.#place, ['cat-file', this.#mode === 'check' ? '--batch-check' : '--batch']);
    this.#received = new ByteQueue();
    this.#header = null;
    this.#complaint = '';
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#answer();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-2000);
    });
    child.on('error', (cause) => this.#isCurrent(child) && this.#failAll(notStarted(cause)));
    child.on('close', () => this.#isCurrent(child) && this.#recover());
    return child;
  }

  #isCurrent(child: ChildProcessWithoutNullStreams): boolean {
    return this.#child === child;
  }

  #answer(): void {
    for (let lookup = this.#next(); lookup !== null; lookup = this.#next()) {
      this.#waiting[this.#answered]?.settle(lookup);
      this.#answered += 1;
    }
    if (this.#answered === this.#waiting.length) {
      this.#waiting = [];
      this.#answered = 0;
      this.#stopWaiting();
    } else this.#watch();
  }

  #next(): Lookup | null {
    if (this.#header === null) {
      const line = this.#received.takeLine();
      if (line === null) return null;
      const object = parseHeader(line.toString('latin1'));
      if (object === null) return { kind: 'none' };
      if (this.#mode === 'check') return { kind: 'object', object };
      this.#header = object;
    }
    const content = this.#received.take(this.#header.size + 1);
    if (content === null) return null;
    const object = { ...this.#header, bytes: content.subarray(0, -1) };
    this.#header = null;
    return { kind: 'object', object };
  }

  #recover(): void {
    this.#child = null;
    const [culprit, ...rest] = this.#waiting.slice(this.#answered);
    this.#waiting = rest;
    this.#answered = 0;
    if (culprit === undefined) return;
    this.#deaths += 1;
    const why = lastLine(this.#complaint);
    culprit.settle({ kind: 'fatal', why: why || 'git ended without a word' });
    if (this.#deaths >= MOST_DEATHS) this.#failAll(failed(['cat-file'], this.#place, why));
    else if (rest.length > 0) this.#send(rest.map(({ name }) => name));
    else this.#stopWaiting();
  }

  #failAll(error: AppError): void {
    this.#stopWaiting();
    const unanswered = this.#waiting.slice(this.#answered);
    this.#waiting = [];
    this.#answered = 0;
    for (const { fail } of unanswered) fail(error);
  }

  /** Silence, not slowness, is what ends a wait. */
  #watch(): void {
    this.#stopWaiting();
    this.#timer = setTimeout(() => {
      const child = this.#child;
      this.#child = null;
      child?.kill('SIGKILL');
      this.#failAll(timedOut('cat-file', this.#place));
    }, SILENCE_MS);
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** `<id> <type> <size>`; `<name> missing` and `<name> ambiguous` are none. */
function parseHeader(line: string): GitObject | null {
  const match = /^([0-9a-f]{40}|[0-9a-f]{64}) (commit|tree|blob|tag) (\d+)$/.exec(line);
  if (match === null) return null;
  return { id: match[1] ?? '', type: match[2] ?? '', size: Number(match[3]) };
}
