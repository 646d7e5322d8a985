// What the engine asks of the world. Adapters implement these; tests use hand-written fakes.
import type {
  ChangedPath,
  Enforcement,
  ExceptionEntry,
  Fact,
  Grant,
  PolicyText,
  Tree,
} from '../domain/index.ts';

export type BlobResult =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The blob is there and larger than the limit; its content was not read. */
  | { readonly kind: 'too-large'; readonly size: number }
  | { readonly kind: 'missing'; readonly because: string };

/** Content by blob id. Every id asked for has an entry in the answer; bytes hash to the id (SEMANTICS 2.4). */
export interface BlobSource {
  /** Throws an AppError where the source itself fails; a single missing blob is data. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>>;
  /** Reads some of the ids, one at least, as many as memory bears at once. A source without it bounds what it gives in another way. */
  readSome?(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>>;
}

/** Facts by a key made of blob id, format, format version and profile. Losing entries is allowed, wrong ones are not. */
export interface FactCache {
  get(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Fact[]>>;
  put(entries: ReadonlyMap<string, readonly Fact[]>): Promise<void>;
}

/** Texts by a key that says what they follow from. Losing entries is allowed, wrong ones are not: a store holds those of one program only. */
export interface TextMemory {
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
}

/** A text that may matter to a format. */
export interface FormattedText {
  /** The format's id. */
  readonly format: string;
  readonly profile: string;
  readonly text: string;
}

/** Other processes that read texts into facts. */
export interface FactWorkers {
  /** How many read at a time. */
  readonly count: number;
  /** The facts of each text, in order; null where the worker died. */
  read(texts: readonly FormattedText[]): Promise<readonly (readonly Fact[])[] | null>;
}

/** All that a report is a function of, blobs apart (SEMANTICS 1.2). */
export interface Judgement {
  /** The base branch's tip; null where a tree is judged alone. */
  readonly tip: { readonly commit: string | null; readonly tree: Tree } | null;
  readonly mergeBase: string | null;
  /** The head's commit; null for a working tree or index. */
  readonly head: string | null;
  /** Merge base to head. Where a tree is judged alone: every path of it, with `base: null`. */
  readonly changes: readonly ChangedPath[];
  readonly policies: readonly PolicyText[];
  /** Exceptions that an operator gives in place of the exceptions file; absent where the file counts. */
  readonly exceptions?: GivenExceptions;
  /** What the operator or the command line sets; null where the policy decides (SEMANTICS 1.5). */
  readonly enforcement: Enforcement | null;
  /** UTC, `YYYY-MM-DD`. */
  readonly date: string;
  /** What was granted to the pull request, or to those of a merge group; absent where nothing was. */
  readonly grants?: readonly Grant[];
  /** Files and folders to report on; absent where all count. */
  readonly only?: readonly string[];
}

/** The entries of an exceptions file that lies outside of the tree. */
export interface GivenExceptions {
  readonly entries: readonly ExceptionEntry[];
  /** `FILE@BLOB` (SEMANTICS 1.2). */
  readonly source: string;
}

/** The texts that Plinth ships: the table of base families, and policies by name. */
export interface ShippedPolicies {
  readonly bases: string;
  readonly policies: Readonly<Record<string, string>>;
}
