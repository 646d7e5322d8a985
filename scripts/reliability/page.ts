import { loadavg } from 'node:os';
import { machine } from '../bench/print.ts';
import { type Figure, figureCells } from './figure.ts';
import { type Held, sectionOf } from './held.ts';

const HEAD = ['row', 'measured', 'figure', 'bar', ''];

/** For a terminal. */
export function tableText(figures: readonly Figure[]): string {
  const lines = [HEAD, ...figures.map(figureCells)];
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `docs/reliability.md`. */
export function page(figures: readonly Figure[], held: readonly Held[], minutes: number): string {
  const { node, platform, processor, cores, memoryGiB } = machine();
  const [load = 0] = loadavg();
  const measured = `${cores} cores (${processor}), ${memoryGiB} GiB, ${platform}, Node.js ${node}; ${minutes.toFixed(0)} minutes, load ${load.toFixed(0)} at the end.`;
  return written(measured, figures.map(figureCells), held);
}

/** The page with its figures as they are, and what holds each row by now: tests come more often than figures are taken. */
export function withRows(former: string, held: readonly Held[]): string {
  const section = former.split('\n## ').find((part) => part.startsWith('Figures')) ?? '';
  const lines = section
    .split('\n')
    .slice(1)
    .filter((line) => line !== '');
  const [measured = '', , , ...rows] = lines;
  return written(
    measured,
    rows.map((row) => row.slice(2, -2).split(' | ')),
    held,
  );
}

function written(
  circumstances: string,
  figures: readonly (readonly string[])[],
  held: readonly Held[],
): string {
  const measured = new Set(figures.map(([row]) => row));
  const open = held.filter((one) => one.files.length === 0 && !measured.has(one.row));
  return [
    '# Reliability',
    '',
    '<!-- Written by `npm run reliability -- --write`. Do not edit. -->',
    '',
    'The rule behind all of it: no path leads from an error to a success conclusion. The catalogue has 106 rows. Those that assert',
    'counts, order or state are tests, which `npm run check` runs; the timed and long ones are run by',
    '',
    '```console',
    'npm run reliability              # about ten minutes',
    'npm run reliability -- --smoke   # under a minute, as CI runs it',
    'npm run reliability -- --seed 7  # the same random kills again',
    '```',
    '',
    'The App runs as a process of its own against the GitHub stand-in. Times fail at three times their bar, since machines differ; a count that is not',
    'what it has to be fails at once. The oracle is the command line: what stands on the head of each pull request in the end has to be what',
    '`plinth check` says of the same two commits.',
    '',
    '## Figures',
    '',
    circumstances,
    '',
    '| row | measured | figure | bar | |',
    '|---|---|---|---|---|',
    ...figures.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    '## Rows and what holds them',
    '',
    `${held.length - open.length} of ${held.length} rows are named by a test or measured above, in part or whole.`,
    '',
    '| row | of | held by |',
    '|---|---|---|',
    ...held.map((one) => `| ${one.row} | ${sectionOf(one.row)} | ${holdersOf(one, measured.has(one.row))} |`),
    '',
    '## Not covered',
    '',
    open.length === 0
      ? 'Every row is named by a test or measured.'
      : 'Nothing holds these yet: no test names them, and nothing here measures them.',
    '',
    ...open.map((one) => `- ${one.row}, ${sectionOf(one.row)}`),
    '',
  ].join('\n');
}

function holdersOf({ files }: Held, isMeasured: boolean): string {
  const tests = files.map((file) => `\`${file}\``);
  const all = isMeasured ? ['`npm run reliability`', ...tests] : tests;
  return all.length === 0 ? 'nothing yet' : all.join(', ');
}
