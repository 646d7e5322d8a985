import type { Fact } from '../domain/index.ts';
import type { Format } from '../formats/format.ts';

const prepared = new WeakSet<Format>();

/** What a text says to a format that it may matter to; a reader that fails costs the text, and that is said. */
export async function factsOfText(format: Format, profile: string, text: string): Promise<readonly Fact[]> {
  try {
    if (!prepared.has(format)) await format.prepare?.();
    prepared.add(format);
    return format.facts(text, profile);
  } catch (error) {
    // Formats are total; one that throws all the same costs its file, and the file is said.
    const what = error instanceof Error ? error.message : 'unknown error';
    return [unreadable(`the ${format.id} reader failed on it (${what})`)];
  }
}

export function unreadable(because: string, binary?: true): Fact {
  return { kind: 'unreadable', because, ...(binary === undefined ? {} : { binary }) };
}
