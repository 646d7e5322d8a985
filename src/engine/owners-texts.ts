import type { TreeEntry } from '../domain/index.ts';
import type { OwnersTexts } from '../policy/index.ts';
import type { BlobSource } from './ports.ts';
import { textOf } from './text.ts';

/**
 * The texts of files that may name owners, by path; null where there is none. What is there and cannot be read is left out: it then names nobody,
 * and those above it do not count either.
 */
export async function ownersTexts(
  files: ReadonlyMap<string, TreeEntry | null>,
  blobs: BlobSource,
): Promise<OwnersTexts> {
  const ids = [...files.values()].flatMap((entry) => (entry === null ? [] : [entry.id]));
  const contents = await blobs.read([...new Set(ids)]);
  const texts = new Map<string, string | null>();
  for (const [path, entry] of files) {
    const read = entry === null ? { text: null } : textOf(contents.get(entry.id));
    if ('text' in read) texts.set(path, read.text);
  }
  return texts;
}
