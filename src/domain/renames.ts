import { compareText } from './location.ts';
import { fileName } from './paths.ts';

/** A file that is on one side only. */
export interface RenameCandidate {
  readonly path: string;
  /** The blob's id. */
  readonly id: string;
}

/** The files among which renames are looked for. */
export interface RenameQuestion {
  /** Files of the tip that the result does not have. */
  readonly removed: readonly RenameCandidate[];
  /** Files of the result that the tip does not have. */
  readonly added: readonly RenameCandidate[];
  /** Lines by blob id, asked at most once, and only for files without an equal blob; what is no text may be left out. */
  readonly readLines: (ids: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;
}

/** The renames that were found. */
export interface Renames {
  /** From the old path to the new one; no path is in two of them. */
  readonly renames: ReadonlyMap<string, string>;
  /** False where there were too many files to compare all with all: some of them then count as removed and added. */
  readonly isComplete: boolean;
}

/** The least part of the longer file's lines that both have (SEMANTICS 4.3). */
const LEAST_COMMON = 0.5;
/** Steps of comparison, a step a line; about a second. Files of one name are compared first. */
const MOST_STEPS = 20_000_000;
/** A pair that is looked at, and one that is kept to be sorted: what they cost, in lines. */
const STEPS_A_PAIR = 5;
const STEPS_A_KEPT_PAIR = 100;
/** Larger groups of equal files are paired in path order. */
const MOST_EQUAL_PAIRS = 10_000;

interface Pair {
  readonly from: RenameCandidate;
  readonly to: RenameCandidate;
  /** 0 to 1. */
  readonly common: number;
  readonly isSameName: boolean;
  /** Equal folders and name, counted from the end of the paths. */
  readonly sharedEnd: number;
  /** A file that is equal to no other went from the one's folder to the other's. */
  readonly isWithFolder: boolean;
}

/**
 * Which removed file became which added one: equal blobs first, then those with at least half of their lines in common.
 *
 * One to one and deterministic: the most similar pair wins; among equals the same file name, then the folder that files went to which are
 * equal to no other, then the longer common end of the paths, then path order. Blank lines count for nothing. The caller says which files count.
 */
export async function findRenames({ removed, added, readLines }: RenameQuestion): Promise<Renames> {
  const work = { steps: 0 };
  const chosen = new Matching();
  const equal = [...equalBlobs(removed, added)];
  const moves = folderMoves(equal);
  chosen.takeBest(
    equal.map((pair) => ({ ...pair, isWithFolder: moves.has(foldersOf(pair.from.path, pair.to.path)) })),
  );
  const before = removed.filter(({ path }) => !chosen.hasFrom(path));
  const after = added.filter(({ path }) => !chosen.hasTo(path));
  if (before.length > 0 && after.length > 0) {
    const ids = [...new Set([...before, ...after].map(({ id }) => id))];
    chosen.takeBest(similarBlobs(before, after, lineBags(await readLines(ids)), work));
  }
  return { renames: chosen.renames, isComplete: work.steps <= MOST_STEPS };
}

/** Pairs already chosen, each path once. */
class Matching {
  readonly renames = new Map<string, string>();
  readonly #taken = new Set<string>();

  hasFrom(path: string): boolean {
    return this.renames.has(path);
  }

  hasTo(path: string): boolean {
    return this.#taken.has(path);
  }

  takeBest(pairs: Iterable<Pair>): void {
    for (const { from, to } of [...pairs].sort(comparePairs)) {
      if (this.hasFrom(from.path) || this.hasTo(to.path)) continue;
      this.renames.set(from.path, to.path);
      this.#taken.add(to.path);
    }
  }
}

interface Work {
  steps: number;
}

function* equalBlobs(
  removed: readonly RenameCandidate[],
  added: readonly RenameCandidate[],
): Generator<Pair> {
  const after = Map.groupBy(added, ({ id }) => id);
  for (const [id, old] of Map.groupBy(removed, (candidate) => candidate.id)) {
    const now = after.get(id) ?? [];
    if (old.length * now.length <= MOST_EQUAL_PAIRS) {
      for (const from of old) for (const to of now) yield pairOf(from, to, 1);
      continue;
    }
    const inOrder = now.toSorted((a, b) => compareText(a.path, b.path));
    for (const [index, from] of old.toSorted((a, b) => compareText(a.path, b.path)).entries()) {
      const to = inOrder[index];
      if (to !== undefined) yield pairOf(from, to, 1);
    }
  }
}

/** Which folders went where, as far as files tell that are equal to one other alone. */
function folderMoves(pairs: readonly Pair[]): ReadonlySet<string> {
  const [from, to] = [new Map<string, number>(), new Map<string, number>()];
  for (const pair of pairs) {
    from.set(pair.from.path, (from.get(pair.from.path) ?? 0) + 1);
    to.set(pair.to.path, (to.get(pair.to.path) ?? 0) + 1);
  }
  const sure = pairs.filter((pair) => from.get(pair.from.path) === 1 && to.get(pair.to.path) === 1);
  return new Set(sure.map((pair) => foldersOf(pair.from.path, pair.to.path)));
}

function foldersOf(from: string, to: string): string {
  const folder = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  return `${folder(from)}\0${folder(to)}`;
}

function* similarBlobs(
  removed: readonly RenameCandidate[],
  added: readonly RenameCandidate[],
  bags: ReadonlyMap<string, Int32Array>,
  work: Work,
): Generator<Pair> {
  const texts = (candidates: readonly RenameCandidate[]): Text[] =>
    candidates
      .map((file) => ({ file, bag: bags.get(file.id) ?? new Int32Array(), name: fileName(file.path) }))
      .filter(({ bag }) => bag.length > 0);
  for (const [from, to] of nearestFirst(texts(removed), texts(added))) {
    work.steps += STEPS_A_PAIR;
    if (work.steps > MOST_STEPS) return;
    const longer = Math.max(from.bag.length, to.bag.length);
    if (Math.min(from.bag.length, to.bag.length) / longer < LEAST_COMMON) continue;
    work.steps += from.bag.length + to.bag.length;
    const common = countCommon(from.bag, to.bag) / longer;
    if (common < LEAST_COMMON) continue;
    work.steps += STEPS_A_KEPT_PAIR;
    yield pairOf(from.file, to.file, common);
  }
}

interface Text {
  readonly file: RenameCandidate;
  readonly bag: Int32Array;
  readonly name: string;
}

/** All pairs: those of one folder name and file name, then those of one file name, then the rest. */
function* nearestFirst(removed: readonly Text[], added: readonly Text[]): Generator<readonly [Text, Text]> {
  const byEnd = Map.groupBy(added, ({ file }) => endOf(file.path));
  const byName = Map.groupBy(added, ({ name }) => name);
  for (const from of removed) for (const to of byEnd.get(endOf(from.file.path)) ?? []) yield [from, to];
  for (const from of removed) {
    const end = endOf(from.file.path);
    for (const to of byName.get(from.name) ?? []) if (endOf(to.file.path) !== end) yield [from, to];
  }
  for (const from of removed) for (const to of added) if (from.name !== to.name) yield [from, to];
}

/** Each file's lines as sorted numbers, equal lines equal numbers, blank ones left out. */
function lineBags(texts: ReadonlyMap<string, readonly string[]>): Map<string, Int32Array> {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  const bagOf = (lines: readonly string[]): Int32Array =>
    Int32Array.from(
      lines.map((line) => line.trimEnd()).filter((line) => line !== ''),
      numberOf,
    ).sort();
  return new Map([...texts].map(([id, lines]) => [id, bagOf(lines)]));
}

function countCommon(a: Int32Array, b: Int32Array): number {
  let count = 0;
  for (let at = 0, other = 0; at < a.length && other < b.length; ) {
    const difference = (a[at] ?? 0) - (b[other] ?? 0);
    if (difference === 0) count += 1;
    if (difference <= 0) at += 1;
    if (difference >= 0) other += 1;
  }
  return count;
}

function pairOf(from: RenameCandidate, to: RenameCandidate, common: number): Pair {
  const isSameName = fileName(from.path) === fileName(to.path);
  const shared = isSameName ? sharedEnd(from.path, to.path) : 0;
  return { from, to, common, isSameName, sharedEnd: shared, isWithFolder: false };
}

function comparePairs(a: Pair, b: Pair): number {
  return (
    b.common - a.common ||
    Number(b.isSameName) - Number(a.isSameName) ||
    Number(b.isWithFolder) - Number(a.isWithFolder) ||
    b.sharedEnd - a.sharedEnd ||
    compareText(a.from.path, b.from.path) ||
    compareText(a.to.path, b.to.path)
  );
}

/** The last folder and the file name. */
function endOf(path: string): string {
  return path.slice(path.lastIndexOf('/', path.lastIndexOf('/') - 1) + 1);
}

function sharedEnd(a: string, b: string): number {
  const [ours, theirs] = [a.split('/').reverse(), b.split('/').reverse()];
  const differing = ours.findIndex((part, index) => part !== theirs[index]);
  return differing < 0 ? ours.length : differing;
}
