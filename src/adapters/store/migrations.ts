import { type CreateTableBuilder, type Kysely, sql, type Transaction } from 'kysely';
import { AppError } from '../../domain/index.ts';
import type { DatabaseKind } from './connection.ts';
import type { Tables } from './schema.ts';

/** Where facts and tips live: on SQLite a database file of their own, attached under this name, which may be thrown away. */
export const CACHE_SCHEMA = 'cache';

/** A lock number of our own on PostgreSQL, so that processes that start together migrate one after the other. */
const ADVISORY_LOCK = 7_254_101;

type Migration = (db: Transaction<Tables>) => Promise<void>;

/** In order; the schema's version is their number. Forward only: a released migration is never edited. */
const MIGRATIONS: readonly Migration[] = [
  createFirstTables,
  createMergeGroups,
  addAnsweredTo,
  addWrittenAt,
  createGrants,
  createOrganisationFiles,
  createCommentChanges,
];

/**
 * Brings the schema to this version, in one transaction.
 *
 * Kysely's own migrator is not used: it stamps rows with the machine's clock, looks for its tables in every schema of a
 * PostgreSQL database, and tells a newer schema from other faults only by the words of its message.
 *
 * Throws `store-newer` where a newer Plinth has written it.
 */
export async function migrate(db: Kysely<Tables>, kind: DatabaseKind, place: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (kind === 'postgres')
      await sql`select pg_advisory_xact_lock(${sql.lit(ADVISORY_LOCK)})`.execute(transaction);
    await transaction.schema
      .createTable('plinth_meta')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
    const version = await readVersion(transaction);
    if (version > MIGRATIONS.length) throw newer(place, version);
    for (const migration of MIGRATIONS.slice(version)) await migration(transaction);
    if (version < MIGRATIONS.length) await writeVersion(transaction, MIGRATIONS.length);
    // Under the same lock: `if not exists` alone does not stop two processes from making one table at once.
    if (kind === 'postgres') await createCacheTables(transaction, kind);
  });
}

async function readVersion(db: Transaction<Tables>): Promise<number> {
  const row = await db
    .selectFrom('plinth_meta')
    .select('value')
    .where('name', '=', 'schema-version')
    .executeTakeFirst();
  return row === undefined ? 0 : Number(row.value);
}

async function writeVersion(db: Transaction<Tables>, version: number): Promise<void> {
  const value = String(version);
  await db
    .insertInto('plinth_meta')
    .values({ name: 'schema-version', value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

function newer(place: string, version: number): AppError {
  return new AppError(
    'store-newer',
    `The store in ${place} was written by a newer Plinth (schema ${version}, this one knows ${MIGRATIONS.length}); ` +
      'start that version or a later one, or point Plinth at an empty store.',
  );
}

async function createFirstTables(db: Transaction<Tables>): Promise<void> {
  await createDeliveries(db);
  await createPulls(db);
  await createCommands(db);
  await createAccounts(db);
  await createPublications(db);
}

async function createDeliveries(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('guid', 'text', (column) => column.primaryKey())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('action', 'text')
    .addColumn('installation_id', 'bigint')
    .addColumn('repository_id', 'bigint')
    .addColumn('number', 'bigint')
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull().defaultTo(0))
    .$call(leaseColumns)
    .addColumn('finished_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('deliveries_by_state')
    .on('deliveries')
    .columns(['finished_at', 'received_at'])
    .execute();
}

async function createPulls(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('pulls')
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('installation_id', 'bigint', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('head_sha', 'text')
    .addColumn('base_ref', 'text')
    .addColumn('base_sha', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('draft', 'bigint', (column) => column.notNull())
    .addColumn('fork', 'bigint', (column) => column.notNull())
    .addColumn('observed_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('due_at', 'bigint')
    .addColumn('due_reason', 'text')
    .addColumn('next_due_at', 'bigint')
    .addColumn('not_before', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('attempts', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('generation', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('claims', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('claimed_generation', 'bigint')
    .$call(leaseColumns)
    .addColumn('judged_head', 'text')
    .addColumn('judged_inputs', 'text')
    .addColumn('judged_at', 'bigint')
    .addColumn('verdict', 'text')
    .addColumn('check_run_id', 'bigint')
    .addColumn('review_id', 'bigint')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('pulls_key', ['repository_id', 'number'])
    .execute();
  await db.schema
    .createIndex('pulls_by_due')
    .on('pulls')
    .columns(['installation_id', 'due_at'])
    .where('due_at', 'is not', null)
    .execute();
  await db.schema.createIndex('pulls_by_head').on('pulls').columns(['repository_id', 'head_sha']).execute();
  await db.schema
    .createIndex('pulls_by_lease')
    .on('pulls')
    .columns(['lease_until', 'installation_id'])
    .where('lease_until', 'is not', null)
    .execute();
}

async function createCommands(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('commands')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('comment_id', 'bigint', (column) => column.notNull())
    .addColumn('installation_id', 'bigint', (column) => column.notNull())
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('author_id', 'bigint', (column) => column.notNull())
    .addColumn('author_login', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('claims', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('not_before', 'bigint', (column) => column.notNull().defaultTo(0))
    .$call(leaseColumns)
    .addColumn('finished_at', 'bigint')
    .addColumn('outcome', 'text')
    .addPrimaryKeyConstraint('commands_key', ['source', 'comment_id'])
    .execute();
  await db.schema
    .createIndex('commands_by_state')
    .on('commands')
    .columns(['finished_at', 'repository_id', 'number', 'received_at'])
    .execute();
}

async function createMergeGroups(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('merge_groups')
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('head_sha', 'text', (column) => column.notNull())
    .addColumn('installation_id', 'bigint', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('base_ref', 'text', (column) => column.notNull())
    .addColumn('base_sha', 'text', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('asked', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('attempts', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('claims', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('not_before', 'bigint', (column) => column.notNull().defaultTo(0))
    .$call(leaseColumns)
    .addColumn('finished_at', 'bigint')
    .addPrimaryKeyConstraint('merge_groups_key', ['repository_id', 'head_sha'])
    .execute();
  await db.schema
    .createIndex('merge_groups_by_state')
    .on('merge_groups')
    .columns(['finished_at', 'received_at'])
    .execute();
}

async function addAnsweredTo(db: Transaction<Tables>): Promise<void> {
  await db.schema.alterTable('commands').addColumn('answered_to', 'text').execute();
}

async function addWrittenAt(db: Transaction<Tables>): Promise<void> {
  // SQLite adds one column at a time.
  await db.schema.alterTable('commands').addColumn('written_at', 'bigint').execute();
  await db.schema.alterTable('commands').addColumn('node_id', 'text').execute();
}

async function createGrants(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('grants')
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addColumn('entry_hash', 'text', (column) => column.notNull())
    .addColumn('paths', 'text', (column) => column.notNull())
    .addColumn('head_sha', 'text', (column) => column.notNull())
    .addColumn('base_ref', 'text', (column) => column.notNull())
    .addColumn('by_id', 'bigint', (column) => column.notNull())
    .addColumn('by_login', 'text', (column) => column.notNull())
    .addColumn('permission', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('comment_id', 'bigint', (column) => column.notNull())
    .addColumn('line', 'bigint', (column) => column.notNull())
    .addColumn('comment_hash', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('grants_key', ['repository_id', 'number', 'position'])
    .addUniqueConstraint('grants_by_line', ['repository_id', 'source', 'comment_id', 'line'])
    .execute();
  // What the author of a command could see is of this branch.
  await db.schema.alterTable('commands').addColumn('base_ref', 'text').execute();
  await db.schema
    .alterTable('pulls')
    .addColumn('grants_known', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
}

async function createAccounts(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('installations')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('account_id', 'bigint')
    .addColumn('account_login', 'text')
    .addColumn('suspended', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('not_before', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('not_before_reason', 'text')
    .addColumn('turn', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('installations_by_turn').on('installations').column('turn').execute();
  await db.schema
    .createTable('repositories')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('installation_id', 'bigint', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('default_branch', 'text')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('repositories_by_installation')
    .on('repositories')
    .column('installation_id')
    .execute();
}

async function createOrganisationFiles(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('organisation_files')
    .addColumn('installation_id', 'bigint', (column) => column.primaryKey())
    .addColumn('owner', 'text')
    .addColumn('commit_sha', 'text')
    .addColumn('content', 'text')
    .addColumn('reachable', 'bigint', (column) => column.notNull())
    .addColumn('seen', 'bigint', (column) => column.notNull())
    .addColumn('read_at', 'bigint', (column) => column.notNull())
    .addColumn('trusted_from', 'bigint', (column) => column.notNull())
    .execute();
}

async function createCommentChanges(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('comment_changes')
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('comment_id', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('by_id', 'bigint', (column) => column.notNull())
    .addColumn('by_login', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('comment_changes_key', [
      'repository_id',
      'number',
      'source',
      'comment_id',
      'kind',
    ])
    .execute();
}

async function createPublications(db: Transaction<Tables>): Promise<void> {
  await db.schema
    .createTable('publications')
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('head_sha', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('begun_at', 'bigint', (column) => column.notNull())
    .addColumn('check_run_id', 'bigint')
    .addColumn('status', 'text', (column) => column.notNull().defaultTo('begun'))
    .addColumn('digest', 'text')
    .addColumn('review_id', 'bigint')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('publications_key', ['repository_id', 'head_sha', 'name'])
    .execute();
  await db.schema.createIndex('publications_by_age').on('publications').column('updated_at').execute();
  await db.schema
    .createTable('published_comments')
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('comment_id', 'bigint', (column) => column.notNull())
    .addColumn('head_sha', 'text', (column) => column.notNull())
    .addColumn('fixed_in', 'text')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('published_comments_key', ['repository_id', 'number', 'fingerprint'])
    .execute();
}

function leaseColumns<Table extends string, Column extends string>(table: CreateTableBuilder<Table, Column>) {
  return table.addColumn('lease_owner', 'text').addColumn('lease_until', 'bigint');
}

/** Creates the tables of the rebuildable part where they are not there; they have no history worth migrating. */
export async function createCacheTables(db: Kysely<Tables>, kind: DatabaseKind): Promise<void> {
  const schema = kind === 'sqlite' ? db.schema.withSchema(CACHE_SCHEMA) : db.schema;
  const bytes = kind === 'sqlite' ? 'blob' : 'bytea';
  await schema
    .createTable('facts')
    .ifNotExists()
    .addColumn('installation_id', 'bigint', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('content', bytes, (column) => column.notNull())
    .addColumn('checksum', 'text', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('facts_key', ['installation_id', 'key'])
    .execute();
  // SQLite wants the schema in front of the index, where Kysely cannot write it.
  const index = kind === 'sqlite' ? sql.id(CACHE_SCHEMA, 'facts_by_use') : sql.id('facts_by_use');
  await sql`create index if not exists ${index} on facts (used_at)`.execute(db);
  await schema
    .createTable('tips')
    .ifNotExists()
    .addColumn('repository_id', 'bigint', (column) => column.notNull())
    .addColumn('commit_sha', 'text', (column) => column.notNull())
    .addColumn('installation_id', 'bigint', (column) => column.notNull())
    .addColumn('content', bytes, (column) => column.notNull())
    .addColumn('checksum', 'text', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('tips_key', ['repository_id', 'commit_sha'])
    .execute();
}
