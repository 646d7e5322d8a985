// Both databases behind one table: every test of the store's meaning runs on each.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, jest } from '@jest/globals';
import pg from 'pg';
import type { Connection } from '../../../src/adapters/store/connection.ts';
import {
  type Clock,
  openStore,
  type PullKey,
  type Store,
  type StoreAddress,
} from '../../../src/adapters/store/index.ts';

import { openPostgres } from '../../../src/adapters/store/postgres.ts';
import { openSqlite } from '../../../src/adapters/store/sqlite.ts';

// Every write waits for the disk, and a busy machine's disk can take long.
jest.setTimeout(60_000);

const SERVER = process.env.PLINTH_TEST_DATABASE_URL;

/** A store that nobody else has, and further workers on it. */
export interface Bench {
  readonly kind: 'sqlite' | 'postgres';
  readonly address: StoreAddress;
  /** Makes an empty place for the store, without opening it. */
  prepare(): Promise<void>;
  /** The database below the store, for what no caller of the store can do; to be closed before another opens it. */
  connect(): Promise<Connection>;
  /** Opens the store of this test; again after it was closed. */
  open(clock?: Clock): Promise<Store>;
  /** Workers on one store: processes of their own on PostgreSQL, owners of one process on SQLite. */
  openWorkers(count: number): Promise<readonly Store[]>;
  /** Something that must not outlive the test. */
  later(act: () => unknown): void;
}

/** Declares the tests once per database; without a server those on PostgreSQL are skipped, the reason in their title. */
export function onBothDatabases(title: string, declare: (bench: Bench) => void): void {
  describe(`${title} (SQLite)`, () => declare(benchOf('sqlite')));
  if (SERVER !== undefined) describe(`${title} (PostgreSQL)`, () => declare(benchOf('postgres')));
  else
    describe.skip(`${title} (PostgreSQL): PLINTH_TEST_DATABASE_URL is not set, see scripts/with-postgres.sh`, () =>
      declare(benchOf('postgres')));
}

/** Tests of one kind of database only. */
export function onPostgres(title: string, declare: (bench: Bench, server: string) => void): void {
  if (SERVER !== undefined) describe(title, () => declare(benchOf('postgres'), SERVER));
  else describe.skip(`${title}: PLINTH_TEST_DATABASE_URL is not set`, () => declare(benchOf('postgres'), ''));
}

export function onSqlite(
  title: string,
  declare: (bench: Bench & { readonly folder: () => string }) => void,
): void {
  describe(title, () => {
    const bench = benchOf('sqlite');
    const folder = () => ('dataDirectory' in bench.address ? bench.address.dataDirectory : '');
    declare({
      kind: bench.kind,
      get address() {
        return bench.address;
      },
      prepare: bench.prepare,
      connect: bench.connect,
      open: bench.open,
      openWorkers: bench.openWorkers,
      later: bench.later,
      folder,
    });
  });
}

function benchOf(kind: 'sqlite' | 'postgres'): Bench {
  let address: StoreAddress | undefined;
  const ends: (() => unknown)[] = [];
  const later = (act: () => unknown) => {
    ends.push(act);
  };
  const make = async (): Promise<StoreAddress> => {
    if (kind === 'postgres') return newSchema(later);
    const folder = mkdtempSync(join(tmpdir(), 'plinth-store-'));
    later(() => rmSync(folder, { recursive: true, force: true }));
    return { dataDirectory: join(folder, 'data') };
  };
  const prepare = async () => {
    address ??= await make();
  };
  const open = async (clock: Clock = () => 0): Promise<Store> => {
    address ??= await make();
    const store = await openStore(address, clock);
    later(() => store.close());
    return store;
  };
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    address = undefined;
  });
  return {
    kind,
    get address() {
      if (address === undefined) throw new Error('the store is not open yet');
      return address;
    },
    prepare,
    async connect() {
      address ??= await make();
      return 'dataDirectory' in address
        ? openSqlite(address.dataDirectory)
        : openPostgres(address.databaseUrl);
    },
    open,
    async openWorkers(count) {
      const first = await open();
      const workers = [first];
      while (workers.length < count) workers.push(kind === 'postgres' ? await open() : first);
      return workers;
    },
    later,
  };
}

/** A schema per test instead of a database per test: a hundred times as fast to make. */
async function newSchema(later: Bench['later']): Promise<StoreAddress> {
  const schema = `t_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create schema ${schema}`);
  later(() => onServer(`drop schema ${schema} cascade`));
  const url = new URL(SERVER ?? '');
  url.searchParams.set('options', `-csearch_path=${schema}`);
  return { databaseUrl: url.href };
}

export async function onServer(statement: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: SERVER ?? '', max: 1 });
  try {
    const client = await pool.connect();
    await client.query(statement, []);
    client.release();
  } finally {
    await pool.end();
  }
}

/** Pull request `number` of one repository of one installation, unless told otherwise. */
export function pullKey(number: number, installationId = 1, repositoryId = installationId * 100): PullKey {
  return { installationId, repositoryId, number };
}

export const NAMES = { owner: 'acme', name: 'shop' } as const;
