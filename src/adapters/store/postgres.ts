import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type { Client } from 'pg';
import { AppError } from '../../domain/index.ts';
import type { Connection } from './connection.ts';
import { storable, unavailable } from './errors.ts';
import { migrate } from './migrations.ts';
import type { Tables } from './schema.ts';

/** PostgreSQL's number for `bigint`, which `pg` hands out as text; our numbers stay below 2^53. */
const BIGINT = 20;

/** Named in messages instead of the address, which holds a password. */
const PLACE = 'PostgreSQL (DATABASE_URL)';

/**
 * SQLSTATE classes that are faults of ours or of the caller's data, not of the world
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const OUR_FAULTS = new Set(['0A', '21', '22', '23', '2F', '34', '42', 'P0']);

/** Wrong password, no such database, no right to it: waiting does not help. */
const REFUSALS = new Set(['28', '3D', '3F']);
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Opens the store in a PostgreSQL database; several processes may share it.
 *
 * The tables lie in the first schema of the search path. Throws `store-unavailable`, `store-refused` or `store-newer`.
 */
export async function openPostgres(databaseUrl: string): Promise<Connection> {
  // Loaded here, because the embedded store needs none of it.
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'plinth',
    max: 8,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    types: {
      getTypeParser: (oid, format) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)),
    },
  });
  // A connection that breaks while idle or between two queries must not end the process: the next query reports it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: translate(pool) }) });
  try {
    await migrate(db, 'postgres', PLACE);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    kind: 'postgres',
    db,
    // The server has each commit on its disk when it answers.
    settle: async () => undefined,
    // Damage in a server's tables is the server's administrator's to repair.
    resetCache: async () => undefined,
    compact: async () => undefined,
    close: () => db.destroy(),
  };
}

interface InnerPool {
  readonly options: object;
  connect(): Promise<Client>;
  end(): Promise<void>;
}

function translate(pool: InnerPool): PostgresPool {
  // Kysely knows a connection again by its object.
  const known = new WeakMap<Client, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch(rethrow);
      const wrapped = known.get(client) ?? wrap(client);
      known.set(client, wrapped);
      return wrapped;
    },
  };
}

function wrap(client: Client): PostgresPoolClient {
  return {
    ...(client.processID === undefined ? {} : { processID: client.processID }),
    query: ((text: string, parameters: readonly unknown[]) =>
      client.query(text, parameters.map(storable)).catch(rethrow)) as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  };
}

function rethrow(error: unknown): never {
  throw translatePostgresError(error);
}

/** Says in our terms what PostgreSQL or the way to it met; what is a fault of ours passes unchanged. */
export function translatePostgresError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const state = code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  if (state !== undefined && (REFUSALS.has(state.slice(0, 2)) || state === INSUFFICIENT_PRIVILEGE))
    return new AppError(
      'store-refused',
      `${PLACE} refuses Plinth (SQLSTATE ${state}); check the name, password and rights in DATABASE_URL.`,
      { cause: error },
    );
  if (state !== undefined && OUR_FAULTS.has(state.slice(0, 2))) return error;
  return unavailable(PLACE, `cannot be used now (${code ?? 'connection lost'})`, error);
}

/** A SQLSTATE or a system's code, by shape: in a test's sandbox Node's own errors have another `Error` above them. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
