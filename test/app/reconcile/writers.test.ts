import { describe, expect, it } from '@jest/globals';
import type { RepositoryClient } from '../../../src/adapters/github/api.ts';
import { Writers } from '../../../src/app/reconcile/writers.ts';
import { VirtualTime } from '../support/virtual-time.ts';

type Answer = Awaited<ReturnType<RepositoryClient['permission']>>;

function world(answer: Answer) {
  const asked: string[] = [];
  const client = {
    repository: { id: 1 },
    permission: async (login: string) => {
      asked.push(login);
      return answer;
    },
  } as unknown as RepositoryClient;
  const time = new VirtualTime();
  return { asked, client, time, writers: new Writers(time) };
}

describe('who may write', () => {
  it.each([
    ['an admin', { accountId: 5, level: 'admin', role: 'admin' }, true],
    ['a writer', { accountId: 5, level: 'write', role: 'write' }, true],
    ['a reader', { accountId: 5, level: 'read', role: 'read' }, false],
    ['nobody', { accountId: 5, level: 'none', role: 'none' }, false],
    ['somebody who has that login by now', { accountId: 6, level: 'admin', role: 'admin' }, false],
    ['a login that is gone', null, false],
  ] as const)('%s: %s', async (_lesson, answer, may) => {
    const { client, writers } = world(answer);
    expect(await writers.may(client, { login: 'dev', accountId: 5 })).toBe(may);
  });

  it('is asked once in ten minutes', async () => {
    const { client, writers, time, asked } = world({ accountId: 5, level: 'write', role: 'write' });
    const asker = { login: 'dev', accountId: 5 };
    for (const minutes of [0, 5, 4, 2]) {
      await time.advance(minutes * 60_000);
      await writers.may(client, asker);
    }
    expect(asked).toEqual(['dev', 'dev']);
  });
});
