import type { ExceptionEntry } from '../domain/index.ts';
import { csvOf } from './csv.ts';
import { canonicalJson } from './json.ts';

/** Forms in which an exceptions file is exported. */
export const EXPORT_FORMATS = ['yaml', 'markdown', 'csv', 'json'] as const;
/** One of these forms. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  'id',
  'image',
  'path',
  'target',
  'blob',
  'rule',
  'base',
  'reason',
  'text',
  'owner',
  'issue',
  'expires',
] as const;

/** A row for each entry. */
export function exceptionsCsv(entries: readonly ExceptionEntry[]): string {
  const rows = entries.map((entry) => {
    const said: Readonly<Record<string, unknown>> = { ...entry, ...entry.identity };
    return COLUMNS.map((column) => String(said[column] ?? ''));
  });
  return csvOf([COLUMNS, ...rows]);
}

/** The entries as data, with their hash and line. */
export function exceptionsJson(entries: readonly ExceptionEntry[]): string {
  const exceptions = entries.map(({ identity, at, ...rest }) => ({ ...rest, ...identity, line: at.line }));
  return canonicalJson({ schema: 'plinth-exceptions-file/1', exceptions });
}
