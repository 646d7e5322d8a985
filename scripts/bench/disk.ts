import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const SYNCS = 200;
/** What recording a delivery writes. */
const BYTES = 16 * 1024;
const PAUSE_MS = 5;

/** How long the disk takes to keep a few pages, in a file that has its size: milliseconds of each sync. */
export async function measureSyncs(folder: string): Promise<readonly number[]> {
  const file = openSync(join(folder, 'synced'), 'w+');
  try {
    writeSync(file, Buffer.alloc(SYNCS * BYTES));
    fdatasyncSync(file);
    const pages = Buffer.alloc(BYTES, 1);
    const waits: number[] = [];
    for (let count = 0; count < SYNCS; count++) {
      writeSync(file, pages, 0, BYTES, count * BYTES);
      const began = performance.now();
      await promisify(fdatasync)(file);
      waits.push(performance.now() - began);
      await sleep(PAUSE_MS);
    }
    return waits;
  } finally {
    closeSync(file);
  }
}
