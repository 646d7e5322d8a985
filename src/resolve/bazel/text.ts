import type { Location } from '../../domain/index.ts';
import {
  type ClosedPiece,
  keyOf,
  type Piece,
  plainText,
  type StarlarkValue,
  type TextValue,
  text,
  whyForeign,
} from './values.ts';

const LONGEST = 65_536;
const MOST_PIECES = 512;

/** Texts one behind the other; each piece keeps where it was written. */
export function joined(parts: readonly TextValue[]): TextValue {
  const pieces: Piece[] = [];
  let length = 0;
  for (const part of parts) {
    for (const piece of part.pieces) {
      length += 'text' in piece ? piece.text.length : piece.open.length;
      if (length > LONGEST || pieces.length > MOST_PIECES)
        return { kind: 'text', pieces: [...pieces, { open: '…', because: 'a text longer than any name' }] };
      const last = pieces.at(-1);
      if (last !== undefined && 'text' in last && 'text' in piece && last.at === piece.at)
        pieces[pieces.length - 1] = { text: last.text + piece.text, at: piece.at };
      else pieces.push(piece);
    }
  }
  return { kind: 'text', pieces };
}

/** The part between two offsets of a text without open pieces. */
export function sliced(value: TextValue, from: number, to: number): TextValue {
  const pieces: Piece[] = [];
  let at = 0;
  for (const piece of closed(value)) {
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, piece.text.length)];
    if (start < end) pieces.push({ text: piece.text.slice(start, end), at: piece.at });
    at += piece.text.length;
  }
  return { kind: 'text', pieces };
}

function closed(value: TextValue): readonly ClosedPiece[] {
  return value.pieces.filter((piece): piece is ClosedPiece => 'text' in piece);
}

/** The literal that most of the characters between two offsets come from; the first of equals. */
export function decidingLiteral(value: TextValue, from: number, to: number): Location | null {
  const counts = new Map<string, { at: Location; count: number }>();
  let offset = 0;
  for (const piece of value.pieces) {
    const length = 'text' in piece ? piece.text.length : 0;
    const count = Math.min(to, offset + length) - Math.max(from, offset);
    offset += length;
    if (!('text' in piece) || piece.at === null || count <= 0) continue;
    const key = `${piece.at.path}:${piece.at.start.line}:${piece.at.start.column}`;
    counts.set(key, { at: piece.at, count: (counts.get(key)?.count ?? 0) + count });
  }
  let best: { at: Location; count: number } | null = null;
  for (const one of counts.values()) if (best === null || one.count > best.count) best = one;
  return best?.at ?? null;
}

/** How a value is written into a text (`str`, `%s`, `{}`). */
export function asText(value: StarlarkValue): TextValue {
  switch (value.kind) {
    case 'text':
      return value;
    case 'number':
      return text(String(value.value));
    case 'boolean':
      return text(value.value ? 'True' : 'False');
    case 'none':
      return text('None');
    case 'foreign':
      return { kind: 'text', pieces: [{ open: value.name, because: whyForeign(value) }] };
    case 'unknown':
      return { kind: 'text', pieces: [{ open: value.name, because: value.because }] };
    default:
      return {
        kind: 'text',
        pieces: [{ open: keyOf(value).slice(0, 40), because: `a ${value.kind} that is written as text` }],
      };
  }
}

/** `TEMPLATE.format(…)`: what no argument gives stays open under its name. */
export function formatted(
  template: TextValue,
  positional: readonly StarlarkValue[],
  named: ReadonlyMap<string, StarlarkValue>,
): TextValue {
  let next = 0;
  const lookUp = (field: string): TextValue => {
    const name = field.split(/[.[!:]/, 1)[0] ?? '';
    const value = /^\d*$/.test(name) ? positional[name === '' ? next++ : Number(name)] : named.get(name);
    if (value === undefined)
      return { kind: 'text', pieces: [{ open: name, because: `format has no argument ${name}` }] };
    return asText(value);
  };
  return joined(template.pieces.flatMap((piece) => ('text' in piece ? fields(piece, lookUp) : [one(piece)])));
}

const FIELD = /\{\{|\}\}|\{([^{}]{0,200})\}/g;

function fields(piece: ClosedPiece, lookUp: (field: string) => TextValue): readonly TextValue[] {
  const parts: TextValue[] = [];
  let from = 0;
  for (const match of piece.text.matchAll(FIELD)) {
    parts.push(text(piece.text.slice(from, match.index), piece.at));
    if (match[0] === '{{' || match[0] === '}}') parts.push(text(match[0].slice(1), piece.at));
    else parts.push(lookUp(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  return [...parts, text(piece.text.slice(from), piece.at)];
}

const DIRECTIVE = /%(?:\(([^()]{0,200})\))?([sdrxc%])/g;

/** `TEMPLATE % VALUE`. */
export function interpolated(template: TextValue, value: StarlarkValue): TextValue {
  const items = value.kind === 'tuple' ? value.items : [value];
  let next = 0;
  const parts = template.pieces.flatMap((piece) => {
    if (!('text' in piece)) return [one(piece)];
    const found: TextValue[] = [];
    let from = 0;
    for (const match of piece.text.matchAll(DIRECTIVE)) {
      found.push(text(piece.text.slice(from, match.index), piece.at));
      from = match.index + match[0].length;
      if (match[2] === '%') found.push(text('%', piece.at));
      else found.push(argument(match[1], match[2] === 'r'));
    }
    return [...found, text(piece.text.slice(from), piece.at)];
  });
  return joined(parts);

  function argument(name: string | undefined, isQuoted: boolean): TextValue {
    const given =
      name === undefined
        ? items[next++]
        : value.kind === 'dict'
          ? value.entries.get(keyOf(text(name)))?.value
          : undefined;
    if (given === undefined)
      return {
        kind: 'text',
        pieces: [{ open: name ?? '%s', because: 'a value that the text asks for is missing' }],
      };
    const written = asText(given);
    return isQuoted && given.kind === 'text' ? joined([text('"'), written, text('"')]) : written;
  }
}

/** Each occurrence of a text replaced; in text that is not open. */
export function replaced(
  value: TextValue,
  from: string,
  to: TextValue,
  most = Number.POSITIVE_INFINITY,
): TextValue {
  if (from === '') return value;
  let left = most;
  return joined(
    value.pieces.flatMap((piece) => {
      if (!('text' in piece)) return [one(piece)];
      const parts: TextValue[] = [];
      let start = 0;
      for (let at = piece.text.indexOf(from); at >= 0 && left > 0; at = piece.text.indexOf(from, start)) {
        parts.push(text(piece.text.slice(start, at), piece.at), to);
        start = at + from.length;
        left -= 1;
      }
      return [...parts, text(piece.text.slice(start), piece.at)];
    }),
  );
}

/** Separated at each occurrence of a text; undefined where pieces are open. */
export function separated(
  value: TextValue,
  by: string | null,
  most: number,
): readonly TextValue[] | undefined {
  const plain = plainText(value);
  if (plain === undefined || by === '') return undefined;
  const parts: TextValue[] = [];
  let start = 0;
  for (const { index, length } of separators(plain, by)) {
    if (parts.length >= most) break;
    if (by !== null || index > start) parts.push(sliced(value, start, index));
    start = index + length;
  }
  if (by !== null || start < plain.length) parts.push(sliced(value, start, plain.length));
  return parts;
}

function* separators(plain: string, by: string | null): Iterable<{ index: number; length: number }> {
  if (by === null) {
    for (const match of plain.matchAll(/\s+/g)) yield { index: match.index, length: match[0].length };
    return;
  }
  for (let at = plain.indexOf(by); at >= 0; at = plain.indexOf(by, at + by.length))
    yield { index: at, length: by.length };
}

export function mapped(value: TextValue, change: (text: string) => string): TextValue {
  return {
    kind: 'text',
    pieces: value.pieces.map((piece) =>
      'text' in piece ? { text: change(piece.text), at: piece.at } : piece,
    ),
  };
}

function one(piece: Piece): TextValue {
  return { kind: 'text', pieces: [piece] };
}
