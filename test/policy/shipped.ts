import { readFileSync } from 'node:fs';
import type { Policy, PolicyText } from '../../src/domain/index.ts';
import { loadPolicy, type PolicyGiven } from '../../src/policy/index.ts';

function shippedText(name: string): string {
  return readFileSync(new URL(`../../policies/${name}.yaml`, import.meta.url), 'utf8');
}

/** What the shipped policies are compiled with; the ids are those that the tests' texts name. */
export const GIVEN: PolicyGiven = {
  basesText: shippedText('bases'),
  shipped: { 'kep-1729': shippedText('kep-1729'), minimal: shippedText('minimal') },
  ruleIds: [
    'base-needs-exception',
    'base-not-allowed',
    'base-scratch',
    'glog-import',
    'manifest-shell-probe',
    'unresolved-base',
  ],
};

/** The policy that texts make; fails the test where one has a problem. */
export function policyOf(...texts: readonly PolicyText[]): Policy {
  const loaded = loadPolicy(texts, GIVEN);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return loaded.policy;
}

export function operator(text: string): PolicyText {
  return { tier: 'operator', from: 'policy.yml', text };
}

export function repository(text: string): PolicyText {
  return { tier: 'repository', from: '.github/plinth.yml', text };
}
