import type { Kysely, Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import { requireShort } from './errors.ts';
import type { Tables } from './schema.ts';

const LIMITS = { sha: 64, name: 200, owner: 200, digest: 200, fingerprint: 200 } as const;

/** Rows per statement. */
const BATCH = 500;
const MOST_ABANDONED = 100;

/** Where a check run stands: one per head commit and name. */
export interface PublicationKey {
  readonly repositoryId: number;
  readonly headSha: string;
  /** The check run's name. */
  readonly name: string;
}

/** What was published on a head commit, or is about to be. */
export interface Publication extends PublicationKey {
  /** Who began it. */
  readonly owner: string;
  readonly begunAt: number;
  /** Null while it is not known whether GitHub has it: after a crash our own run is looked for first. */
  readonly checkRunId: number | null;
  readonly status: 'begun' | 'in-progress' | 'completed';
  /** Digest of what the check run says, so that the same is not written twice. */
  readonly digest: string | null;
  readonly reviewId: number | null;
}

/** What becomes known of a check run after it was begun; what is absent stays. */
export interface PublicationPatch {
  readonly checkRunId?: number;
  readonly status?: Publication['status'];
  readonly digest?: string;
  readonly reviewId?: number;
}

/** One of our review comments, known by the fingerprint of its finding. */
export interface PublishedComment {
  readonly fingerprint: string;
  readonly commentId: number;
  /** The head on which it was made. */
  readonly headSha: string;
  /** The head on which its finding was gone, and the comment edited to say so; null while it stands. */
  readonly fixedIn: string | null;
}

/** What the App wrote to GitHub, so that nothing is written twice or over another’s work. */
export interface PublicationStore {
  /**
   * Writes down that a check run is about to be created; on the disk when it returns. `first`: none was begun before, so none needs to be looked for.
   * Otherwise what is known of the one before.
   */
  beginPublication(
    key: PublicationKey,
    owner: string,
    now: number,
  ): Promise<{ readonly first: boolean; readonly publication: Publication }>;
  /** Adds what GitHub answered. */
  savePublication(key: PublicationKey, patch: PublicationPatch, now: number): Promise<void>;
  publication(key: PublicationKey): Promise<Publication | null>;
  /**
   * Publications that were begun and not completed, on heads that no open pull request has any more: nobody comes back to
   * them. Those that `owner` began before it started, and anybody's begun before `before`; at most 100, oldest first.
   */
  abandonedPublications(given: {
    readonly owner: string;
    readonly startedAt: number;
    readonly before: number;
  }): Promise<readonly Publication[]>;
  /** Our comments on a pull request, fixed ones included. */
  publishedComments(repositoryId: number, number: number): Promise<readonly PublishedComment[]>;
  savePublishedComments(
    repositoryId: number,
    number: number,
    comments: readonly PublishedComment[],
    now: number,
  ): Promise<void>;
}

function ofKey(db: Kysely<Tables>, key: PublicationKey) {
  return db
    .selectFrom('publications')
    .selectAll()
    .where('repository_id', '=', key.repositoryId)
    .where('head_sha', '=', key.headSha)
    .where('name', '=', key.name);
}

/** The publication part of the store on an open database. */
export function publicationStore({ db, settle }: Connection): PublicationStore {
  const find = async (key: PublicationKey): Promise<Publication | null> => {
    const row = await ofKey(db, key).executeTakeFirst();
    return row === undefined ? null : toPublication(row);
  };

  return {
    async beginPublication(key, owner, now) {
      const begun = await db.transaction().execute(async (transaction) => {
        const inserted = await transaction
          .insertInto('publications')
          .values({
            repository_id: key.repositoryId,
            head_sha: requireShort('head', key.headSha, LIMITS.sha),
            name: requireShort('check name', key.name, LIMITS.name),
            owner: requireShort('owner', owner, LIMITS.owner),
            begun_at: now,
            updated_at: now,
          })
          .onConflict((conflict) => conflict.columns(['repository_id', 'head_sha', 'name']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (inserted !== undefined) return { first: true, publication: toPublication(inserted) };
        const before = await ofKey(transaction, key).executeTakeFirstOrThrow();
        return { first: false, publication: toPublication(before) };
      });
      await settle();
      return begun;
    },

    async savePublication(key, patch, now) {
      await db
        .updateTable('publications')
        .set({
          updated_at: now,
          ...(patch.checkRunId === undefined ? {} : { check_run_id: patch.checkRunId }),
          ...(patch.status === undefined ? {} : { status: patch.status }),
          ...(patch.digest === undefined
            ? {}
            : { digest: requireShort('digest', patch.digest, LIMITS.digest) }),
          ...(patch.reviewId === undefined ? {} : { review_id: patch.reviewId }),
        })
        .where('repository_id', '=', key.repositoryId)
        .where('head_sha', '=', key.headSha)
        .where('name', '=', key.name)
        .execute();
    },

    publication: find,

    async abandonedPublications({ owner, startedAt, before }) {
      const rows = await db
        .selectFrom('publications')
        .selectAll()
        .where('status', '!=', 'completed')
        .where((where) =>
          where.or([
            where('begun_at', '<', before),
            where.and([where('owner', '=', owner), where('begun_at', '<', startedAt)]),
          ]),
        )
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('pulls')
                .select('pulls.number')
                .whereRef('pulls.repository_id', '=', 'publications.repository_id')
                .whereRef('pulls.head_sha', '=', 'publications.head_sha')
                .where('pulls.state', '=', 'open'),
            ),
          ),
        )
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('merge_groups')
                .select('merge_groups.head_sha')
                .whereRef('merge_groups.repository_id', '=', 'publications.repository_id')
                .whereRef('merge_groups.head_sha', '=', 'publications.head_sha')
                .where('merge_groups.finished_at', 'is', null),
            ),
          ),
        )
        .orderBy('begun_at')
        .limit(MOST_ABANDONED)
        .execute();
      return rows.map(toPublication);
    },

    async publishedComments(repositoryId, number) {
      const rows = await db
        .selectFrom('published_comments')
        .selectAll()
        .where('repository_id', '=', repositoryId)
        .where('number', '=', number)
        .orderBy('fingerprint')
        .execute();
      return rows.map((row) => ({
        fingerprint: row.fingerprint,
        commentId: row.comment_id,
        headSha: row.head_sha,
        fixedIn: row.fixed_in,
      }));
    },

    async savePublishedComments(repositoryId, number, comments, now) {
      // Of one finding the last comment counts; a statement must not meet the same row twice.
      const last = [...new Map(comments.map((comment) => [comment.fingerprint, comment])).values()];
      for (let start = 0; start < last.length; start += BATCH) {
        await db
          .insertInto('published_comments')
          .values(
            last.slice(start, start + BATCH).map((comment) => ({
              repository_id: repositoryId,
              number,
              fingerprint: requireShort('fingerprint', comment.fingerprint, LIMITS.fingerprint),
              comment_id: comment.commentId,
              head_sha: requireShort('head', comment.headSha, LIMITS.sha),
              fixed_in: comment.fixedIn,
              updated_at: now,
            })),
          )
          .onConflict((conflict) =>
            conflict.columns(['repository_id', 'number', 'fingerprint']).doUpdateSet((row) => ({
              comment_id: row.ref('excluded.comment_id'),
              head_sha: row.ref('excluded.head_sha'),
              fixed_in: row.ref('excluded.fixed_in'),
              updated_at: row.ref('excluded.updated_at'),
            })),
          )
          .execute();
      }
    },
  };
}

function toPublication(row: Selectable<Tables['publications']>): Publication {
  return {
    repositoryId: row.repository_id,
    headSha: row.head_sha,
    name: row.name,
    owner: row.owner,
    begunAt: row.begun_at,
    checkRunId: row.check_run_id,
    status: row.status as Publication['status'],
    digest: row.digest,
    reviewId: row.review_id,
  };
}
