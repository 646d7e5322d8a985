import { diff3MergeRegions, diffIndices } from 'node-diff3';
import { diffLines } from '../domain/line-diff.ts';
import { comparisonCost, differingSegments, type Segment } from '../domain/line-segments.ts';
import { nearestNumber } from '../domain/sorted.ts';

export interface MergedText {
  /** Lines with their line breaks. */
  readonly lines: readonly string[];
  /** For each line of the merged text, the line of head on which it is shown; lines of head count from 1. */
  readonly headLines: readonly number[];
}

/** The three versions of a file, as lines with their line breaks. */
export interface ThreeTexts {
  readonly base: readonly string[];
  readonly tip: readonly string[];
  readonly head: readonly string[];
}

/** How many steps of comparison are left; shared by all files of a merge, counted so that equal inputs end equally. */
export interface StepBudget {
  left: number;
}

/** Where lines of the merged text come from: head (its index), or the tip alone. */
const TIP_ALONE = -1;

/** What one file may take of the budget, so that a hostile one leaves something for the others; about 0.2 seconds. */
const MOST_STEPS_A_FILE = 200_000_000;

/**
 * Merges line by line; null where both sides changed the same place differently, or where it would take too long.
 *
 * First in small parts, which is fast; where those conflict, as a whole, which now and then finds a better alignment.
 */
export function mergeTexts(texts: ThreeTexts, budget: StepBudget): MergedText | null {
  const allowed = Math.min(budget.left, MOST_STEPS_A_FILE);
  const own: StepBudget = { left: allowed };
  const sides = [texts.base, texts.tip, texts.head];
  const merged =
    mergeSegments(texts, differingSegments(sides), own) ??
    mergeSegments(texts, differingSegments(sides, 0), own);
  budget.left -= allowed - own.left;
  return merged;
}

function mergeSegments(
  texts: ThreeTexts,
  segments: readonly Segment[],
  budget: StepBudget,
): MergedText | null {
  const { base, head } = texts;
  const lines: string[] = [];
  /** Parallel to `lines`: index of the line in head, or TIP_ALONE. */
  const origins: number[] = [];
  const take = (line: string | undefined, origin: number): void => {
    lines.push(line ?? '');
    origins.push(origin);
  };
  let next = 0;
  for (const segment of segments) {
    const parts = partsOf(texts, segment);
    for (; next < parts.headStart; next += 1) take(head[next], next);
    if (!mergeParts(parts, budget, take)) return null;
    next += parts.head.length;
  }
  for (; next < head.length; next += 1) take(head[next], next);
  return { lines, headLines: showInHead(origins, changedHeadLines(base, head), head.length) };
}

/** One segment's lines of the three sides. */
interface Parts {
  readonly base: string[];
  readonly tip: string[];
  readonly head: string[];
  readonly headStart: number;
}

function partsOf({ base, tip, head }: ThreeTexts, [inBase, inTip, inHead]: Segment): Parts {
  return {
    base: base.slice(inBase?.from, inBase?.to),
    tip: tip.slice(inTip?.from, inTip?.to),
    head: head.slice(inHead?.from, inHead?.to),
    headStart: inHead?.from ?? 0,
  };
}

function mergeParts(
  parts: Parts,
  budget: StepBudget,
  take: (line: string | undefined, origin: number) => void,
): boolean {
  const { base, tip, head, headStart } = parts;
  const cost = comparisonCost(base, tip) + comparisonCost(base, head);
  if (cost > budget.left) return false;
  budget.left -= cost;
  const placeInHead = placesOf(base, head);
  for (const region of diff3MergeRegions(tip, base, head)) {
    if (!region.stable) {
      if (!isSame(region.aContent, region.bContent)) return false;
      for (const [index, line] of region.bContent.entries()) take(line, headStart + region.bStart + index);
      continue;
    }
    for (const [index, line] of region.bufferContent.entries()) {
      const at = region.bufferStart + index;
      if (region.buffer === 'b') take(line, headStart + at);
      else if (region.buffer === 'o') take(line, headStart + (placeInHead[at] ?? 0));
      else take(line, TIP_ALONE);
    }
  }
  return true;
}

/** For each line of the base that head kept, its index in head; compared as the merge itself compares. */
function placesOf(base: string[], head: string[]): number[] {
  const places: number[] = [];
  let shift = 0;
  let at = 0;
  for (const { buffer1, buffer2 } of diffIndices(base, head)) {
    for (; at < buffer1[0]; at += 1) places[at] = at + shift;
    at = buffer1[0] + buffer1[1];
    shift += buffer2[1] - buffer1[1];
  }
  for (; at < base.length; at += 1) places[at] = at + shift;
  return places;
}

/** Lines of head that the change touched, from 1 and rising; for a deletion the nearest kept line. */
function changedHeadLines(base: readonly string[], head: readonly string[]): number[] {
  return diffLines(base, head).flatMap(({ after, afterLength }) =>
    afterLength === 0
      ? [clamp(after, head.length)]
      : Array.from({ length: afterLength }, (_, index) => after + index + 1),
  );
}

/** A line that only the tip has is shown on the change's nearest line of the file (SEMANTICS 1.1). */
function showInHead(origins: readonly number[], changed: readonly number[], headLength: number): number[] {
  let before = 0;
  return origins.map((origin) => {
    if (origin !== TIP_ALONE) {
      before = origin + 1;
      return before;
    }
    return nearestNumber(changed, before + 0.5) ?? clamp(before, headLength);
  });
}

function clamp(line: number, count: number): number {
  return Math.max(1, Math.min(line, count));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
