import { lastAtMost } from '../../domain/sorted.ts';
import type { ScalarStyle } from './nodes.ts';

/** Where runs of a value stand in its source: parallel lists, both ascending; between two entries both advance alike. */
export interface Anchorage {
  readonly value: readonly number[];
  readonly source: readonly number[];
}

/** The offset in the source of an offset in the value. */
export function sourceOffset(anchorage: Anchorage, offset: number): number {
  const anchor = lastAtMost(anchorage.value, offset);
  const run = Math.max(0, offset - (anchorage.value[anchor] ?? 0));
  const next = anchorage.source[anchor + 1];
  const found = (anchorage.source[anchor] ?? 0) + run;
  return next === undefined ? found : Math.min(found, next);
}

/** Finds where the runs of a scalar's value stand in the text that wrote it, quotes or block header included. */
export function alignScalar(source: string, value: string, style: ScalarStyle): Anchorage {
  if (style === 'literal' || style === 'folded') return alignLines(source, value, source.indexOf('\n') + 1);
  if (style === 'plain' && !source.includes('\n')) return { value: [0], source: [0] };
  return alignFlow(source, value, style);
}

/** Each line of a block scalar is found in the value in turn, its indentation aside. */
function alignLines(source: string, value: string, from: number): Anchorage {
  const values = [0];
  const sources = [from];
  let inValue = 0;
  let lineStart = from;
  while (lineStart < source.length) {
    const lineBreak = source.indexOf('\n', lineStart);
    const lineEnd = lineBreak === -1 ? source.length : lineBreak;
    const content = firstNonBlank(source, lineStart, lineEnd);
    if (content < lineEnd) {
      const found = firstNonSpace(value, inValue);
      values.push(found);
      sources.push(content);
      inValue = found + (lineEnd - content);
    }
    lineStart = lineEnd + 1;
  }
  return { value: values, source: sources };
}

function firstNonBlank(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text[at])) at++;
  return at;
}

function firstNonSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && (isBlank(text[at]) || text[at] === '\n')) at++;
  return at;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r';
}

/** Plain and quoted scalars: escapes and folded line breaks end a run. */
function alignFlow(source: string, value: string, style: ScalarStyle): Anchorage {
  const opening = style === 'plain' ? 0 : 1;
  const values = [0];
  const sources = [opening];
  let inValue = 0;
  const restart = (at: number) => {
    values.push(inValue);
    sources.push(at);
  };
  for (let at = opening; at < source.length; ) {
    const char = source[at];
    if (char === '\n' || isBlank(char)) {
      const blanks = firstNonBlank(source, at, source.length);
      if (source[blanks] === '\n') {
        inValue = firstNonSpace(value, inValue);
        at = firstNonSpace(source, blanks);
        restart(at);
      } else {
        inValue += blanks - at;
        at = blanks;
      }
    } else if (style === 'double' && char === '\\') {
      const found = escapeAt(source, at);
      inValue += found.makes;
      at += found.length;
      restart(at);
    } else if (style === 'single' && char === "'" && source[at + 1] === "'") {
      inValue++;
      at += 2;
      restart(at);
    } else {
      inValue++;
      at++;
    }
  }
  return { value: values, source: sources };
}

/** How long an escape of a double-quoted scalar is, and how many UTF-16 units of the value it makes. */
function escapeAt(source: string, at: number): { readonly length: number; readonly makes: number } {
  const code = source[at + 1];
  if (code === 'x') return { length: 4, makes: 1 };
  if (code === 'u') return { length: 6, makes: 1 };
  if (code === 'U') return { length: 10, makes: source.slice(at + 2, at + 6) === '0000' ? 1 : 2 };
  const lineBreak = firstNonBlank(source, at + 1, source.length);
  if (source[lineBreak] !== '\n') return { length: 2, makes: 1 };
  return { length: firstNonBlank(source, lineBreak + 1, source.length) - at, makes: 0 };
}
