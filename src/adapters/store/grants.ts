import type { Selectable } from 'kysely';
import type { CommentChange, CommentSource, GrantEvent, StatedException } from '../../domain/index.ts';
import type { Connection } from './connection.ts';
import { requireShort } from './errors.ts';
import type { PullKey } from './pull-row.ts';
import type { Tables } from './schema.ts';

/** Which pull request. */
export type GrantsKey = Pick<PullKey, 'repositoryId' | 'number'>;

/** An event before it has its place among the others. */
export type NewGrantEvent = Omit<GrantEvent, 'position'>;

/** What was said about exceptions on pull requests: added to, never changed, kept when the pull request is closed (SEMANTICS 7.5). */
export interface GrantStore {
  /**
   * Adds an event behind the others of its pull request, and is on the disk when it returns. Once for each line of a comment: a second time gives
   * what is kept. Null where the pull request's head is another than the event's by now (SEMANTICS 7.3): nothing was kept.
   */
  addGrantEvent(key: GrantsKey, event: NewGrantEvent): Promise<GrantEvent | null>;
  /** In their order; `known` where nothing can be missing, so that GitHub need not be asked. */
  grantEvents(key: GrantsKey): Promise<{ readonly events: readonly GrantEvent[]; readonly known: boolean }>;
  /** Takes over what the App's own replies say, beside what is kept already; from then on nothing is missing. */
  restoreGrantEvents(key: GrantsKey, events: readonly GrantEvent[]): Promise<void>;
  /** Keeps that a comment was edited or deleted that said something about exceptions, or may yet; the first time of each counts. */
  noteCommentChange(key: GrantsKey, change: CommentChange): Promise<void>;
  /** The changes of comments that events of a pull request came from, in the order in which they were told. */
  commentChanges(key: GrantsKey): Promise<readonly CommentChange[]>;
}

const LIMITS = { entry: 20_000, paths: 100_000, ref: 1000, sha: 64, login: 300, permission: 300 } as const;

/** The grants part of the store on an open database. */
export function grantStore({ db, settle }: Connection): GrantStore {
  /** Whether events came from a comment, or it waits to be answered; of others nothing is kept. */
  const isHeard = async (
    { source, id }: Pick<CommentChange, 'source' | 'id'>,
    repositoryId: number,
  ): Promise<boolean> => {
    const of = (table: 'grants' | 'commands') =>
      db
        .selectFrom(table)
        .select('comment_id')
        .where('repository_id', '=', repositoryId)
        .where('source', '=', source)
        .where('comment_id', '=', id)
        .limit(1);
    if ((await of('grants').executeTakeFirst()) !== undefined) return true;
    return (await of('commands').where('commands.finished_at', 'is', null).executeTakeFirst()) !== undefined;
  };
  return {
    async addGrantEvent(key, event) {
      const added = await db.transaction().execute(async (transaction) => {
        const kept = await ofPull(transaction, key)
          .where('source', '=', event.comment.source)
          .where('comment_id', '=', event.comment.id)
          .where('line', '=', event.comment.line)
          .executeTakeFirst();
        if (kept !== undefined) return toEvent(kept);
        // Written to, so that no delivery moves the head, and no other event takes the place, until this is done.
        const { numUpdatedRows } = await transaction
          .updateTable('pulls')
          .set((row) => ({ grants_known: row.ref('grants_known') }))
          .where('repository_id', '=', key.repositoryId)
          .where('number', '=', key.number)
          .where('head_sha', '=', event.head)
          .where('state', '=', 'open')
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return null;
        const { last } = await transaction
          .selectFrom('grants')
          .select((select) => select.fn.max('position').as('last'))
          .where('repository_id', '=', key.repositoryId)
          .where('number', '=', key.number)
          .executeTakeFirstOrThrow();
        const placed = { ...event, position: Number(last ?? 0) + 1 };
        await transaction.insertInto('grants').values(toRow(key, placed)).execute();
        return placed;
      });
      if (added !== null) await settle();
      return added;
    },

    async grantEvents(key) {
      const rows = await ofPull(db, key).orderBy('position').execute();
      const pull = await db
        .selectFrom('pulls')
        .select('grants_known')
        .where('repository_id', '=', key.repositoryId)
        .where('number', '=', key.number)
        .executeTakeFirst();
      return { events: rows.map(toEvent), known: pull?.grants_known === 1 };
    },

    async restoreGrantEvents(key, events) {
      await db.transaction().execute(async (transaction) => {
        for (const event of events)
          await transaction
            .insertInto('grants')
            .values(toRow(key, event))
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        await transaction
          .updateTable('pulls')
          .set({ grants_known: 1 })
          .where('repository_id', '=', key.repositoryId)
          .where('number', '=', key.number)
          .execute();
      });
    },

    async noteCommentChange({ repositoryId, number }, { source, id, kind, by, at }) {
      const login = requireShort('login', by.login, LIMITS.login);
      if (!(await isHeard({ source, id }, repositoryId))) return;
      await db
        .insertInto('comment_changes')
        .values({
          ...{ repository_id: repositoryId, number, source, comment_id: id, kind },
          ...{ by_id: by.id, by_login: login, at },
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async commentChanges(key) {
      const rows = await db
        .selectFrom('comment_changes')
        .selectAll()
        .where('repository_id', '=', key.repositoryId)
        .where('number', '=', key.number)
        .orderBy('at')
        .orderBy('comment_id')
        .orderBy('kind')
        .execute();
      return rows.map((row) => ({
        source: row.source as CommentSource,
        id: row.comment_id,
        kind: row.kind as CommentChange['kind'],
        by: { id: row.by_id, login: row.by_login },
        at: row.at,
      }));
    },
  };
}

function ofPull(db: Pick<Connection['db'], 'selectFrom'>, { repositoryId, number }: GrantsKey) {
  return db
    .selectFrom('grants')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number);
}

function toRow({ repositoryId, number }: GrantsKey, event: GrantEvent): Selectable<Tables['grants']> {
  const { entry, by, comment } = event;
  return {
    repository_id: repositoryId,
    number,
    position: event.position,
    kind: event.kind,
    entry: requireShort('exception', JSON.stringify(entry), LIMITS.entry),
    entry_hash: entry.hash,
    paths: requireShort('definitions', JSON.stringify(event.paths), LIMITS.paths),
    head_sha: requireShort('head', event.head, LIMITS.sha),
    base_ref: requireShort('base branch', event.baseRef, LIMITS.ref),
    by_id: by.id,
    by_login: requireShort('login', by.login, LIMITS.login),
    permission: requireShort('permission', by.permission, LIMITS.permission),
    source: comment.source,
    comment_id: comment.id,
    line: comment.line,
    comment_hash: comment.hash,
    policy: event.policy,
    at: event.at,
  };
}

function toEvent(row: Selectable<Tables['grants']>): GrantEvent {
  return {
    position: row.position,
    kind: row.kind as GrantEvent['kind'],
    entry: JSON.parse(row.entry) as StatedException,
    paths: JSON.parse(row.paths) as readonly string[],
    head: row.head_sha,
    baseRef: row.base_ref,
    by: { id: row.by_id, login: row.by_login, permission: row.permission },
    comment: {
      source: row.source as CommentSource,
      id: row.comment_id,
      line: row.line,
      hash: row.comment_hash,
    },
    policy: row.policy,
    at: row.at,
  };
}
