// The command line's fact cache: one SQLite file in the user's cache folder, never inside the judged tree.
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Fact } from '../../domain/index.ts';
import type { FactCache } from '../../engine/ports.ts';

export { cacheFolder } from './folder.ts';

/**
 * Most files of a tree say nothing to any format. Those are kept apart, by key alone, and looked up without a row for each of them: a look
 * at a tree of many thousand files is then two questions. `copy` is the key again, by which a damaged entry is told. Facts are long, so that
 * their table has an index beside it: a tree of whole rows would be many levels deep.
 */
// The wait comes first: two processes may change the journal of a new file at once.
const SCHEMA = `
  pragma busy_timeout = 2000;
  pragma journal_mode = wal;
  pragma synchronous = off;
  create table if not exists facts (key text primary key, facts text not null, sum text not null, used integer not null);
  create table if not exists silent (key text primary key, copy text not null, used integer not null) without rowid;
`;
// `cross join` keeps the order: what is asked for looks up what is there, not the reverse.
const FIND_SILENT = `
  select json_group_array(asked.key) as places, min(used) as oldest
  from json_each(?) as asked cross join silent on silent.key = asked.value where copy = silent.key`;
const FIND_FACTS = `
  select asked.key as place, facts, sum, used
  from json_each(?) as asked cross join facts on facts.key = asked.value`;
/** Entries that nobody asked for during this time go. */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

export interface OpenFactCache extends FactCache {
  close(): void;
}

/** Opens the cache; null where it cannot be had: it only saves time. `now` in milliseconds since 1970. */
export function openFactCache(folder: string, version: string, now: number): OpenFactCache | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = `facts-${version}.sqlite`;
    const cache = openDatabase(join(folder, file), Math.floor(now / DAY_MS));
    if (isOfOneState(version)) removeOthers(folder, file);
    return cache;
  } catch {
    return null;
  }
}

function openDatabase(file: string, day: number): SqliteFactCache {
  const database = new DatabaseSync(file);
  try {
    database.exec(SCHEMA);
    return new SqliteFactCache(database, day);
  } catch (error) {
    // Left to the collector it would be closed later, and take files away that are another's by then.
    database.close();
    throw error;
  }
}

/** Work on Plinth's own sources makes a file for each state of them; of these the newest few stay. */
const KEPT_STATES = 3;
const STATE = /^facts-\d+\.\d+\.\d+-[0-9a-f]{16}\.sqlite$/;

function isOfOneState(version: string): boolean {
  return STATE.test(`facts-${version}.sqlite`);
}

function removeOthers(folder: string, own: string): void {
  const others = readdirSync(folder)
    .filter((name) => STATE.test(name) && name !== own)
    .map((name) => ({
      path: join(folder, name),
      usedMs: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }));
  for (const { path } of others.sort((a, b) => b.usedMs - a.usedMs).slice(KEPT_STATES))
    for (const ending of ['', '-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
}

class SqliteFactCache implements OpenFactCache {
  readonly #database: DatabaseSync;
  readonly #day: number;
  readonly #insertFacts: StatementSync;
  readonly #insertSilent: StatementSync;

  constructor(database: DatabaseSync, day: number) {
    this.#database = database;
    this.#day = day;
    this.#insertFacts = database.prepare(
      'insert or replace into facts (key, facts, sum, used) values (?, ?, ?, ?)',
    );
    this.#insertSilent = database.prepare('insert or replace into silent (key, copy, used) values (?, ?, ?)');
  }

  async get(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Fact[]>> {
    const found = new Map<string, readonly Fact[]>();
    try {
      const isSilentFresh = this.#findSilent(keys, found);
      const rest = found.size === 0 ? keys : keys.filter((key) => !found.has(key));
      const isFresh = this.#findFacts(rest, found) && isSilentFresh;
      if (!isFresh) this.#touch(JSON.stringify([...found.keys()]));
    } catch {
      // What could not be read is analysed anew.
    }
    return found;
  }

  async put(entries: ReadonlyMap<string, readonly Fact[]>): Promise<void> {
    if (entries.size === 0) return;
    this.#transaction(() => {
      for (const [key, facts] of entries) {
        if (facts.length === 0) {
          this.#insertSilent.run(key, key, this.#day);
          continue;
        }
        const text = JSON.stringify(facts);
        this.#insertFacts.run(key, text, checksum(key, text), this.#day);
      }
    });
  }

  close(): void {
    try {
      for (const table of ['facts', 'silent'])
        this.#database.prepare(`delete from ${table} where used < ?`).run(this.#day - KEPT_DAYS);
    } catch {
      // Another process holds it, and its turn it is to clean up; or it is damaged.
    }
    this.#database.close();
  }

  /** Both give false where an entry was not used today before. */
  #findSilent(keys: readonly string[], found: Map<string, readonly Fact[]>): boolean {
    const row = this.#database.prepare(FIND_SILENT).get(JSON.stringify(keys));
    for (const place of JSON.parse(String(row?.places ?? '[]')) as readonly number[]) {
      const key = keys[place];
      if (key !== undefined) found.set(key, NOTHING);
    }
    return Number(row?.oldest ?? this.#day) >= this.#day;
  }

  #findFacts(keys: readonly string[], found: Map<string, readonly Fact[]>): boolean {
    let isFresh = true;
    for (const row of this.#database.prepare(FIND_FACTS).iterate(JSON.stringify(keys))) {
      const key = keys[Number(row.place)];
      if (key === undefined) continue;
      const facts = factsOf(key, String(row.facts), String(row.sum));
      if (facts === undefined) continue;
      found.set(key, facts);
      if (Number(row.used) < this.#day) isFresh = false;
    }
    return isFresh;
  }

  #touch(keys: string): void {
    this.#transaction(() => {
      for (const table of ['facts', 'silent'])
        this.#database
          .prepare(`update ${table} set used = ? where used < ? and key in (select value from json_each(?))`)
          .run(this.#day, this.#day, keys);
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

const NOTHING: readonly Fact[] = [];

/** Undefined for a damaged entry: it is read anew. */
function factsOf(key: string, text: string, sum: string): readonly Fact[] | undefined {
  if (checksum(key, text) !== sum) return undefined;
  return JSON.parse(text) as readonly Fact[];
}

/** An entry holds under its own key only. */
function checksum(key: string, text: string): string {
  return hash('sha1', `${key}\0${text}`, 'base64url');
}
