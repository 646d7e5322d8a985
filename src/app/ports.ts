// What the App asks of the world. Production fills these in `production.ts`; the demo and tests hand in their own.
import type { AnalysisAnswer } from '../adapters/analyser/index.ts';
import type { GitHub } from '../adapters/github/api.ts';
import type { Store } from '../adapters/store/index.ts';
import type { Enforcement, NonEmpty, Policy, PolicyProblem, PolicyText } from '../domain/index.ts';
import type { BlobSource, FactCache, Judgement } from '../engine/ports.ts';
import type { EffectivePolicy } from '../policy/index.ts';

/** The only source of time: tests turn it themselves. Milliseconds since 1970. */
export interface Time {
  now(): number;
  /** Calls `act` once when `now()` has reached `at`; the returned function cancels that. */
  at(at: number, act: () => void): () => void;
}

/** The part of pino that the App uses: fields, then a sentence. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** From a judgement to its report: in production in a child process. */
export type Analyse = (
  judgement: Judgement,
  ports: { readonly blobs: BlobSource; readonly cache: FactCache | null },
) => Promise<AnalysisAnswer>;

/** What the App itself asks of a policy, beside what the analysis does. */
export type AppPolicy = Pick<
  Policy,
  | 'branches'
  | 'commands'
  | 'digest'
  | 'enforcement'
  | 'exceptions'
  | 'exceptionsOf'
  | 'name'
  | 'review'
  | 'sources'
>;

/** What the App itself has to know of a policy before the analysis: which branches it covers, how reviews are written. */
export type PolicyAnswer = { readonly policy: AppPolicy } | { readonly problems: NonEmpty<PolicyProblem> };

/** Compiles the texts of all tiers; no text at all is the shipped default. */
export type ReadPolicy = (texts: readonly PolicyText[]) => PolicyAnswer;

/** The settings of the texts of all tiers, each with the text that sets it. */
export type ExplainPolicy = (
  texts: readonly PolicyText[],
) => EffectivePolicy | { readonly problems: NonEmpty<PolicyProblem> };

export interface AppPorts {
  readonly store: Store;
  readonly github: GitHub;
  readonly analyse: Analyse;
  readonly readPolicy: ReadPolicy;
  readonly explainPolicy: ExplainPolicy;
  readonly time: Time;
  readonly log: Log;
  /** Names this process in leases: unique among those that share a store. */
  readonly owner: string;
}

/** What the operator decided for every repository. */
export interface OperatorChoice {
  readonly policy: PolicyText | null;
  readonly enforcement: Enforcement | null;
}
