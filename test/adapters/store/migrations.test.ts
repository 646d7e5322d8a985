import { expect, it } from '@jest/globals';
import { NAMES, onBothDatabases, onPostgres, pullKey } from './databases.ts';

const COMMAND = {
  source: 'issue-comment',
  commentId: 1,
  nodeId: 'IC_1',
  installationId: 1,
  repositoryId: 100,
  number: 7,
  authorId: 42,
  authorLogin: 'octocat',
  body: '/plinth help',
  writtenAt: 4,
  receivedAt: 5,
} as const;

onBothDatabases('schema versions (F18)', (bench) => {
  it('a store of the same version opens with all that it holds', async () => {
    const store = await bench.open();
    await store.markDue(pullKey(7), NAMES, 1, 'push');
    await store.close();
    expect(await (await bench.open()).pull(pullKey(7))).not.toBeNull();
  });

  it('a store of the first version is brought up to date, with all that it holds', async () => {
    const first = await bench.open();
    await first.markDue(pullKey(7), NAMES, 1, 'push');
    await first.recordCommand(COMMAND);
    await first.close();
    const { db, close } = await bench.connect();
    for (const table of ['merge_groups', 'grants', 'organisation_files', 'comment_changes'])
      await db.schema.dropTable(table).execute();
    await db.schema.alterTable('pulls').dropColumn('grants_known').execute();
    for (const column of ['answered_to', 'written_at', 'node_id', 'base_ref'])
      await db.schema.alterTable('commands').dropColumn(column).execute();
    await db.updateTable('plinth_meta').set({ value: '1' }).where('name', '=', 'schema-version').execute();
    await close();
    const store = await bench.open();
    expect(await store.pull(pullKey(7))).not.toBeNull();
    expect(await store.pendingMergeGroups()).toMatchObject({ count: 0 });
    expect(await store.answeredCommands({ installationId: 1 }, 0)).toBe(0);
    // When it was written nobody recorded then.
    expect(await store.takeCommand({ owner: 'w', now: 10, leaseMs: 1 })).toMatchObject({
      ...COMMAND,
      nodeId: null,
      writtenAt: COMMAND.receivedAt,
    });
  });

  it('a store that a newer Plinth wrote is refused in one sentence, and left as it is', async () => {
    await (await bench.open()).close();
    const { db, close } = await bench.connect();
    await db.updateTable('plinth_meta').set({ value: '99' }).where('name', '=', 'schema-version').execute();
    await close();
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(bench.open()).rejects.toMatchObject({
        code: 'store-newer',
        retryable: false,
        message: expect.stringContaining('schema 99'),
      });
  });
});

onPostgres('several processes on one database', ({ prepare, open }) => {
  it('start together on an empty database: one makes the tables, all run', async () => {
    await prepare();
    const stores = await Promise.all([open(), open(), open(), open()]);
    for (const store of stores) await store.markDue(pullKey(7), NAMES, 1, 'push');
    expect(await stores[0]?.pull(pullKey(7))).toMatchObject({ generation: 4 });
  });
});
