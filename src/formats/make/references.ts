/** The end of the reference (`$(…)`, `${…}`, `$x`, `$$`) that begins with the `$` at `at`; the text's end where it is not closed. */
export function referenceEnd(text: string, at: number): number {
  const opens = text[at + 1];
  if (opens !== '(' && opens !== '{') return Math.min(text.length, at + 2);
  const closes = opens === '(' ? ')' : '}';
  let depth = 0;
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index];
    if (character === opens) depth++;
    else if (character === closes && --depth === 0) return index + 1;
  }
  return text.length;
}

/** The first place from `from` on, outside references, where `wanted` says yes; -1 where there is none. */
export function findOutside(text: string, from: number, wanted: (at: number) => boolean): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '$') at = referenceEnd(text, at) - 1;
    else if (wanted(at)) return at;
  }
  return -1;
}

/** Cuts at each of `separator` outside parentheses of the given kind and outside references. At most `most` pieces. */
export function splitOutside(
  text: string,
  separator: string,
  most = Number.POSITIVE_INFINITY,
): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length && pieces.length < most - 1; at++) {
    const character = text[at];
    if (character === '$') at = referenceEnd(text, at) - 1;
    else if (character === '(' || character === '{') depth++;
    else if (character === ')' || character === '}') depth--;
    else if (character === separator && depth <= 0) {
      pieces.push(text.slice(from, at));
      from = at + 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}
