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
  if (pattern === '') return text;
  if (/[*?[\\]/.test(pattern)) return fitsPattern(pattern, text) ? to : undefined;
  if (operator === '//') return text.replaceAll(pattern, () => to);
  if (operator === '/#') return text.startsWith(pattern) ? to + text.slice(pattern.length) : text;
  if (operator === '/%')
    return text.endsWith(pattern) ? text.slice(0, text.length - pattern.length) + to : text;
  return text.replace(pattern, () => to);
}

function sliced(text: string, offset: string | null, length: string | null): string | undefined {
  const from = Number((offset ?? '').trim());
  const count = length === null ? undefined : Number(length.trim());
  if (!Number.isInteger(from) || (count !== undefined && (!Number.isInteger(count) || count < 0)))
    return undefined;
  const start = from < 0 ? Math.max(0, text.length + from) : from;
  return text.slice(start, count === undefined ? undefined : start + count);
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
