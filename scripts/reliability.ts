// Runs the timed and long rows of the catalogue against the App as a process, and prints every figure.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CommandLineGiven, measureCommandLine } from './reliability/command-line.ts';
import { type Figure, stateOf } from './reliability/figure.ts';
import { heldRows } from './reliability/held.ts';
import { type KillsGiven, measureKills, measureStop } from './reliability/kills.ts';
import { type LoadGiven, measureLoad } from './reliability/load.ts';
import { measureManyFiles } from './reliability/many-files.ts';
import { page, tableText, withRows } from './reliability/page.ts';

const HELP = `npm run reliability -- [options]

  --smoke       a little of each, in under a minute
  --only NAMES  of: kills, stop, load, command-line, many-files (comma separated)
  --kills N     how often the App is killed (100; 2 for the smoke)
  --seed N      random moments from this number on; printed, so that they can be had again
  --write       write the figures into docs/reliability.md
  --rows        measure nothing; write what holds each row by now into that page
  --json        print the figures as data

Ends with 1 where a count is not what it has to be, or a time is beyond three times its bar; a smoke is too short to judge times.
`;

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', default: 'kills,stop,load,command-line,many-files' },
    kills: { type: 'string' },
    seed: { type: 'string' },
    write: { type: 'boolean', default: false },
    rows: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Plan {
  readonly kills: Omit<KillsGiven, 'random'>;
  readonly stop: number;
  readonly load: LoadGiven;
  readonly commandLine: CommandLineGiven;
  readonly manyFiles: number;
}

const FULL: Plan = {
  kills: { pulls: 40, pushes: 50, kills: 100, perSecond: 20 },
  stop: 50,
  load: {
    pulls: 40,
    steady: { count: 6000, perSecond: 100, bytes: 20_000, connections: 50 },
    large: { count: 300, perSecond: null, bytes: 1_000_000, connections: 10 },
    burst: { count: 5000, perSecond: 500, bytes: 20_000, connections: 50 },
    halfOpen: 500,
  },
  commandLine: { shape: { dockerfiles: 300, manifests: 2000, manifestBytes: 10_000_000 }, runs: 5 },
  manyFiles: 200_000,
};

const SMOKE: Plan = {
  kills: { pulls: 8, pushes: 1, kills: 2, perSecond: 4 },
  stop: 4,
  load: {
    pulls: 2,
    steady: { count: 200, perSecond: 100, bytes: 20_000, connections: 50 },
    large: { count: 20, perSecond: null, bytes: 1_000_000, connections: 10 },
    burst: { count: 250, perSecond: 500, bytes: 20_000, connections: 50 },
    halfOpen: 50,
  },
  commandLine: { shape: { dockerfiles: 30, manifests: 60, manifestBytes: 300_000 }, runs: 1 },
  manyFiles: 2000,
};

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function measure(plan: Plan, seed: number): Promise<readonly Figure[]> {
  const only = new Set(values.only.split(','));
  const kills = values.kills === undefined ? plan.kills.kills : Number(values.kills);
  const figures: Figure[] = [];
  if (only.has('kills'))
    figures.push(...(await measureKills({ ...plan.kills, kills, random: randomFrom(seed) })));
  if (only.has('stop')) figures.push(...(await measureStop(plan.stop)));
  if (only.has('load')) figures.push(...(await measureLoad(plan.load)));
  if (only.has('command-line')) figures.push(...(await measureCommandLine(plan.commandLine)));
  if (only.has('many-files')) figures.push(...(await measureManyFiles(plan.manyFiles)));
  return figures;
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const published = new URL('../docs/reliability.md', import.meta.url);
  if (values.rows) {
    writeFileSync(published, withRows(readFileSync(published, 'utf8'), heldRows()));
    return;
  }
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  process.stderr.write(`seed ${seed}\n`);
  const began = performance.now();
  const figures = await measure(values.smoke ? SMOKE : FULL, seed);
  const minutes = (performance.now() - began) / 60_000;
  process.stdout.write(
    values.json ? `${JSON.stringify({ seed, minutes, figures })}\n` : `${tableText(figures)}\n`,
  );
  if (values.write) writeFileSync(published, page(figures, heldRows(), minutes));
  const judged = values.smoke ? figures.filter((figure) => figure.kind === 'exactly') : figures;
  if (judged.some((figure) => stateOf(figure) === 'failed')) process.exitCode = 1;
}

await main();
