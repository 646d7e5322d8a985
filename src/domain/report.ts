// The report contract, `plinth-report/1`. The terms are those of its published JSON schema.
import type { Standing } from './bases.ts';
import type { ExceptionReason, StatedException } from './exception.ts';
import type { Effect, FindingState, Fix, Level, Outcome, RuleId } from './finding.ts';
import type { NonEmpty } from './location.ts';
import type { Enforcement, PolicySource } from './policy.ts';
import type { Scope, Workflow } from './project.ts';

/** Lines and columns from 1; columns count UTF-16 units; the end is exclusive in columns, inclusive in lines. */
export interface ReportLocation {
  readonly path: string;
  readonly line: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
  /** The source line, trimmed. */
  readonly text?: string;
}

/** One base of an image; the terms are those of `report.schema.json`, like those of all types of this file. */
export interface ReportBase {
  readonly reference: string;
  readonly platform: string | null;
  readonly family: string | null;
  readonly standing: Standing;
  readonly basis: 'by-layers' | 'by-name' | 'unresolved';
  readonly chain: readonly ReportLocation[];
}

/** An image that the change touches, or any of a tree judged alone, with its bases before and after. */
export interface ReportImage {
  readonly path: string;
  readonly line?: number;
  readonly name: string | null;
  readonly workflow: Workflow;
  readonly scope: Scope;
  readonly change: 'added' | 'modified' | 'removed' | 'unchanged';
  readonly bases: readonly ReportBase[];
  readonly before?: readonly ReportBase[];
}

/** A finding with its place in head. */
export interface ReportFinding extends ReportLocation {
  readonly rule: RuleId;
  readonly level: Level;
  readonly state: FindingState;
  readonly message: string;
  readonly subject: string;
  readonly fingerprint: string;
  /** The fingerprint's first eight digits. */
  readonly id: string;
  readonly effect?: Effect;
  readonly related?: readonly (ReportLocation & { readonly message: string })[];
  readonly exception?: string | null;
  readonly fix?: Fix;
  readonly cause?: ReportLocation;
}

/** A file that could not be analysed. */
export interface UnreadFile {
  readonly path: string;
  readonly because: string;
  /** True where the change touches it or a touched image depends on it (SEMANTICS 5.2). */
  readonly counts: boolean;
  /** Id of what it holds, by which an exception names it; of a link, of what it leads to. */
  readonly blob?: string;
  readonly exception?: string | null;
}

/** An exception that covers something in the report, with what a reader wants to know of it. */
export interface UsedException {
  readonly id: string;
  readonly reason: ExceptionReason;
  readonly text: string;
  readonly owner: string;
  readonly issue: string;
  /** UTC, `YYYY-MM-DD`, inclusive; null for one without an end. */
  readonly expires: string | null;
  /** Who granted it; absent where the exceptions file of the base branch holds it (SEMANTICS 7.2). */
  readonly grantedBy?: readonly string[];
}

/** An entry that only the change has: it covers nothing until somebody grants exactly that (SEMANTICS 7.2). */
export interface Proposal {
  readonly entry: StatedException;
  readonly path: string;
  readonly line: number;
  /** Ids of the findings that it would cover. */
  readonly covers: readonly string[];
}

/** A rule that threw: what it would have found is not known, so the verdict is inconclusive at least (SEMANTICS 5.2). */
export interface FailedRule {
  readonly rule: RuleId;
  readonly because: string;
}

/** All that a judgement says, for a person or a program: the contract `plinth-report/1`. */
export interface Report {
  readonly schema: 'plinth-report/1';
  readonly engine: { readonly version: string };
  readonly policy: {
    readonly name: string;
    readonly enforcement: Enforcement;
    readonly sources: readonly PolicySource[];
    readonly digest: string;
    /** Which verdict decides: what the change adds, or all of what it touches. */
    readonly scope: 'introduced' | 'touched';
  };
  readonly tip: string | null;
  readonly mergeBase: string | null;
  readonly head: string | null;
  readonly verdict: {
    readonly outcome: Outcome;
    readonly touched: Outcome;
    readonly because: readonly string[];
  };
  readonly images: readonly ReportImage[];
  readonly findings: readonly ReportFinding[];
  /** Existing findings of images and manifests that the change does not touch: counted, not listed. */
  readonly elsewhere: { readonly existing: number };
  readonly unread: readonly UnreadFile[];
  /** Rules that threw; absent where none did. */
  readonly failedRules?: NonEmpty<FailedRule>;
  readonly inputs: {
    readonly date: string;
    readonly exceptions: readonly string[];
    readonly grants: readonly string[];
  };
  /** Exceptions that cover findings or unread files here, in the file's order; absent where none does. */
  readonly exceptions?: NonEmpty<UsedException>;
  /** Entries that the change adds or alters and nobody granted; absent where there are none. */
  readonly proposals?: NonEmpty<Proposal>;
  readonly merge?: { readonly merged: readonly string[]; readonly conflicting: readonly string[] };
  /** What a reader should know of the judgement itself, a sentence each; the verdict does not follow from it. */
  readonly notes?: readonly string[];
  readonly stats: {
    readonly filesListed: number;
    readonly filesAnalysed: number;
    readonly filesFromCache: number;
    readonly milliseconds: number;
  };
}

/** The outcome that gates under the policy's scope. */
export function decidingOutcome(report: Pick<Report, 'policy' | 'verdict'>): Outcome {
  return report.policy.scope === 'touched' ? report.verdict.touched : report.verdict.outcome;
}

/** What readers of a rule need to know; the prose stands in the rule, once. */
export interface RuleMeta {
  readonly id: RuleId;
  /** The Plinth version that first had it. */
  readonly since: string;
  /** The level where standing, effect and scope do not decide otherwise (SEMANTICS 4.5). */
  readonly level: Level;
  /** One sentence: what the rule reports. */
  readonly summary: string;
  readonly why: string;
  /** What to do about it, in one or two sentences. */
  readonly remedy: string;
  /** Addresses, or files of this repository by their path. */
  readonly sources: readonly string[];
  readonly examples: { readonly flagged: readonly RuleExample[]; readonly clean: readonly RuleExample[] };
}

/** A small tree: path → text. In `flagged`, a line of `#    ^^^^ rule-id` marks what the line above is flagged for. */
export interface RuleExample {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the change of the example finds, where it is not an empty tree. */
  readonly before?: Readonly<Record<string, string>>;
}
