import type { Fact } from '../../domain/index.ts';
import type { FactCache } from '../../engine/ports.ts';
import type { Clock, Connection } from './connection.ts';
import { isDamage } from './errors.ts';
import { seal, unseal } from './sealed.ts';

/** Rows per statement: far below the bounds of both databases on parameters. */
const BATCH = 500;

/** A use is written down at most this often per entry; removal counts in days. */
const USE_RESOLUTION_MS = 6 * 60 * 60 * 1000;

/** Keys hold a blob id, a format and its version, a profile. */
const LONGEST_KEY = 300;

export interface FactStore {
  /** An installation's facts; no installation sees another's. Damaged or unreadable entries are misses. */
  facts(installationId: number): FactCache;
  /** Removes facts that nothing asked for since then; says how many. */
  retainFacts(usedSince: number): Promise<number>;
}

export function factStore(connection: Connection, clock: Clock): FactStore {
  return {
    facts: (installationId) => ({
      get: (keys) => readFacts(connection, installationId, keys, clock()),
      put: (entries) => writeFacts(connection, installationId, entries, clock()),
    }),

    async retainFacts(usedSince) {
      const { numDeletedRows } = await connection.db
        .deleteFrom('facts')
        .where('used_at', '<', usedSince)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}

async function readFacts(
  connection: Connection,
  installationId: number,
  keys: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, readonly Fact[]>> {
  const found = new Map<string, readonly Fact[]>();
  try {
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
  } catch (error) {
    await startAfresh(connection, error);
  }
  return found;
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
  try {
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
  } catch (error) {
    await startAfresh(connection, error);
  }
}

/** Damage costs what was cached and nothing else; any other fault is the caller's to hear of. */
async function startAfresh(connection: Connection, error: unknown): Promise<void> {
  if (!isDamage(error)) throw error;
  await connection.resetCache();
}

function identity(installationId: number, key: string): string {
  return `facts ${installationId} ${key}`;
}

function* batches<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += BATCH) yield list.slice(start, start + BATCH);
}
