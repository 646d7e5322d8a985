import type { Policy } from '../domain/index.ts';

const MOST_TOLD = 5;

/** What a reader should know of keys that have no effect since a stronger tier locks them: a sentence each, within a bound. */
export function policyNotes({ overruled }: Policy): readonly string[] {
  const told = overruled
    .slice(0, MOST_TOLD)
    .map(({ from, line, message }) => `${from.replace(/@[0-9a-f]{40,64}$/, '')}:${line}: ${message}.`);
  const rest = overruled.length - told.length;
  return rest > 0 ? [...told, `${rest} more keys of the policy are locked by a stronger tier.`] : told;
}
