import { escapeInJson } from '../domain/escape-in-json.ts';
import type { Report } from '../domain/index.ts';

/**
 * The report as JSON, the same bytes for the same report: keys in reading order, two blanks, a final newline.
 * Characters that a terminal or a CI log would act upon are written as escapes; the values are the same.
 */
export function renderJson(report: Report): string {
  return canonicalJson(report);
}

/** Any plain data as JSON in the form of the report: keys known to the report in its order, others by name. */
export function canonicalJson(value: unknown): string {
  return `${escapeInJson(JSON.stringify(ordered(value), null, 2))}\n`;
}

/** Keys as a person reads them; a key that is not listed follows in alphabetical order. */
const READING_ORDER: ReadonlyMap<string, number> = new Map(
  [
    ...['$schema', 'schema', 'version', 'engine', 'policy', 'tip', 'mergeBase', 'head', 'verdict'],
    ...[
      'outcome',
      'touched',
      'because',
      'images',
      'findings',
      'elsewhere',
      'unread',
      'failedRules',
      'inputs',
      'merge',
      'notes',
      'stats',
    ],
    ...['rule', 'level', 'state', 'effect', 'path', 'line', 'endLine', 'column', 'endColumn', 'text'],
    ...['message', 'subject', 'fingerprint', 'id', 'exception', 'cause', 'related', 'fix'],
    ...['title', 'safe', 'edits', 'startLine', 'newText'],
    ...['name', 'enforcement', 'sources', 'digest', 'tier', 'from'],
    ...['reference', 'platform', 'family', 'standing', 'basis', 'chain'],
    ...['workflow', 'scope', 'change', 'bases', 'before', 'counts'],
  ].map((key, index) => [key, index]),
);

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, content]) => content !== undefined)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([key, content]) => [key, ordered(content)] as const);
  // A key called __proto__ stays a key.
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function rank(key: string): number {
  return READING_ORDER.get(key) ?? READING_ORDER.size;
}
