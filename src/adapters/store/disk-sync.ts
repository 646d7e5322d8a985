import {
  close,
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { unavailable } from './errors.ts';

const sync = promisify(fdatasync);

/** Brings to the disk what was committed before; resolves when it is there. */
export type Flush = () => Promise<void>;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Syncs for many at once: whoever comes while the disk is busy is served by the sync after it, together with all others.
 *
 * A sync that failed once is not tried again: the kernel may have dropped what it could not write, and the next one would
 * succeed without it (https://wiki.postgresql.org/wiki/Fsync_Errors). From then on everybody gets that error, until a restart.
 */
export class SharedSync {
  readonly #flush: Flush;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #failure: unknown;

  constructor(flush: Flush) {
    this.#flush = flush;
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
    });
  }

  /** Settles when no sync is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const served = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure === undefined) await this.#flush();
      } catch (error) {
        this.#failure = error;
      }
      for (const one of served) {
        if (this.#failure === undefined) one.resolve();
        else one.reject(this.#failure);
      }
    }
  }
}

/** A database's write-ahead log, which holds each commit until it is in the database itself. */
export interface LogFile {
  readonly flush: Flush;
  close(): Promise<void>;
}

/**
 * Opens the log beside a database that is open; null where it has none, because the file system cannot have one. The kernel
 * syncs a file, not a handle: what SQLite wrote through its own goes to the disk as well, and outside this thread.
 */
export function openLog(database: string, folder: string): LogFile | null {
  const path = `${database}-wal`;
  if (!existsSync(path)) return null;
  const handle = openSync(path, 'r+');
  reserve(handle);
  syncFolder(folder);
  return {
    flush: async () => {
      try {
        await sync(handle);
      } catch (cause) {
        throw unavailable(
          folder,
          'cannot be brought to the disk: restart Plinth when that works again',
          cause,
        );
      }
    },
    close: () => promisify(close)(handle),
  };
}

/** About what is written between two checkpoints. */
const RESERVED_BYTES = 12 * 1024 * 1024;
const CHUNK = 1024 * 1024;

/**
 * Gives the log its size at the start. A sync of a file that grew brings the file system's own records to the disk as well, and waits for
 * whatever others have written there; in a file that has its size it waits for what was written to this one. Zeros behind the last
 * frame are nothing to SQLite: it reads frames as long as their checksums fit.
 */
function reserve(handle: number): void {
  try {
    const zeros = Buffer.alloc(CHUNK);
    for (let at = fstatSync(handle).size; at < RESERVED_BYTES; )
      at += writeSync(handle, zeros, 0, Math.min(CHUNK, RESERVED_BYTES - at), at);
    fdatasyncSync(handle);
  } catch {
    // A disk that is nearly full: the log grows as it is written, as far as that goes.
  }
}

/** The log may have been made just now: its name has to be on the disk, too. Windows has no such thing and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
