import { type Cell, cellsOf, plainText } from './markdown.ts';

/** Which cell of a row says what; null where the table has no such column. */
export interface Columns {
  readonly image: number;
  readonly reason: number;
  readonly base: number | null;
  readonly owner: number | null;
  readonly supported: number | null;
  /** What the column for `supported` says where nobody knows. */
  readonly unknown: string;
  readonly count: number;
}

/** A row of a table, in its line. */
export interface Row {
  /** Index into the lines of its list. */
  readonly line: number;
  readonly cells: readonly Cell[];
}

/** A table of exceptions. */
export interface Table {
  /** What the heading above it names, the base where the table has no column for it. */
  readonly headingBase: string | null;
  readonly columns: Columns;
  /** Index of the line below its header, behind which the first row stands. */
  readonly below: number;
  readonly rows: readonly Row[];
}

/** A list that keeps its bytes: its lines, joined, are its text. */
export interface ExceptionList {
  /** With their ends. */
  readonly lines: readonly string[];
  readonly tables: readonly Table[];
  /** Names that have a link definition, in small letters. */
  readonly definitions: ReadonlySet<string>;
}

/** Reads a list; what is no table of exceptions is kept as it is. */
export function readList(text: string): ExceptionList {
  const lines = text.split(/(?<=\n)/);
  const hidden = hiddenLines(lines);
  const tables: Table[] = [];
  const definitions = new Set<string>();
  let headingBase: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (hidden.has(at)) continue;
    if (/^ {0,3}#{1,6}\s/.test(line)) headingBase = baseOfHeading(line);
    const definition = /^ {0,3}\[([^\]]+)\]:\s*\S/.exec(line)?.[1];
    if (definition !== undefined) definitions.add(definition.toLowerCase());
    const columns = isDelimiter(lines[at + 1] ?? '') ? columnsOf(line) : null;
    if (columns === null) continue;
    const rows = rowsFrom(lines, at + 2, hidden);
    tables.push({ headingBase, columns, below: at + 1, rows });
    at += 1 + rows.length;
  }
  return { lines, tables, definitions };
}

function rowsFrom(lines: readonly string[], first: number, hidden: ReadonlySet<number>): readonly Row[] {
  const rows: Row[] = [];
  for (let line = first; line < lines.length && !hidden.has(line); line++) {
    const cells = cellsOf(lines[line] ?? '');
    if (cells === null) break;
    rows.push({ line, cells });
  }
  return rows;
}

function isDelimiter(line: string): boolean {
  return cellsOf(line)?.every(({ text }) => /^:?-+:?$/.test(text)) ?? false;
}

function columnsOf(header: string): Columns | null {
  const names = cellsOf(header)?.map(({ text }) => plainText(text).toLowerCase()) ?? [];
  const find = (pattern: RegExp): number | null => {
    const index = names.findIndex((name) => pattern.test(name));
    return index < 0 ? null : index;
  };
  const base = find(/\bbase\b/);
  const image = names.findIndex((name, index) => index !== base && /\b(?:images?|component)\b/.test(name));
  const reason = find(/\breasons?\b/);
  if (image < 0 || reason === null) return null;
  const [owner, supported] = [find(/\bowners?\b/), find(/\bsupported\b/)];
  const unknown = /unknown/.test(names[supported ?? -1] ?? '') ? 'U' : '';
  return { image, reason, base, owner, supported, unknown, count: names.length };
}

/** A heading without the marks at its ends. */
function withoutMarks(line: string): string {
  const start = line.search(/[^\s#]/);
  if (start < 0) return '';
  let end = line.length;
  while (/[\s#]/.test(line[end - 1] ?? '')) end--;
  return line.slice(start, end);
}

/** `### Release: `debian-base`` is about debian-base: what stands in ticks, else what follows a colon. */
function baseOfHeading(line: string): string | null {
  const text = withoutMarks(line);
  return /`([^`]+)`/.exec(text)?.[1] ?? (/:\s+(\S+)$/.exec(plainText(text))?.[1] || null);
}

/** Lines of code blocks and comments, where nothing is a table. */
function hiddenLines(lines: readonly string[]): ReadonlySet<number> {
  const hidden = new Set<number>();
  let until: RegExp | null = null;
  for (const [index, line] of lines.entries()) {
    if (until !== null) {
      hidden.add(index);
      if (until.test(line)) until = null;
      continue;
    }
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) until = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}\\s*$`);
    else if (/^ {0,3}<!--/.test(line) && !line.includes('-->')) until = /-->/;
    if (until !== null || /^ {0,3}<!--/.test(line)) hidden.add(index);
  }
  return hidden;
}
