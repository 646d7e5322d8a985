import { describe, expect, it } from '@jest/globals';
import type { GitHub } from '../../../src/adapters/github/api.ts';
import type { Log } from '../../../src/app/ports.ts';
import { type SweepGiven, sweepInstallation } from '../../../src/app/reconcile/sweep.ts';
import { AppError } from '../../../src/domain/index.ts';

describe('a sweep that GitHub refuses', () => {
  it('is logged with what GitHub said, not with a code alone', async () => {
    const lines: unknown[] = [];
    const log: Partial<Log> = { warn: (fields, message) => lines.push({ ...fields, message }) };
    const said = 'GitHub (ghe.acme.test) answered 401 to GET /x: Bad credentials. Check the App.';
    const github: Partial<GitHub> = {
      repositories: () => Promise.reject(new AppError('unauthorized', said)),
    };
    expect(await sweepInstallation(7, { log, github } as SweepGiven)).toBe(0);
    expect(lines).toEqual([
      {
        installation: 7,
        code: 'unauthorized',
        error: said,
        message: 'looking for missed pull requests failed',
      },
    ]);
  });
});
