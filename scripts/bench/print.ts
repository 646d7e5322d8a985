import { cpus, totalmem } from 'node:os';
import type { Ratio, Row, Section } from './tree.ts';

/** The machine, without anything that names it. */
export function machine() {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
  };
}

export function tableOf({ title, rows, ratios }: Section): string {
  return [title, '', ...rowLines(rows), ...(ratios.length > 0 ? ['', ...ratioLines(ratios)] : []), ''].join(
    '\n',
  );
}

function rowLines(rows: readonly Row[]): readonly string[] {
  const head = ['', 'median', 'peak', 'files/s', 'MB/s'];
  const cells = rows.map((row) => [
    row.name,
    time(row.milliseconds),
    row.peakMiB === null ? '–' : `${row.peakMiB.toFixed(0)} MiB`,
    row.filesPerSecond === null ? '–' : row.filesPerSecond.toFixed(0),
    row.megabytesPerSecond === null ? '–' : row.megabytesPerSecond.toFixed(1),
  ]);
  return aligned([head, ...cells]);
}

function ratioLines(ratios: readonly Ratio[]): readonly string[] {
  return aligned(
    ratios.map(({ name, value, aim, unit }) => [
      name,
      unit === '×' ? `${value.toFixed(2)} ×` : `${value.toFixed(0)} ${unit}`,
      aim === null ? '' : `aim ≤ ${aim}${unit === '×' ? ' ×' : ` ${unit}`}`,
      aim === null ? '' : value <= aim ? 'met' : 'missed',
    ]),
  );
}

function time(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** The first column to the left, the others to the right. */
function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines.map((line) =>
    line
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
