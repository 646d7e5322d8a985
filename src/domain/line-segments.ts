import { firstFrom } from './sorted.ts';
/** Lines `from` (counted from 0) up to, not including, `to` of one side. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** One range a side: where the sides may differ. */
export type Segment = readonly LineRange[];

/** Two or more versions of one text, as lines. */
export type Sides = readonly (readonly string[])[];

/** Each level looks again for lines that are single within a part; more finds next to nothing. */
const MOST_LEVELS = 8;

/**
 * The parts in which versions of a text differ; what lies between them is equal, line by line, on all sides.
 *
 * Sides are synchronised at lines that each side has once, as patience diff does, so what is left for a costly
 * comparison is small. Time is about linear in the lines. With `levels` 0 only the ends are cut off.
 */
export function differingSegments(sides: Sides, levels: number = MOST_LEVELS): Segment[] {
  const found: Segment[] = [];
  splitSegment(
    sides,
    sides.map((lines) => ({ from: 0, to: lines.length })),
    levels,
    found,
  );
  return found;
}

/**
 * An upper bound of the steps that comparing two texts by their longest common sequence takes, after Hunt and McIlroy:
 * pairs of equal lines times the shorter length.
 */
export function comparisonCost(before: readonly string[], after: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of before) counts.set(line, (counts.get(line) ?? 0) + 1);
  let pairs = 0;
  for (const line of after) pairs += counts.get(line) ?? 0;
  return pairs * Math.min(before.length, after.length) + before.length + after.length;
}

function splitSegment(sides: Sides, segment: Segment, level: number, found: Segment[]): void {
  const rest = trimEnds(sides, segment);
  if (rest.every(({ from, to }) => from === to)) return;
  const anchors = level === 0 || rest.some(({ from, to }) => from === to) ? [] : anchorsIn(sides, rest);
  if (anchors.length === 0) {
    found.push(rest);
    return;
  }
  let starts = rest.map(({ from }) => from);
  for (const anchor of anchors) {
    const before = starts.map((from, side) => ({ from, to: anchor[side] ?? from }));
    splitSegment(sides, before, level - 1, found);
    starts = anchor.map((at) => at + 1);
  }
  const last = rest.map(({ to }, side) => ({ from: starts[side] ?? to, to }));
  splitSegment(sides, last, level - 1, found);
}

function trimEnds(sides: Sides, segment: Segment): LineRange[] {
  const shortest = Math.min(...segment.map(({ from, to }) => to - from));
  let head = 0;
  while (head < shortest && isEqualAt(sides, segment, ({ from }) => from + head)) head += 1;
  let tail = 0;
  while (tail < shortest - head && isEqualAt(sides, segment, ({ to }) => to - 1 - tail)) tail += 1;
  return segment.map(({ from, to }) => ({ from: from + head, to: to - tail }));
}

function isEqualAt(sides: Sides, segment: Segment, at: (range: LineRange) => number): boolean {
  const [first, ...others] = segment.map((range, side) => sides[side]?.[at(range)]);
  return others.every((line) => line === first);
}

/** Places (one a side) of lines that every side has once, in an order that all sides share. */
function anchorsIn(sides: Sides, segment: Segment): number[][] {
  const [first = new Map<string, number>(), ...others] = segment.map((range, side) =>
    singleLines(sides[side] ?? [], range),
  );
  let anchors: number[][] = [];
  for (const [line, at] of first) {
    const elsewhere = others.map((places) => places.get(line) ?? -1);
    if (!elsewhere.includes(-1)) anchors.push([at, ...elsewhere]);
  }
  for (let side = 1; side < sides.length; side += 1) {
    const rising = longestRise(anchors.map((anchor) => anchor[side] ?? -1));
    const before = anchors;
    anchors = rising.map((index) => before[index] ?? []);
  }
  return anchors;
}

function singleLines(lines: readonly string[], { from, to }: LineRange): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = from; at < to; at += 1) {
    const line = lines[at] ?? '';
    places.set(line, places.has(line) ? -1 : at);
  }
  for (const [line, at] of places) if (at < 0) places.delete(line);
  return places;
}

/** Indexes of a longest rising subsequence of distinct numbers. */
function longestRise(numbers: readonly number[]): number[] {
  /** At `n`: the index whose number ends a rise of length n + 1 with the smallest end. */
  const ends: number[] = [];
  const previous: number[] = [];
  for (const [index, number] of numbers.entries()) {
    const place = firstFrom(ends, (end) => (numbers[end] ?? 0) < number);
    previous.push(ends[place - 1] ?? -1);
    ends[place] = index;
  }
  const rise: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) rise.push(index);
  return rise.reverse();
}
