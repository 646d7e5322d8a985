import type { Location, NonEmpty } from './location.ts';

export type RuleId = string;
export type Level = 'block' | 'needs-exception' | 'inconclusive' | 'warn' | 'note';
export type Effect = 'breaks' | 'discouraged';
export type FindingState = 'introduced' | 'existing' | 'fixed';
export type Outcome = 'pass' | 'warn' | 'needs-exception' | 'block' | 'inconclusive';

export interface Related extends Location {
  readonly message: string;
}

export interface Edit {
  readonly path: string;
  readonly startLine: number;
  /** Inclusive. */
  readonly endLine: number;
  /** Without a trailing line break. */
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  /** Proven to keep behaviour; only safe fixes are offered as one-click suggestions. */
  readonly safe: boolean;
  readonly edits: NonEmpty<Edit>;
}

/** Worst first, as SEMANTICS 5.1 orders outcomes. */
export const LEVELS: readonly Level[] = ['block', 'needs-exception', 'inconclusive', 'warn', 'note'];
