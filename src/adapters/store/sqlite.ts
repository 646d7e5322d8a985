import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Driver, Kysely, type SqliteDatabase, SqliteDialect, SqliteDriver } from 'kysely';
import { Checkpoints, PAGES_AT_MOST } from './checkpoint.ts';
import type { Connection } from './connection.ts';
import { type LogFile, openLog, SharedSync } from './disk-sync.ts';
import { damaged, isDamage, storable } from './errors.ts';
import { type LockedFolder, lockFolder } from './folder.ts';
import { CACHE_SCHEMA, createCacheTables, migrate } from './migrations.ts';
import type { Tables } from './schema.ts';
import { translateSqliteError } from './sqlite-errors.ts';

const WRITES = /^(?:insert|update|delete)\b/;
/** Statements that are kept prepared; the App has about eighty different ones. */
const KEPT_STATEMENTS = 200;

/**
 * Opens the embedded store of a folder, locked for this process.
 *
 * A commit outlives the process; `settle` brings it to the disk. SQLite's own `synchronous=FULL` would do that within each commit
 * and hold this thread meanwhile, deliveries included; here syncs are for what has to be durable, outside this thread, and for
 * all that wait at once. Leases of the process before are freed: it is dead, or the folder would be locked. Throws an AppError
 * `store-…`.
 */
export async function openSqlite(folder: string): Promise<Connection> {
  const locked = lockFolder(folder);
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(locked, folder);
    const checkpoints = new Checkpoints({ files: [locked.database, locked.cache] });
    const db = new Kysely<Tables>({ dialect: new PatientDialect(adapt(database, folder, checkpoints)) });
    await prepareTables(db, database, locked, folder);
    const log = openLog(locked.database, folder);
    if (log === null) database.exec('pragma synchronous = full');
    return connect({ db, database, locked, folder, log, checkpoints });
  } catch (error) {
    database?.close();
    locked.unlock();
    throw translateSqliteError(error, folder);
  }
}

function openDatabase(locked: LockedFolder, folder: string): DatabaseSync {
  const database = new DatabaseSync(locked.database, { timeout: 1000 });
  try {
    // `auto_vacuum` counts only while the file is empty.
    database.exec('pragma auto_vacuum = incremental; pragma trusted_schema = off');
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = normal; pragma journal_size_limit = 16777216; ' +
        `pragma wal_autocheckpoint = ${PAGES_AT_MOST}`,
    );
    const empty = database.prepare('select count(*) as n from sqlite_schema').get()?.n === 0;
    if (empty && locked.wasBorn) throw damaged(folder);
    const check = database.prepare('pragma quick_check(1)').get();
    if (check?.quick_check !== 'ok') throw damaged(folder);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function prepareTables(
  db: Kysely<Tables>,
  database: DatabaseSync,
  locked: LockedFolder,
  folder: string,
): Promise<void> {
  await migrate(db, 'sqlite', folder);
  locked.markBorn();
  try {
    attachCache(database, locked.cache);
    await createCacheTables(db, 'sqlite');
  } catch (error) {
    if (!isDamage(translateSqliteError(error, folder))) throw error;
    await startCacheAfresh(db, database, locked);
  }
  for (const table of ['deliveries', 'pulls', 'commands', 'merge_groups'] as const) {
    const free = db.updateTable(table).set({ lease_owner: null, lease_until: null });
    await free.where('lease_owner', 'is not', null).execute();
  }
}

/** What can be made again need not survive a power cut, so its commits do not wait for the disk. */
function attachCache(database: DatabaseSync, file: string): void {
  database.prepare(`attach database ? as ${CACHE_SCHEMA}`).run(file);
  database.exec(
    `pragma ${CACHE_SCHEMA}.auto_vacuum = incremental; pragma ${CACHE_SCHEMA}.journal_mode = wal; ` +
      `pragma ${CACHE_SCHEMA}.synchronous = normal; pragma ${CACHE_SCHEMA}.journal_size_limit = 16777216`,
  );
}

async function startCacheAfresh(
  db: Kysely<Tables>,
  database: DatabaseSync,
  locked: LockedFolder,
): Promise<void> {
  const attached = database.prepare('pragma database_list').all();
  if (attached.some((row) => row.name === CACHE_SCHEMA)) database.exec(`detach database ${CACHE_SCHEMA}`);
  locked.renewCache();
  attachCache(database, locked.cache);
  await createCacheTables(db, 'sqlite');
}

interface Opened {
  readonly db: Kysely<Tables>;
  readonly database: DatabaseSync;
  readonly locked: LockedFolder;
  readonly folder: string;
  /** Null where every commit is synced by SQLite itself. */
  readonly log: LogFile | null;
  readonly checkpoints: Checkpoints;
}

function connect({ db, database, locked, folder, log, checkpoints }: Opened): Connection {
  const shared = log === null ? null : new SharedSync(log.flush);
  return {
    kind: 'sqlite',
    db,
    settle: async () => shared?.sync(),
    async resetCache() {
      await checkpoints.release();
      await startCacheAfresh(db, database, locked);
    },
    async compact() {
      try {
        database.exec(`pragma incremental_vacuum; pragma ${CACHE_SCHEMA}.incremental_vacuum`);
        database.exec('pragma wal_checkpoint(truncate)');
      } catch (error) {
        throw translateSqliteError(error, folder);
      }
    },
    async close() {
      await shared?.idle();
      await checkpoints.release();
      await db.destroy();
      await log?.close();
      locked.unlock();
    },
  };
}

/**
 * Node's SQLite answers at once, so a worker that goes from query to query would never let the event loop turn: deliveries
 * would wait for their answer until it is done. Every query waits for one turn instead.
 */
class PatientDriver extends SqliteDriver {
  override async acquireConnection() {
    await nextTurn();
    return super.acquireConnection();
  }
}

class PatientDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new PatientDriver({ database: this.#database });
  }
}

interface Prepared {
  readonly statement: StatementSync;
  /** Whether it answers rows. */
  readonly reads: boolean;
  readonly writes: boolean;
}

/** What Kysely's dialect asks of a database, over Node's. */
function adapt(database: DatabaseSync, folder: string, checkpoints: Checkpoints): SqliteDatabase {
  const kept = new Map<string, Prepared>();
  const prepare = (text: string): Prepared => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_STATEMENTS) kept.clear();
    const statement = database.prepare(text);
    const made = { statement, reads: statement.columns().length > 0, writes: WRITES.test(text) };
    kept.set(text, made);
    return made;
  };
  const guard = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw translateSqliteError(error, folder);
    }
  };
  return {
    close: () => database.close(),
    prepare(text) {
      // A full disk has SQLite roll back by itself; the second rollback would hide the first error behind its own.
      if (text === 'rollback' && !database.isTransaction) return prepareNothing();
      const { statement, reads, writes } = guard(() => prepare(text));
      const values = (parameters: readonly unknown[]) => {
        const stored = parameters.map(storable) as SQLInputValue[];
        if (writes) checkpoints.wrote(charactersOf(stored));
        return stored;
      };
      return {
        reader: reads,
        all: (parameters) => guard(() => statement.all(...values(parameters))),
        run: (parameters) => guard(() => statement.run(...values(parameters))),
        iterate: (parameters) => guard(() => statement.iterate(...values(parameters))),
      };
    },
  };
}

function charactersOf(values: readonly SQLInputValue[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
}

function prepareNothing(): ReturnType<SqliteDatabase['prepare']> {
  return {
    reader: false,
    all: () => [],
    run: () => ({ changes: 0, lastInsertRowid: 0 }),
    iterate: () => [].values(),
  };
}
