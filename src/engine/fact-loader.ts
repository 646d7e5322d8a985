import type { Fact, Tree, TreeEntry } from '../domain/index.ts';
import { folderOf, foldersUpward, isRegularFile, joinPath } from '../domain/index.ts';
import type { Format } from '../formats/format.ts';
import type { BlobResult, BlobSource, FactCache, FactWorkers } from './ports.ts';
import { textOf } from './text.ts';
import { unreadable } from './text-facts.ts';
import { TextReader } from './text-reader.ts';
import { BUILT_FROM } from './version.ts';

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
  /** Other processes that take a part of the reading. */
  readonly workers?: FactWorkers;
}

const BATCH = 256;
/** Characters that are looked through in one turn: about what a pipe holds. */
const TURN = 64 * 1024;
const NOTHING: ReadonlyMap<string, BlobResult> = new Map();

/** Requests, and what the source gave for them. */
interface Asked {
  readonly batch: readonly FactRequest[];
  readonly results: ReadonlyMap<string, BlobResult>;
}
/** Larger files are looked at, and where they may matter they are said to be unread: a parser takes thirty times a text's size in memory. */
const LARGEST_ANALYSED_BYTES = 8 * 1024 * 1024;
const MOST_LINKS = 8;

/** Reads blobs into facts, each pair of blob and profile once; facts come from the cache where it has them. */
export class FactLoader {
  readonly counts: LoadCounts = { analysed: 0, cached: 0 };
  /** Paths and formats that a tree was found to need behind its first round, by key: the other tree of a change mostly needs the same. */
  readonly needed = new Map<string, { readonly path: string; readonly format: Format }>();
  readonly #blobs: BlobSource;
  readonly #cache: FactCache | null;
  readonly #announce: (blob: string) => void;
  readonly #avoid: ReadonlySet<string>;
  readonly #facts = new Map<string, readonly Fact[]>();
  readonly #keys = new WeakMap<object, string>();
  readonly #reader: TextReader;
  #fresh = new Map<string, readonly Fact[]>();

  constructor(blobs: BlobSource, cache: FactCache | null, given: LoaderOptions = {}) {
    this.#blobs = blobs;
    this.#cache = cache;
    this.#announce = given.announce ?? (() => {});
    this.#avoid = given.avoid ?? new Set();
    this.#reader = new TextReader(given.workers ?? null);
  }

  get(request: Pick<FactRequest, 'entry' | 'format' | 'profile'>): readonly Fact[] | undefined {
    return this.#facts.get(this.#keyOf(request));
  }

  /** Making a key and finding it by its text takes longer than finding what was made for the same request before. */
  #keyOf(request: Pick<FactRequest, 'entry' | 'format' | 'profile'>): string {
    const known = this.#keys.get(request);
    if (known !== undefined) return known;
    const key = keyOf(request);
    this.#keys.set(request, key);
    return key;
  }

  async load(requests: readonly FactRequest[]): Promise<void> {
    const missing = new Map<string, FactRequest>();
    for (const request of requests) {
      const key = this.#keyOf(request);
      if (!this.#facts.has(key)) missing.set(key, request);
    }
    await this.#fromCache(missing);
    let pending: readonly FactRequest[] = [...missing.values()];
    let asked = this.#ask(pending);
    while (pending.length > 0) {
      const { batch, results } = await asked;
      const given = results.size === 0 ? batch : batch.filter(({ entry }) => results.has(entry.id));
      const left = given.length === batch.length ? [] : batch.filter((one) => !given.includes(one));
      pending = [...left, ...pending.slice(batch.length)];
      // The next are read while these are looked through.
      asked = this.#ask(pending);
      await this.#analyse(given, results);
    }
    await this.#reader.settle();
    await this.#keepFresh();
  }

  async #fromCache(missing: Map<string, FactRequest>): Promise<void> {
    if (this.#cache === null || missing.size === 0) return;
    for (const [key, facts] of await this.#cache.get([...missing.keys()])) {
      if (!missing.delete(key)) continue;
      this.#facts.set(key, facts);
      this.counts.cached += 1;
    }
  }

  /** Asks the source for the first of what is left, of which it may give a part. */
  #ask(pending: readonly FactRequest[]): Promise<Asked> {
    const batch = pending.slice(0, BATCH);
    const ids = [...new Set(batch.map((request) => request.entry.id))];
    const reading = batch.length === 0 ? Promise.resolve(NOTHING) : this.#readSome(ids);
    const asked = reading.then((results) => ({ batch, results }));
    // Whoever waits for it is told; where something else fails first, nobody does.
    asked.catch(() => {});
    return asked;
  }

  #readSome(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>> {
    return this.#blobs.readSome?.(ids) ?? this.#blobs.read(ids);
  }

  async #analyse(given: readonly FactRequest[], results: ReadonlyMap<string, BlobResult>): Promise<void> {
    let looked = 0;
    for (const request of given) {
      const result = results.get(request.entry.id);
      const blob = textOf(result);
      this.counts.analysed += 1;
      // A blob that could not be had is asked for again next time; one that cannot be read stays so.
      if ('unread' in blob) this.#facts.set(this.#keyOf(request), [unreadable(blob.unread, blob.binary)]);
      else {
        await this.#read(request, blob.text, result?.kind === 'bytes' ? result.bytes.length : 0);
        looked += blob.text.length;
      }
      // What comes in meanwhile is only taken between two turns.
      if (looked < TURN) continue;
      looked = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#fresh.size >= BATCH) await this.#keepFresh();
  }

  async #read(request: FactRequest, text: string, size: number): Promise<void> {
    const { entry, format, profile } = request;
    const take = (facts: readonly Fact[]) => {
      this.#facts.set(this.#keyOf(request), facts);
      this.#fresh.set(this.#keyOf(request), facts);
    };
    if (this.#avoid.has(entry.id)) return take([unreadable('the analyser died on it')]);
    this.#announce(entry.id);
    if (!mayMatter(format, text, profile)) return take([]);
    if (size > LARGEST_ANALYSED_BYTES)
      return take([unreadable(`it is too large to analyse (${size} bytes)`)]);
    await this.#reader.read({ format, profile, text, take });
  }

  async #keepFresh(): Promise<void> {
    const fresh = this.#fresh;
    this.#fresh = new Map();
    await this.#cache?.put(fresh);
  }
}

/** A look that fails leaves it to the reader, which then says so. */
function mayMatter(format: Format, text: string, profile: string): boolean {
  try {
    return format.mayMatter(text, profile);
  } catch {
    return true;
  }
}

/** Versions are raised by hand; what was read by other code than this is not used in any case. */
const READERS = BUILT_FROM === undefined ? '' : `-${BUILT_FROM.readers}`;

function keyOf({ entry, format, profile }: Pick<FactRequest, 'entry' | 'format' | 'profile'>): string {
  return `${entry.id}:${format.id}:${format.version}${READERS}:${profile}`;
}

/** Where a symbolic link leads inside the tree. */
export interface FollowedLink {
  /** Each path behind it in turn, the last one maybe no file of the tree. */
  readonly through: readonly string[];
  /** What was read last on the way: the file, or the link that leads to none. */
  readonly entry: TreeEntry;
  /** Why it leads nowhere that can be read. */
  readonly unread?: string;
}

/** Follows a symbolic link inside the tree. */
export async function followLink(
  tree: Tree,
  path: string,
  entry: TreeEntry,
  blobs: BlobSource,
): Promise<FollowedLink> {
  const through: string[] = [];
  let at = { path, below: '' };
  let current = entry;
  const lost = (unread: string): FollowedLink => ({ through, entry: current, unread });
  for (let links = 0; links < MOST_LINKS; links++) {
    if (isRegularFile(current)) return { through, entry: current };
    if (current.mode === '160000') return lost('it leads into a submodule');
    const target = textOf((await blobs.read([current.id])).get(current.id));
    if ('unread' in target) return lost(target.unread);
    if (target.text.startsWith('/') || climbsOut(folderOf(at.path), target.text))
      return lost('it is a symbolic link that leads out of the repository');
    const next = joinPath(folderOf(at.path), target.text, at.below);
    through.push(next);
    const file = tree.get(next);
    const folder = file === undefined ? linkedFolder(tree, next) : undefined;
    if (folder !== undefined) through.push(folder.path);
    at = folder ?? { path: next, below: '' };
    const found = file ?? tree.get(at.path);
    if (found === undefined)
      return lost(`it is a symbolic link to ${next}, which is no file of the repository`);
    current = found;
  }
  return lost('it is a symbolic link that leads through too many others');
}

/** The folder above a path that is itself a link, and what of the path is below it. */
function linkedFolder(
  tree: Tree,
  path: string,
): { readonly path: string; readonly below: string } | undefined {
  const folder = foldersUpward(folderOf(path)).findLast((one) => tree.get(one)?.mode === '120000');
  return folder === undefined ? undefined : { path: folder, below: path.slice(folder.length + 1) };
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
