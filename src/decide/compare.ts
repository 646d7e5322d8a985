import { createHash } from 'node:crypto';
import type { FindingState, Level, Problem, RuleId } from '../domain/index.ts';
import { comparePositions, compareText, isNoted } from '../domain/index.ts';

/** A problem with the rule that found it and what the engine adds. */
export interface Judged {
  readonly rule: RuleId;
  readonly level: Level;
  readonly problem: Problem;
  /** The source text of its place with white space folded; empty where it was not read. */
  readonly evidence: string;
}

/** A judged problem after the comparison of both trees. */
export interface Compared extends Judged {
  readonly state: FindingState;
  readonly fingerprint: string;
}

/**
 * Compares what tip and result have (SEMANTICS 4.2 to 4.4). `renamed` maps a path of the tip to the result's path of the same file.
 */
export function compareProblems(
  tip: readonly Judged[],
  result: readonly Judged[],
  renamed: ReadonlyMap<string, string>,
): readonly Compared[] {
  const originals = new Map<Judged, Judged>();
  for (const judged of tip) originals.set({ ...judged, problem: moved(judged.problem, renamed) }, judged);
  const before = groupByKey([...originals.keys()]);
  const after = groupByKey(result);
  const compared: Compared[] = [];
  for (const [key, now] of after) {
    const then = before.get(key) ?? [];
    compared.push(...(isSet(now) ? compareSets(then, now) : compareMultisets(then, now)));
  }
  for (const [key, then] of before) {
    const gone = isSet(then) ? (after.has(key) ? [] : then) : surplus(then, after.get(key) ?? []);
    for (const judged of gone)
      compared.push({
        ...judged,
        problem: originals.get(judged)?.problem ?? judged.problem,
        state: 'fixed',
        fingerprint: fingerprintOf(judged),
      });
  }
  return compared;
}

/** Everything counts as existing where a tree is judged alone. */
export function withoutBase(result: readonly Judged[]): readonly Compared[] {
  return result.map((judged) => ({ ...judged, state: 'existing', fingerprint: fingerprintOf(judged) }));
}

/** Rule, path, subject and effect; the effect of a use is not part of it (SEMANTICS 4.3). */
export function fingerprintOf({ rule, problem }: Pick<Judged, 'rule' | 'problem'>): string {
  const effect = problem.kind === 'need' ? (problem.effect ?? '') : '';
  return createHash('sha256')
    .update(JSON.stringify([rule, problem.path, problem.subject, effect]))
    .digest('hex');
}

function moved(problem: Problem, renamed: ReadonlyMap<string, string>): Problem {
  const path = renamed.get(problem.path);
  return path === undefined ? problem : { ...problem, path };
}

/** The key leaves the effect out: a need that goes from `breaks` to `discouraged` is existing, the reverse is not. */
function groupByKey(list: readonly Judged[]): Map<string, Judged[]> {
  const groups = new Map<string, Judged[]>();
  for (const judged of list) {
    const key = JSON.stringify([judged.rule, judged.problem.path, judged.problem.subject]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [judged]);
    else group.push(judged);
  }
  for (const group of groups.values()) group.sort(inFileOrder);
  return groups;
}

function isSet(group: readonly Judged[]): boolean {
  return group[0]?.problem.kind === 'base';
}

function compareSets(then: readonly Judged[], now: readonly Judged[]): readonly Compared[] {
  return now.map((judged) => {
    const isOld = then.some((one) => !worsens(one.problem, judged.problem));
    return { ...judged, state: isOld ? 'existing' : 'introduced', fingerprint: fingerprintOf(judged) };
  });
}

function compareMultisets(then: readonly Judged[], now: readonly Judged[]): readonly Compared[] {
  const added = new Set(surplus(now, then, true));
  return now.map((judged) => ({
    ...judged,
    state: added.has(judged) ? 'introduced' : 'existing',
    fingerprint: fingerprintOf(judged),
  }));
}

/**
 * What `list` has more than `other`: pairs with equal evidence first, then in file order. `strict` is the view of the result: what became
 * worse is not paired with what it was before. From the tip's view it is still there, so it is not fixed.
 */
function surplus(list: readonly Judged[], other: readonly Judged[], strict = false): readonly Judged[] {
  const free = new Set(other);
  const kinds = new Set(other.map(kindOf));
  const buckets = new Map<string, Judged[]>();
  for (const one of other) {
    if (one.evidence !== '') append(buckets, `${kindOf(one)}\0${one.evidence}`, one);
    append(buckets, kindOf(one), one);
  }
  const isPaired = (judged: Judged, keyOf: (kind: string) => string) =>
    [...kinds].some((kind) => take(buckets.get(keyOf(kind)) ?? [], free, judged, strict));
  const unpaired = list.filter((judged) => !isPaired(judged, (kind) => `${kind}\0${judged.evidence}`));
  return unpaired.filter((judged) => !isPaired(judged, (kind) => kind));
}

/** Pairs with the first of a bucket that is free and fits; what is used goes out of it. */
function take(bucket: Judged[], free: Set<Judged>, judged: Judged, strict: boolean): boolean {
  while (bucket[0] !== undefined && !free.has(bucket[0])) bucket.shift();
  const [first] = bucket;
  if (first === undefined || (strict && worsens(first.problem, judged.problem))) return false;
  free.delete(first);
  bucket.shift();
  return true;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Problems of one kind are alike in all that decides whether another is worse. */
function kindOf({ problem }: Judged): string {
  return `${problem.effect ?? ''} ${problem.scope ?? ''}`;
}

/**
 * A need that begins to break (SEMANTICS 4.3), and a problem of an image that was not ours to ship and now is: a file that leaves a
 * vendored folder, a container that now runs one of our images.
 */
function worsens(before: Problem, after: Problem): boolean {
  if (after.kind === 'need' && before.effect !== 'breaks' && after.effect === 'breaks') return true;
  return isNoted(before.scope ?? 'release') && !isNoted(after.scope ?? 'release');
}

function inFileOrder(a: Judged, b: Judged): number {
  return (
    compareText(a.problem.at.path, b.problem.at.path) ||
    comparePositions(a.problem.at.start, b.problem.at.start)
  );
}
