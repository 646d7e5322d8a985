import type { Judged } from '../decide/index.ts';
import { levelOf } from '../decide/index.ts';
import type { FailedRule, Policy, Problem, Rule, RuleId } from '../domain/index.ts';

/** What a rule's part came to: where it threw, the rule is named and what it found is `otherwise`. */
export interface Guarded<T> {
  readonly found: T;
  readonly failedRules: readonly FailedRule[];
}

/** A rule that throws costs that rule, whatever it looks at: the verdict is inconclusive and names it (SEMANTICS 5.2). */
export function guarded<T>(rule: RuleId, work: () => T, otherwise: T): Guarded<T> {
  try {
    return { found: work(), failedRules: [] };
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return { found: otherwise, failedRules: [{ rule, because }] };
  }
}

/** The problems that a rule finds, each with the level that it has under the policy; those that are off are left out. */
export function runRule(
  rule: Rule,
  check: () => Iterable<Problem>,
  policy: Policy,
): Guarded<readonly Judged[]> {
  return guarded(rule.meta.id, () => judge(rule, check(), policy), []);
}

function judge(rule: Rule, problems: Iterable<Problem>, policy: Policy): readonly Judged[] {
  const judged: Judged[] = [];
  for (const problem of problems) {
    const level = levelOf(rule.meta, problem, policy);
    if (level !== null) judged.push({ rule: rule.meta.id, level, problem, evidence: '' });
  }
  return judged;
}
