import { expect, it } from '@jest/globals';
import { NAMES, onSqlite, pullKey } from './databases.ts';

onSqlite('the embedded store and the event loop (L01)', ({ open }) => {
  it('a worker that goes from query to query lets other work come between', async () => {
    const store = await open();
    let turns = 0;
    let done = false;
    const turn = () => {
      turns++;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    for (let index = 0; index < 50; index++) await store.markDue(pullKey(index), NAMES, index, 'push');
    done = true;
    expect(turns).toBeGreaterThanOrEqual(50);
  });
});
