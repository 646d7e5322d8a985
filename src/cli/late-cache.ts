import type { OpenFactCache } from '../adapters/fact-cache/index.ts';
import type { Fact } from '../domain/index.ts';
import type { FactCache } from '../engine/ports.ts';

/** Fewer files than these are read in less time than the database takes to open. */
const WORTH_OPENING = 32;

/** A cache that is opened when it is first worth it. `open` gives null where it cannot be had. */
export class LateCache implements FactCache {
  readonly #open: () => Promise<OpenFactCache | null>;
  #opened: Promise<OpenFactCache | null> | undefined;

  constructor(open: () => Promise<OpenFactCache | null>) {
    this.#open = open;
  }

  async get(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Fact[]>> {
    const cache = await this.#whenWorth(keys.length);
    return (await cache?.get(keys)) ?? new Map();
  }

  async put(entries: ReadonlyMap<string, readonly Fact[]>): Promise<void> {
    await (await this.#whenWorth(entries.size))?.put(entries);
  }

  async close(): Promise<void> {
    (await this.#opened)?.close();
  }

  async #whenWorth(count: number): Promise<OpenFactCache | null> {
    if (this.#opened === undefined && count < WORTH_OPENING) return null;
    this.#opened ??= this.#open();
    return await this.#opened;
  }
}
