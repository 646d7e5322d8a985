import type { Problem, RuleId } from './finding.ts';
import type { Policy } from './policy.ts';
import type { ProjectModel } from './project.ts';
import type { RuleMeta } from './report.ts';
import type { ChangedPath } from './tree.ts';

/** Rules that say that something is undecided: no policy makes them milder (SEMANTICS 5.1). */
export const UNDECIDED_RULES: ReadonlySet<RuleId> = new Set(['unresolved-base', 'unread-file']);

/** What a rule is given beside what it looks at. */
export interface Given {
  readonly policy: Policy;
}

/** A change as a rule of governance sees it. */
export interface ChangeRecord {
  readonly changes: readonly ChangedPath[];
}

/** A rule looks at one tree, or at what a change does to the policy itself (SEMANTICS 4.7). */
export type Rule =
  | {
      readonly on: 'tree';
      readonly meta: RuleMeta;
      check(project: ProjectModel, given: Given): Iterable<Problem>;
    }
  | {
      readonly on: 'governance';
      readonly meta: RuleMeta;
      check(record: ChangeRecord, given: Given): Iterable<Problem>;
    };
