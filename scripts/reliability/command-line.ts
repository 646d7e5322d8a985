// L10: the command line says the same, byte for byte, however many processes analyse.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CorpusShape, writeCorpus } from '../bench/corpus.ts';
import type { Figure } from './figure.ts';

export interface CommandLineGiven {
  readonly shape: CorpusShape;
  readonly runs: number;
}

const PLINTH = fileURLToPath(new URL('../../bin/plinth.js', import.meta.url));
const WORKERS = [1, 2];
const LARGEST_REPORT = 256 * 1024 * 1024;

/** Runs with one worker and with two in turn, each without anything remembered, and compares what they print. */
export async function measureCommandLine({ shape, runs }: CommandLineGiven): Promise<readonly Figure[]> {
  const gitDir = await writeCorpus(shape);
  try {
    const reports: string[] = [];
    for (let run = 0; run < runs; run++) for (const jobs of WORKERS) reports.push(reportOf(gitDir, jobs));
    const others = reports.filter((report) => report !== reports[0]).length;
    const files = shape.dockerfiles + shape.manifests;
    const what = `reports unlike the first, of ${reports.length} over ${files} files with 1 and with 2 workers`;
    return [{ row: 'L10', what, value: others, unit: '', bar: 0, kind: 'exactly' }];
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}

/** Without `stats`, which tells how long it took. */
function reportOf(gitDir: string, jobs: number): string {
  const home = mkdtempSync(join(tmpdir(), 'plinth-home-'));
  try {
    const { stdout, status, stderr } = spawnSync(
      process.execPath,
      [PLINTH, 'check', '--git-dir', gitDir, '--head', 'main', '--format', 'json', '--jobs', String(jobs)],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', HOME: home, CI: 'true' },
        maxBuffer: LARGEST_REPORT,
      },
    );
    if (status !== 0 && status !== 1) throw new Error(`plinth check ended with ${status}: ${stderr}`);
    const { stats: _, ...report } = JSON.parse(stdout) as { readonly stats: unknown };
    return JSON.stringify(report);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
