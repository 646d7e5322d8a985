// What parent and analyser child say to each other over the IPC channel (structured clone, so bytes and maps pass as they are).
import type { Fact, PolicyProblem, Report } from '../domain/index.ts';
import type { BlobResult, Judgement, ShippedPolicies } from './ports.ts';

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
