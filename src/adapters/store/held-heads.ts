import { type Kysely, sql } from 'kysely';
import type { DatabaseKind } from './connection.ts';
import type { Tables } from './schema.ts';

// A check stands on a commit, so that whoever writes it has to know of all whose head that commit is (SEMANTICS 6.1). One worker at a
// time works on a head: else a slow one would overwrite what another found out meanwhile.

/** A lock number of our own on PostgreSQL, beside a head's hash. */
const HEAD_LOCK = 7_254_102;

/** True where nobody works on the head of the row of `table` at `now`, the row itself included. */
export function headIsFree(table: 'pulls' | 'merge_groups', now: number) {
  const heldIn = (other: 'pulls' | 'merge_groups') =>
    sql<boolean>`not exists (select 1 from ${sql.table(other)} held
      where held.repository_id = ${sql.ref(`${table}.repository_id`)} and held.head_sha = ${sql.ref(`${table}.head_sha`)}
        and held.lease_until > ${now})`;
  return sql<boolean>`(${heldIn('pulls')} and ${heldIn('merge_groups')})`;
}

/** The same of one head, asked in a statement of its own, which sees the leases of those that held the lock before. */
export async function isHeadFree(
  db: Kysely<Tables>,
  { repository_id, head_sha }: { readonly repository_id: number; readonly head_sha: string | null },
  now: number,
): Promise<boolean> {
  if (head_sha === null) return true;
  const heldIn = (table: 'pulls' | 'merge_groups') =>
    db
      .selectFrom(table)
      .select('head_sha')
      .where('repository_id', '=', repository_id)
      .where('head_sha', '=', head_sha)
      .where('lease_until', '>', now)
      .executeTakeFirst();
  return (await heldIn('pulls')) === undefined && (await heldIn('merge_groups')) === undefined;
}

/** Heads that somebody works on, each with the time at which the last lease runs out. */
export function heldHeads(db: Kysely<Tables>) {
  const leased = db
    .selectFrom('pulls')
    .select(['repository_id', 'head_sha', 'lease_until'])
    .where('lease_until', 'is not', null)
    .unionAll(
      db
        .selectFrom('merge_groups')
        .select(['repository_id', 'head_sha', 'lease_until'])
        .where('lease_until', 'is not', null),
    );
  return db
    .selectFrom(leased.as('leased'))
    .select((select) => ['repository_id', 'head_sha', select.fn.max('lease_until').as('until')])
    .groupBy(['repository_id', 'head_sha']);
}

/**
 * Holds a head until the transaction ends: two that lease at the same moment would not see each other's lease. Whether the head is free is
 * to be asked again afterwards.
 */
export async function lockHead(
  db: Kysely<Tables>,
  kind: DatabaseKind,
  { repository_id, head_sha }: { readonly repository_id: number; readonly head_sha: string | null },
): Promise<void> {
  // SQLite has one transaction at a time.
  if (kind === 'sqlite' || head_sha === null) return;
  const head = `${repository_id} ${head_sha}`;
  await sql`select pg_advisory_xact_lock(${sql.lit(HEAD_LOCK)}, hashtext(${head}))`.execute(db);
}
