import { sql } from 'kysely';
import type { Connection } from './connection.ts';

/** Rows removed per statement: the database is not held for long, and other work comes between. */
const BATCH = 2000;

/** What keeps the store small. */
export interface UpkeepStore {
  /**
   * Removes what nothing needs any more: deliveries, commands and merge groups worked off before `before`, closed pull requests
   * untouched since then with their comments, publications of heads older than that. Then gives the space back.
   */
  prune(before: number): Promise<{ readonly removed: number }>;
  /** Frees all leases of a worker that ends or is known to be dead. */
  releaseLeases(owner: string): Promise<void>;
}

/** The upkeep part of the store on an open database. */
export function upkeepStore(connection: Connection): UpkeepStore {
  const { db } = connection;
  /** Runs a bounded deletion until it finds nothing more. */
  const repeat = async (deleteSome: () => Promise<{ numDeletedRows: bigint }>): Promise<number> => {
    let removed = 0;
    for (;;) {
      const { numDeletedRows } = await deleteSome();
      removed += Number(numDeletedRows);
      if (numDeletedRows < BigInt(BATCH)) return removed;
    }
  };

  return {
    async prune(before) {
      let removed = await repeat(() =>
        db
          .deleteFrom('deliveries')
          .where('guid', 'in', (old) =>
            old.selectFrom('deliveries').select('guid').where('finished_at', '<', before).limit(BATCH),
          )
          .executeTakeFirstOrThrow(),
      );
      removed += await repeat(() =>
        db
          .deleteFrom('commands')
          .where(
            sql<boolean>`(source, comment_id) in (select source, comment_id from commands where finished_at < ${before} limit ${sql.lit(BATCH)})`,
          )
          .executeTakeFirstOrThrow(),
      );
      removed += await repeat(() =>
        db
          .deleteFrom('merge_groups')
          .where(
            sql<boolean>`(repository_id, head_sha) in (select repository_id, head_sha from merge_groups where finished_at < ${before} limit ${sql.lit(BATCH)})`,
          )
          .executeTakeFirstOrThrow(),
      );
      removed += await repeat(() =>
        db
          .deleteFrom('pulls')
          .where(sql<boolean>`(repository_id, number) in (select repository_id, number from pulls
            where state = 'closed' and due_at is null and updated_at < ${before} limit ${sql.lit(BATCH)})`)
          .where('due_at', 'is', null)
          .executeTakeFirstOrThrow(),
      );
      removed += await repeat(() =>
        db
          .deleteFrom('publications')
          .where(sql<boolean>`(repository_id, head_sha, name) in (select p.repository_id, p.head_sha, p.name from publications p
            where p.updated_at < ${before} and not exists (select 1 from pulls
              where pulls.repository_id = p.repository_id and pulls.head_sha = p.head_sha and pulls.state = 'open') limit ${sql.lit(BATCH)})`)
          .executeTakeFirstOrThrow(),
      );
      removed += await repeat(() =>
        db
          .deleteFrom('published_comments')
          .where(sql<boolean>`(repository_id, number, fingerprint) in (select c.repository_id, c.number, c.fingerprint from published_comments c
            where c.updated_at < ${before} and not exists (select 1 from pulls
              where pulls.repository_id = c.repository_id and pulls.number = c.number) limit ${sql.lit(BATCH)})`)
          .executeTakeFirstOrThrow(),
      );
      await connection.compact();
      return { removed };
    },

    async releaseLeases(owner) {
      for (const table of ['deliveries', 'pulls', 'commands', 'merge_groups'] as const)
        await db
          .updateTable(table)
          .set({ lease_owner: null, lease_until: null })
          .where('lease_owner', '=', owner)
          .execute();
    },
  };
}
