/** From one offset of a text up to another. */
export interface Place {
  readonly pos: number;
  readonly end: number;
}

function blank(text: string): string {
  return ' '.repeat(text.length);
}

/** Part of a text, of the same length, with blanks in some places. */
export function withoutPlaces(text: string, from: number, to: number, places: readonly Place[]): string {
  let left = '';
  let at = from;
  for (const { pos, end } of places.toSorted((a, b) => a.pos - b.pos)) {
    if (pos < at || end > to) continue;
    left += text.slice(at, pos) + blank(text.slice(pos, end));
    at = end;
  }
  return left + text.slice(at, to);
}

/** A text, of the same length, with blanks for lines that are comments as a whole. */
export function withoutComments(text: string): string {
  return text.replace(/^[ \t]*#.*$/gm, blank);
}
