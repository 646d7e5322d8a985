import { type Selectable, sql } from 'kysely';
import type { Connection, DatabaseKind } from './connection.ts';
import type { Lease } from './deliveries.ts';
import { requireShort } from './errors.ts';
import { headIsFree, heldHeads, isHeadFree, lockHead } from './held-heads.ts';
import { prepare, type ValueOf } from './prepared.ts';
import type { Tables } from './schema.ts';

/** A group of a merge queue: one or several pull requests on top of what is to be merged before them. */
export interface MergeGroup {
  readonly installationId: number;
  readonly repositoryId: number;
  readonly owner: string;
  readonly name: string;
  /** The commit that the queue made of it, which wants a check. */
  readonly head: string;
  /** The branch that it is to be merged into. */
  readonly baseRef: string;
  /** What it stands on: the branch's tip, or the group before it. */
  readonly base: string;
  readonly receivedAt: number;
}

/** A group that a worker holds. */
export interface TakenMergeGroup extends MergeGroup {
  /** Somebody wants it judged again, so that it is written even where nothing changed. */
  readonly asked: boolean;
  /** How often it was taken, this time included. */
  readonly attempts: number;
  /** Tells this claim from a later one. */
  readonly claims: number;
}

/** A group on record, whoever holds it. */
export interface KnownMergeGroup extends MergeGroup {
  /** It was judged, or the queue gave it up or merged it; only judged, it may still be merged. */
  readonly isFinished: boolean;
}

/** Groups that wait for their check. */
export interface MergeGroupStore {
  /** Makes a group due, one that was judged before as well. */
  recordMergeGroup(group: MergeGroup): Promise<void>;
  /** Makes the group of a head due again because somebody asks; false where none is on record. */
  remindMergeGroup(repositoryId: number, head: string): Promise<boolean>;
  /** The queue has given the group up: it is due no more. */
  dropMergeGroup(repositoryId: number, head: string, now: number): Promise<void>;
  /** The group that has this head, a finished one too; null where none is on record. */
  mergeGroupOf(repositoryId: number, head: string): Promise<KnownMergeGroup | null>;
  /** Leases the oldest that may be taken, whose head nobody works on; null where there is none. */
  takeMergeGroup(lease: Lease): Promise<TakenMergeGroup | null>;
  /** True while the claim is held and the queue still has the group. */
  isMergeGroupWanted(group: TakenMergeGroup): Promise<boolean>;
  /** Done, for now. False where the claim was lost. */
  finishMergeGroup(group: TakenMergeGroup, now: number): Promise<boolean>;
  /** Ends a claim, not to be taken before `until`; `counts`: the attempt does. False where lost. */
  retryMergeGroup(group: TakenMergeGroup, until: number, counts: boolean): Promise<boolean>;
  pendingMergeGroups(): Promise<{
    readonly count: number;
    /** The earliest time at which one may be taken; null where none waits. */
    readonly nextAt: number | null;
  }>;
}

const LIMITS = { name: 300, ref: 1000, sha: 64 } as const;
const FREE = { lease_owner: null, lease_until: null } as const;

/** The merge queue's part of the store on an open database. */
export function mergeGroupStore(connection: Connection): MergeGroupStore {
  const { db, kind } = connection;
  const next = prepareNext(kind);
  const pending = preparePending(kind);
  const byHead = prepareByHead();
  const ofHead = (repositoryId: number, head: string) =>
    db.updateTable('merge_groups').where('repository_id', '=', repositoryId).where('head_sha', '=', head);
  const claimed = (group: TakenMergeGroup) =>
    ofHead(group.repositoryId, group.head)
      .where('claims', '=', group.claims)
      .where('lease_owner', 'is not', null)
      .where('finished_at', 'is', null);

  return {
    async recordMergeGroup(group) {
      const known = {
        installation_id: group.installationId,
        owner: requireShort('owner', group.owner, LIMITS.name),
        name: requireShort('repository name', group.name, LIMITS.name),
        base_ref: requireShort('base branch', group.baseRef, LIMITS.ref),
        base_sha: requireShort('base', group.base, LIMITS.sha),
        received_at: group.receivedAt,
      };
      await db
        .insertInto('merge_groups')
        .values({
          repository_id: group.repositoryId,
          head_sha: requireShort('head', group.head, LIMITS.sha),
          ...known,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['repository_id', 'head_sha'])
            .doUpdateSet({ ...known, attempts: 0, not_before: 0, finished_at: null }),
        )
        .execute();
    },

    async remindMergeGroup(repositoryId, head) {
      const { numUpdatedRows } = await ofHead(repositoryId, head)
        .set({ asked: 1, attempts: 0, not_before: 0, finished_at: null })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async dropMergeGroup(repositoryId, head, now) {
      await ofHead(repositoryId, head)
        .where('finished_at', 'is', null)
        .set({ ...FREE, finished_at: now })
        .execute();
    },

    async mergeGroupOf(repositoryId, head) {
      const [row] = await byHead(db, { repository: repositoryId, head });
      return row === undefined ? null : { ...groupOf(row), isFinished: row.finished_at !== null };
    },

    takeMergeGroup: (lease) => take(connection, next, lease),

    async isMergeGroupWanted(group) {
      const found = await db
        .selectFrom('merge_groups')
        .select('claims')
        .where('repository_id', '=', group.repositoryId)
        .where('head_sha', '=', group.head)
        .where('claims', '=', group.claims)
        .where('lease_owner', 'is not', null)
        .where('finished_at', 'is', null)
        .executeTakeFirst();
      return found !== undefined;
    },

    async finishMergeGroup(group, now) {
      const { numUpdatedRows } = await claimed(group)
        .set({ ...FREE, finished_at: now, asked: 0 })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async retryMergeGroup(group, until, counts) {
      const { numUpdatedRows } = await claimed(group)
        .set({ ...FREE, not_before: until, ...(counts ? {} : { attempts: group.attempts - 1 }) })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async pendingMergeGroups() {
      const [row] = await pending(db, {});
      return { count: row?.count ?? 0, nextAt: row?.next ?? null };
    },
  };
}

function prepareNext(kind: DatabaseKind) {
  return prepare((db, value: ValueOf<{ now: number }>) =>
    db
      .selectFrom('merge_groups')
      .leftJoin('installations', 'installations.id', 'merge_groups.installation_id')
      .select(['merge_groups.repository_id', 'merge_groups.head_sha'])
      .where('merge_groups.finished_at', 'is', null)
      .where('merge_groups.not_before', '<=', value('now'))
      .where((where) =>
        where.or([
          where('merge_groups.lease_until', 'is', null),
          where('merge_groups.lease_until', '<=', value('now')),
        ]),
      )
      .where(headIsFree('merge_groups', value('now')))
      .where(sql<boolean>`coalesce(installations.suspended, 0) = 0`)
      .where(sql<boolean>`coalesce(installations.not_before, 0) <= ${value('now')}`)
      .orderBy('merge_groups.received_at')
      .orderBy('merge_groups.head_sha')
      .limit(1)
      .$if(kind === 'postgres', (query) => query.forUpdate('merge_groups').skipLocked()),
  );
}

function preparePending(kind: DatabaseKind) {
  const greatest = sql.raw(kind === 'sqlite' ? 'max' : 'greatest');
  return prepare((db) =>
    db
      .selectFrom('merge_groups')
      .leftJoin(heldHeads(db).as('held'), (join) =>
        join
          .onRef('held.repository_id', '=', 'merge_groups.repository_id')
          .onRef('held.head_sha', '=', 'merge_groups.head_sha'),
      )
      .select((select) => [
        select.fn.countAll<number>().as('count'),
        sql<
          number | null
        >`min(${greatest}(not_before, coalesce(lease_until, 0), coalesce(held.until, 0)))`.as('next'),
      ])
      .where('finished_at', 'is', null),
  );
}

function prepareByHead() {
  return prepare((db, value: ValueOf<{ repository: number; head: string }>) =>
    db
      .selectFrom('merge_groups')
      .selectAll()
      .where('repository_id', '=', value('repository'))
      .where('head_sha', '=', value('head')),
  );
}

async function take(
  { db, kind }: Connection,
  next: ReturnType<typeof prepareNext>,
  { owner, now, leaseMs }: Lease,
): Promise<TakenMergeGroup | null> {
  // Mostly there is none, and that is asked often.
  if ((await next(db, { now })).length === 0) return null;
  return db.transaction().execute(async (transaction) => {
    const [found] = await next(transaction, { now });
    if (found === undefined) return null;
    await lockHead(transaction, kind, found);
    // Who held the lock before may have leased a pull request of this head; then it is taken when that ends.
    if (kind === 'postgres' && !(await isHeadFree(transaction, found, now))) return null;
    const row = await transaction
      .updateTable('merge_groups')
      .set((old) => ({
        lease_owner: owner,
        lease_until: now + leaseMs,
        attempts: old('attempts', '+', 1),
        claims: old('claims', '+', 1),
      }))
      .where('repository_id', '=', found.repository_id)
      .where('head_sha', '=', found.head_sha)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toGroup(row);
  });
}

function groupOf(row: Selectable<Tables['merge_groups']>): MergeGroup {
  return {
    installationId: row.installation_id,
    repositoryId: row.repository_id,
    owner: row.owner,
    name: row.name,
    head: row.head_sha,
    baseRef: row.base_ref,
    base: row.base_sha,
    receivedAt: row.received_at,
  };
}

function toGroup(row: Selectable<Tables['merge_groups']>): TakenMergeGroup {
  return { ...groupOf(row), asked: row.asked === 1, attempts: row.attempts, claims: row.claims };
}
