import type { Problem, Related, Rest, RuleId } from './finding.ts';
import type { Location, NonEmpty } from './location.ts';
import type { Policy, PolicyProblem } from './policy.ts';
import type { ProjectModel, Scope } from './project.ts';
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
  /** The policy file as the change would leave it; null where the change does not touch it or removes it. */
  readonly policy: WrittenPolicy | null;
  /** The exceptions file likewise: the one that is read once the change is merged, also where only the policy is another then. */
  readonly exceptions: WrittenExceptions | null;
  /** Its path. */
  readonly exceptionsPath: string;
}

/** What a policy text that a change writes comes to: its problems, or why it could not be read. */
export type WrittenPolicy = { readonly problems: readonly PolicyProblem[] } | { readonly unread: string };

/** What an exceptions file comes to that a change writes; ids of entries, in their files' order. */
export type WrittenExceptions =
  | WrittenPolicy
  | {
      readonly added: readonly string[];
      readonly changed: readonly string[];
      readonly removed: readonly string[];
    };

/** A container that a manifest starts, or probes, through a shell of an image that the tree builds; plain data. */
export interface ShellUse {
  /** The manifest. */
  readonly path: string;
  /** Stable name of the container inside it. */
  readonly container: string;
  /** `container a of Pod b`. */
  readonly label: string;
  readonly scope: Scope;
  /** Each place that needs the shell, the first being the worst. */
  readonly places: NonEmpty<Related>;
  /** The image's reference in the manifest, and where. */
  readonly reference: string;
  readonly referenceAt: Location;
  /** The definitions that build it. */
  readonly images: readonly UsedImage[];
}

/** Whether an image has a shell; `open` where nothing that was read decides it. */
export type ShellThere = 'yes' | 'no' | 'open';

/** An image of the tree as a manifest that runs it sees it. */
export interface UsedImage {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  /** The line that decides its base. */
  readonly decidedAt: Location;
  readonly base: string;
  readonly shell: ShellThere;
  /** What build rules publish it as, tags included. */
  readonly tags: readonly string[];
  readonly rests: readonly Rest[];
}

/** Both sides of a change, for a rule that compares them. */
export interface TreePair {
  readonly tip: readonly ShellUse[];
  readonly result: readonly ShellUse[];
  /** The path that a file of the result had at the tip. */
  former(path: string): string;
}

/** A rule looks at one tree, at both of a change, or at what a change does to the policy itself (SEMANTICS 4.7). */
export type Rule =
  | {
      readonly on: 'tree';
      readonly meta: RuleMeta;
      check(project: ProjectModel, given: Given): Iterable<Problem>;
    }
  | {
      readonly on: 'change';
      readonly meta: RuleMeta;
      /** Each problem is one that the change makes. */
      check(trees: TreePair, given: Given): Iterable<Problem>;
    }
  | {
      readonly on: 'governance';
      readonly meta: RuleMeta;
      check(record: ChangeRecord, given: Given): Iterable<Problem>;
    };
