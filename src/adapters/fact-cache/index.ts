// The command line's fact cache: one SQLite file in the user's cache folder, never inside the judged tree.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Fact } from '../../domain/index.ts';
import type { FactCache } from '../../engine/ports.ts';

// The wait comes first: two processes may change the journal of a new file at once.
const SCHEMA = `
  pragma busy_timeout = 2000;
  pragma journal_mode = wal;
  pragma synchronous = off;
  create table if not exists facts (key text primary key, facts text not null, sum text not null, used integer not null) without rowid;
`;
/** Entries that nobody asked for during this time go. */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const KEYS_A_QUERY = 500;

export interface OpenFactCache extends FactCache {
  close(): void;
}

/** Where a user's caches belong; undefined where no home is known, or where it lies in a repository: what lies there is the change's. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = environment.XDG_CACHE_HOME;
  const home = homedir();
  if (given !== undefined && isAbsolute(given)) return outsideRepositories(join(given, 'plinth'));
  return home === '' ? undefined : outsideRepositories(join(home, '.cache', 'plinth'));
}

function outsideRepositories(folder: string): string | undefined {
  for (let at = folder; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, '.git'))) return undefined;
  return folder;
}

/** Opens the cache; null where it cannot be had: it only saves time. `now` in milliseconds since 1970. */
export function openFactCache(folder: string, version: string, now: number): OpenFactCache | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(join(folder, `facts-${version}.sqlite`));
    database.exec(SCHEMA);
    return new SqliteFactCache(database, Math.floor(now / DAY_MS));
  } catch {
    return null;
  }
}

class SqliteFactCache implements OpenFactCache {
  readonly #database: DatabaseSync;
  readonly #day: number;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync, day: number) {
    this.#database = database;
    this.#day = day;
    this.#insert = database.prepare(
      'insert or replace into facts (key, facts, sum, used) values (?, ?, ?, ?)',
    );
  }

  async get(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Fact[]>> {
    const found = new Map<string, readonly Fact[]>();
    const stale: string[] = [];
    try {
      for (let from = 0; from < keys.length; from += KEYS_A_QUERY)
        this.#read(keys.slice(from, from + KEYS_A_QUERY), found, stale);
      this.#touch(stale);
    } catch {
      return found;
    }
    return found;
  }

  async put(entries: ReadonlyMap<string, readonly Fact[]>): Promise<void> {
    if (entries.size === 0) return;
    this.#transaction(() => {
      for (const [key, facts] of entries) {
        const text = JSON.stringify(facts);
        this.#insert.run(key, text, checksum(key, text), this.#day);
      }
    });
  }

  close(): void {
    try {
      this.#database.prepare('delete from facts where used < ?').run(this.#day - KEPT_DAYS);
      this.#database.close();
    } catch {
      // Another process holds it; its turn to clean up.
    }
  }

  #read(keys: readonly string[], found: Map<string, readonly Fact[]>, stale: string[]): void {
    const marks = keys.map(() => '?').join(',');
    const rows = this.#database
      .prepare(`select key, facts, sum, used from facts where key in (${marks})`)
      .all(...keys);
    for (const row of rows) {
      const facts = factsOf(String(row.key), String(row.facts), String(row.sum));
      if (facts === undefined) continue;
      found.set(String(row.key), facts);
      if (Number(row.used) < this.#day) stale.push(String(row.key));
    }
  }

  #touch(keys: readonly string[]): void {
    if (keys.length === 0) return;
    const update = this.#database.prepare('update facts set used = ? where key = ?');
    this.#transaction(() => {
      for (const key of keys) update.run(this.#day, key);
    });
  }

  /** A write that fails costs time in the next run, nothing else. */
  #transaction(act: () => void): void {
    try {
      this.#database.exec('begin immediate');
      try {
        act();
        this.#database.exec('commit');
      } catch {
        this.#database.exec('rollback');
      }
    } catch {
      // Locked or read-only.
    }
  }
}

/** Undefined for a damaged entry: it is read anew. */
function factsOf(key: string, text: string, sum: string): readonly Fact[] | undefined {
  if (checksum(key, text) !== sum) return undefined;
  return JSON.parse(text) as readonly Fact[];
}

/** An entry holds under its own key only. */
function checksum(key: string, text: string): string {
  return createHash('sha1').update(key).update('\0').update(text).digest('base64url');
}
