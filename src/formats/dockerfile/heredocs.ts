import { partsOfWord } from './expansion.ts';
import { isBlank, isSpace, type Slice } from './source.ts';

/** A word that begins a heredoc: `<<NAME`, `3<<-NAME`, `<<"NAME"`, and, for newer frontends, `<< NAME`. */
export interface HeredocMarker {
  readonly name: string;
  readonly stripsTabs: boolean;
  /** Blanks stand between `<<` and the name: older frontends take it for two words. */
  readonly spaced: boolean;
  readonly place: Slice;
}

/** The heredocs of a line in order, as BuildKit's shell lexer finds them; null where a quote or brace stays open. */
export function heredocMarkers(slice: Slice): readonly HeredocMarker[] | null {
  const words = shellWords(slice);
  return words === null ? null : words.flatMap((word) => markerOf(word) ?? []);
}

/** True for a text that is one marker and nothing else. */
export function isHeredocMarker(slice: Slice): boolean {
  const markers = heredocMarkers(slice);
  const [marker] = markers ?? [];
  return marker !== undefined && marker.place.start === slice.start && marker.place.end === slice.end;
}

/** `^[0-9]*<<-?[blanks]NAME$`, the name without a `<`. */
function markerOf(place: Slice): HeredocMarker | null {
  const { text } = place.of;
  let at = place.start;
  while (at < place.end && isDigit(text[at])) at++;
  if (!text.startsWith('<<', at) || at + 2 >= place.end) return null;
  at += 2;
  const stripsTabs = text[at] === '-';
  if (stripsTabs) at++;
  const spaced = at < place.end && isSpace(text[at]);
  while (at < place.end && isSpace(text[at])) at++;
  const written = text.slice(at, place.end);
  if (written === '' || written.includes('<')) return null;
  const name = nameOf(written);
  return name === '' ? null : { name, stripsTabs, spaced, place };
}

/** Without quotes and escapes; variables stay as written. */
function nameOf(written: string): string {
  const parts = partsOfWord(written);
  return parts.every((part) => part.kind === 'text') ? parts.map((part) => part.text).join('') : written;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/**
 * The words of a line; a space ends one outside quotes, and inside braces even between quotes: the lexer puts back
 * what `${…}` holds as text and cuts that at its spaces. Its escape character is a backslash, whatever the directive says.
 */
function shellWords(slice: Slice): readonly Slice[] | null {
  const { text } = slice.of;
  const words: Slice[] = [];
  const open: string[] = [];
  let start = -1;
  for (let at = slice.start; at < slice.end; at++) {
    const isProtected = open.length > 0 && open[0] !== '}';
    if (!isProtected && isSpace(text[at])) {
      if (start >= 0) words.push({ of: slice.of, start, end: at });
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    at = afterCharacter(text, at, slice.end, open);
  }
  if (open.length > 0) return null;
  if (start >= 0) words.push({ of: slice.of, start, end: slice.end });
  return words;
}

/** Follows quotes and braces; the offset of the last character that was passed. */
function afterCharacter(text: string, at: number, end: number, open: string[]): number {
  const character = text[at];
  const inside = open.at(-1);
  if (inside === "'") {
    if (character === "'") open.pop();
    return at;
  }
  if (character === '\\') return open[0] === '}' && isSpace(text[at + 1]) ? at : Math.min(at + 1, end - 1);
  if (character === inside) open.pop();
  else if (character === '$' && text[at + 1] === '{') {
    open.push('}');
    return Math.min(at + 1, end - 1);
  } else if (character === '"') open.push('"');
  else if (character === "'" && inside !== '"') open.push("'");
  else if (open.length === 0 && character === '<' && text[at + 1] === '<') return afterArrows(text, at, end);
  return at;
}

/** Blanks right behind `<<` belong to the word, as newer frontends read it. */
function afterArrows(text: string, at: number, end: number): number {
  let last = at + 1;
  while (last + 1 < end && isBlank(text[last + 1])) last++;
  return last;
}
