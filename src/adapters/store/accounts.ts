import { type Kysely, sql, type Transaction } from 'kysely';
import type { Connection } from './connection.ts';
import { requireShort } from './errors.ts';
import { onRebuildable } from './rebuildable.ts';
import type { Tables } from './schema.ts';

const LIMITS = { name: 300, branch: 1000, reason: 1000 } as const;

/** An installation of the App on an account, as the store knows it. */
export interface Installation {
  readonly id: number;
  readonly accountId: number | null;
  readonly accountLogin: string | null;
  readonly suspended: boolean;
  /** No request for it before then (a rate limit). */
  readonly notBefore: number;
  readonly notBeforeReason: string | null;
}

/** A repository that an installation may read, as the store knows it. */
export interface Repository {
  readonly id: number;
  readonly installationId: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string | null;
}

/** Installations and their repositories. Every failure is an AppError of `errors.ts`. */
export interface AccountStore {
  /** Records an installation and whom it belongs to; a suspended one stays suspended. */
  saveInstallation(
    installation: { readonly id: number; readonly accountId: number; readonly accountLogin: string },
    now: number,
  ): Promise<void>;
  installation(id: number): Promise<Installation | null>;
  installations(): Promise<readonly Installation[]>;
  /** A suspended installation's rows stay, and are not claimed. */
  suspendInstallation(id: number, suspended: boolean, now: number): Promise<void>;
  /** Holds all of an installation's work back until then, where that is later than what holds. */
  postponeInstallation(id: number, until: number, reason: string): Promise<void>;
  /** Forgets the installation with all that was kept for it. */
  removeInstallation(id: number): Promise<void>;
  /**
   * Records a repository by its id: a rename or transfer moves its pull requests and merge groups along. After a transfer nothing that the
   * former installation cached for it stays.
   */
  saveRepository(repository: Repository, now: number): Promise<void>;
  repository(id: number): Promise<Repository | null>;
  repositories(installationId?: number): Promise<readonly Repository[]>;
  /**
   * Forgets the repository with its pull requests, commands, publications and tips. Facts are shared by an installation's
   * repositories: they go with the last one, else when nothing asks for them any more.
   */
  removeRepository(id: number): Promise<void>;
}

/** The account part of the store on an open database. */
export function accountStore(connection: Connection): AccountStore {
  const { db } = connection;
  return {
    async saveInstallation({ id, accountId, accountLogin }, now) {
      const known = {
        account_id: accountId,
        account_login: requireShort('login', accountLogin, LIMITS.name),
        updated_at: now,
      };
      await db
        .insertInto('installations')
        .values({ id, ...known })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(known))
        .execute();
    },

    async installation(id) {
      const rows = await selectInstallations(db).where('id', '=', id).execute();
      return rows.map(toInstallation)[0] ?? null;
    },

    async installations() {
      return (await selectInstallations(db).orderBy('id').execute()).map(toInstallation);
    },

    async suspendInstallation(id, suspended, now) {
      const known = { suspended: suspended ? 1 : 0, updated_at: now };
      await db
        .insertInto('installations')
        .values({ id, account_id: null, account_login: null, ...known })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(known))
        .execute();
    },

    async postponeInstallation(id, until, reason) {
      await db
        .updateTable('installations')
        .set({ not_before: until, not_before_reason: requireShort('reason', reason, LIMITS.reason) })
        .where('id', '=', id)
        .where('not_before', '<', until)
        .execute();
    },

    async removeInstallation(id) {
      await forgetCached(connection, 'facts', 'installation_id', id);
      await forgetCached(connection, 'tips', 'installation_id', id);
      await db.transaction().execute(async (transaction) => {
        const owned = await transaction
          .selectFrom('repositories')
          .select('id')
          .where('installation_id', '=', id)
          .union(
            transaction.selectFrom('pulls').select('repository_id as id').where('installation_id', '=', id),
          )
          .execute();
        for (const repository of owned) await forgetRepository(transaction, repository.id);
        for (const table of ['commands', 'deliveries', 'organisation_files'] as const)
          await transaction.deleteFrom(table).where('installation_id', '=', id).execute();
        await transaction.deleteFrom('installations').where('id', '=', id).execute();
      });
    },

    async saveRepository(repository, now) {
      const names = {
        installation_id: repository.installationId,
        owner: requireShort('owner', repository.owner, LIMITS.name),
        name: requireShort('repository name', repository.name, LIMITS.name),
      };
      const branch = repository.defaultBranch;
      const known = {
        ...names,
        updated_at: now,
        ...(branch === null ? {} : { default_branch: requireShort('branch', branch, LIMITS.branch) }),
      };
      await forgetFormerTips(connection, repository);
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('installations')
          .values({ id: repository.installationId, account_id: null, account_login: null, updated_at: now })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
        await transaction
          .insertInto('repositories')
          .values({ id: repository.id, default_branch: null, ...known })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(known))
          .execute();
        for (const table of ['pulls', 'merge_groups'] as const)
          await transaction
            .updateTable(table)
            .set(names)
            .where('repository_id', '=', repository.id)
            .execute();
        await transaction
          .updateTable('commands')
          .set({ installation_id: repository.installationId })
          .where('repository_id', '=', repository.id)
          .execute();
      });
    },

    async repository(id) {
      const row = await db.selectFrom('repositories').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toRepository(row);
    },

    async repositories(installationId) {
      let query = db.selectFrom('repositories').selectAll();
      if (installationId !== undefined) query = query.where('installation_id', '=', installationId);
      return (await query.orderBy('id').execute()).map(toRepository);
    },

    async removeRepository(id) {
      await forgetCached(connection, 'tips', 'repository_id', id);
      const owners = await ownersOf(db, id);
      await db.transaction().execute((transaction) => forgetRepository(transaction, id));
      for (const installation of owners)
        if (!(await hasRepositories(db, installation)))
          await forgetCached(connection, 'facts', 'installation_id', installation);
    },
  };
}

async function ownersOf(db: Kysely<Tables>, repository: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('repositories')
    .select('installation_id')
    .where('id', '=', repository)
    .union(db.selectFrom('pulls').select('installation_id').where('repository_id', '=', repository))
    .execute();
  return rows.map((row) => row.installation_id);
}

async function hasRepositories(db: Kysely<Tables>, installation: number): Promise<boolean> {
  const row = await db
    .selectFrom('repositories')
    .select('id')
    .where('installation_id', '=', installation)
    .union(db.selectFrom('pulls').select('repository_id as id').where('installation_id', '=', installation))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

// What is cached goes first and apart: damage there must not keep the rest from being forgotten.

async function forgetCached(
  connection: Connection,
  table: 'facts' | 'tips',
  column: 'installation_id' | 'repository_id',
  id: number,
): Promise<void> {
  const condition = sql<boolean>`${sql.ref(column)} = ${id}`;
  const remove = () => connection.db.deleteFrom(table).where(condition).execute();
  await onRebuildable(connection, remove, []);
}

async function forgetFormerTips(connection: Connection, repository: Repository): Promise<void> {
  const remove = () =>
    connection.db
      .deleteFrom('tips')
      .where('repository_id', '=', repository.id)
      .where('installation_id', '<>', repository.installationId)
      .execute();
  await onRebuildable(connection, remove, []);
}

async function forgetRepository(db: Transaction<Tables>, id: number): Promise<void> {
  for (const table of [
    'pulls',
    'commands',
    'grants',
    'comment_changes',
    'merge_groups',
    'publications',
    'published_comments',
  ] as const)
    await db.deleteFrom(table).where('repository_id', '=', id).execute();
  await db.deleteFrom('repositories').where('id', '=', id).execute();
}

function selectInstallations(db: Kysely<Tables>) {
  return db
    .selectFrom('installations')
    .select(['id', 'account_id', 'account_login', 'suspended', 'not_before', 'not_before_reason']);
}

function toInstallation(
  row: Awaited<ReturnType<ReturnType<typeof selectInstallations>['executeTakeFirstOrThrow']>>,
): Installation {
  return {
    id: row.id,
    accountId: row.account_id,
    accountLogin: row.account_login,
    suspended: row.suspended === 1,
    notBefore: row.not_before,
    notBeforeReason: row.not_before_reason,
  };
}

function toRepository(row: Tables['repositories']): Repository {
  return {
    id: row.id,
    installationId: row.installation_id,
    owner: row.owner,
    name: row.name,
    defaultBranch: row.default_branch,
  };
}
