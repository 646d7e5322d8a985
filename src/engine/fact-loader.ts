import type { Fact, Tree, TreeEntry } from '../domain/index.ts';
import { folderOf, isRegularFile, joinPath } from '../domain/index.ts';
import type { Format } from '../formats/format.ts';
import type { BlobSource, FactCache } from './ports.ts';
import { textOf } from './text.ts';

/** A file to read under a format. */
export interface FactRequest {
  readonly path: string;
  readonly entry: TreeEntry;
  readonly format: Format;
  readonly profile: string;
}

/** Counts for the report's `stats`. */
export interface LoadCounts {
  analysed: number;
  cached: number;
}

export interface LoaderOptions {
  /** Told of a blob's id before it is parsed, so that a death has a name. */
  readonly announce?: (blob: string) => void;
  /** Blobs on which an analyser died before. */
  readonly avoid?: ReadonlySet<string>;
}

const BATCH = 256;
const MOST_LINKS = 8;

/** Reads blobs into facts, each pair of blob and profile once; facts come from the cache where it has them. */
export class FactLoader {
  readonly counts: LoadCounts = { analysed: 0, cached: 0 };
  readonly #blobs: BlobSource;
  readonly #cache: FactCache | null;
  readonly #announce: (blob: string) => void;
  readonly #avoid: ReadonlySet<string>;
  readonly #facts = new Map<string, readonly Fact[]>();
  readonly #prepared = new Set<string>();

  constructor(blobs: BlobSource, cache: FactCache | null, given: LoaderOptions = {}) {
    this.#blobs = blobs;
    this.#cache = cache;
    this.#announce = given.announce ?? (() => {});
    this.#avoid = given.avoid ?? new Set();
  }

  get(request: Pick<FactRequest, 'entry' | 'format' | 'profile'>): readonly Fact[] | undefined {
    return this.#facts.get(keyOf(request));
  }

  async load(requests: readonly FactRequest[]): Promise<void> {
    const missing = new Map<string, FactRequest>();
    for (const request of requests) {
      const key = keyOf(request);
      if (!this.#facts.has(key)) missing.set(key, request);
    }
    await this.#fromCache(missing);
    await this.#prepare(missing.values());
    const list = [...missing.values()];
    for (let from = 0; from < list.length; from += BATCH) await this.#analyse(list.slice(from, from + BATCH));
  }

  async #fromCache(missing: Map<string, FactRequest>): Promise<void> {
    if (this.#cache === null || missing.size === 0) return;
    for (const [key, facts] of await this.#cache.get([...missing.keys()])) {
      if (!missing.delete(key)) continue;
      this.#facts.set(key, facts);
      this.counts.cached += 1;
    }
  }

  async #prepare(requests: Iterable<FactRequest>): Promise<void> {
    for (const { format } of requests) {
      if (this.#prepared.has(format.id)) continue;
      this.#prepared.add(format.id);
      await format.prepare?.();
    }
  }

  async #analyse(batch: readonly FactRequest[]): Promise<void> {
    const results = await this.#blobs.read([...new Set(batch.map((request) => request.entry.id))]);
    const fresh = new Map<string, readonly Fact[]>();
    for (const request of batch) {
      const key = keyOf(request);
      const blob = textOf(results.get(request.entry.id));
      const facts =
        'unread' in blob ? [unreadable(blob.unread, blob.binary)] : this.#factsOf(request, blob.text);
      this.#facts.set(key, facts);
      // A blob that could not be had is asked for again next time; one that cannot be read stays so.
      if (!('unread' in blob)) fresh.set(key, facts);
      this.counts.analysed += 1;
    }
    await this.#cache?.put(fresh);
  }

  #factsOf({ entry, format, profile }: FactRequest, text: string): readonly Fact[] {
    if (this.#avoid.has(entry.id)) return [unreadable('the analyser died on it')];
    this.#announce(entry.id);
    try {
      return format.mayMatter(text, profile) ? format.facts(text, profile) : [];
    } catch (error) {
      // Formats are total; one that throws all the same costs its file, and the file is said.
      return [
        unreadable(
          `the ${format.id} reader failed on it (${error instanceof Error ? error.message : 'unknown error'})`,
        ),
      ];
    }
  }
}

function unreadable(because: string, binary?: true): Fact {
  return { kind: 'unreadable', because, ...(binary === undefined ? {} : { binary }) };
}

function keyOf({ entry, format, profile }: Pick<FactRequest, 'entry' | 'format' | 'profile'>): string {
  return `${entry.id}:${format.id}:${format.version}:${profile}`;
}

/** A symbolic link followed inside the tree, or why it leads nowhere that can be read. */
export async function followLink(
  tree: Tree,
  path: string,
  entry: TreeEntry,
  blobs: BlobSource,
): Promise<{ readonly entry: TreeEntry; readonly path: string } | { readonly unread: string }> {
  let at = path;
  let current = entry;
  for (let links = 0; links < MOST_LINKS; links++) {
    if (isRegularFile(current)) return { entry: current, path: at };
    if (current.mode === '160000') return { unread: 'it leads into a submodule' };
    const target = textOf((await blobs.read([current.id])).get(current.id));
    if ('unread' in target) return { unread: target.unread };
    if (target.text.startsWith('/') || climbsOut(folderOf(at), target.text))
      return { unread: 'it is a symbolic link that leads out of the repository' };
    at = joinPath(folderOf(at), target.text);
    const next = tree.get(at);
    if (next === undefined)
      return { unread: `it is a symbolic link to ${at}, which is no file of the repository` };
    current = next;
  }
  return { unread: 'it is a symbolic link that leads through too many others' };
}

function climbsOut(folder: string, target: string): boolean {
  let depth = folder === '' ? 0 : folder.split('/').length;
  for (const part of target.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
