import type { Standing } from './bases.ts';
import type { Location, NonEmpty } from './location.ts';
import type { Scope } from './project.ts';

/** The id of a rule: it names the defect and never changes. */
export type RuleId = string;
/** How much a finding counts, in the order of `LEVELS`. */
export type Level = 'block' | 'needs-exception' | 'inconclusive' | 'warn' | 'note';
/** What a need does on its base (SEMANTICS 4.1). */
export type Effect = 'breaks' | 'discouraged';
/** How a finding compares between tip and result. */
export type FindingState = 'introduced' | 'existing' | 'fixed';
/** What a judgement comes to (SEMANTICS 5.1). */
export type Outcome = 'pass' | 'warn' | 'needs-exception' | 'block' | 'inconclusive';

/** Another place that explains a problem. */
export interface Related extends Location {
  readonly message: string;
}

/** Whole lines of a file, and the text to put in their place. */
export interface Edit {
  readonly path: string;
  readonly startLine: number;
  /** Inclusive. */
  readonly endLine: number;
  /** Without a trailing line break. */
  readonly newText: string;
}

/** A change that removes a finding, as edits of whole lines. */
export interface Fix {
  readonly title: string;
  /** Proven to keep behaviour; only safe fixes are offered as one-click suggestions. */
  readonly safe: boolean;
  readonly edits: NonEmpty<Edit>;
}

/** Worst first, as SEMANTICS 5.1 orders outcomes. */
export const LEVELS: readonly Level[] = ['block', 'needs-exception', 'inconclusive', 'warn', 'note'];

/** A fix as a rule proposes it: text put in the place of a span. The engine turns it into edits of whole lines. */
export interface ProposedFix {
  readonly title: string;
  readonly safe: boolean;
  readonly replacements: NonEmpty<{ readonly at: Location; readonly text: string }>;
}

/**
 * How a problem compares between two trees (SEMANTICS 4.3, 4.4): `base` as a set per definition and family; `need` as a multiset
 * with its effect; `use` (a manifest's need) and `other` as a multiset without it.
 */
export type ProblemKind = 'base' | 'need' | 'use' | 'other';

/** A file that something rests on as a whole, or lines of a file of which only these decide something. */
export type Rest = string | Location;

/** The file that a rest is, or lies in. */
export function restPath(rest: Rest): string {
  return typeof rest === 'string' ? rest : rest.path;
}

/** The images that a problem is about, as exceptions name them (SEMANTICS 7.1). */
export interface ConcernedImages {
  /** Ids of images that the tree builds. */
  readonly built: readonly string[];
  /** An image that a manifest runs and the tree does not build: its reference, and its base as policies name it (null where nothing tells). */
  readonly run?: { readonly reference: string; readonly base: string | null };
  /** The base that the problem is about, as policies name it; absent for a need. */
  readonly base?: string;
}

/** What a rule reports about one tree; the engine adds level, fingerprint and state. */
export interface Problem {
  readonly kind: ProblemKind;
  /** The definition that has it (image or workload); where it is shown is `at`. */
  readonly path: string;
  readonly at: Location;
  /** What it is about inside the definition, from stable names: stage, container, family, capability, program. */
  readonly subject: string;
  /** One sentence that names the image, what is wrong and what to do. */
  readonly message: string;
  readonly effect?: Effect;
  /** Standing of the base that the level follows from; absent where the rule's own level counts. */
  readonly standing?: Standing;
  readonly scope?: Scope;
  /** A level that the rule has to decide itself. */
  readonly level?: Level;
  readonly related?: readonly Related[];
  readonly fix?: ProposedFix;
  /** What the problem's image or manifest rests on: one of them changed means that it is touched. */
  readonly rests: readonly Rest[];
  /** Absent for a problem of no image. */
  readonly concerns?: ConcernedImages;
}

/** Images that this repository does not ship: their findings are notes (SEMANTICS 4.5). */
const NOTED: ReadonlySet<Scope> = new Set(['builder', 'vendored', 'third-party']);

/** True for what is shown and never gates: builders, vendored and third-party images (SEMANTICS 4.5). */
export function isNoted(scope: Scope): boolean {
  return NOTED.has(scope);
}
