/** One thing that a row of the catalogue asks for, and what was found. */
export interface Figure {
  /** The row: `F02`. */
  readonly row: string;
  /** What was measured, under which circumstances. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most (or, for `at-least`, the least) that the row allows. */
  readonly bar: number;
  readonly kind: 'at-most' | 'exactly' | 'at-least';
}

export type State = 'met' | 'missed' | 'failed';

/** Times and sizes fail at three times their bar, since machines differ; counts fail where they are not what they have to be. */
const TOLERANCE = 3;

export function stateOf({ value, bar, kind }: Figure): State {
  if (kind === 'exactly') return value === bar ? 'met' : 'failed';
  if (kind === 'at-least') return value >= bar ? 'met' : 'failed';
  if (value <= bar) return 'met';
  return value <= bar * TOLERANCE ? 'missed' : 'failed';
}

export function figureCells(figure: Figure): readonly string[] {
  const { row, what, value, unit, bar, kind } = figure;
  const sign = { 'at-most': '≤', exactly: '=', 'at-least': '≥' }[kind];
  const shown = (one: number) => `${Number.isInteger(one) ? one : one.toFixed(1)} ${unit}`.trim();
  return [row, what, shown(value), `${sign} ${shown(bar)}`, stateOf(figure)];
}

/** The value below which that share of the values lies; NaN without any. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
