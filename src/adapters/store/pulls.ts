import type { Connection } from './connection.ts';
import { dueColumns, pullMarker, requireReason } from './marks.ts';
import { prepare, type ValueOf } from './prepared.ts';
import { type PullKey, type PullPatch, type PullRow, toPullRow } from './pull-row.ts';

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
  const mark = pullMarker();
  const byNumber = prepare((db, value: ValueOf<{ repository: number; number: number }>) =>
    db
      .selectFrom('pulls')
      .selectAll()
      .where('repository_id', '=', value('repository'))
      .where('number', '=', value('number')),
  );
  const byHead = prepare((db, value: ValueOf<{ repository: number; head: string }>) =>
    db
      .selectFrom('pulls')
      .selectAll()
      .where('repository_id', '=', value('repository'))
      .where('head_sha', '=', value('head'))
      .where('state', '=', 'open')
      .orderBy('number'),
  );
  return {
    async markDue(key, patch, at, reason) {
      await db.transaction().execute((transaction) => mark(transaction, { key, patch, due: { at, reason } }));
    },

    async notePull(key, patch, now) {
      await db.transaction().execute((transaction) => mark(transaction, { key, patch, seenAt: now }));
    },

    async markOpenDue(filter, at, reason) {
      let update = db
        .updateTable('pulls')
        .set((row) => dueColumns(row, at, requireReason(reason)))
        .where('state', '=', 'open');
      if (filter.installationId !== undefined)
        update = update.where('installation_id', '=', filter.installationId);
      if (filter.repositoryId !== undefined) update = update.where('repository_id', '=', filter.repositoryId);
      if (filter.baseRef !== undefined) update = update.where('base_ref', '=', filter.baseRef);
      const { numUpdatedRows } = await update.executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },

    async pull(key) {
      const [row] = await byNumber(db, { repository: key.repositoryId, number: key.number });
      return row === undefined ? null : toPullRow(row);
    },

    async findByHead(repositoryId, headSha) {
      const rows = await byHead(db, { repository: repositoryId, head: headSha });
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
