import { type Selectable, sql } from 'kysely';
import type { CommentSource } from '../../domain/index.ts';
import type { Connection, DatabaseKind } from './connection.ts';
import type { Lease } from './deliveries.ts';
import { requireShort } from './errors.ts';
import { prepare, type ValueOf } from './prepared.ts';
import type { Tables } from './schema.ts';

/** A newly created comment that holds command lines. */
export interface CommandComment {
  readonly source: CommentSource;
  readonly commentId: number;
  /** GitHub's name for it in GraphQL; null where an older version recorded it. */
  readonly nodeId: string | null;
  readonly installationId: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly authorId: number;
  readonly authorLogin: string;
  readonly body: string;
  /** By GitHub's clock. */
  readonly writtenAt: number;
  readonly receivedAt: number;
}

/** A command comment that a worker holds. */
export interface TakenCommand extends CommandComment {
  /** How often it was taken, this time included. */
  readonly attempts: number;
  /** The base branch that the pull request had when the comment came in; null where that is not known. */
  readonly baseRef: string | null;
  /** Tells this claim from a later one. */
  readonly claims: number;
}

/** Comments with commands, each worked off once whatever crashes or comes twice. */
export interface CommandStore {
  /** Once per comment: `seen` for one that is on record, done or not. */
  recordCommand(comment: CommandComment): Promise<'new' | 'seen'>;
  /**
   * Leases the next comment; null where none may be taken now. The comments of one pull request are taken in their order,
   * one at a time; between installations the one with the fewest running leases comes first, then the oldest.
   */
  takeCommand(lease: Lease): Promise<TakenCommand | null>;
  /**
   * Done, with what it came to (JSON data), and whom a reply was for; on the disk when it returns. False where the claim was lost:
   * somebody else answers.
   */
  finishCommand(command: TakenCommand, outcome: unknown, now: number, answeredTo?: Asking): Promise<boolean>;
  /** Ends a claim, not to be taken before `until`; the attempt counts. False where lost. */
  retryCommand(command: TakenCommand, until: number): Promise<boolean>;
  pendingCommands(): Promise<{ readonly count: number; readonly oldest: number | null }>;
  /** How many comments were answered since then; for the bounds on answers. */
  answeredCommands(of: AnsweredFilter, since: number): Promise<number>;
}

/** Whether who asks may write to the repository. */
export type Asking = 'writer' | 'stranger';

/** Of one repository or of a whole installation; to all or to some. */
export type AnsweredFilter = { readonly to?: Asking } & (
  | { readonly repositoryId: number }
  | { readonly installationId: number }
);

const LIMITS = { login: 300, nodeId: 300, body: 300_000, outcome: 100_000 } as const;

/** The command part of the store on an open database. */
export function commandStore(connection: Connection): CommandStore {
  const { db, settle } = connection;
  const next = prepareNext(connection.kind);
  const claimed = (command: TakenCommand) =>
    db
      .updateTable('commands')
      .where('source', '=', command.source)
      .where('comment_id', '=', command.commentId)
      .where('claims', '=', command.claims)
      .where('lease_owner', 'is not', null)
      .where('finished_at', 'is', null);

  return {
    async recordCommand(comment) {
      const inserted = await db
        .insertInto('commands')
        .values({
          source: comment.source,
          comment_id: comment.commentId,
          node_id: comment.nodeId === null ? null : requireShort('node id', comment.nodeId, LIMITS.nodeId),
          installation_id: comment.installationId,
          repository_id: comment.repositoryId,
          number: comment.number,
          author_id: comment.authorId,
          author_login: requireShort('login', comment.authorLogin, LIMITS.login),
          body: requireShort('comment', comment.body, LIMITS.body),
          written_at: comment.writtenAt,
          // Whoever writes sees the check against the branch that is known now.
          base_ref: (query) =>
            query
              .selectFrom('pulls')
              .select('base_ref')
              .where('repository_id', '=', comment.repositoryId)
              .where('number', '=', comment.number),
          received_at: comment.receivedAt,
        })
        .onConflict((conflict) => conflict.columns(['source', 'comment_id']).doNothing())
        .returning('comment_id')
        .executeTakeFirst();
      return inserted === undefined ? 'seen' : 'new';
    },

    async takeCommand(lease) {
      const command = await take(connection, next, lease);
      // That it was taken has to be known before anything is answered: a second time looks for the first one's reply.
      if (command !== null) await settle();
      return command;
    },

    async finishCommand(command, outcome, now, answeredTo) {
      const { numUpdatedRows } = await claimed(command)
        .set({
          finished_at: now,
          outcome: requireShort('outcome', JSON.stringify(outcome ?? null), LIMITS.outcome),
          // What was said stays on GitHub; the row is kept to know the comment again.
          body: '',
          answered_to: answeredTo ?? null,
          lease_owner: null,
          lease_until: null,
        })
        .executeTakeFirstOrThrow();
      await settle();
      return numUpdatedRows === 1n;
    },

    async retryCommand(command, until) {
      const { numUpdatedRows } = await claimed(command)
        .set({ not_before: until, lease_owner: null, lease_until: null })
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async pendingCommands() {
      const row = await db
        .selectFrom('commands')
        .select((select) => [
          select.fn.countAll<number>().as('count'),
          select.fn.min('received_at').as('oldest'),
        ])
        .where('finished_at', 'is', null)
        .executeTakeFirstOrThrow();
      return { count: row.count, oldest: row.oldest ?? null };
    },

    async answeredCommands(of, since) {
      let query = db
        .selectFrom('commands')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('finished_at', '>=', since);
      query =
        of.to === undefined
          ? query.where('answered_to', 'is not', null)
          : query.where('answered_to', '=', of.to);
      query =
        'repositoryId' in of
          ? query.where('repository_id', '=', of.repositoryId)
          : query.where('installation_id', '=', of.installationId);
      return (await query.executeTakeFirstOrThrow()).count;
    },
  };
}

/**
 * The next comment: no earlier one of its pull request is open, its installation may be worked for.
 *
 * An earlier one that another worker holds is open too, so two never run on one pull request, locked rows included.
 */
function prepareNext(kind: DatabaseKind) {
  return prepare((db, value: ValueOf<{ now: number }>) =>
    db
      .with('running', (cte) =>
        cte
          .selectFrom('commands')
          .select((select) => ['installation_id', select.fn.countAll<number>().as('leases')])
          .where('finished_at', 'is', null)
          .where('lease_until', '>', value('now'))
          .groupBy('installation_id'),
      )
      .selectFrom('commands')
      .leftJoin('running', 'running.installation_id', 'commands.installation_id')
      .leftJoin('installations', 'installations.id', 'commands.installation_id')
      .select(['commands.source', 'commands.comment_id'])
      .where('commands.finished_at', 'is', null)
      .where('commands.not_before', '<=', value('now'))
      .where((where) =>
        where.or([
          where('commands.lease_until', 'is', null),
          where('commands.lease_until', '<=', value('now')),
        ]),
      )
      .where(sql<boolean>`coalesce(installations.suspended, 0) = 0`)
      .where(sql<boolean>`coalesce(installations.not_before, 0) <= ${value('now')}`)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('commands as earlier')
              .select('earlier.comment_id')
              .whereRef('earlier.repository_id', '=', 'commands.repository_id')
              .whereRef('earlier.number', '=', 'commands.number')
              .where('earlier.finished_at', 'is', null)
              .where(
                sql<boolean>`(earlier.received_at, earlier.source, earlier.comment_id) < (commands.received_at, commands.source, commands.comment_id)`,
              ),
          ),
        ),
      )
      .orderBy(sql`coalesce(running.leases, 0)`)
      .orderBy('commands.received_at')
      .orderBy('commands.comment_id')
      .limit(1)
      .$if(kind === 'postgres', (query) => query.forUpdate('commands').skipLocked()),
  );
}

async function take(
  { db }: Connection,
  next: ReturnType<typeof prepareNext>,
  { owner, now, leaseMs }: Lease,
): Promise<TakenCommand | null> {
  // Mostly there is none, and that is asked after every delivery.
  if ((await next(db, { now })).length === 0) return null;
  return db.transaction().execute(async (transaction) => {
    const [found] = await next(transaction, { now });
    if (found === undefined) return null;
    const row = await transaction
      .updateTable('commands')
      .set((old) => ({
        lease_owner: owner,
        lease_until: now + leaseMs,
        attempts: old('attempts', '+', 1),
        claims: old('claims', '+', 1),
      }))
      .where('source', '=', found.source)
      .where('comment_id', '=', found.comment_id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toCommand(row);
  });
}

function toCommand(row: Selectable<Tables['commands']>): TakenCommand {
  return {
    source: row.source as CommentSource,
    commentId: row.comment_id,
    nodeId: row.node_id,
    installationId: row.installation_id,
    repositoryId: row.repository_id,
    number: row.number,
    authorId: row.author_id,
    authorLogin: row.author_login,
    body: row.body,
    writtenAt: row.written_at ?? row.received_at,
    baseRef: row.base_ref,
    receivedAt: row.received_at,
    attempts: row.attempts,
    claims: row.claims,
  };
}
