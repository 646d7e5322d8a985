// A command whose answer fails, and goes on failing: whoever decides something is told that it does not stand, sooner or later.
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Store } from '../../src/adapters/store/index.ts';
import { AppError } from '../../src/domain/index.ts';
import { check, exceptionWorlds, GRANT, push, say, type World } from './support/exceptions.ts';

// A loaded machine takes its time for git and SQLite.
jest.setTimeout(60_000);
const { opened, withEmptyStore } = exceptionWorlds();

afterEach(() => {
  jest.restoreAllMocks();
});

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const REPLY = { method: 'POST', route: '/repos/{owner}/{repo}/issues/{issue_number}/comments' } as const;

/** The store does not answer these calls until that is ended. */
function breakStore(store: Store, names: readonly (keyof Store)[]): () => void {
  const fail = async (): Promise<never> => {
    throw new AppError('store-unavailable', 'It does not answer.', { retryable: true });
  };
  const before = new Map(names.map((name) => [name, store[name]]));
  for (const name of names) Object.assign(store, { [name]: fail });
  return () => void Object.assign(store, Object.fromEntries(before));
}

const ownReplies = ({ repository }: World) =>
  repository.comments.filter(({ app }) => app !== null).map(({ body }) => body);

const pass = ({ clock, app }: World, ms: number) => clock.advance(ms, () => app.settled());

describe('SEM-7.5: a grant that cannot be stored', () => {
  it('is refused in the end, with one reply that says so, and can be given again', async () => {
    const world = await opened();
    const mend = breakStore(world.store, ['addGrantEvent']);
    const { comment } = await say(world, GRANT);
    await pass(world, 5 * MINUTE_MS);
    expect(ownReplies(world)).toEqual([
      expect.stringContaining('Nothing was decided. Give the command again.'),
    ]);
    expect(ownReplies(world)[0]).toContain('Plinth’s own store does not answer.');
    expect(comment.reactions.map(({ content }) => content)).toEqual(['-1']);
    expect(check(world).conclusion).toBe('action_required');
    mend();
    await pass(world, HOUR_MS);
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, GRANT)).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('waits where the store answers nothing at all, and is carried out once it does', async () => {
    const world = await opened();
    const { github, repository, pull, store, app } = world;
    const mendLater = jest.spyOn(store, 'takeCommand');
    mendLater.mockResolvedValue(null);
    await github.people.comment(repository, pull, GRANT);
    await app.settled();
    mendLater.mockRestore();
    const all = Object.keys(store).filter((name) => !['kind', 'close'].includes(name));
    const mend = breakStore(store, all as (keyof Store)[]);
    await pass(world, HOUR_MS);
    expect(ownReplies(world)).toEqual([]);
    expect(check(world).conclusion).toBe('action_required');
    mend();
    await pass(world, 15 * MINUTE_MS);
    expect(ownReplies(world)).toEqual([expect.stringContaining('is granted until')]);
    expect(check(world).conclusion).toBe('success');
  });
});

/** A comment that grants, and then a GitHub that answers nothing. */
function away(world: World) {
  world.github.faults.add({ status: 502, times: 1_000_000 });
  return say(world, GRANT);
}

describe('a grant that cannot be answered', () => {
  it('waits for a GitHub that is away for an hour', async () => {
    const world = await opened();
    const { comment } = await away(world);
    await pass(world, HOUR_MS);
    expect(check(world).conclusion).toBe('action_required');
    world.github.faults.clear();
    await pass(world, 15 * MINUTE_MS);
    expect(ownReplies(world)).toEqual([expect.stringContaining('is granted until')]);
    expect(comment.reactions.map(({ content }) => content)).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('that is stored stands, shows in the check, and its reply comes when it can', async () => {
    const world = await opened();
    world.github.faults.add({ match: REPLY, status: 502, times: 10_000 });
    await say(world, GRANT);
    await pass(world, HOUR_MS);
    expect(ownReplies(world)).toEqual([]);
    expect(check(world).conclusion).toBe('success');
    world.github.faults.clear();
    await pass(world, 15 * MINUTE_MS);
    expect(ownReplies(world)).toEqual([expect.stringContaining('is granted until')]);
  });

  it('is asked to be judged once that can be kept', async () => {
    const world = await opened();
    const mend = breakStore(world.store, ['markDue']);
    await say(world, GRANT);
    await pass(world, 5 * MINUTE_MS);
    expect(ownReplies(world)).toEqual([]);
    mend();
    await pass(world, 15 * MINUTE_MS);
    expect(ownReplies(world)).toEqual([expect.stringContaining('is granted until')]);
    expect(check(world).conclusion).toBe('success');
  });

  it('that is stored is known to an empty store, too, where its reply only says that it failed', async () => {
    const before = await opened();
    before.github.faults.add({ match: REPLY, status: 422, times: 5 });
    await say(before, GRANT);
    await pass(before, 5 * MINUTE_MS);
    expect(ownReplies(before)).toEqual([expect.stringContaining('What was decided by then stands')]);
    expect(check(before).conclusion).toBe('success');
    const world = await withEmptyStore(before);
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe('success');
  });

  it('is given up after a day, without a word that could be sent', async () => {
    const world = await opened();
    await away(world);
    await pass(world, HOUR_MS);
    // In one step, so that not every waking of the day is played.
    await world.clock.advance(24 * HOUR_MS);
    await world.app.settled();
    await pass(world, 15 * MINUTE_MS);
    world.github.faults.clear();
    await pass(world, 15 * MINUTE_MS);
    expect(await world.store.pendingCommands()).toMatchObject({ count: 0 });
    expect(check(world).conclusion).toBe('action_required');
  });
});

describe('A12: a pull request that is locked or closed between a comment and its answer', () => {
  /** The comment's delivery is taken in, and worked off only after `act`. */
  async function betweenDeliveryAndWork(world: World, act: () => Promise<unknown>) {
    const { github, repository, pull, app, store } = world;
    const held = jest.spyOn(store, 'takeCommand').mockResolvedValue(null);
    const { comment } = await github.people.comment(repository, pull, GRANT);
    await app.settled();
    await act();
    await app.settled();
    held.mockRestore();
    const position = github.ledger.position;
    app.wake();
    await app.settled();
    await pass(world, 5 * MINUTE_MS);
    return { comment, requests: github.ledger.names({ after: position }) };
  }

  it.each([
    ['locked', (world: World) => world.github.people.lock(world.repository, world.pull)],
    ['closed', (world: World) => world.github.people.close(world.repository, world.pull)],
  ])('%s: nothing is written, nothing is decided, the check stands', async (_, act) => {
    const world = await opened();
    const { comment, requests } = await betweenDeliveryAndWork(world, () => act(world));
    const writes = requests.filter((name) => !/^GET|graphql|access_tokens/.test(name));
    expect(writes).toEqual([]);
    expect(comment.reactions).toEqual([]);
    expect(ownReplies(world)).toEqual([]);
    expect(check(world).conclusion).toBe('action_required');
    expect(await world.store.pendingCommands()).toMatchObject({ count: 0 });
  });

  it.each([
    ['before the decision is kept', 3, 'action_required'],
    ['between the decision and its reply', 4, 'success'],
  ])(
    'locked while it is worked off, %s: no second attempt to write, and the check tells what stands',
    async (_, reads, conclusion) => {
      const world = await opened();
      const { github, pull } = world;
      let seen = 0;
      const end = github.onPerformed((_position, { route, operation }) => {
        if (route !== '/graphql' || operation?.toLowerCase().includes('pull') !== true) return;
        seen += 1;
        if (seen === reads) pull.locked = true;
      });
      await say(world, GRANT);
      end();
      await pass(world, 5 * MINUTE_MS);
      expect(ownReplies(world)).toEqual([]);
      expect(check(world).conclusion).toBe(conclusion);
      expect(await world.store.pendingCommands()).toMatchObject({ count: 0 });
    },
  );

  it('a draft is answered as any', async () => {
    const world = await opened();
    const { github, repository, pull } = world;
    await github.people.setDraft(repository, pull, true);
    expect((await say(world, GRANT)).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });
});
