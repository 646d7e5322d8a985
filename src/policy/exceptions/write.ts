import { escapeInJson, yamlEscape } from '../../domain/escape-in-json.ts';
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
    `text: ${quoted(text)}`,
    owner === '' ? 'owner: "" # a person or team' : `owner: ${quoted(owner)}`,
    issue === '' ? 'issue: "" # where the way out is tracked' : `issue: ${quoted(issue)}`,
    expires === null ? '# expires: YYYY-MM-DD, the last day on which it holds' : `expires: ${expires}`,
  ]);
}

/** One entry that was granted, as it is: filling in what it leaves open would make another entry of it. */
export function writeGrantedEntry(entry: EntryToWrite): string {
  const { text, owner, issue, expires } = entry;
  const rest = Object.entries({ text, owner, issue }).filter(([, value]) => value !== '');
  return asItem([
    ...known(entry),
    ...rest.map(([key, value]) => `${key}: ${quoted(value)}`),
    ...(expires === null ? [] : [`expires: ${expires}`]),
  ]);
}

function known({ id, identity, rule, base, reason }: EntryToWrite): readonly string[] {
  return [
    ...(id === undefined ? [] : [`id: ${quoted(id)}`]),
    ...Object.entries(identity).map(([key, value]) => `${key}: ${quoted(String(value))}`),
    `rule: ${rule}`,
    ...(base === null ? [] : [`base: ${quoted(base)}`]),
    `reason: ${reason}`,
  ];
}

function asItem(lines: readonly string[]): string {
  return lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}\n`).join('');
}

/** JSON's quoted strings are YAML's; what is not seen is written as an escape. */
function quoted(text: string): string {
  return escapeInJson(JSON.stringify(text), yamlEscape);
}
