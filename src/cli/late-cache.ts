import type { OpenFactCache } from '../adapters/fact-cache/index.ts';
import type { Fact } from '../domain/index.ts';
import type { FactCache } from '../engine/ports.ts';
import { BUILT_FROM, ENGINE_VERSION } from '../engine/version.ts';

/** Fewer files than these are read in less time than the database takes to open. */
const WORTH_OPENING = 32;

/** A cache that is opened when it is first worth it. `open` gives null where it cannot be had. */
export class LateCache implements FactCache {
  readonly #open: () => Promise<OpenFactCache | null>;
  #opened: Promise<OpenFactCache | null> | undefined;

  constructor(open: () => Promise<OpenFactCache | null> = openInUsersFolder) {
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

async function openInUsersFolder(): Promise<OpenFactCache | null> {
  const { cacheFolder, openFactCache } = await import('../adapters/fact-cache/index.ts');
  const folder = cacheFolder(process.env);
  return folder === undefined ? null : openFactCache(folder, await versionOfReaders(), Date.now());
}

/** A built program's keys tell which readers made an entry; where sources are worked on, each state of them has a file of its own. */
async function versionOfReaders(): Promise<string> {
  if (BUILT_FROM !== undefined) return ENGINE_VERSION;
  const { digestSources, SOURCES } = await import('../adapters/program/index.ts');
  return `${ENGINE_VERSION}-${digestSources(SOURCES).readers}`;
}
