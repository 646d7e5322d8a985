// What parent and analyser child say to each other over the IPC channel (structured clone, so bytes and maps pass as they are).
import type { Fact, PolicyProblem, Report } from '../domain/index.ts';
import type { BlobResult, FormattedText, Judgement, ShippedPolicies } from './ports.ts';

/** To a reader child: texts of one call. */
export interface TextsMessage {
  readonly call: number;
  readonly texts: readonly FormattedText[];
}

/** From a reader child: the facts of each text, as JSON. */
export interface TextsAnswer {
  readonly call: number;
  readonly facts: readonly string[];
}

export type ToChild =
  | {
      readonly kind: 'analyse';
      readonly judgement: Judgement;
      readonly shipped: ShippedPolicies;
      /** Blobs on which an earlier child died: reported as unread. */
      readonly avoid: readonly string[];
      /** Whether the parent answers `cache-get`. */
      readonly cached: boolean;
    }
  | { readonly kind: 'blobs'; readonly call: number; readonly results: ReadonlyMap<string, BlobResult> }
  | { readonly kind: 'cached'; readonly call: number; readonly entries: ReadonlyMap<string, readonly Fact[]> }
  /** The parent could not answer a call; the analysis ends. */
  | { readonly kind: 'refused'; readonly call: number; readonly message: string };

export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'read-blobs'; readonly call: number; readonly ids: readonly string[] }
  | { readonly kind: 'cache-get'; readonly call: number; readonly keys: readonly string[] }
  | { readonly kind: 'cache-put'; readonly entries: ReadonlyMap<string, readonly Fact[]> }
  /** Sent before a blob is parsed, so that a death has a name. */
  | { readonly kind: 'announce'; readonly blob: string }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'policy-problems'; readonly problems: readonly PolicyProblem[] }
  | { readonly kind: 'failed'; readonly message: string };
