import type { Connection } from './connection.ts';
import { requireShort } from './errors.ts';
import { type PullMark, pullMarker } from './marks.ts';
import { prepare, type ValueOf } from './prepared.ts';
import type { Tables } from './schema.ts';

/** Longer texts are refused before they are stored: a payload's essentials hold at most one comment (65,536 characters). */
const LIMITS = { guid: 200, event: 100, payload: 1_000_000 } as const;

/** A statement names each delivery that it takes. */
const MOST_TAKEN = 1000;

/** What is kept of a webhook delivery until it is worked off. */
export interface Delivery {
  /** `X-GitHub-Delivery`; the same for a redelivery. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  /** The pull request's number where the delivery is about one. */
  readonly number: number | null;
  /** What else working it off needs: plain JSON data, as small as can be. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly receivedAt: number;
}

/** A delivery that a worker holds. */
export interface TakenDelivery extends Delivery {
  /** How often it was taken, this time included: one that keeps failing has to be given up some day. */
  readonly attempts: number;
}

/** A delivery that says nothing but what is marked. */
export interface MarkingDelivery {
  readonly guid: string;
  readonly marks: readonly PullMark[];
}

/** A worker's claim: who, from when, for how long. Times in milliseconds. */
export interface Lease {
  readonly owner: string;
  readonly now: number;
  readonly leaseMs: number;
}

/** Deliveries of webhooks from their acknowledgement to the end of their work. */
export interface DeliveryStore {
  /** On the disk when it returns: only then may the delivery be acknowledged. `seen` for a GUID that is on record. */
  recordDelivery(delivery: Delivery): Promise<'new' | 'seen'>;
  /** Leases up to `limit` (at most 1,000) open deliveries, oldest first; those of a dead worker come again. */
  takeDeliveries(lease: Lease & { readonly limit: number }): Promise<readonly TakenDelivery[]>;
  /** Worked off: the payload goes, the GUID stays until it is pruned. */
  finishDelivery(guid: string, now: number): Promise<void>;
  /** Writes all marks and finishes their deliveries, in one transaction: all of it or nothing. */
  finishMarking(deliveries: readonly MarkingDelivery[], now: number): Promise<void>;
  /** How many are not worked off, and since when (null where none is). */
  pendingDeliveries(): Promise<{ readonly count: number; readonly oldest: number | null }>;
}

/** The delivery part of the store on an open database. */
export function deliveryStore({ db, kind, settle }: Connection): DeliveryStore {
  const mark = pullMarker();
  const insert = prepareInsert();
  const finish = prepareFinish();
  return {
    async recordDelivery(delivery) {
      const inserted = await insert(db, {
        guid: requireShort('delivery id', delivery.guid, LIMITS.guid),
        event: requireShort('event name', delivery.event, LIMITS.event),
        action: delivery.action === null ? null : requireShort('action', delivery.action, LIMITS.event),
        installation_id: delivery.installationId,
        repository_id: delivery.repositoryId,
        number: delivery.number,
        payload: requireShort('delivery', JSON.stringify(delivery.payload), LIMITS.payload),
        received_at: delivery.receivedAt,
      });
      // One that is seen may have been recorded a moment ago, and not be on the disk yet.
      await settle();
      return inserted.length === 0 ? 'seen' : 'new';
    },

    async takeDeliveries({ owner, now, leaseMs, limit }) {
      return db.transaction().execute(async (transaction) => {
        const found = await transaction
          .selectFrom('deliveries')
          .select('guid')
          .where('finished_at', 'is', null)
          .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', now)]))
          .orderBy('received_at')
          .orderBy('guid')
          .limit(Math.min(limit, MOST_TAKEN))
          .$if(kind === 'postgres', (query) => query.forUpdate().skipLocked())
          .execute();
        if (found.length === 0) return [];
        const rows = await transaction
          .updateTable('deliveries')
          .set((row) => ({
            lease_owner: owner,
            lease_until: now + leaseMs,
            attempts: row('attempts', '+', 1),
          }))
          .where(
            'guid',
            'in',
            found.map((row) => row.guid),
          )
          .returningAll()
          .execute();
        const order = new Map(found.map((row, index) => [row.guid, index]));
        rows.sort((a, b) => (order.get(a.guid) ?? 0) - (order.get(b.guid) ?? 0));
        return rows.map((row) => ({
          guid: row.guid,
          event: row.event,
          action: row.action,
          installationId: row.installation_id,
          repositoryId: row.repository_id,
          number: row.number,
          payload: JSON.parse(row.payload) as Readonly<Record<string, unknown>>,
          receivedAt: row.received_at,
          attempts: row.attempts,
        }));
      });
    },

    async finishDelivery(guid, now) {
      await finish(db, { guid, now });
    },

    async finishMarking(deliveries, now) {
      await db.transaction().execute(async (transaction) => {
        for (const { guid, marks } of deliveries) {
          for (const one of marks) await mark(transaction, one);
          await finish(transaction, { guid, now });
        }
      });
    },

    async pendingDeliveries() {
      const row = await db
        .selectFrom('deliveries')
        .select((select) => [
          select.fn.countAll<number>().as('count'),
          select.fn.min('received_at').as('oldest'),
        ])
        .where('finished_at', 'is', null)
        .executeTakeFirstOrThrow();
      return { count: row.count, oldest: row.oldest ?? null };
    },
  };
}

type NewRow = Pick<
  Tables['deliveries'],
  'guid' | 'event' | 'action' | 'installation_id' | 'repository_id' | 'number' | 'payload' | 'received_at'
>;

function prepareInsert() {
  return prepare((db, value: ValueOf<NewRow>) =>
    db
      .insertInto('deliveries')
      .values({
        guid: value('guid'),
        event: value('event'),
        action: value('action'),
        installation_id: value('installation_id'),
        repository_id: value('repository_id'),
        number: value('number'),
        payload: value('payload'),
        received_at: value('received_at'),
      })
      .onConflict((conflict) => conflict.column('guid').doNothing())
      .returning('guid'),
  );
}

function prepareFinish() {
  return prepare((db, value: ValueOf<{ guid: string; now: number }>) =>
    db
      .updateTable('deliveries')
      .set({ finished_at: value('now'), payload: '{}', lease_owner: null, lease_until: null })
      .where('guid', '=', value('guid')),
  );
}
