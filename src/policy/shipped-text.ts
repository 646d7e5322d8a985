import { canonical } from './canonical.ts';
import { isPlainMap, type PlainData, type PlainDocument, readDocument } from './document.ts';

/**
 * A shipped YAML text as JSON, for a build to pack in its place: reading YAML costs a cold start more than everything else about a policy.
 * Throws where the text is no plain data, which a build must not pass over.
 */
export function packShipped(text: string): string {
  const read = readDocument(text);
  if ('document' in read) return canonical(read.document.data);
  const [first] = read.problems;
  throw new Error(
    `line ${first?.line ?? 1}, column ${first?.column ?? 1}: ${first?.message ?? 'unreadable'}`,
  );
}

/** True for a text that `packShipped` made. */
export function isPacked(text: string): boolean {
  return text.startsWith('{');
}

/** Reads a text that ships with Plinth, packed or not. Only ours: what JSON.parse lets through is not guarded against. */
export function readShipped(text: string): ReturnType<typeof readDocument> {
  return isPacked(text) ? { document: packed(JSON.parse(text)) } : readDocument(text);
}

function packed(data: PlainData): PlainDocument {
  const beginning = { line: 1, column: 1 };
  return { data: isPlainMap(data) ? data : {}, placeOf: () => beginning, valuePlaceOf: () => beginning };
}
