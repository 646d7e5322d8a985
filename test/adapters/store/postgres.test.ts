import { describe, expect, it } from '@jest/globals';
import { openStore } from '../../../src/adapters/store/index.ts';
import { translatePostgresError } from '../../../src/adapters/store/postgres.ts';
import type { AppError } from '../../../src/domain/index.ts';
import { NAMES, onPostgres, onServer, pullKey } from './databases.ts';

// Jest names skipped tests only when it runs a single file; the reason is said once in any run.
if (process.env.PLINTH_TEST_DATABASE_URL === undefined)
  process.stderr.write(
    'Tests on PostgreSQL are skipped: PLINTH_TEST_DATABASE_URL is not set (scripts/with-postgres.sh npm test sets it).\n',
  );

const failed = (code?: string) =>
  Object.assign(new Error('server words'), code === undefined ? {} : { code });

describe('what PostgreSQL answers, in our terms', () => {
  it.each([
    ['53100', 'store-unavailable', 'disk full'],
    ['57P01', 'store-unavailable', 'administrator ends the connection'],
    ['08006', 'store-unavailable', 'connection failure'],
    ['25006', 'store-unavailable', 'read-only transaction on a standby'],
    ['40P01', 'store-unavailable', 'deadlock'],
    ['40001', 'store-unavailable', 'serialization'],
    ['ECONNREFUSED', 'store-unavailable', 'nobody listens'],
    ['', 'store-unavailable', 'connection ended in mid-query'],
    ['28P01', 'store-refused', 'wrong password'],
    ['3D000', 'store-refused', 'no such database'],
    ['42501', 'store-refused', 'no right'],
  ])('%s is %s (%s)', (code, expected) => {
    const error = translatePostgresError(failed(code)) as AppError;
    expect(error).toMatchObject({ code: expected, retryable: expected === 'store-unavailable' });
    expect(error.message).not.toContain('server words');
  });

  it.each(['42601', '42703', '23505', '22P02'])('a fault of ours (%s) passes as it is', (code) => {
    const error = failed(code);
    expect(translatePostgresError(error)).toBe(error);
  });

  it('where nobody listens, it says so without the password', async () => {
    const databaseUrl = 'postgres://plinth:canary-password@127.0.0.1:1/x';
    const error = await openStore({ databaseUrl }, () => 0).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store-unavailable', retryable: true });
    expect(`${error} ${JSON.stringify(error)}`).not.toContain('canary-password');
  });
});

onPostgres('a server that fails', ({ open }, server) => {
  it('a database that does not exist is refused', async () => {
    const url = new URL(server);
    url.pathname = '/nowhere';
    await expect(openStore({ databaseUrl: url.href }, () => 0)).rejects.toMatchObject({
      code: 'store-refused',
    });
  });

  it('connections that break are made anew; no idle one ends the process', async () => {
    const store = await open();
    await store.markDue(pullKey(7), NAMES, 1, 'push');
    await onServer(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plinth' and pid <> pg_backend_pid()",
    );
    let answer: unknown = null;
    for (let attempt = 0; attempt < 10 && answer === null; attempt++) {
      answer = await store.pull(pullKey(7)).catch((error: AppError) => {
        expect(error).toMatchObject({ code: 'store-unavailable', retryable: true });
        return null;
      });
    }
    expect(answer).toMatchObject({ number: 7 });
  });
});
