import type { Level, Policy, Problem, RuleMeta, Scope } from '../domain/index.ts';

/** Images that are not shipped by this repository: their findings are notes (SEMANTICS 4.5). */
const NOTED: ReadonlySet<Scope> = new Set(['builder', 'vendored', 'third-party']);
/** Rules that say that something is undecided: no policy makes them milder (SEMANTICS 5.1). */
const UNDECIDED: ReadonlySet<string> = new Set(['unresolved-base', 'unread-file']);

/** A problem's level by scope, policy, standing and effect; null where the policy switches the rule off. */
export function levelOf(meta: RuleMeta, problem: Problem, policy: Policy): Level | null {
  const set = UNDECIDED.has(meta.id) ? undefined : policy.levelOf(meta.id);
  if (set === 'off') return null;
  if (problem.scope !== undefined && NOTED.has(problem.scope)) return 'note';
  if (set !== undefined) return set;
  if (problem.level !== undefined) return problem.level;
  if (problem.kind === 'base' || problem.kind === 'other') return meta.level;
  return levelOfNeed(meta, problem);
}

/** On an allowed base a need that breaks blocks; on one that needs an exception it is part of that question. */
function levelOfNeed(meta: RuleMeta, problem: Problem): Level {
  switch (problem.standing) {
    case 'allowed':
      return problem.effect === 'breaks' ? 'block' : 'warn';
    case 'needs-exception':
      return 'needs-exception';
    case 'not-allowed':
    case 'unresolved':
      return 'block';
    case undefined:
      return meta.level;
    default:
      return problem.standing satisfies never;
  }
}
