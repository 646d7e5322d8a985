import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Connection } from './connection.ts';
import { requireShort } from './errors.ts';
import { type PullKey, type PullPatch, type PullRow, toPullRow } from './pull-row.ts';
import type { Tables } from './schema.ts';

/** Git's own bound on a path component is 255 bytes; a name of several components may be longer. */
const LIMITS = { name: 300, ref: 1000, sha: 64, reason: 1000 } as const;

/** Which open pull requests: all that every given field fits. */
export interface PullFilter {
  readonly installationId?: number;
  readonly repositoryId?: number;
  readonly baseRef?: string;
}

/** The reconcile table: which pull requests there are, and which of them are due. */
export interface PullStore {
  /**
   * Makes a pull request due at `at` (milliseconds), in one upsert: ten marks make it due once, a mark that comes while
   * it is being judged makes it due again. An earlier due time stays; the attempts start anew. A back-off stays.
   */
  markDue(key: PullKey, patch: PullPatch, at: number, reason: string): Promise<void>;
  /** Records what is known without making anything due. */
  notePull(key: PullKey, patch: PullPatch, now: number): Promise<void>;
  /** Makes all open pull requests of the filter due (a push to their base branch); says how many. */
  markOpenDue(filter: PullFilter, at: number, reason: string): Promise<number>;
  /** The row as it is now; null where there is none. */
  pull(key: Pick<PullKey, 'repositoryId' | 'number'>): Promise<PullRow | null>;
  /** Open pull requests whose known head is this commit, forks included. */
  findByHead(repositoryId: number, headSha: string): Promise<readonly PullRow[]>;
  /** Open pull requests of a repository, of one base branch where it is given, by number. */
  openPulls(repositoryId: number, baseRef?: string): Promise<readonly PullRow[]>;
}

/** The pull request part of the store on an open database. */
export function pullStore({ db }: Connection): PullStore {
  return {
    async markDue(key, patch, at, reason) {
      await upsert(db, key, patch, { at, reason: requireShort('reason', reason, LIMITS.reason) });
    },

    async notePull(key, patch, now) {
      await upsert(db, key, patch, { now });
    },

    async markOpenDue(filter, at, reason) {
      let update = db
        .updateTable('pulls')
        .set((row) => dueColumns(row, at, requireShort('reason', reason, LIMITS.reason)))
        .where('state', '=', 'open');
      if (filter.installationId !== undefined)
        update = update.where('installation_id', '=', filter.installationId);
      if (filter.repositoryId !== undefined) update = update.where('repository_id', '=', filter.repositoryId);
      if (filter.baseRef !== undefined) update = update.where('base_ref', '=', filter.baseRef);
      const { numUpdatedRows } = await update.executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },

    async pull(key) {
      const row = await db
        .selectFrom('pulls')
        .selectAll()
        .where('repository_id', '=', key.repositoryId)
        .where('number', '=', key.number)
        .executeTakeFirst();
      return row === undefined ? null : toPullRow(row);
    },

    async findByHead(repositoryId, headSha) {
      const rows = await db
        .selectFrom('pulls')
        .selectAll()
        .where('repository_id', '=', repositoryId)
        .where('head_sha', '=', headSha)
        .where('state', '=', 'open')
        .orderBy('number')
        .execute();
      return rows.map(toPullRow);
    },

    async openPulls(repositoryId, baseRef) {
      let query = db
        .selectFrom('pulls')
        .selectAll()
        .where('repository_id', '=', repositoryId)
        .where('state', '=', 'open');
      if (baseRef !== undefined) query = query.where('base_ref', '=', baseRef);
      return (await query.orderBy('number').execute()).map(toPullRow);
    },
  };
}

type Mark = { readonly at: number; readonly reason: string } | { readonly now: number };

async function upsert(db: Kysely<Tables>, key: PullKey, patch: PullPatch, mark: Mark): Promise<void> {
  const now = 'at' in mark ? mark.at : mark.now;
  const known = patchColumns(patch);
  await db.transaction().execute(async (transaction) => {
    // Claims go round the installations, so each pull request's has a row.
    await transaction
      .insertInto('installations')
      .values({ id: key.installationId, account_id: null, account_login: null, updated_at: now })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    await transaction
      .insertInto('pulls')
      .values({
        head_sha: null,
        base_ref: null,
        base_sha: null,
        state: 'open',
        draft: 0,
        fork: 0,
        ...known,
        owner: patch.owner,
        name: patch.name,
        repository_id: key.repositoryId,
        number: key.number,
        installation_id: key.installationId,
        observed_at: patch.observedAt ?? 0,
        due_at: 'at' in mark ? mark.at : null,
        due_reason: 'at' in mark ? mark.reason : null,
        generation: 'at' in mark ? 1 : 0,
        updated_at: now,
      })
      .onConflict((conflict) =>
        conflict.columns(['repository_id', 'number']).doUpdateSet((row) => ({
          ...keepNewer(known, patch.observedAt),
          installation_id: key.installationId,
          ...('at' in mark ? dueColumns(row, mark.at, mark.reason) : { updated_at: now }),
        })),
      )
      .execute();
  });
}

type KnownColumns = Partial<
  Pick<Tables['pulls'], 'owner' | 'name' | 'head_sha' | 'base_ref' | 'base_sha' | 'state' | 'draft' | 'fork'>
>;

function patchColumns(patch: PullPatch): KnownColumns {
  return {
    owner: requireShort('owner', patch.owner, LIMITS.name),
    name: requireShort('repository name', patch.name, LIMITS.name),
    ...(patch.headSha === undefined ? {} : { head_sha: requireShort('head', patch.headSha, LIMITS.sha) }),
    ...(patch.baseRef === undefined
      ? {}
      : { base_ref: requireShort('base branch', patch.baseRef, LIMITS.ref) }),
    ...(patch.baseSha === undefined ? {} : { base_sha: requireShort('base', patch.baseSha, LIMITS.sha) }),
    ...(patch.state === undefined ? {} : { state: patch.state }),
    ...(patch.draft === undefined ? {} : { draft: patch.draft ? 1 : 0 }),
    ...(patch.fork === undefined ? {} : { fork: patch.fork ? 1 : 0 }),
  };
}

/** Deliveries overtake each other: one that GitHub made earlier must not put an old head back. */
function keepNewer(known: KnownColumns, observedAt: number | undefined) {
  if (observedAt === undefined) return known;
  const guarded: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(known)) {
    const old = sql.ref(`pulls.${column}`);
    guarded[column] = sql`case when pulls.observed_at <= ${observedAt} then ${value} else ${old} end`;
  }
  const observed = sql<number>`case when pulls.observed_at < ${observedAt} then ${observedAt} else pulls.observed_at end`;
  return { ...(guarded as KnownColumns), observed_at: observed };
}

/** The mark itself. A claimed row keeps `due_at`, so that a worker's death leaves it due as it was. */
function dueColumns(row: ExpressionBuilder<Tables, 'pulls'>, at: number, reason: string) {
  const earliest = (column: 'due_at' | 'next_due_at') => {
    const old = sql.ref<number | null>(`pulls.${column}`);
    return sql<number | null>`case when ${old} is null or ${old} > ${at} then ${at} else ${old} end`;
  };
  return {
    due_at: sql<
      number | null
    >`case when pulls.claimed_generation is null then ${earliest('due_at')} else pulls.due_at end`,
    next_due_at: sql<
      number | null
    >`case when pulls.claimed_generation is null then null else ${earliest('next_due_at')} end`,
    due_reason: reason,
    attempts: 0,
    generation: row('pulls.generation', '+', 1),
    updated_at: at,
  };
}
