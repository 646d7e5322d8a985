import { nearest } from '../domain/nearest.ts';
import { listed } from '../domain/words.ts';

/** `: did you mean "bases"?`; without a near one, the candidates where they are few. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `: did you mean "${near}"?`;
  return candidates.length > 0 && candidates.length <= 16 ? `: it can be ${inWords(candidates)}` : '';
}

const MOST_FAMILIES = 4;

/** `: did you mean "alpine"?` for a family of bases; a part of its name (`static`) means those that have it. Empty where none is near. */
export function familySuggestion(word: string, families: readonly string[]): string {
  const part = `-${word.toLowerCase()}-`;
  const having = families.filter((family) => `-${family}-`.includes(part));
  if (having.length === 0) {
    const near = nearest(word, families);
    return near === undefined ? '' : `: did you mean "${near}"?`;
  }
  const named = having.slice(0, MOST_FAMILIES).map((family) => `"${family}"`);
  return `: did you mean ${having.length > MOST_FAMILIES ? `one of ${named.join(', ')} …` : inWords(named)}?`;
}

/** `a, b or c`. */
export function inWords(words: readonly string[]): string {
  return listed(words, 'or');
}
