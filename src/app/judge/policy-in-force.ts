import type { BranchSnapshot, RepositoryClient } from '../../adapters/github/api.ts';
import type { NonEmpty, PolicyProblem } from '../../domain/index.ts';
import type { EffectivePolicy } from '../../policy/index.ts';
import type { AppPorts } from '../ports.ts';
import { type OrganisationGiven, organisationTier } from './organisation.ts';
import { type ChosenPolicy, choosePolicy } from './policy-choice.ts';

/** The policy that judges changes to a branch: what follows from it, and where each key is set and locked. */
export type PolicyInForce =
  | { readonly chosen: ChosenPolicy; readonly effective: EffectivePolicy }
  | { readonly problems: NonEmpty<PolicyProblem> };

export interface PolicyInForceGiven
  extends OrganisationGiven,
    Pick<AppPorts, 'readPolicy' | 'explainPolicy'> {}

/** For people who ask: the same texts as a judgement of the snapshot would take. The snapshot holds the policy file (`POLICY_PATH`). */
export async function policyInForce(
  client: Pick<RepositoryClient, 'repository'>,
  snapshot: BranchSnapshot,
  given: PolicyInForceGiven,
): Promise<PolicyInForce> {
  const organisation = await organisationTier(client.repository, given);
  const chosen = choosePolicy(snapshot, { operator: given.operator, organisation }, given.readPolicy);
  if ('problems' in chosen) return chosen;
  const effective = given.explainPolicy(chosen.texts);
  return 'problems' in effective ? effective : { chosen, effective };
}
