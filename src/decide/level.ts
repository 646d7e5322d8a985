import type { Level, Policy, Problem, RuleMeta } from '../domain/index.ts';
import { isNoted, UNDECIDED_RULES } from '../domain/index.ts';

/** A problem's level by scope, policy, standing and effect; null where the policy switches the rule off. */
export function levelOf(meta: RuleMeta, problem: Problem, policy: Policy): Level | null {
  const set = UNDECIDED_RULES.has(meta.id) ? undefined : policy.levelOf(meta.id);
  if (set === 'off') return null;
  if (problem.scope !== undefined && isNoted(problem.scope)) return 'note';
  // What a rule could not decide stays undecided, whatever level the decided ones have.
  if (problem.level === 'inconclusive') return problem.level;
  if (set !== undefined) return set;
  if (problem.level !== undefined) return problem.level;
  if (problem.kind === 'base' || problem.kind === 'other') return meta.level;
  return levelOfNeed(meta, problem, policy);
}

/** On an allowed base a need that breaks blocks; elsewhere it is no worse than what the policy says of its base. */
function levelOfNeed(meta: RuleMeta, problem: Problem, policy: Policy): Level {
  switch (problem.standing) {
    case 'allowed':
      return problem.effect === 'breaks' ? 'block' : 'warn';
    case 'needs-exception':
      return levelOfBase(policy, 'base-needs-exception', 'needs-exception');
    case 'not-allowed':
      return levelOfBase(policy, 'base-not-allowed', 'block');
    case 'unresolved':
      return 'block';
    case undefined:
      return meta.level;
    default:
      return problem.standing satisfies never;
  }
}

function levelOfBase(policy: Policy, rule: string, otherwise: Level): Level {
  const set = policy.levelOf(rule) ?? otherwise;
  return set === 'off' ? 'note' : set;
}
