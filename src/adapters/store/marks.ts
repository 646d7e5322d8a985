import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely';
import { requireShort } from './errors.ts';
import { type Prepared, prepare, type ValueOf } from './prepared.ts';
import type { PullKey, PullPatch } from './pull-row.ts';
import type { Tables } from './schema.ts';

/** Git's own bound on a path component is 255 bytes; a name of several components may be longer. */
const LIMITS = { name: 300, ref: 1000, sha: 64, reason: 1000 } as const;

/** What is known of a pull request, and whether that makes it due. Times in milliseconds. */
export type PullMark = { readonly key: PullKey; readonly patch: PullPatch } & (
  | { readonly due: { readonly at: number; readonly reason: string } }
  | { readonly seenAt: number }
);

/** Writes one mark, in a transaction that may hold others. */
export type MarkPull = (db: Transaction<Tables>, mark: PullMark) => Promise<void>;

type Values = Readonly<Record<string, string | number | null>>;
type KnownColumns = Partial<
  Pick<
    Tables['pulls'],
    'owner' | 'name' | 'head_sha' | 'base_ref' | 'base_sha' | 'state' | 'draft' | 'fork'
  > & {
    readonly grants_known: number;
  }
>;

/** What differs between the statements of two marks; values apart. */
interface Shape {
  readonly known: readonly (keyof KnownColumns)[];
  readonly isDated: boolean;
  readonly isDue: boolean;
}

/** Marks of the same shape share their statement. */
export function pullMarker(): MarkPull {
  const upserts = new Map<string, Prepared<Values, unknown>>();
  const upsertOf = (shape: Shape) => {
    const key = JSON.stringify(shape);
    const found = upserts.get(key) ?? prepare((db, value: ValueOf<Values>) => upsert(db, value, shape));
    upserts.set(key, found);
    return found;
  };
  // Claims go round the installations, so each pull request's has a row.
  const serve = prepare((db, value: ValueOf<{ id: number; now: number }>) =>
    db
      .insertInto('installations')
      .values({ id: value('id'), account_id: null, account_login: null, updated_at: value('now') })
      .onConflict((conflict) => conflict.column('id').doNothing()),
  );
  return async (db, mark) => {
    const { key, patch } = mark;
    const known = patchColumns(patch);
    const shape: Shape = {
      known: Object.keys(known) as (keyof KnownColumns)[],
      isDated: patch.observedAt !== undefined,
      isDue: 'due' in mark,
    };
    const now = 'due' in mark ? mark.due.at : mark.seenAt;
    await serve(db, { id: key.installationId, now });
    await upsertOf(shape)(db, {
      ...known,
      repository_id: key.repositoryId,
      number: key.number,
      installation_id: key.installationId,
      observed_at: patch.observedAt ?? 0,
      at: now,
      reason: 'due' in mark ? requireReason(mark.due.reason) : null,
    });
  };
}

/** Why a pull request is due; throws an AppError `store-too-long` beyond its bound. */
export function requireReason(reason: string): string {
  return requireShort('reason', reason, LIMITS.reason);
}

function upsert(db: Kysely<Tables>, value: ValueOf<Values>, { known, isDated, isDue }: Shape) {
  const columns = Object.fromEntries(known.map((column) => [column, value(column)])) as KnownColumns;
  const number = (name: string) => value(name) as number;
  return db
    .insertInto('pulls')
    .values({
      head_sha: null,
      base_ref: null,
      base_sha: null,
      state: 'open',
      draft: 0,
      fork: 0,
      ...(columns as KnownColumns & { readonly owner: string; readonly name: string }),
      repository_id: number('repository_id'),
      number: number('number'),
      installation_id: number('installation_id'),
      observed_at: number('observed_at'),
      due_at: isDue ? number('at') : null,
      due_reason: isDue ? (value('reason') as string) : null,
      generation: isDue ? 1 : 0,
      updated_at: number('at'),
    })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'number']).doUpdateSet((row) => ({
        ...(isDated ? keepNewer(columns, number('observed_at')) : columns),
        installation_id: number('installation_id'),
        ...(isDue ? dueColumns(row, number('at'), value('reason') as string) : { updated_at: number('at') }),
      })),
    );
}

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
    ...(patch.isNew === true ? { grants_known: 1 } : {}),
  };
}

/** Deliveries overtake each other: one that GitHub made earlier must not put an old head back. */
function keepNewer(known: KnownColumns, observedAt: number) {
  const guarded: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(known)) {
    const old = sql.ref(`pulls.${column}`);
    guarded[column] = sql`case when pulls.observed_at <= ${observedAt} then ${value} else ${old} end`;
  }
  const observed = sql<number>`case when pulls.observed_at < ${observedAt} then ${observedAt} else pulls.observed_at end`;
  return { ...(guarded as KnownColumns), observed_at: observed };
}

/** The mark itself. A claimed row keeps `due_at`, so that a worker's death leaves it due as it was. */
export function dueColumns(row: ExpressionBuilder<Tables, 'pulls'>, at: number, reason: string) {
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
