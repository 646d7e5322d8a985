import type { Fact } from '../../domain/index.ts';
import type { FactCache } from '../../engine/ports.ts';
import type { Clock, Connection } from './connection.ts';
import { onRebuildable } from './rebuildable.ts';
import { seal, unseal } from './sealed.ts';

/** Rows per statement: far below the bounds of both databases on parameters. */
const BATCH = 500;

/** A use is written down at most this often per entry; removal counts in days. */
const USE_RESOLUTION_MS = 6 * 60 * 60 * 1000;

/** Keys hold a blob id, a format and its version, a profile. */
const LONGEST_KEY = 300;

/** What blobs say, kept apart for each installation. */
export interface FactStore {
  /** An installation's facts; no installation sees another's. Damaged or unreadable entries are misses. */
  facts(installationId: number): FactCache;
  /** Removes facts that nothing asked for since then; says how many. */
  retainFacts(usedSince: number): Promise<number>;
}

/** The fact part of the store on an open database. */
export function factStore(connection: Connection, clock: Clock): FactStore {
  return {
    facts: (installationId) => ({
      async get(keys) {
        // Filled batch by batch: what was read before damage was met is good.
        const found = new Map<string, readonly Fact[]>();
        const read = () => readFacts(connection, installationId, keys, clock(), found);
        await onRebuildable(connection, read, undefined);
        return found;
      },
      put: (entries) =>
        onRebuildable(connection, () => writeFacts(connection, installationId, entries, clock()), undefined),
    }),

    async retainFacts(usedSince) {
      const remove = () =>
        connection.db.deleteFrom('facts').where('used_at', '<', usedSince).executeTakeFirstOrThrow();
      const { numDeletedRows } = await onRebuildable(connection, remove, { numDeletedRows: 0n });
      return Number(numDeletedRows);
    },
  };
}

async function readFacts(
  connection: Connection,
  installationId: number,
  keys: readonly string[],
  now: number,
  found: Map<string, readonly Fact[]>,
): Promise<void> {
  for (const batch of batches([...new Set(keys)])) {
    const rows = await connection.db
      .selectFrom('facts')
      .selectAll()
      .where('installation_id', '=', installationId)
      .where('key', 'in', batch)
      .execute();
    const used: string[] = [];
    for (const row of rows) {
      const text = unseal(identity(installationId, row.key), row);
      if (text === null) continue;
      found.set(row.key, JSON.parse(text) as readonly Fact[]);
      if (row.used_at < now - USE_RESOLUTION_MS) used.push(row.key);
    }
    await touch(connection, installationId, used, now);
  }
}

async function touch(
  { db }: Connection,
  installationId: number,
  keys: readonly string[],
  now: number,
): Promise<void> {
  if (keys.length === 0) return;
  await db
    .updateTable('facts')
    .set({ used_at: now })
    .where('installation_id', '=', installationId)
    .where('key', 'in', keys)
    .execute();
}

async function writeFacts(
  connection: Connection,
  installationId: number,
  entries: ReadonlyMap<string, readonly Fact[]>,
  now: number,
): Promise<void> {
  const kept = [...entries].filter(([key]) => key.length <= LONGEST_KEY);
  // One order for all writers, so that two that write the same keys wait for each other and never both ways.
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  for (const batch of batches(kept)) {
    await connection.db
      .insertInto('facts')
      .values(
        batch.map(([key, facts]) => ({
          installation_id: installationId,
          key,
          ...seal(identity(installationId, key), JSON.stringify(facts)),
          used_at: now,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['installation_id', 'key']).doUpdateSet((row) => ({
          content: row.ref('excluded.content'),
          checksum: row.ref('excluded.checksum'),
          used_at: row.ref('excluded.used_at'),
        })),
      )
      .execute();
  }
}

function identity(installationId: number, key: string): string {
  return `facts ${installationId} ${key}`;
}

function* batches<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += BATCH) yield list.slice(start, start + BATCH);
}
