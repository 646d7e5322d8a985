// The App's store: what was delivered, what is due, what was judged and published.
// In: a data folder or a PostgreSQL address, and a clock. Out: the `Store`.
// Not here: what a row's state means for GitHub; when to judge. Nothing here that GitHub cannot rebuild, open deliveries apart.
import { type ClaimStore, claimStore } from './claims.ts';
import type { Clock, Connection, DatabaseKind } from './connection.ts';
import { type DeliveryStore, deliveryStore } from './deliveries.ts';
import { openPostgres } from './postgres.ts';
import { type PullStore, pullStore } from './pulls.ts';
import { openSqlite } from './sqlite.ts';

export type { Backlog, ClaimStore, FinishedPull, Judged } from './claims.ts';
export type { Clock, DatabaseKind } from './connection.ts';
export type { Delivery, DeliveryStore, Lease, TakenDelivery } from './deliveries.ts';
export { setStoreAside } from './folder.ts';
export type { PullKey, PullPatch, PullRow, PullState } from './pull-row.ts';
export type { PullFilter, PullStore } from './pulls.ts';

/** One embedded database that this process holds alone, or a PostgreSQL server that several share. */
export type StoreAddress = { readonly dataDirectory: string } | { readonly databaseUrl: string };

/**
 * All that the App remembers. Every method is durable when it resolves, and atomic; each may throw an AppError:
 * `store-unavailable` (retryable: disk full, read-only, busy, connection lost), `store-damaged`, `store-refused`,
 * `store-too-long` (a text beyond its bound). Times are milliseconds since 1970.
 */
export interface Store extends DeliveryStore, PullStore, ClaimStore {
  readonly kind: DatabaseKind;
  close(): Promise<void>;
}

/** Opens the store and brings its schema up to date. Throws, besides the codes above, `store-locked`, `store-unsafe-folder`, `store-newer`. */
export async function openStore(address: StoreAddress, clock: Clock): Promise<Store> {
  const connection =
    'dataDirectory' in address
      ? await openSqlite(address.dataDirectory)
      : await openPostgres(address.databaseUrl);
  return assemble(connection, clock);
}

function assemble(connection: Connection, _clock: Clock): Store {
  return {
    kind: connection.kind,
    close: () => connection.close(),
    ...deliveryStore(connection),
    ...pullStore(connection),
    ...claimStore(connection),
  };
}
