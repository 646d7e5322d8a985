import type { BlobResult, BlobSource } from './ports.ts';

/** A source of which one can ask afterwards whether it had all that it was asked for. */
export class WatchedBlobs implements BlobSource {
  readonly readSome?: (ids: readonly string[]) => Promise<ReadonlyMap<string, BlobResult>>;
  readonly #source: BlobSource;
  #hasGaps = false;

  constructor(source: BlobSource) {
    this.#source = source;
    if (source.readSome !== undefined)
      this.readSome = async (ids) => this.#look(await source.readSome?.(ids), []);
  }

  /** True once a blob was missing, or larger than what is read. */
  get hasGaps(): boolean {
    return this.#hasGaps;
  }

  async read(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>> {
    return this.#look(await this.#source.read(ids), ids);
  }

  #look(
    results: ReadonlyMap<string, BlobResult> = new Map(),
    all: readonly string[],
  ): ReadonlyMap<string, BlobResult> {
    for (const result of results.values()) if (result.kind !== 'bytes') this.#hasGaps = true;
    if (results.size < new Set(all).size) this.#hasGaps = true;
    return results;
  }
}
