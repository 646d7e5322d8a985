import { nearest } from '../domain/nearest.ts';

/** `: did you mean "bases"?`; without a near one, the candidates where they are few. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `: did you mean "${near}"?`;
  return candidates.length > 0 && candidates.length <= 16 ? `: it can be ${inWords(candidates)}` : '';
}

/** `a, b or c`. */
export function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
