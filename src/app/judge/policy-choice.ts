import type { BranchSnapshot } from '../../adapters/github/api.ts';
import { compileGlob, type Glob, isGlobFault, matchesList } from '../../domain/glob.ts';
import type { Enforcement, NonEmpty, PolicyProblem, PolicyText } from '../../domain/index.ts';
import { POLICY_PATH } from '../../domain/index.ts';
import type { AppPolicy, OperatorChoice, ReadPolicy } from '../ports.ts';
import type { OrganisationTier } from './organisation.ts';

/** The policy texts that a pull request is judged by, and what the App has to know of them. */
export interface ChosenPolicy {
  readonly texts: readonly PolicyText[];
  /** Null where the policy says. */
  readonly enforcement: Enforcement | null;
  readonly policy: AppPolicy;
}

/** What counts for every branch. */
export interface StrongerTiers {
  readonly operator: OperatorChoice;
  readonly organisation: OrganisationTier;
}

/**
 * From which branch the policy is read: the base branch where it is the default branch or one that the default branch's
 * policy lists, else the default branch (SEMANTICS 1.3).
 */
export function choosePolicy(
  snapshot: BranchSnapshot,
  { operator, organisation }: StrongerTiers,
  readPolicy: ReadPolicy,
): ChosenPolicy | { readonly problems: NonEmpty<PolicyProblem> } {
  if (organisation.kind === 'lost') return { problems: [organisation.problem] };
  const stronger = [
    ...(operator.policy === null ? [] : [operator.policy]),
    ...(organisation.kind === 'policy' ? [organisation.text] : []),
  ];
  const byDefault = textsOf(stronger, snapshot.atDefault.get(POLICY_PATH) ?? null, snapshot.defaultTip);
  const isDefault = snapshot.base.ref === snapshot.defaultBranch;
  const atDefault = readPolicy(byDefault);
  if ('problems' in atDefault) return atDefault;
  if (isDefault || !lists(atDefault.policy.branches, snapshot.base.ref))
    return chosen(byDefault, atDefault.policy, operator);
  const texts = textsOf(stronger, snapshot.atTip.get(POLICY_PATH) ?? null, snapshot.base.tip);
  const atTip = readPolicy(texts);
  return 'problems' in atTip ? atTip : chosen(texts, atTip.policy, operator);
}

function textsOf(
  stronger: readonly PolicyText[],
  text: string | null,
  commit: string,
): readonly PolicyText[] {
  return [
    ...stronger,
    ...(text === null ? [] : [{ tier: 'repository', from: `${POLICY_PATH}@${commit}`, text } as const]),
  ];
}

/** Where no tier has a policy, the App observes (SEMANTICS 1.5). */
function chosen(texts: readonly PolicyText[], policy: AppPolicy, operator: OperatorChoice): ChosenPolicy {
  const enforcement = operator.enforcement ?? (texts.length === 0 ? 'observe' : null);
  return { texts, enforcement, policy };
}

function lists(branches: readonly string[], branch: string): boolean {
  const globs = branches.map(compileGlob).filter((glob): glob is Glob => !isGlobFault(glob));
  return matchesList(globs, branch);
}
