import type { BaseAssessment } from './bases.ts';
import type { DeclaredValue } from './declared-value.ts';
import type { ExceptionEntry } from './exception.ts';
import type { Level, RuleId } from './finding.ts';

/** Whether findings gate (SEMANTICS 1.5). */
export type Enforcement = 'observe' | 'enforce';
/** Whose text a policy is (SEMANTICS 1.4); `worktree` is a repository’s own, not committed yet. */
export type Tier = 'operator' | 'organisation' | 'repository' | 'shipped' | 'worktree';

/** A text that the effective policy was made from. */
export interface PolicySource {
  readonly tier: Tier;
  /** `shipped`, a file, or `<repository>:<path>@<commit>`. */
  readonly from: string;
}

/** A policy text of one tier. */
export interface PolicyText {
  readonly tier: Tier;
  /** `shipped`, a file, or `<repository>:<path>@<commit>`. */
  readonly from: string;
  readonly text: string;
}

/** The file of a repository that holds its policy. */
export const POLICY_PATH = '.github/plinth.yml';

/** The repository of an account that holds the policy of all of its repositories, in the same file. */
export const ORGANISATION_REPOSITORY = '.github';

/** True for the name of that repository; GitHub's names have no case. */
export function isOrganisationRepository(name: string): boolean {
  return name.toLowerCase() === ORGANISATION_REPOSITORY;
}

/** What reading the policy file of that repository came to, at the tip of its default branch. */
export type OrganisationFile =
  | { readonly kind: 'present'; readonly owner: string; readonly commit: string; readonly text: string }
  /** The repository can be read and holds none. */
  | { readonly kind: 'absent' }
  /** There is no such repository, or the App may not read it: GitHub does not tell which. */
  | { readonly kind: 'unreachable' };

/** The exceptions file of a repository whose policy names no other. */
export const EXCEPTIONS_PATH = '.github/plinth-exceptions.yml';

/** What a path is by its place; the stricter of tip and head counts (SEMANTICS 2.1). */
export type PathClass = 'release' | 'test' | 'example' | 'vendored' | 'ignored';

/** Who may act by a comment (SEMANTICS 7.4). */
export interface CommandRules {
  readonly grant: {
    /** Slugs of teams of the organisation whose members may grant an exception. */
    readonly teams: readonly string[];
    /** The role in the repository from which on a person may. */
    readonly permission: 'triage' | 'write' | 'maintain' | 'admin';
    /** Whether approvers of the OWNERS files above the image may. */
    readonly owners: boolean;
    /** Whether the author of a pull request may grant what it asks for. */
    readonly author: boolean;
  };
  readonly twoPerson: boolean;
}

/** What a policy says of exceptions: which file holds them, and how it is read. */
export interface ExceptionsReading {
  /** Path of the exceptions file. */
  readonly exceptions: string;
  /** The entries of an exceptions file, or what is wrong with it. */
  exceptionsOf(file: { readonly from: string; readonly text: string }): ReadExceptions;
}

/** An effective policy, compiled: the questions that a judgement asks of it. */
export interface Policy extends ExceptionsReading {
  readonly name: string;
  /** Null where no tier sets it: a policy that somebody wrote enforces; the shipped default observes in the App (SEMANTICS 1.5). */
  readonly enforcement: Enforcement | null;
  readonly sources: readonly PolicySource[];
  /** Keys of weaker tiers' texts that have no effect, since a stronger tier locks them. */
  readonly overruled: readonly PolicyProblem[];
  /** sha256 of the effective policy in canonical form. */
  readonly digest: string;
  readonly scope: 'introduced' | 'touched';
  readonly review: 'actionable' | 'all' | 'off';
  readonly branches: readonly string[];
  readonly commands: CommandRules;
  /** The families and names that are allowed as a base, as the policy writes them, for people to read. */
  readonly allowedBases: readonly string[];
  /** The tier that holds the lists of bases, where these are others than the policy's name and the repository's text say. */
  readonly basesHeldBy?: Tier;
  /**
   * Judges an image reference as text: `gcr.io/distroless/static:nonroot`, `scratch`,
   * `k8s.gcr.io/debian-base-$(ARCH):v1` ($(ARCH) for an open architecture), open parts written `${NAME}`.
   * The standing is the worst over what an open part could be.
   */
  assess(reference: string): BaseAssessment;
  /** One spelling of the names under which all Kubernetes registries serve an image (DOMAIN 1); any other normalised name as it is. */
  servedName(name: string): string;
  /** True where the policy's `images` governs the image's name: it is ours (SEMANTICS 4.5). */
  governs(reference: string): boolean;
  /** The glob of `images` by which it does; null where it does not. */
  governedBy(reference: string): string | null;
  classOf(path: string): PathClass;
  /** Values that a build sets and no file of the tree does. */
  readonly declared: readonly DeclaredValue[];
  /** A rule's level as a tier set it; undefined where none did. */
  levelOf(rule: RuleId): Level | 'off' | undefined;
  /** True for the name of a program that an operating system brings (the table of `missing-program`). */
  isSystemProgram(name: string): boolean;
  /**
   * What is wrong with a policy text that a change writes into the repository, under the same stronger tiers; empty where it can be used.
   * A key that one of them locks is wrong where the repository's text does not have it yet.
   */
  problemsOf(text: string): readonly PolicyProblem[];
  /** The policy once the repository's text is another, or gone; null where that text cannot be used. */
  rewritten(text: string | null): Policy | null;
}

/** The entries of an exceptions file, or what is wrong with it: never both. */
export type ReadExceptions =
  | { readonly entries: readonly ExceptionEntry[] }
  | { readonly problems: readonly PolicyProblem[] };

/** A policy text that cannot be used, with its place. */
export interface PolicyProblem {
  /** File, or `shipped:NAME`. */
  readonly from: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to write instead, the nearest valid key named. */
  readonly message: string;
}
