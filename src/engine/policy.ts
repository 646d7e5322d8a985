import type { PolicyText } from '../domain/index.ts';
import { type LoadedPolicy, loadPolicy, type PolicyGiven } from '../policy/index.ts';
import { RULE_METADATA } from '../rules/index.ts';
import type { ShippedPolicies } from './ports.ts';

/** The effective policy of the texts of all tiers, or what is wrong with them and where. */
export function compilePolicy(texts: readonly PolicyText[], shipped: ShippedPolicies): LoadedPolicy {
  return loadPolicy(texts, policyGiven(shipped));
}

/** What every policy is read with: the shipped texts and the rules that exist. */
export function policyGiven(shipped: ShippedPolicies): PolicyGiven {
  return { basesText: shipped.bases, shipped: shipped.policies, ruleIds: [...RULE_METADATA.keys()] };
}
