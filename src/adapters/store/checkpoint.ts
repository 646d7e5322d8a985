import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** The database files whose logs are kept short. */
export interface CheckpointFiles {
  readonly files: readonly string[];
}

/** Pages of 4 KiB; about so many are written between two checkpoints. */
const PAGES_BETWEEN = 2000;
const PAGE_BYTES = 4096;
/** A small statement writes a page or two of its table, and of its indexes. */
const PAGES_A_STATEMENT = 1;

/**
 * Where SQLite would checkpoint by itself, within a commit of the thread that answers deliveries, if the other thread does not keep up, or
 * ended. What that has brought over already costs nothing then.
 */
export const PAGES_AT_MOST = 3 * PAGES_BETWEEN;

/**
 * Keeps the write-ahead logs short without holding this thread: a checkpoint waits for the disk twice, and copies whatever was written since
 * the last one.
 */
export class Checkpoints {
  readonly #files: CheckpointFiles;
  #pages = 0;
  #worker: Worker | null = null;
  #mayStart = true;

  constructor(files: CheckpointFiles) {
    this.#files = files;
  }

  /** A statement that writes was run, with so many characters of values. */
  wrote(characters: number): void {
    this.#pages += PAGES_A_STATEMENT + Math.floor(characters / PAGE_BYTES);
    if (this.#pages < PAGES_BETWEEN) return;
    this.#pages = 0;
    this.#worker ??= this.#start();
    this.#worker?.postMessage('checkpoint');
  }

  /** Settles when the other thread has done what it was told and let go of the files; it is started again when it is wanted. */
  async release(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    if (worker === null) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('end');
    await exited;
  }

  /** Null after a failure: SQLite then does the same, later and in this thread. */
  #start(): Worker | null {
    if (!this.#mayStart) return null;
    const worker = new Worker(program(), { workerData: this.#files });
    // Nothing is lost where the process ends before it.
    worker.unref();
    worker.on('error', () => {
      this.#mayStart = false;
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    return worker;
  }
}

function program(): string {
  const built = fileURLToPath(new URL('./checkpoints.js', import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL('./checkpoint-worker.ts', import.meta.url));
}
