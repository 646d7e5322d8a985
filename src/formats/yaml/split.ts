/** A document of a stream as a piece of its text: offsets, `end` exclusive. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a stream before each `---` line, and between JSON objects. Such a line ends a document wherever it stands, quotes and block scalars
 * included (YAML 1.2.2, 9.1.2), so no parsing is needed. Lines are those that `\n` ends.
 */
export function splitDocuments(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (let at = nextMarker(text, 0); at !== -1; at = nextMarker(text, at + 3)) {
    if (at > start) addPiece(pieces, text, start, at);
    start = at;
  }
  if (start < text.length) addPiece(pieces, text, start, text.length);
  return pieces;
}

/** JSON objects that follow one another without a marker are documents of their own, as kubectl reads them. */
function addPiece(pieces: Piece[], text: string, start: number, end: number): void {
  let from = start;
  for (
    let open = skipSpace(text, from, end);
    text[open] === '{' && open < end;
    open = skipSpace(text, from, end)
  ) {
    const close = endOfObject(text, open, end);
    if (text[skipSpace(text, close, end)] !== '{') break;
    pieces.push({ start: from, end: close });
    from = close;
  }
  pieces.push({ start: from, end });
}

/** Behind the bracket that closes an object; the piece's end where none does. */
function endOfObject(text: string, open: number, end: number): number {
  let depth = 0;
  for (let at = open; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at, end);
    else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth === 0) return at + 1;
  }
  return end;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

function endOfString(text: string, quote: number, end: number): number {
  let at = quote + 1;
  while (at < end && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r')) at++;
  return at;
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
