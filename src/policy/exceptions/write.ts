import { aboutLines, asListItem } from '../../domain/entry-lines.ts';
import { yamlQuoted } from '../../domain/escape-in-json.ts';
import type { ExceptionEntry } from '../../domain/index.ts';

/** What is written of an entry: all that it says. Without an id, reading makes one of the rest. */
export interface EntryToWrite extends Omit<ExceptionEntry, 'hash' | 'at' | 'id'> {
  readonly id?: string;
}

/** The text of an exceptions file. Read again, its entries say the same. */
export function writeExceptions(entries: readonly EntryToWrite[]): string {
  return entries.length === 0 ? 'exceptions: []\n' : `exceptions:\n${entries.map(writeEntry).join('')}`;
}

/** One entry, below the key `exceptions`. What only a person knows is left to be filled in. */
export function writeEntry(entry: EntryToWrite): string {
  const { text, owner, issue, expires } = entry;
  return asItem([
    ...known(entry),
    `text: ${yamlQuoted(text)}`,
    owner === '' ? 'owner: "" # a person or team' : `owner: ${yamlQuoted(owner)}`,
    issue === '' ? 'issue: "" # where the way out is tracked' : `issue: ${yamlQuoted(issue)}`,
    expires === null ? '# expires: YYYY-MM-DD, the last day on which it holds' : `expires: ${expires}`,
  ]);
}

/** One entry that was granted, as it is: filling in what it leaves open would make another entry of it. */
export function writeGrantedEntry(entry: EntryToWrite): string {
  const { text, owner, issue, expires } = entry;
  const rest = Object.entries({ text, owner, issue }).filter(([, value]) => value !== '');
  return asItem([
    ...known(entry),
    ...rest.map(([key, value]) => `${key}: ${yamlQuoted(value)}`),
    ...(expires === null ? [] : [`expires: ${expires}`]),
  ]);
}

function known(entry: EntryToWrite): readonly string[] {
  const { id, reason } = entry;
  return [...(id === undefined ? [] : [`id: ${yamlQuoted(id)}`]), ...aboutLines(entry), `reason: ${reason}`];
}

function asItem(lines: readonly string[]): string {
  return asListItem(lines, 2)
    .map((line) => `${line}\n`)
    .join('');
}
