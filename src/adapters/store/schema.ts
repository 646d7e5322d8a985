import type { ColumnType, Generated } from 'kysely';

/**
 * The tables, as queries see them. Times are milliseconds since 1970, flags are 0 or 1, JSON is text: so one schema and one
 * set of queries serve SQLite and PostgreSQL. What a column means is said once, in the port that reads it.
 */
export interface Tables {
  readonly plinth_meta: MetaTable;
  readonly deliveries: DeliveriesTable;
  readonly pulls: PullsTable;
  readonly commands: CommandsTable;
  readonly grants: GrantsTable;
  readonly comment_changes: CommentChangesTable;
  readonly merge_groups: MergeGroupsTable;
  readonly installations: InstallationsTable;
  readonly repositories: RepositoriesTable;
  readonly organisation_files: OrganisationFilesTable;
  readonly publications: PublicationsTable;
  readonly published_comments: PublishedCommentsTable;
  readonly facts: FactsTable;
  readonly tips: TipsTable;
}

interface MetaTable {
  readonly name: string;
  readonly value: string;
}

interface DeliveriesTable {
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly number: number | null;
  readonly payload: string;
  readonly received_at: number;
  readonly attempts: Generated<number>;
  readonly lease_owner: Generated<string | null>;
  readonly lease_until: Generated<number | null>;
  readonly finished_at: Generated<number | null>;
}

interface PullsTable {
  readonly repository_id: number;
  readonly number: number;
  readonly installation_id: number;
  readonly owner: string;
  readonly name: string;
  readonly head_sha: string | null;
  readonly base_ref: string | null;
  readonly base_sha: string | null;
  readonly state: string;
  readonly draft: number;
  readonly fork: number;
  /** 1 where all that was said about exceptions on it is in `grants`. */
  readonly grants_known: Generated<number>;
  /** When GitHub last changed what the columns above say, so that a late delivery does not undo a newer one. */
  readonly observed_at: Generated<number>;
  readonly due_at: number | null;
  readonly due_reason: string | null;
  /** The earliest mark that came in after the claim: what `due_at` becomes when the claim ends. */
  readonly next_due_at: Generated<number | null>;
  readonly not_before: Generated<number>;
  readonly attempts: Generated<number>;
  readonly generation: Generated<number>;
  readonly claims: Generated<number>;
  readonly claimed_generation: Generated<number | null>;
  readonly lease_owner: Generated<string | null>;
  readonly lease_until: Generated<number | null>;
  readonly judged_head: Generated<string | null>;
  readonly judged_inputs: Generated<string | null>;
  readonly judged_at: Generated<number | null>;
  readonly verdict: Generated<string | null>;
  readonly check_run_id: Generated<number | null>;
  readonly review_id: Generated<number | null>;
  readonly updated_at: number;
}

interface CommandsTable {
  readonly source: string;
  readonly comment_id: number;
  readonly installation_id: number;
  readonly repository_id: number;
  readonly number: number;
  readonly author_id: number;
  readonly author_login: string;
  readonly body: string;
  readonly received_at: number;
  readonly attempts: Generated<number>;
  readonly claims: Generated<number>;
  readonly not_before: Generated<number>;
  readonly lease_owner: Generated<string | null>;
  readonly lease_until: Generated<number | null>;
  readonly finished_at: Generated<number | null>;
  readonly outcome: Generated<string | null>;
  /** Whom the reply was for; null where there was none. */
  readonly answered_to: Generated<string | null>;
  /** Null in rows of older versions, as is `node_id`. */
  readonly written_at: number | null;
  readonly base_ref: Generated<string | null>;
  readonly node_id: string | null;
}

/** Events are added, never changed or removed. */
interface GrantsTable {
  readonly repository_id: number;
  readonly number: number;
  readonly position: number;
  readonly kind: string;
  readonly entry: string;
  readonly entry_hash: string;
  readonly paths: string;
  readonly head_sha: string;
  readonly base_ref: string;
  readonly by_id: number;
  readonly by_login: string;
  readonly permission: string;
  readonly source: string;
  readonly comment_id: number;
  readonly line: number;
  readonly comment_hash: string;
  readonly policy: string;
  readonly at: number;
}

/** The first change of each kind, of comments that said something about exceptions. */
interface CommentChangesTable {
  readonly repository_id: number;
  readonly number: number;
  readonly source: string;
  readonly comment_id: number;
  readonly kind: string;
  readonly by_id: number;
  readonly by_login: string;
  readonly at: number;
}

interface MergeGroupsTable {
  readonly repository_id: number;
  readonly head_sha: string;
  readonly installation_id: number;
  readonly owner: string;
  readonly name: string;
  readonly base_ref: string;
  readonly base_sha: string;
  readonly received_at: number;
  readonly asked: Generated<number>;
  readonly attempts: Generated<number>;
  readonly claims: Generated<number>;
  readonly not_before: Generated<number>;
  readonly lease_owner: Generated<string | null>;
  readonly lease_until: Generated<number | null>;
  readonly finished_at: Generated<number | null>;
}

interface InstallationsTable {
  readonly id: number;
  readonly account_id: number | null;
  readonly account_login: string | null;
  readonly suspended: Generated<number>;
  readonly not_before: Generated<number>;
  readonly not_before_reason: Generated<string | null>;
  /** Counts up over all installations: the smallest was served longest ago. */
  readonly turn: Generated<number>;
  readonly updated_at: number;
}

interface RepositoriesTable {
  readonly id: number;
  readonly installation_id: number;
  readonly owner: string;
  readonly name: string;
  readonly default_branch: string | null;
  readonly updated_at: number;
}

interface OrganisationFilesTable {
  readonly installation_id: number;
  readonly owner: Generated<string | null>;
  readonly commit_sha: Generated<string | null>;
  readonly content: Generated<string | null>;
  readonly reachable: number;
  readonly seen: number;
  readonly read_at: number;
  readonly trusted_from: number;
}

interface PublicationsTable {
  readonly repository_id: number;
  readonly head_sha: string;
  readonly name: string;
  readonly owner: string;
  readonly begun_at: number;
  readonly check_run_id: Generated<number | null>;
  readonly status: Generated<string>;
  readonly digest: Generated<string | null>;
  readonly review_id: Generated<number | null>;
  readonly updated_at: number;
}

interface PublishedCommentsTable {
  readonly repository_id: number;
  readonly number: number;
  readonly fingerprint: string;
  readonly comment_id: number;
  readonly head_sha: string;
  readonly fixed_in: string | null;
  readonly updated_at: number;
}

type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;

interface FactsTable {
  readonly installation_id: number;
  readonly key: string;
  readonly content: Bytes;
  readonly checksum: string;
  readonly used_at: number;
}

interface TipsTable {
  readonly repository_id: number;
  readonly commit_sha: string;
  readonly installation_id: number;
  readonly content: Bytes;
  readonly checksum: string;
  readonly used_at: number;
}
