// Which rows of the catalogue have a test that names them.
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('../../test/', import.meta.url));
/** It names rows to test this very list. */
const OWN = 'repo/reliability.test.ts';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The catalogue's sections, and how many rows each has. */
const SECTIONS: Readonly<Record<string, readonly [name: string, rows: number]>> = {
  F: ['faults and recovery', 22],
  L: ['load', 12],
  M: ['malicious or malformed HTTP', 9],
  A: ['authorisation and races', 17],
  I: ['malicious repository content', 21],
  C: ['configuration attacks', 6],
  D: ['data correctness under API quirks', 11],
  S: ['secrets, supply chain, privacy', 8],
};

export interface Held {
  readonly row: string;
  /** Test files whose titles or comments name the row. */
  readonly files: readonly string[];
}

export function sectionOf(row: string): string {
  return SECTIONS[row[0] ?? '']?.[0] ?? '';
}

/** Every row, in order. */
export function heldRows(): readonly Held[] {
  const files = new Map<string, Set<string>>();
  for (const entry of readdirSync(TESTS, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.test.ts')) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    if (path.endsWith(OWN)) continue;
    for (const row of rowsIn(readFileSync(path, 'utf8')))
      files.set(row, (files.get(row) ?? new Set()).add(relative(ROOT, path)));
  }
  return Object.entries(SECTIONS).flatMap(([letter, [, count]]) =>
    Array.from({ length: count }, (_, at) => {
      const row = `${letter}${String(at + 1).padStart(2, '0')}`;
      return { row, files: [...(files.get(row) ?? [])].sort() };
    }),
  );
}

/** `F05`, and `I01 to I09` or `F02, F03`. */
function rowsIn(text: string): readonly string[] {
  const ranges = [...text.matchAll(/\b([FLMAICDS])(\d\d) to \1(\d\d)\b/g)].flatMap(
    ([, letter = '', from = '', to = '']) =>
      Array.from(
        { length: Math.max(0, Number(to) - Number(from) + 1) },
        (_, at) => `${letter}${String(Number(from) + at).padStart(2, '0')}`,
      ),
  );
  return [...ranges, ...[...text.matchAll(/\b[FLMAICDS]\d\d\b/g)].map(([row]) => row)];
}
