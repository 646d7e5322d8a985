// Reads what a payload says without trusting its shape: own properties only, and only of the kind that is wanted.

/** A value below a payload, by keys; undefined wherever the way ends. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

/** Ids and numbers of GitHub; anything else, numbers as text included, is null. */
export function wholeNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** Text of at most `most` characters, not empty. */
export function shortText(value: unknown, most: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= most ? value : null;
}

/** A commit id; the zeros that stand for none are null. */
export function commitId(value: unknown): string | null {
  if (typeof value !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) return null;
  return /^0+$/.test(value) ? null : value;
}

const BRANCH = 'refs/heads/';
const LONGEST_REF = 1000;

/** The branch that a whole ref names; null for tags and what is no ref. */
export function branchOf(value: unknown): string | null {
  const ref = shortText(value, LONGEST_REF);
  return ref?.startsWith(BRANCH) === true && ref.length > BRANCH.length ? ref.slice(BRANCH.length) : null;
}

/** Milliseconds since 1970 of an ISO date. */
export function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const time = Date.parse(value);
  return Number.isNaN(time) || time <= 0 ? null : time;
}

export function listOf(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}
