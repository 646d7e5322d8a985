/** Lines and columns count from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** `end` is exclusive. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** A span in a file of the judged tree; `path` is relative to the repository's root, with forward slashes. */
export interface Location extends Span {
  readonly path: string;
}

/** A piece of source text with the place where it stands. */
export interface Word {
  readonly text: string;
  readonly span: Span;
  /** The file, where it is another than the one that holds what the word is a part of. */
  readonly path?: string;
}

/** A list of which the first item is sure to be there. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Narrows a list to one that has a first item. */
export function isNonEmpty<T>(list: readonly T[]): list is NonEmpty<T> {
  return list.length > 0;
}

/** A span of a file as a location. */
export function locate(path: string, span: Span): Location {
  return { path, start: span.start, end: span.end };
}

/** Orders positions as they are read: negative where `a` comes first. */
export function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** The same data with every position in it put elsewhere. */
export function movedPositions<T>(value: T, place: (position: Position) => Position): T {
  if (Array.isArray(value)) return value.map((one) => movedPositions(one, place)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (isPosition(value)) return place(value) as T;
  const moved = Object.entries(value).map(([key, one]): [string, unknown] => [
    key,
    movedPositions(one, place),
  ]);
  return Object.fromEntries(moved) as T;
}

function isPosition(value: object): value is Position {
  return (
    'line' in value && 'column' in value && typeof value.line === 'number' && typeof value.column === 'number'
  );
}

/** Orders text by UTF-16 units, the same on every machine (never by locale). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
