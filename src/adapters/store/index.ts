// The App's store: what was delivered, what is due, what was judged and published.
// In: a data folder or a PostgreSQL address, and a clock. Out: the `Store`.
// Not here: what a row's state means for GitHub; when to judge. Nothing here that GitHub cannot rebuild, open deliveries apart.
import { type AccountStore, accountStore } from './accounts.ts';
import { type ClaimStore, claimStore } from './claims.ts';
import { type CommandStore, commandStore } from './commands.ts';
import type { Clock, Connection, DatabaseKind } from './connection.ts';
import { type DeliveryStore, deliveryStore } from './deliveries.ts';
import { type FactStore, factStore } from './facts.ts';
import { type GrantStore, grantStore } from './grants.ts';
import { type MergeGroupStore, mergeGroupStore } from './merge-groups.ts';
import { type OrganisationStore, organisationStore } from './organisations.ts';
import { openPostgres } from './postgres.ts';
import { type PublicationStore, publicationStore } from './publications.ts';
import { type PullStore, pullStore } from './pulls.ts';
import { openSqlite } from './sqlite.ts';
import { type TipStore, tipStore } from './tips.ts';
import { type UpkeepStore, upkeepStore } from './upkeep.ts';

export type { AccountStore, Installation, Repository } from './accounts.ts';
export type { Backlog, ClaimStore, FinishedPull, Judged } from './claims.ts';
export type {
  AnsweredFilter,
  Asking,
  CommandComment,
  CommandStore,
  TakenCommand,
} from './commands.ts';
export type { Clock, DatabaseKind } from './connection.ts';
export type { Delivery, DeliveryStore, Lease, MarkingDelivery, TakenDelivery } from './deliveries.ts';
export type { FactStore } from './facts.ts';
export { setStoreAside } from './folder.ts';
export type { GrantStore, GrantsKey, NewGrantEvent } from './grants.ts';
export type { PullMark } from './marks.ts';
export type { KnownMergeGroup, MergeGroup, MergeGroupStore, TakenMergeGroup } from './merge-groups.ts';
export type { KnownOrganisationFile, OrganisationStore } from './organisations.ts';
export type {
  Publication,
  PublicationKey,
  PublicationPatch,
  PublicationStore,
  PublishedComment,
} from './publications.ts';
export type { PullKey, PullPatch, PullRow, PullState } from './pull-row.ts';
export type { PullFilter, PullStore } from './pulls.ts';
export type { TipCommit, TipStore } from './tips.ts';
export type { UpkeepStore } from './upkeep.ts';

/** One embedded database that this process holds alone, or a PostgreSQL server that several share. */
export type StoreAddress = { readonly dataDirectory: string } | { readonly databaseUrl: string };

/**
 * All that the App remembers. Every method is atomic, and outlives the process when it resolves. On the disk, and with it all
 * that was written before, is what has to be there before the world hears of it: a delivery before it is acknowledged, a
 * publication before it is begun, an answer that is done. A power cut takes back only what came after these, which is due again or
 * known to GitHub. Each may throw an AppError:
 * `store-unavailable` (retryable: disk full, read-only, busy, connection lost), `store-damaged`, `store-refused`,
 * `store-too-long` (a text beyond its bound). Times are milliseconds since 1970.
 */
export interface Store
  extends DeliveryStore,
    PullStore,
    ClaimStore,
    CommandStore,
    GrantStore,
    MergeGroupStore,
    AccountStore,
    OrganisationStore,
    PublicationStore,
    FactStore,
    TipStore,
    UpkeepStore {
  readonly kind: DatabaseKind;
  /** Frees the folder or the connections; calling it twice is calling it once. */
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

function assemble(connection: Connection, clock: Clock): Store {
  let closed: Promise<void> | undefined;
  return {
    kind: connection.kind,
    close: () => (closed ??= connection.close()),
    ...deliveryStore(connection),
    ...pullStore(connection),
    ...claimStore(connection),
    ...commandStore(connection),
    ...grantStore(connection),
    ...mergeGroupStore(connection),
    ...accountStore(connection),
    ...organisationStore(connection),
    ...publicationStore(connection),
    ...factStore(connection, clock),
    ...tipStore(connection, clock),
    ...upkeepStore(connection),
  };
}
