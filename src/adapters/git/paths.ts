// Git's paths are bytes, Plinth's are text. Both ways here, one to one.

const REPLACEMENT = '\uFFFD';
/** Text that reads as an escaped byte; a path that holds such text of its own has its backslashes escaped. */
const ESCAPED_BYTE = /\\x([0-9A-F]{2})/g;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A path as text: as UTF-8, each byte that is none written `\xNN`, so that no two paths become one. */
export function decodePath(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const isPlain = !text.includes(REPLACEMENT) || isUtf8(bytes);
  if (isPlain && !text.includes('\\x')) return text;
  if (isPlain && text.search(ESCAPED_BYTE) < 0) return text;
  return escapeBytes(bytes);
}

/** The bytes of a path that `decodePath` gave, as a file system wants them. */
export function encodePath(path: string): Buffer {
  if (!path.includes('\\x')) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (const match of path.matchAll(ESCAPED_BYTE)) {
    parts.push(Buffer.from(path.slice(from, match.index), 'utf8'), Buffer.from(match[1] ?? '', 'hex'));
    from = match.index + match[0].length;
  }
  parts.push(Buffer.from(path.slice(from), 'utf8'));
  return Buffer.concat(parts);
}

/** Splits a NUL-separated listing; the NUL after the last record is optional. */
export function* splitRecords(listing: Buffer): Generator<Buffer> {
  let from = 0;
  while (from < listing.length) {
    const end = listing.indexOf(0, from);
    const to = end < 0 ? listing.length : end;
    yield listing.subarray(from, to);
    from = to + 1;
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function escapeBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    const part = bytes.subarray(at, at + Math.max(length, 1));
    text += length === 0 || part[0] === 0x5c ? escapeByte(part[0] ?? 0) : part.toString('utf8');
    at += part.length;
  }
  return text;
}

/** How many bytes the valid UTF-8 sequence at a place has; 0 where there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
