// Runs in a thread of its own: brings what the write-ahead logs hold into their database files, whenever it is told to.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointFiles } from './checkpoint.ts';

/** What is written meanwhile stays in the log; each further pass has less to bring, until one catches up and the log begins anew. */
const MOST_PASSES = 3;

const { files } = workerData as CheckpointFiles;
const databases = files.map((file) => new DatabaseSync(file, { timeout: 0 }));

function checkpoint(database: DatabaseSync): void {
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const result = database.prepare('pragma wal_checkpoint(passive)').get();
    if (result === undefined || result.log === result.checkpointed) return;
  }
}

parentPort?.on('message', (message: 'checkpoint' | 'end') => {
  if (message === 'checkpoint') for (const database of databases) checkpoint(database);
  else {
    for (const database of databases) database.close();
    parentPort?.close();
  }
});
