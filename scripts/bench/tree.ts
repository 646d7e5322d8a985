import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Programs } from './programs.ts';
import { type Command, inTurn, median, type Run, ratio, run } from './run.ts';

/** One row of the table. */
export interface Row {
  readonly name: string;
  readonly milliseconds: number;
  readonly peakMiB: number | null;
  readonly filesPerSecond: number | null;
  readonly megabytesPerSecond: number | null;
}

export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** What it should not exceed; null where it is only told. */
  readonly aim: number | null;
  readonly unit: '×' | 'MiB';
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
}

export interface TreeOptions {
  readonly gitDir: string;
  readonly rev: string;
  readonly runs: number;
  readonly jobs: number | null;
}

interface Size {
  readonly listed: number;
  readonly files: number;
  readonly bytes: number;
  readonly parsed: number;
}

const MIB = 1024 ** 2;

/** A whole tree: without a cache, with a filled one, and the least that such a program has to do. */
export async function measureTree(title: string, options: TreeOptions, programs: Programs): Promise<Section> {
  const { gitDir, rev, runs, jobs } = options;
  const judge = [programs.plinth, 'check', '--git-dir', gitDir, '--head', rev, '--format', 'json'];
  const workers = jobs === null ? [] : ['--jobs', String(jobs)];
  const cache = { XDG_CACHE_HOME: programs.cacheFolder() };
  const commands = {
    cold: { args: [...judge, '--no-cache', ...workers], environment: cache },
    floor: { args: [programs.floor, gitDir, rev, ...workers] },
    warm: { args: [...judge, '--cache', ...workers], environment: cache },
    // A tree that was not judged before, whose files were all read before: what a small change to a large tree costs at most.
    facts: {
      args: [...judge, '--cache', ...workers],
      environment: cache,
      before: () => rmSync(join(cache.XDG_CACHE_HOME, 'plinth', 'trees'), { recursive: true, force: true }),
    },
    list: { args: [programs.floor, gitDir, rev, '--list'] },
    start: { args: [programs.plinth, '--version'], environment: cache },
  } satisfies Record<string, Command>;
  // Once each before anything counts: files in memory, caches filled.
  for (const command of Object.values(commands)) await run(command);
  const size = JSON.parse((await run(commands.floor)).output) as Size;
  const measured = await inTurn(commands, runs);
  const { cold, floor, warm, facts, list, start } = measured;
  const both = list.map((one, at) => ({
    ...one,
    milliseconds: one.milliseconds + (start[at]?.milliseconds ?? 0),
  }));
  return {
    title: `${title}: ${size.listed} files, ${size.files} of them with a name that counts (${megabytes(size.bytes)} MB), ${size.parsed} parsed`,
    rows: [
      row('cold, no cache', cold, size),
      row('floor (list, read, prefilter, bare parse)', floor, size),
      row('warm, the same tree again', warm, size),
      row('warm, another tree of the same files', facts, size),
      row('list the tree (bare Node.js)', list, null),
      row('start Plinth (--version)', start, null),
    ],
    ratios: [
      { name: 'cold / floor', value: ratio(cold, floor), aim: 1.5, unit: '×' },
      { name: 'peak memory, cold', value: peakOf(cold) ?? Number.NaN, aim: 400, unit: 'MiB' },
      { name: 'warm / (list + start)', value: ratio(warm, both), aim: 2, unit: '×' },
      { name: 'warm, another tree / (list + start)', value: ratio(facts, both), aim: null, unit: '×' },
      { name: 'warm / list alone', value: ratio(warm, list), aim: null, unit: '×' },
    ],
  };
}

export function row(name: string, runs: readonly Run[], size: Size | null): Row {
  const milliseconds = median(runs.map((one) => one.milliseconds));
  return {
    name,
    milliseconds,
    peakMiB: peakOf(runs),
    filesPerSecond: size === null ? null : size.files / (milliseconds / 1000),
    megabytesPerSecond: size === null ? null : size.bytes / 1e6 / (milliseconds / 1000),
  };
}

function peakOf(runs: readonly Run[]): number | null {
  const peaks = runs.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes / MIB]));
  return peaks.length === 0 ? null : median(peaks);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
