import { closed, derived, type Piece } from '../../../formats/make/pieces.ts';
import { fitsPattern, withoutPattern } from '../../../formats/shell/patterns.ts';

/** What a parameter expansion does to a value; null for a word of it that is not decided. */
export type Changes =
  | { readonly kind: 'remove'; readonly operator: '#' | '##' | '%' | '%%'; readonly pattern: string | null }
  | {
      readonly kind: 'replace';
      readonly operator: '/' | '//' | '/#' | '/%';
      readonly pattern: string | null;
      readonly to: string | null;
    }
  | { readonly kind: 'slice'; readonly offset: string | null; readonly length: string | null }
  | { readonly kind: 'case'; readonly operator: '^' | '^^' | ',' | ',,' };

/** The changed value; undefined where it is not decided. */
export function changedText(pieces: readonly Piece[], changes: Changes): readonly Piece[] | undefined {
  const text = closed(pieces);
  if (text === undefined) return changedAtEnd(pieces, changes);
  const changed = changedPlain(text, changes);
  return changed === undefined ? undefined : derived(changed, pieces);
}

function changedPlain(text: string, changes: Changes): string | undefined {
  switch (changes.kind) {
    case 'remove':
      return changes.pattern === null ? undefined : withoutPattern(text, changes.pattern, changes.operator);
    case 'replace':
      return changes.pattern === null || changes.to === null
        ? undefined
        : replaced(text, changes.operator, changes.pattern, changes.to);
    case 'slice':
      return sliced(text, changes.offset, changes.length);
    case 'case': {
      const { operator } = changes;
      const change = (part: string): string =>
        operator.startsWith('^') ? part.toUpperCase() : part.toLowerCase();
      return operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1);
    }
    default:
      return changes satisfies never;
  }
}

function replaced(text: string, operator: string, pattern: string, to: string): string | undefined {
  if (pattern === '' && (operator === '/' || operator === '//')) return text;
  if (/[*?[\\]/.test(pattern)) return replacedFitting(text, operator, pattern, to);
  if (operator === '//') return text.replaceAll(pattern, () => to);
  if (operator === '/#') return text.startsWith(pattern) ? to + text.slice(pattern.length) : text;
  if (operator === '/%')
    return text.endsWith(pattern) ? text.slice(0, text.length - pattern.length) + to : text;
  return text.replace(pattern, () => to);
}

/** Names are shorter; each stretch of a text is held against the pattern. */
const LONGEST_FITTED = 256;

/** The first stretch that the pattern fits, the longest one from its place on; with `//` each. */
function replacedFitting(text: string, operator: string, pattern: string, to: string): string | undefined {
  if (text.length > LONGEST_FITTED) return undefined;
  if (text === '') return fitsPattern(pattern, '') ? to : '';
  let result = '';
  let at = 0;
  while (at < text.length) {
    const end = operator === '/#' && at > 0 ? at : endOfFit(text, at, pattern, operator === '/%');
    if (end === at) {
      result += text[at++];
      continue;
    }
    result += to;
    at = end;
    if (operator !== '//') break;
  }
  return result + text.slice(at);
}

/** Where the longest stretch from here on ends that the pattern fits; here, where there is none. */
function endOfFit(text: string, from: number, pattern: string, isToEnd: boolean): number {
  for (let end = text.length; end > from; end--) {
    if (fitsPattern(pattern, text.slice(from, end))) return end;
    if (isToEnd) break;
  }
  return from;
}

/** A start before the text leaves nothing of it; a length below nothing counts from its end. */
function sliced(text: string, offset: string | null, length: string | null): string | undefined {
  const range = rangeOf(text.length, offset, length);
  if (range === undefined) return undefined;
  const [start, end] = range;
  return end < start ? undefined : text.slice(start, end);
}

function rangeOf(
  size: number,
  offset: string | null,
  length: string | null,
): readonly [number, number] | undefined {
  const from = Number((offset ?? '').trim() || '0');
  const count = length === null ? size : Number(length.trim() || '0');
  if (offset === null || !Number.isInteger(from) || !Number.isInteger(count)) return undefined;
  const start = from < 0 ? size + from : from;
  if (start < 0 || start > size) return [0, 0];
  return [start, count < 0 ? size + count : Math.min(size, start + count)];
}

/** The elements of an array, each changed; a slice takes some of them. Undefined where it is not decided. */
export function changedElements(
  elements: readonly (readonly Piece[])[],
  changes: Changes,
): readonly (readonly Piece[])[] | undefined {
  if (changes.kind === 'slice') {
    const range = rangeOf(elements.length, changes.offset, changes.length);
    return range === undefined || range[1] < range[0] ? undefined : elements.slice(...range);
  }
  const changed = elements.map((element) => changedText(element, changes));
  return changed.every((element) => element !== undefined) ? changed : undefined;
}

/** Plain text that is cut off, or cut away up to, stands in the closed part at that end. */
function changedAtEnd(pieces: readonly Piece[], changes: Changes): readonly Piece[] | undefined {
  if (changes.kind !== 'remove' || changes.pattern === null) return undefined;
  const { operator, pattern } = changes;
  const isStart = operator.startsWith('#');
  const end = isStart ? pieces[0] : pieces.at(-1);
  if (end === undefined || end.open !== undefined || operator.length === 2) return undefined;
  const cut = withoutPattern(end.text, pattern, operator);
  if (cut === end.text) return /[*?[]/.test(pattern) ? undefined : pieces;
  const kept = { ...end, text: cut };
  return isStart ? [kept, ...pieces.slice(1)] : [...pieces.slice(0, -1), kept];
}
