import {
  blobIdOf,
  type ChangedPath,
  compareText,
  type FileMode,
  isRegularFile,
  isSameEntry,
  type Tree,
  type TreeEntry,
} from '../domain/index.ts';
import type { BlobResult, BlobSource } from './ports.ts';
import { type MergedText, mergeTexts, type StepBudget } from './text-merge.ts';

/** What merging the change into the tip would give (SEMANTICS 1.1). */
export interface Merge {
  readonly tree: Tree;
  /** The blobs that were given, and the merged texts. */
  readonly blobs: BlobSource;
  /** The merged texts by the blob id that git would give them. */
  readonly added: ReadonlyMap<string, Uint8Array>;
  /** Paths that both sides changed and that were merged, in order of paths. */
  readonly merged: readonly string[];
  /** Paths that both sides changed and that could not be merged: head's side stands. */
  readonly conflicting: readonly string[];
  /** The line of head's file on which a line of the merged tree's file is shown; both count from 1. */
  toHead(path: string, line: number): number;
}

/** All files of a merge together; about two seconds of comparison. */
const MOST_STEPS = 2_000_000_000;
/** Files that both sides changed whose texts are held at once. */
const FILES_AT_ONCE = 30;
/** Where git looks for a NUL byte to call a file binary. */
const BINARY_PROBE_BYTES = 8000;

/** A path that both sides changed, with what the parts that are not content give. */
interface BothChanged {
  readonly path: string;
  readonly base: TreeEntry;
  readonly tip: TreeEntry;
  readonly head: TreeEntry;
  readonly mode: FileMode;
}

/**
 * Merges a change (merge base to head) into the tip's tree; without a tip the result is what the change holds.
 *
 * Where there is no merge base, `changes` go from the tip to head, and the result is head. Reads only blobs of paths
 * that both sides changed. Throws what the blob source throws.
 */
export async function mergeChange(
  tip: Tree | null,
  changes: readonly ChangedPath[],
  blobs: BlobSource,
): Promise<Merge> {
  const draft = new MergeDraft(tip ?? new Map());
  // What the change removes goes first: it may make room for what the change adds.
  for (const change of changes) if (change.head === null) draft.apply(change);
  for (const change of changes) if (change.head !== null) draft.apply(change);
  const budget: StepBudget = { left: MOST_STEPS };
  for (let from = 0; from < draft.bothChanged.length; from += FILES_AT_ONCE) {
    const part = draft.bothChanged.slice(from, from + FILES_AT_ONCE);
    const ids = part.flatMap(({ base, tip: ours, head }) => [base.id, ours.id, head.id]);
    const texts = await blobs.read([...new Set(ids)]);
    for (const both of part) draft.mergeContent(both, texts, budget);
  }
  return draft.finish(blobs);
}

class MergeDraft {
  readonly bothChanged: BothChanged[] = [];
  readonly #tip: Tree;
  readonly #tree: Map<string, TreeEntry>;
  readonly #added = new Map<string, Uint8Array>();
  readonly #headLines = new Map<string, readonly number[]>();
  readonly #merged = new Set<string>();
  readonly #conflicting = new Set<string>();
  #folders: ReadonlySet<string> | null = null;

  constructor(tip: Tree) {
    this.#tip = tip;
    this.#tree = new Map(tip);
  }

  apply(change: ChangedPath): void {
    const { path, base, head } = change;
    const tip = this.#tip.get(path) ?? null;
    if (isSameEntry(tip, base)) this.#set(path, head);
    else if (!isSameEntry(tip, head)) this.#applyBoth(path, base, tip, head);
  }

  mergeContent(both: BothChanged, blobs: ReadonlyMap<string, BlobResult>, budget: StepBudget): void {
    const { path, head, mode } = both;
    const merged = mergeBlobs(both, blobs, budget);
    if (merged !== null) {
      const bytes = Buffer.from(merged.lines.join(''), 'latin1');
      const id = blobIdOf(bytes, head.id);
      this.#merge(path, { mode, id });
      if (id === head.id) return;
      this.#added.set(id, bytes);
      this.#headLines.set(path, merged.headLines);
    } else if (head.id === both.base.id) this.#merge(path, { mode, id: both.tip.id });
    else this.#conflict(path, head);
  }

  finish(blobs: BlobSource): Merge {
    const [added, headLines] = [this.#added, this.#headLines];
    return {
      tree: this.#tree,
      blobs: withAdded(blobs, added),
      added,
      merged: [...this.#merged].sort(compareText),
      conflicting: [...this.#conflicting].sort(compareText),
      toHead(path, line) {
        const lines = headLines.get(path);
        return lines === undefined ? line : (lines[line - 1] ?? lines.at(-1) ?? 1);
      },
    };
  }

  #applyBoth(path: string, base: TreeEntry | null, tip: TreeEntry | null, head: TreeEntry | null): void {
    const mode =
      base === null || tip === null || head === null ? null : mergeValue(base.mode, tip.mode, head.mode);
    if (base === null || tip === null || head === null || mode === null) this.#conflict(path, head);
    else if (tip.id === base.id || tip.id === head.id) this.#merge(path, { mode, id: head.id });
    else if ([base, tip, head].every(isRegularFile)) this.bothChanged.push({ path, base, tip, head, mode });
    else this.#conflict(path, head);
  }

  #merge(path: string, entry: TreeEntry): void {
    this.#merged.add(path);
    this.#set(path, entry);
  }

  #conflict(path: string, head: TreeEntry | null): void {
    this.#conflicting.add(path);
    this.#set(path, head);
  }

  #set(path: string, entry: TreeEntry | null): void {
    if (entry === null) this.#tree.delete(path);
    else {
      if (!this.#tip.has(path)) this.#makeRoom(path);
      this.#tree.set(path, entry);
    }
  }

  /** A new file of head displaces what the tip has since put where its folders, or it itself, must be. */
  #makeRoom(path: string): void {
    let isDisplaced = false;
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      isDisplaced = this.#tree.delete(path.slice(0, slash)) || isDisplaced;
    }
    this.#folders ??= foldersOf(this.#tip);
    if (this.#folders.has(path)) {
      for (const other of this.#tree.keys()) {
        if (other.startsWith(`${path}/`)) isDisplaced = this.#tree.delete(other) || isDisplaced;
      }
    }
    if (isDisplaced) this.#conflicting.add(path);
  }
}

/** Null where a side is no text, or the texts do not merge. */
function mergeBlobs(
  both: BothChanged,
  blobs: ReadonlyMap<string, BlobResult>,
  budget: StepBudget,
): MergedText | null {
  const [base, tip, head] = [both.base, both.tip, both.head].map(({ id }) => linesOfBlob(blobs.get(id)));
  if (base == null || tip == null || head == null) return null;
  return mergeTexts({ base, tip, head }, budget);
}

/** The value that one side alone changed, or both alike; null where they differ. */
function mergeValue<T>(base: T, tip: T, head: T): T | null {
  if (tip === base || tip === head) return head;
  return head === base ? tip : null;
}

function foldersOf(tree: Tree): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of tree.keys()) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

/**
 * A text's lines with their line breaks, one character a byte so that no byte is lost; null for what is no text.
 *
 * Lines end as positions count them: at `\n`, `\r\n` and a lone `\r`.
 */
function linesOfBlob(blob: BlobResult | undefined): readonly string[] | null {
  if (blob?.kind !== 'bytes') return null;
  if (blob.bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) return null;
  const text = Buffer.from(blob.bytes.buffer, blob.bytes.byteOffset, blob.bytes.byteLength).toString(
    'latin1',
  );
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

function withAdded(blobs: BlobSource, added: ReadonlyMap<string, Uint8Array>): BlobSource {
  if (added.size === 0) return blobs;
  const withOurs = (ids: readonly string[], given: ReadonlyMap<string, BlobResult>) => {
    const results = new Map(given);
    for (const id of ids) {
      const bytes = added.get(id);
      if (bytes !== undefined) results.set(id, { kind: 'bytes', bytes });
    }
    return results;
  };
  const others = (ids: readonly string[]) => ids.filter((id) => !added.has(id));
  return {
    read: async (ids) => withOurs(ids, await blobs.read(others(ids))),
    async readSome(ids) {
      const rest = others(ids);
      if (rest.length === 0) return withOurs(ids, new Map());
      return withOurs(ids, await (blobs.readSome?.(rest) ?? blobs.read(rest)));
    },
  };
}
