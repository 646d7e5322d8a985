import { type ExpressionBuilder, type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Outcome } from '../../domain/index.ts';
import type { Connection, DatabaseKind } from './connection.ts';
import type { Lease } from './deliveries.ts';
import { headIsFree, heldHeads, isHeadFree, lockHead } from './held-heads.ts';
import { type Prepared, prepare, type ValueOf } from './prepared.ts';
import { type PullPatch, type PullRow, toPullRow } from './pull-row.ts';
import type { Tables } from './schema.ts';

/** What an evaluation came to, published already. */
export interface Judged {
  readonly head: string;
  /** Digest of all that the report is a function of. */
  readonly inputs: string;
  readonly verdict: Outcome;
  readonly checkRunId?: number;
  readonly reviewId?: number;
}

/** How an evaluation of a claimed row ended. */
export interface FinishedPull {
  /** Absent where nothing was judged (the pull request is closed, the installation gone). */
  readonly judged?: Judged;
  /** The pull request as the evaluation found it. */
  readonly seen?: Omit<PullPatch, 'owner' | 'name'>;
  /** When it is due again by itself: an exception that expires. */
  readonly dueAgainAt?: number;
}

/** What waits in the reconcile table, for metrics and health. */
export interface Backlog {
  /** Rows that are due and that nobody works on, those of suspended installations apart. */
  readonly due: number;
  /** Since when the most overdue one is; null where none is. */
  readonly oldestDue: number | null;
  /** Of these, held back by a rate limit or back-off. */
  readonly heldBack: number;
  /** Rows under a lease. */
  readonly running: number;
}

/** Leases of due rows of the reconcile table: who works on which pull request, and until when. */
export interface ClaimStore {
  /**
   * Leases the next due row; null where none may be claimed now. The installation with the fewest running leases is
   * served, of these the one that was served longest ago, of its rows the most overdue. No two claims share a row, nor a
   * head: a row whose head somebody works on, be it a merge group's, waits until that ends.
   */
  claimDue(lease: Lease): Promise<PullRow | null>;
  /** Prolongs a claim to `now + leaseMs`; false where it was lost to another worker, or ran out and its head is another's by now. */
  renewPull(row: PullRow, lease: Omit<Lease, 'owner'>): Promise<boolean>;
  /** True while nothing was marked since the claim, and the claim was not lost. */
  isCurrent(row: PullRow): Promise<boolean>;
  /**
   * Ends a claim. `judged`: done until the next mark. `due-again`: recorded, but a mark came in meanwhile. `lost`:
   * another worker has the row, nothing was recorded.
   */
  finishPull(row: PullRow, result: FinishedPull, now: number): Promise<'judged' | 'due-again' | 'lost'>;
  /** Ends a claim without an attempt counted, not to be claimed before `until` (a rate limit). False where lost. */
  postponePull(row: PullRow, until: number, reason: string): Promise<boolean>;
  /** Ends a claim that failed, not to be claimed before `until`; the attempt counts. False where lost. */
  retryPull(row: PullRow, until: number, reason: string): Promise<boolean>;
  /** Gives a claim back untouched (a shutdown): due as before, no attempt counted. False where lost. */
  releasePull(row: PullRow): Promise<boolean>;
  backlog(now: number): Promise<Backlog>;
  /** The earliest time at which a claim may succeed; null where no row is due, now or later. For a timer. */
  nextDueAt(): Promise<number | null>;
}

/** The claim part of the store on an open database. */
export function claimStore({ db, kind }: Connection): ClaimStore {
  const next = prepare((db, value: ValueOf<{ now: number }>) => nextInstallation(db, value('now'), []));
  const due = prepareNextDue(kind);
  /** The row of a claim that is still ours. */
  const claimed = (row: PullRow) =>
    db
      .updateTable('pulls')
      .where('repository_id', '=', row.repositoryId)
      .where('number', '=', row.number)
      .where('claims', '=', row.claims)
      .where('lease_owner', '=', row.leaseOwner);

  /** Leaves the row due; marks of meanwhile are folded into `due_at`. */
  const giveBack = async (
    row: PullRow,
    change: { not_before?: number; attempts?: RawBuilder<number>; due_reason?: string },
  ) => {
    const { numUpdatedRows } = await claimed(row)
      .set({
        ...END_OF_CLAIM,
        due_at: sql<number>`case when next_due_at < due_at then next_due_at else due_at end`,
        next_due_at: null,
        ...change,
      })
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  };

  return {
    async claimDue(lease) {
      // Mostly none is due, and that is asked after every delivery.
      if ((await next(db, { now: lease.now })).length === 0) return null;
      for (;;) {
        const row = await db.transaction().execute((transaction) => claim(transaction, kind, next, lease));
        if (row !== OVERTAKEN) return row;
      }
    },

    async renewPull(row, { now, leaseMs }) {
      const { numUpdatedRows } = await claimed(row)
        .where((where) => where.or([where('lease_until', '>', now), headIsFree('pulls', now)]))
        .set({ lease_until: now + leaseMs })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async isCurrent(row) {
      const now = await db
        .selectFrom('pulls')
        .select(['generation', 'claims', 'lease_owner'])
        .where('repository_id', '=', row.repositoryId)
        .where('number', '=', row.number)
        .executeTakeFirst();
      return (
        now?.generation === row.generation && now.claims === row.claims && now.lease_owner === row.leaseOwner
      );
    },

    async finishPull(row, result, now) {
      const after = await claimed(row)
        .set({
          ...END_OF_CLAIM,
          ...judgedColumns(result.judged, now),
          ...seenColumns(result.seen),
          due_at: dueAfter(row.generation, result.dueAgainAt),
          due_reason: sql<
            string | null
          >`case when generation = ${row.generation} then null else due_reason end`,
          next_due_at: null,
          attempts: 0,
          updated_at: now,
        })
        .returning('generation')
        .executeTakeFirst();
      if (after === undefined) return 'lost';
      return after.generation === row.generation ? 'judged' : 'due-again';
    },

    postponePull: (row, until, reason) =>
      giveBack(row, { not_before: until, attempts: uncounted(row), due_reason: reason }),

    retryPull: (row, until, reason) => giveBack(row, { not_before: until, due_reason: reason }),

    releasePull: (row) => giveBack(row, { attempts: uncounted(row) }),

    async backlog(now) {
      const waiting = await db
        .selectFrom('pulls')
        .innerJoin('installations', 'installations.id', 'pulls.installation_id')
        .select((select) => [
          select.fn.countAll<number>().as('due'),
          select.fn.min('due_at').as('oldest'),
          sql<number>`count(case when pulls.not_before > ${now} or installations.not_before > ${now} then 1 end)`.as(
            'held_back',
          ),
        ])
        .where('due_at', '<=', now)
        .where('suspended', '=', 0)
        .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', now)]))
        .executeTakeFirstOrThrow();
      const { running } = await db
        .selectFrom('pulls')
        .select((select) => select.fn.countAll<number>().as('running'))
        .where('lease_until', '>', now)
        .executeTakeFirstOrThrow();
      return { due: waiting.due, oldestDue: waiting.oldest ?? null, heldBack: waiting.held_back, running };
    },

    async nextDueAt() {
      const [row] = await due(db, {});
      return row?.at ?? null;
    },
  };
}

/** Another worker leased a row of the same head a moment ago. */
const OVERTAKEN = 'overtaken';

const END_OF_CLAIM = { lease_owner: null, lease_until: null, claimed_generation: null };

function prepareNextDue(kind: DatabaseKind) {
  const greatest = sql.raw(kind === 'sqlite' ? 'max' : 'greatest');
  return prepare((db) =>
    db
      .selectFrom('pulls')
      .innerJoin('installations', 'installations.id', 'pulls.installation_id')
      .leftJoin(heldHeads(db).as('held'), (join) =>
        join
          .onRef('held.repository_id', '=', 'pulls.repository_id')
          .onRef('held.head_sha', '=', 'pulls.head_sha'),
      )
      .select(
        sql<
          number | null
        >`min(${greatest}(due_at, pulls.not_before, installations.not_before, coalesce(lease_until, 0), coalesce(held.until, 0)))`.as(
          'at',
        ),
      )
      .where('due_at', 'is not', null)
      .where('suspended', '=', 0),
  );
}

async function claim(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  next: Prepared<{ readonly now: number }, { readonly id: number }>,
  lease: Lease,
): Promise<PullRow | typeof OVERTAKEN | null> {
  // On PostgreSQL all rows of an installation can be in other workers' hands at this moment: then the next one is served.
  const tried: number[] = [];
  for (;;) {
    const [found] =
      tried.length === 0
        ? await next(db, { now: lease.now })
        : await nextInstallation(db, lease.now, tried).execute();
    if (found === undefined) return null;
    const installation = found.id;
    const row = await claimOf(db, kind, installation, lease);
    if (row !== null) return row;
    tried.push(installation);
  }
}

function nextInstallation(db: Kysely<Tables>, now: number, tried: readonly number[]) {
  let query = db
    .with('running', (cte) =>
      cte
        .selectFrom('pulls')
        .select((select) => ['installation_id', select.fn.countAll<number>().as('leases')])
        .where('lease_until', '>', now)
        .groupBy('installation_id'),
    )
    .selectFrom('installations')
    .leftJoin('running', 'running.installation_id', 'installations.id')
    .select('installations.id')
    .where('suspended', '=', 0)
    .where('installations.not_before', '<=', now)
    .where((where) =>
      where.exists(
        where
          .selectFrom('pulls')
          .select('pulls.number')
          .whereRef('pulls.installation_id', '=', 'installations.id')
          .where((row) => claimable(row, now)),
      ),
    );
  if (tried.length > 0) query = query.where('installations.id', 'not in', tried);
  return query.orderBy(sql`coalesce(running.leases, 0)`).orderBy('turn').orderBy('installations.id').limit(1);
}

function claimable(row: ExpressionBuilder<Tables, 'pulls'>, now: number) {
  return row.and([
    row('pulls.due_at', '<=', now),
    row('pulls.not_before', '<=', now),
    row.or([row('pulls.lease_until', 'is', null), row('pulls.lease_until', '<=', now)]),
    headIsFree('pulls', now),
  ]);
}

async function claimOf(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  installation: number,
  lease: Lease,
): Promise<PullRow | typeof OVERTAKEN | null> {
  const found = await db
    .selectFrom('pulls')
    .select(['repository_id', 'number', 'head_sha'])
    .where('installation_id', '=', installation)
    .where((row) => claimable(row, lease.now))
    .orderBy('due_at')
    .orderBy('repository_id')
    .orderBy('number')
    .limit(1)
    .$if(kind === 'postgres', (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
  if (found === undefined) return null;
  await lockHead(db, kind, found);
  if (kind === 'postgres' && !(await isHeadFree(db, found, lease.now))) return OVERTAKEN;
  const row = await db
    .updateTable('pulls')
    .set((old) => ({
      lease_owner: lease.owner,
      lease_until: lease.now + lease.leaseMs,
      claims: old('claims', '+', 1),
      attempts: old('attempts', '+', 1),
      claimed_generation: old.ref('generation'),
      // Marks of an earlier claim that died are served by this one, unless they are for later.
      next_due_at: sql<number | null>`case when next_due_at <= ${lease.now} then null else next_due_at end`,
    }))
    .where('repository_id', '=', found.repository_id)
    .where('number', '=', found.number)
    .returningAll()
    .executeTakeFirstOrThrow();
  await db
    .updateTable('installations')
    .set({ turn: sql<number>`(select max(turn) + 1 from installations)` })
    .where('id', '=', installation)
    .execute();
  return toPullRow(row);
}

/** The attempts without this claim's; a mark of meanwhile has set them to nothing. */
function uncounted(row: PullRow) {
  return sql<number>`case when generation = ${row.generation} then ${row.attempts - 1} else 0 end`;
}

function judgedColumns(judged: Judged | undefined, now: number) {
  if (judged === undefined) return {};
  return {
    judged_head: judged.head,
    judged_inputs: judged.inputs,
    judged_at: now,
    verdict: judged.verdict,
    ...(judged.checkRunId === undefined ? {} : { check_run_id: judged.checkRunId }),
    ...(judged.reviewId === undefined ? {} : { review_id: judged.reviewId }),
  };
}

/** A delivery that came in meanwhile may know better: it made the row due again, and that evaluation will look anew. */
function seenColumns(seen: FinishedPull['seen']) {
  if (seen === undefined) return {};
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : value ? 1 : 0);
  const columns = {
    head_sha: seen.headSha,
    base_ref: seen.baseRef,
    base_sha: seen.baseSha,
    state: seen.state,
    draft: flag(seen.draft),
    fork: flag(seen.fork),
    observed_at: seen.observedAt,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<
    Record<'head_sha' | 'base_ref' | 'base_sha' | 'state', string> &
      Record<'draft' | 'fork' | 'observed_at', number>
  >;
}

function dueAfter(generation: number, again: number | undefined) {
  const marked = sql<
    number | null
  >`case when generation = ${generation} then next_due_at else coalesce(next_due_at, due_at) end`;
  if (again === undefined) return marked;
  return sql<number | null>`case when (${marked}) < ${again} then (${marked}) else ${again} end`;
}
