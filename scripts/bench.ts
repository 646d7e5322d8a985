// Measures the built program against what any such program has to do, in the same run. Nothing of it is an assertion.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { canMeasureAcknowledging, measureAcknowledging } from './bench/acknowledge.ts';
import { SHAPE, writeCorpus } from './bench/corpus.ts';
import { machine, tableOf } from './bench/print.ts';
import { buildPrograms, type Programs } from './bench/programs.ts';
import { measureStart } from './bench/start.ts';
import { measureTree, type Section } from './bench/tree.ts';

const HELP = `npm run bench -- [options]

  --git-dir DIR   measure this repository instead of the generated tree
  --rev REV       its commit (HEAD)
  --runs N        times each command is run, in turn (5)
  --jobs N        processes that analyse files, for Plinth and for the floor
  --twice         the generated tree twice as large as well, and the ratio of both
  --only NAMES    of: start, acknowledge, tree (comma separated)
  --json          print the figures as data
`;

const { values } = parseArgs({
  options: {
    'git-dir': { type: 'string' },
    rev: { type: 'string', default: 'HEAD' },
    runs: { type: 'string', default: '5' },
    jobs: { type: 'string' },
    twice: { type: 'boolean', default: false },
    only: { type: 'string', default: 'start,acknowledge,tree' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const runs = Number(values.runs);
const jobs = values.jobs === undefined ? null : Number(values.jobs);
const only = new Set(values.only.split(','));

async function* sections(programs: Programs): AsyncGenerator<Section> {
  if (only.has('start')) yield await measureStart(runs * 3, programs);
  if (only.has('acknowledge') && canMeasureAcknowledging()) yield await measureAcknowledging(programs);
  if (!only.has('tree')) return;
  const given = values['git-dir'];
  if (given === undefined) yield* generated(programs);
  else yield await measureTree('The given tree', { gitDir: given, rev: values.rev, runs, jobs }, programs);
}

async function* generated(programs: Programs): AsyncGenerator<Section> {
  const gitDir = await writeCorpus(SHAPE);
  try {
    const once = await measureTree('The generated tree', { gitDir, rev: 'main', runs, jobs }, programs);
    yield once;
    if (values.twice) yield await twice(once, programs);
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}

/** Cost has to grow with the input, not faster. */
async function twice(once: Section, programs: Programs): Promise<Section> {
  const shape = {
    dockerfiles: SHAPE.dockerfiles * 2,
    manifests: SHAPE.manifests * 2,
    manifestBytes: SHAPE.manifestBytes * 2,
  };
  const gitDir = await writeCorpus(shape, 2);
  try {
    const doubled = await measureTree('Twice the tree', { gitDir, rev: 'main', runs, jobs }, programs);
    const [before = Number.NaN, now = Number.NaN] = [once, doubled].map(({ rows }) => rows[0]?.milliseconds);
    const growth = {
      name: 'cold, twice the input / once',
      value: now / before,
      aim: 2.2,
      unit: '×',
    } as const;
    return { ...doubled, ratios: [...doubled.ratios, growth] };
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const programs = await buildPrograms();
  const done: Section[] = [];
  try {
    for await (const section of sections(programs)) {
      done.push(section);
      if (!values.json) process.stdout.write(`${tableOf(section)}\n`);
    }
  } finally {
    programs.clean();
  }
  const about = machine();
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ machine: about, runs, jobs, sections: done }, null, 2)}\n`
      : `${about.platform}, ${about.cores} cores (${about.processor}), ${about.memoryGiB} GiB, Node.js ${about.node}; medians of ${runs} runs in turn\n`,
  );
}

await main();
