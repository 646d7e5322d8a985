// What was granted, taken back, granted again, and comments that are changed after they were answered: the last word that was said counts.
import { describe, expect, it, jest } from '@jest/globals';
import type { IssueComment } from '../support/github/index.ts';
import { check, exceptionWorlds, GRANT, ID, push, say, type World } from './support/exceptions.ts';

// A loaded machine takes its time for git and SQLite.
jest.setTimeout(240_000);
const { opened, withEmptyStore } = exceptionWorlds();

const HOUR_MS = 3_600_000;
const REVOKE = `/plinth exception revoke "${ID}"`;

/** Comments that follow each other before any is worked off, as many as are answered in an hour. */
async function sayAtOnce(world: World, bodies: readonly string[]): Promise<void> {
  const { github, repository, pull, clock, app, store } = world;
  await clock.advance(HOUR_MS + 1);
  await app.settled();
  const held = jest.spyOn(store, 'takeCommand').mockResolvedValue(null);
  for (const body of bodies) await github.people.comment(repository, pull, body);
  held.mockRestore();
  app.wake();
  await app.settled();
}

function toggles(count: number, first: string, second: string): readonly string[] {
  return Array.from({ length: count }, (_, at) => (at % 2 === 0 ? first : second));
}

function events({ store, repository, pull }: World) {
  return store.grantEvents({ repositoryId: repository.id, number: pull.number });
}

describe('A13: a grant that is given and taken back again and again', () => {
  it.each([
    ['taken back', toggles(100, GRANT, REVOKE), 'action_required'],
    ['given', [REVOKE, GRANT, REVOKE, GRANT], 'success'],
  ])('is %s in the end, for a store that is lost, too', async (_, bodies, conclusion) => {
    const before = await opened();
    if (conclusion === 'success') await say(before, GRANT);
    await sayAtOnce(before, bodies.slice(0, 50));
    await sayAtOnce(before, bodies.slice(50));
    expect(check(before).conclusion).toBe(conclusion);
    const kept = (await events(before)).events;
    expect(kept.filter(({ kind }) => kind !== 'request')).toHaveLength(
      bodies.length + (conclusion === 'success' ? 1 : 0),
    );
    const world = await withEmptyStore(before);
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe(conclusion);
    expect((await events(world)).events).toEqual(kept);
  });
});

describe('A03: the comment of a grant that is changed after it was answered', () => {
  type Change = (world: World, comment: IssueComment) => Promise<unknown>;
  const edit =
    (body: string, by: string): Change =>
    ({ github, repository, pull }, comment) =>
      github.people.editComment(repository, pull, comment, body, by);
  const CHANGES: readonly (readonly [string, Change, string])[] = [
    [
      'edited into another grant',
      edit(GRANT.replace('2026', '2036'), 'maintainer'),
      'edited by `maintainer`',
    ],
    ['edited into its revocation', edit(REVOKE, 'maintainer'), 'edited by `maintainer`'],
    ['emptied by somebody else', edit('', 'contributor'), 'edited by `contributor`'],
    [
      'deleted',
      ({ github, repository, pull }, comment) => github.people.deleteComment(repository, pull, comment),
      'deleted by `maintainer`',
    ],
  ];

  it.each(CHANGES)('%s: nothing follows from it but a note', async (_, change, noted) => {
    const world = await opened();
    const { comment } = await say(world, GRANT);
    const replies = world.repository.comments.filter(({ app }) => app !== null);
    const kept = await events(world);
    await change(world, comment);
    await world.app.settled();
    expect(await events(world)).toEqual(kept);
    expect(world.repository.comments.filter(({ app }) => app !== null)).toEqual(replies);
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe('success');
    const { reply } = await say(world, '/plinth exception list');
    expect(reply).toContain(`\`${ID}\``);
    expect(reply).toContain(`the comment was ${noted} on 2026-`);
  });

  it.each(CHANGES)(
    '%s while it waits to be worked off: what was written first counts, if it is there',
    async (_, change) => {
      const world = await opened();
      const { github, repository, pull, store, app } = world;
      const held = jest.spyOn(store, 'takeCommand').mockResolvedValue(null);
      const { comment } = await github.people.comment(repository, pull, GRANT);
      await app.settled();
      await change(world, comment);
      held.mockRestore();
      app.wake();
      await app.settled();
      await world.clock.advance(5 * 60_000, () => app.settled());
      // What is gone cannot be reacted to, and nobody stands by it any more.
      const stands = repository.comments.includes(comment);
      const { events: kept } = await events(world);
      expect(kept.map(({ kind, entry }) => [kind, entry.id])).toEqual(stands ? [['grant', ID]] : []);
      expect(check(world).conclusion).toBe(stands ? 'success' : 'action_required');
    },
  );
});

describe('A02: a head that moves while a grant is decided', () => {
  type Pushed = (world: World) => Promise<void>;
  /** GitHub has another head, and its delivery is still to come. */
  const onGitHub: Pushed = async ({ git, pull }) => {
    pull.headSha = git.id('debian-again');
  };
  /** The delivery is worked off as well. */
  const here: Pushed = async ({ github, repository, pull, git, store }) => {
    await github.people.pushHead(repository, pull, git.id('debian-again'));
    const key = { installationId: 0, repositoryId: repository.id, number: pull.number };
    while ((await store.pull(key))?.headSha !== pull.headSha) await new Promise(setImmediate);
  };

  it.each([
    ['after its author was asked about', ['permission', 'permission'], onGitHub],
    ['after the head was read again', ['permission', 'permission', 'graphql'], here],
  ])('%s: nothing is decided, and the reply says so', async (_, requests, pushed) => {
    const world = await opened();
    const awaited = [...requests];
    const end = world.github.onPerformed(async (_position, { route }) => {
      if (awaited[0] === undefined || !route.endsWith(awaited[0])) return;
      awaited.shift();
      if (awaited.length === 0) await pushed(world);
    });
    const { reply, reactions } = await say(world, GRANT);
    end();
    expect(awaited).toEqual([]);
    expect(reactions).toEqual(['-1']);
    expect(reply).toContain('has another head by now');
    expect((await events(world)).events).toEqual([]);
    expect(world.repository.checkRuns.map(({ conclusion }) => conclusion)).not.toContain('success');
  });
});

describe('two grants in one comment, where the App commits their entries', () => {
  it('both are decided on the head that their author saw', async () => {
    const world = await opened({
      head: 'two',
      permissions: {
        checks: 'write',
        contents: 'write',
        issues: 'write',
        members: 'read',
        merge_queues: 'read',
        metadata: 'read',
        pull_requests: 'write',
      },
    });
    const { github, repository, pull, app, clock } = world;
    // GitHub moves the head with the branch.
    const end = github.onPerformed((_position, { method }) => {
      if (method === 'PUT') pull.headSha = repository.branches.get(pull.headRef) ?? '';
    });
    const { reply, reactions } = await say(world, [GRANT, GRANT.replace('#1', '#2')].join('\n'));
    end();
    expect(reply.match(/Plinth wrote its entry/g)).toHaveLength(2);
    expect(reactions).toEqual(['+1']);
    expect((await events(world)).events).toHaveLength(2);
    await github.people.tellPull(repository, pull, 'synchronize');
    await app.settled();
    await clock.advance(60_000, () => app.settled());
    expect(['success', 'neutral']).toContain(check(world).conclusion);
  });
});
