/** The text in at most `most` UTF-16 units, cut at a code point, `…` where it was cut. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${atCodePoint(text, most - 1)}…`;
}

/** Bytes of UTF-8: the strictest reading of GitHub's "characters", so that every reading holds. */
export function bytesIn(text: string): number {
  return ENCODER.encode(text).length;
}

const ENCODER = new TextEncoder();

/** The text in at most `most` bytes of UTF-8, cut at a code point; `ending` (counted) says that it was cut. */
export function clipBytes(text: string, most: number, ending: string): string {
  if (bytesIn(text) <= most) return text;
  const room = most - bytesIn(ending);
  const { read } = ENCODER.encodeInto(text, new Uint8Array(Math.max(0, room)));
  return atCodePoint(text, read) + ending;
}

function atCodePoint(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
