/** A document of a stream as a piece of its text: offsets, `end` exclusive. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a stream before each `---` line. Such a line ends a document wherever it stands, quotes and block scalars
 * included (YAML 1.2.2, 9.1.2), so no parsing is needed. Lines are those that `\n` ends.
 */
export function splitDocuments(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (let at = nextMarker(text, 0); at !== -1; at = nextMarker(text, at + 3)) {
    if (at > start) pieces.push({ start, end: at });
    start = at;
  }
  if (start < text.length) pieces.push({ start, end: text.length });
  return pieces;
}

function nextMarker(text: string, from: number): number {
  if (from === 0 && isMarker(text, 0)) return 0;
  for (let at = text.indexOf('\n---', Math.max(0, from - 1)); at !== -1; at = text.indexOf('\n---', at + 1)) {
    if (isMarker(text, at + 1)) return at + 1;
  }
  return -1;
}

function isMarker(text: string, at: number): boolean {
  if (!text.startsWith('---', at)) return false;
  const after = text[at + 3];
  return after === undefined || after === ' ' || after === '\t' || after === '\n' || after === '\r';
}
