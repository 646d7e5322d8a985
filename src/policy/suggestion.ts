import { nearest } from '../domain/nearest.ts';
import { listed } from '../domain/words.ts';

/** `: did you mean "bases"?`; without a near one, the candidates where they are few. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `: did you mean "${near}"?`;
  return candidates.length > 0 && candidates.length <= 16 ? `: it can be ${inWords(candidates)}` : '';
}

/** `a, b or c`. */
export function inWords(words: readonly string[]): string {
  return listed(words, 'or');
}
