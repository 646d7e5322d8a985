import type { RowWanted } from './entries.ts';
import { asCell } from './markdown.ts';

import type { Columns } from './read.ts';

const IN_SECTION: Columns = {
  image: 0,
  reason: 1,
  base: null,
  owner: null,
  supported: null,
  unknown: '',
  count: 2,
};
const NO_DEFINITIONS: ReadonlySet<string> = new Set();

const ALL_COLUMNS: Columns = {
  image: 0,
  base: 1,
  owner: 2,
  supported: 3,
  reason: 4,
  unknown: 'U',
  count: 5,
};

/** A list of its own: one table with every column, in the form of the list. */
export function newList(wanted: readonly RowWanted[]): string {
  const rows = wanted.map((want) => `${newRow(want, ALL_COLUMNS, NO_DEFINITIONS)}\n`);
  return `# Base Image Exception List

| Image Name | Base Image | OWNER | Supported? (Yes/No/Unknown) | Reasons for exception |
|---|---|---|---|---|
${rows.join('')}`;
}

/** The section of a base, in the form of the list. */
export function newSection(base: string, wanted: readonly RowWanted[]): string {
  const rows = wanted.map((want) => `${newRow(want, IN_SECTION, NO_DEFINITIONS)}\n`);
  return `### Release: \`${base}\`\n\n| Image Name | Reasons for exception |\n|---|---|\n${rows.join('')}`;
}

/** The line of a new row, without its end; names that the list defines become links. */
export function newRow(want: RowWanted, columns: Columns, definitions: ReadonlySet<string>): string {
  const linked = (name: string): string =>
    definitions.has(name.toLowerCase()) ? `[${asCell(name)}]` : asCell(name);
  const cells = Array.from({ length: columns.count }, () => '');
  cells[columns.image] = linked(want.image);
  cells[columns.reason] = asCell(want.text);
  if (columns.base !== null) cells[columns.base] = baseCell(want.base, definitions);
  if (columns.owner !== null) cells[columns.owner] = asCell(want.owner);
  if (columns.supported !== null) cells[columns.supported] = columns.unknown;
  return `| ${cells.join(' | ')} |`;
}

/** A base as its column has it: a link, else in ticks where the list has links at all. */
export function baseCell(base: string, definitions: ReadonlySet<string>): string {
  if (definitions.has(base.toLowerCase())) return `[${asCell(base)}]`;
  return definitions.size > 0 ? `\`${asCell(base)}\`` : asCell(base);
}
