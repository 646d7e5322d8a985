import type { FailedRule } from './report.ts';

/** First letter in upper case; the rest as it is. */
export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The command that says how an exception is given: the one place where that is told. */
export const EXPLAIN_EXCEPTIONS = 'plinth explain exceptions';

/** How a remedy ends where nothing else is left. */
export const ASK_FOR_EXCEPTION = `ask a maintainer for an exception (\`${EXPLAIN_EXCEPTIONS}\` says how)`;

/** What a rule that failed means, as a sentence. */
export function failedRuleInWords({ rule, because }: FailedRule): string {
  return `The rule ${rule} failed (${because}), so what it would have found is not known.`;
}

/** `a`, `a and b`, `a, b and c`; with another word in front of the last, `a, b or c`. */
export function listed(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** `1 image`, `2 images`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
