import type { EffectiveBase, Policy } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION } from '../domain/words.ts';

/** The base that most static programs can move to. */
export const STATIC_BASE = 'gcr.io/distroless/static';

/** The policy in a sentence about a base; where its lists are a stronger tier's, its name alone would lead astray. */
export function policyOfBases({ name, basesHeldBy }: Policy): string {
  return basesHeldBy === undefined
    ? `the policy ${name}`
    : `the policy ${name}, whose bases the ${basesHeldBy} locks,`;
}

/** True where the policy in force lets an image stand on the reference as it is: nothing else is proposed. */
export function isAllowed(policy: Policy, reference: string): boolean {
  return policy.assess(reference).standing === 'allowed';
}

/** True for a base that only Windows runs: no base of another system takes its place. */
export function isWindows({ assessment }: EffectiveBase): boolean {
  return assessment.family?.startsWith('windows') === true;
}

/** What is left where the base is one of Windows. */
export const WINDOWS_ADVICE = 'ask for an exception (a Windows image cannot be distroless)';

const MOST_NAMED = 4;

/** What to move to where the usual base is not open: what the policy's own list names. */
export function allowedAdvice(policy: Policy): string {
  const { allowedBases } = policy;
  if (allowedBases.length === 0) return ASK_FOR_EXCEPTION;
  const rest = allowedBases.length - MOST_NAMED;
  const named = allowedBases.slice(0, MOST_NAMED).join(', ');
  return `use a base that the policy allows (${named}${rest > 0 ? ` and ${rest} more` : ''})`;
}
