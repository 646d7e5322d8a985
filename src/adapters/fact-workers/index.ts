// Reads texts into facts in child processes, locked down like the analyser, for the command line's `--jobs`.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Fact } from '../../domain/index.ts';
import type { TextsAnswer } from '../../engine/child-protocol.ts';
import type { FactWorkers, FormattedText } from '../../engine/ports.ts';
import { childLaunch } from '../analyser/index.ts';

export interface OpenFactWorkers extends FactWorkers {
  /** Ends the children: what they were asked and not yet answered is null. */
  close(): void;
}

/** A child needs the memory of one large text's tree. */
const MEMORY_MB = 512;

/** Children are started when they are first asked. */
export function openFactWorkers(count: number): OpenFactWorkers {
  return new ForkedWorkers(count);
}

class ForkedWorkers implements OpenFactWorkers {
  readonly count: number;
  readonly #workers: Worker[] = [];

  constructor(count: number) {
    this.count = count;
  }

  async read(texts: readonly FormattedText[]): Promise<readonly (readonly Fact[])[] | null> {
    const idle = this.#workers.find((worker) => worker.load === 0);
    if (idle === undefined && this.#workers.length < this.count) this.#workers.push(new Worker());
    const [least] = idle === undefined ? this.#workers.toSorted((a, b) => a.load - b.load) : [idle];
    const answer = await least?.read(texts);
    return answer?.map((facts) => JSON.parse(facts) as readonly Fact[]) ?? null;
  }

  close(): void {
    for (const worker of this.#workers) worker.kill();
  }
}

type Settle = (facts: readonly string[] | null) => void;

/** One child; after its death every question is answered by null. */
class Worker {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Settle>();
  #calls = 0;
  #isDead = false;

  constructor() {
    const { program, execArgv, env } = childLaunch({ memoryMb: MEMORY_MB, program: readerProgram() });
    this.#child = fork(program, [], { env, execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#child.on('message', ({ call, facts }: TextsAnswer) => this.#settle(call, facts));
    this.#child.on('error', () => this.#die());
    this.#child.on('exit', () => this.#die());
  }

  get load(): number {
    return this.#waiting.size;
  }

  read(texts: readonly FormattedText[]): Promise<readonly string[] | null> {
    if (this.#isDead) return Promise.resolve(null);
    const call = ++this.#calls;
    return new Promise((resolve) => {
      this.#waiting.set(call, resolve);
      this.#child.send({ call, texts }, (error) => {
        if (error !== null) this.#die();
      });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #settle(call: number, facts: readonly string[]): void {
    this.#waiting.get(call)?.(facts);
    this.#waiting.delete(call);
  }

  #die(): void {
    this.#isDead = true;
    for (const settle of this.#waiting.values()) settle(null);
    this.#waiting.clear();
  }
}

function readerProgram(): string {
  const built = fileURLToPath(new URL('./reader.js', import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL('../../engine/child/reader.ts', import.meta.url));
}
