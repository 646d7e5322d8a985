import type { ReadExceptions } from '../../domain/index.ts';
import { type EntryToWrite, writeGrantedEntry } from './write.ts';

/** A text with its entries' hashes, as a policy reads them. */
type Read = (text: string) => ReadExceptions;

/**
 * The text of an exceptions file with one more entry at its end, and nothing else changed; null where the file is written in a way that does not let
 * an entry be added so. `text` is null where there is no file.
 */
export function withEntry(
  text: string | null,
  entry: EntryToWrite & { readonly hash: string },
  read: Read,
): string | null {
  if (text === null || text.trim() === '') return `exceptions:\n${writeGrantedEntry(entry)}`;
  const before = hashesIn(text, read);
  if (before === null) return null;
  const wanted = [...before, entry.hash].join('\n');
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const written = writeGrantedEntry(entry);
  const forms = [written, written.replace(/^ {2}/gm, '')].map((form) => start + form);
  return forms.find((form) => hashesIn(form, read)?.join('\n') === wanted) ?? null;
}

function hashesIn(text: string, read: Read): readonly string[] | null {
  const found = read(text);
  return 'entries' in found ? found.entries.map(({ hash }) => hash) : null;
}
