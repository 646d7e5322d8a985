// Where tests keep what they make: in memory, where the system offers enough of it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file system in memory that Linux has. */
const MEMORY = '/dev/shm';
/** Several times what the tests of all workers hold at once; a container often gets 64 MB, which is too little. */
const BYTES_AT_LEAST = 2 * 1024 ** 3;

/**
 * A new folder in memory for temporary files; undefined where there is none, and the system's own will do. Each store that a test opens
 * writes megabytes and waits for the disk several times, which says nothing about the store: a process that is killed loses nothing that it
 * wrote to either, and no test cuts the power.
 */
export function memoryFolder(): string | undefined {
  let folder: string | undefined;
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < BYTES_AT_LEAST) return undefined;
    folder = mkdtempSync(join(MEMORY, 'plinth-tests-'));
    // Tests make programs there, too, and run them; some systems refuse that.
    const probe = join(folder, 'probe');
    writeFileSync(probe, '#!/bin/sh\n', { mode: 0o700 });
    execFileSync(probe, { stdio: 'ignore' });
    rmSync(probe);
    return folder;
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}
