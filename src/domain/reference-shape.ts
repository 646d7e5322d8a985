/** Stands for an open variable in a shape. */
export const OPEN = '\uE000';
/** Stands for an open architecture in a shape. */
export const ARCHITECTURE = '\uE001';

/** A reference with each open part as one mark, so that slashes and colons inside `{{…}}` or `${X:-y}` are none of its own. */
export interface Shape {
  readonly kind: 'shape';
  readonly text: string;
  /** What each mark stands for, as written, in reading order. */
  readonly parts: readonly string[];
}

/** Why a reference has no shape. */
export interface ShapeFault {
  readonly kind: 'fault';
  readonly because: string;
}

/** True for a character that stands for an open part. */
export function isOpenMark(character: string): boolean {
  return character === OPEN || character === ARCHITECTURE;
}

/** Marks the open parts of a reference; a fault where one is not closed or a character is none of ASCII's printable ones. Linear. */
export function readShape(raw: string, isArchitecture: (name: string) => boolean): Shape | ShapeFault {
  const parts: string[] = [];
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < raw.length; ) {
    const end = openPartEnd(raw, at);
    if (end === 'unclosed') return { kind: 'fault', because: 'an open variable or template is not closed' };
    if (end === undefined) {
      const because = characterFault(raw, at);
      if (because !== undefined) return { kind: 'fault', because };
      at++;
      continue;
    }
    const part = raw.slice(at, end);
    pieces.push(raw.slice(from, at), isArchitecture(part) ? ARCHITECTURE : OPEN);
    parts.push(part);
    at = from = end;
  }
  pieces.push(raw.slice(from));
  return { kind: 'shape', text: pieces.join(''), parts };
}

/** The end of the open part that begins at `at`; undefined where none does. */
function openPartEnd(raw: string, at: number): number | 'unclosed' | undefined {
  if (raw.startsWith('{{', at)) {
    const end = raw.indexOf('}}', at + 2);
    return end < 0 ? 'unclosed' : end + 2;
  }
  if (raw[at] !== '$') return undefined;
  const next = raw[at + 1];
  if (next === '{') return closing(raw, at + 1, '{', '}');
  if (next === '(') return closing(raw, at + 1, '(', ')');
  if (next === undefined || !/[A-Za-z_]/.test(next)) return undefined;
  let end = at + 2;
  while (/[A-Za-z0-9_]/.test(raw[end] ?? '')) end++;
  return end;
}

function closing(raw: string, at: number, opens: string, closes: string): number | 'unclosed' {
  let depth = 0;
  for (let index = at; index < raw.length; index++) {
    if (raw[index] === opens) depth++;
    else if (raw[index] === closes && --depth === 0) return index + 1;
  }
  return 'unclosed';
}

/** Names are ASCII: a homoglyph or a bidirectional control never passes for one. Said as a code point, never shown. */
function characterFault(raw: string, at: number): string | undefined {
  const code = raw.codePointAt(at) ?? 0;
  if (code > 0x20 && code < 0x7f) return undefined;
  if (code === 0x20) return 'it holds a blank';
  return `it holds the character U+${code.toString(16).toUpperCase().padStart(4, '0')}, which no image name may`;
}
