import type { NonEmpty, PolicyProblem, PolicyText } from '../domain/index.ts';
import { type PolicyGiven, readTiers, tableOf } from './layers.ts';
import { policySchema } from './schema.ts';
import { type EffectiveSetting, type Lock, settleTiers } from './tiers.ts';

/** Where the effective policy comes from. */
export interface EffectivePolicy {
  readonly settings: readonly EffectiveSetting[];
  /** What stronger tiers hold against weaker ones. */
  readonly locks: readonly Lock[];
}

/**
 * Every setting that some tier makes, in the order in which the schema names the keys: the same texts, precedence and merging as in
 * `loadPolicy`, for people who ask where a value comes from.
 */
export function effectiveSettings(
  texts: readonly PolicyText[],
  given: PolicyGiven,
): EffectivePolicy | { readonly problems: NonEmpty<PolicyProblem> } {
  const bases = tableOf(given.basesText);
  if ('problems' in bases) return bases;
  const read = readTiers(texts, given, bases.table);
  if ('problems' in read) return read;
  const { settings, locks } = settleTiers(read.stack);
  const order = Object.keys(policySchema().shape);
  const rank = ({ path }: EffectiveSetting) => order.indexOf(String(path[0]));
  return { settings: settings.toSorted((a, b) => rank(a) - rank(b)), locks };
}
