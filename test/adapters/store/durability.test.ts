import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import type { StoreAddress } from '../../../src/adapters/store/index.ts';
import { bundleProgram } from '../../support/built-program.ts';
import { onBothDatabases } from './databases.ts';

const folder = mkdtempSync(join(tmpdir(), 'plinth-writer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const WRITER = join(folder, 'writer.mjs');
bundleProgram(fileURLToPath(new URL('./writer.ts', import.meta.url)), WRITER);
/** Each costs a start of the writer; on PostgreSQL the server survives, so that less is at stake. */
const KILLS = { sqlite: 20, postgres: 6 } as const;

/** Runs the writer, kills it when it has acknowledged `after` writes, and answers all that it acknowledged. */
async function killAfter(address: StoreAddress, run: string, after: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [WRITER, JSON.stringify(address), run], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length > after) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('close', (_, reason) => resolve(reason)));
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${errors}`);
  return output.split('\n').slice(0, -1);
}

/** Writes in their order, over all runs: `run3-17` comes after `run3-16` and after all of `run2`. */
function orderOf(guid: string): number {
  const [run = '', index = ''] = guid.slice('run'.length).split('-');
  return Number(run) * 1_000_000 + Number(index);
}

onBothDatabases('a process that is killed (F02, F03)', (bench) => {
  const kills = KILLS[bench.kind];
  it(`loses nothing that it acknowledged, in ${kills} kills; the folder is free at once`, async () => {
    await (await bench.open()).close();
    const acknowledged: string[] = [];
    const heads = new Map<number, string>();
    let seed = 7;
    for (let kill = 0; kill < kills; kill++) {
      seed = (seed * 48_271) % 2_147_483_647;
      const lines = await killAfter(bench.address, `run${kill}`, 1 + (seed % 40));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        const [guid = '', number = ''] = line.split(' ');
        acknowledged.push(guid);
        heads.set(Number(number), guid);
      }
    }
    const store = await bench.open();
    const recorded = new Set<string>();
    const lease = { owner: 'w', now: 0, leaseMs: 1, limit: 1000 };
    for (
      let taken = await store.takeDeliveries(lease);
      taken.length > 0;
      taken = await store.takeDeliveries(lease)
    )
      for (const { guid } of taken) recorded.add(guid);
    expect(acknowledged.filter((guid) => !recorded.has(guid))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(kills);

    for (const [number, guid] of heads) {
      const row = await store.pull({ repositoryId: 100, number });
      // A later write may have been made and not acknowledged any more; an earlier one means that one was lost.
      expect(orderOf(row?.headSha ?? '')).toBeGreaterThanOrEqual(orderOf(guid));
    }
    const due = await store.backlog(10_000_000);
    expect(due.due).toBe(heads.size);
    await store.close();
  }, 120_000);
});
