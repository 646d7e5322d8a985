// `{a,b}` and `{1..3}` outside quotes: a word for each.
import type { WordPart } from 'unbash';

const MOST_WORDS = 64;

/** The words that a word with braces becomes, texts of braces among its parts; null for a word without any that can be told. */
export function inBraces(parts: readonly WordPart[]): readonly (readonly (WordPart | string)[])[] | null {
  let words: (readonly (WordPart | string)[])[] = [[]];
  let isAny = false;
  for (const part of parts) {
    const texts = part.type === 'BraceExpansion' ? textsOf(part.text) : null;
    if (texts !== null && texts.length * words.length > MOST_WORDS) return null;
    isAny ||= texts !== null;
    words = words.flatMap((word) => (texts ?? [part]).map((one) => [...word, one]));
  }
  return isAny ? words : null;
}

/** Without braces, quotes or variables inside. */
function textsOf(text: string): readonly string[] | null {
  const inner = /^\{([^{}$`"'\\]*)\}$/.exec(text)?.[1];
  if (inner === undefined) return null;
  if (inner.includes(',')) return inner.split(',');
  const [, from, to] = /^(-?\d{1,6})\.\.(-?\d{1,6})$/.exec(inner) ?? [];
  return from === undefined || to === undefined || /^-?0\d/.test(from)
    ? null
    : numbers(Number(from), Number(to));
}

function numbers(from: number, to: number): readonly string[] | null {
  const count = Math.abs(to - from) + 1;
  if (count > MOST_WORDS) return null;
  const step = to < from ? -1 : 1;
  return Array.from({ length: count }, (_, index) => String(from + index * step));
}
