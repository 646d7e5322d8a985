import { describe, expect, it, jest } from '@jest/globals';
import type { PullRequest } from '../support/github/index.ts';
import type { Harness } from './support/harness.ts';
import { worlds } from './support/worlds.ts';

const { opened } = worlds();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);

const REPLY = { method: 'POST', route: '/repos/{owner}/{repo}/issues/{issue_number}/comments' };

const ownReplies = ({ repository }: Harness) => repository.comments.filter((comment) => comment.app !== null);

/** What the App said on the conversation, and its reactions to a comment. */
async function say({ github, repository, app }: Harness, pull: PullRequest, body: string, by?: string) {
  const before = repository.comments.length;
  const { comment } = await github.people.comment(repository, pull, body, by);
  await app.settled();
  const replies = repository.comments.slice(before + 1).map((one) => one.body);
  return { replies, reactions: comment.reactions.map((reaction) => reaction.content), comment };
}

describe('a command in a comment', () => {
  it('recheck judges again, with one reply and 👍 in place of 👀', async () => {
    const world = await opened();
    const { pull } = world;
    const { replies, reactions } = await say(world, pull, 'Please.\n/plinth recheck');
    expect(world.reports).toHaveLength(2);
    expect(reactions).toEqual(['+1']);
    expect(replies).toHaveLength(1);
    expect(replies[0]).toMatch(/^`\/plinth recheck`: /);
    expect(world.repository.checkRuns).toHaveLength(1);
  });

  it('help answers everybody, a typo is answered with 😕 and the nearest command', async () => {
    const world = await opened();
    const { pull } = world;
    expect(await say(world, pull, '/plinth help', 'stranger')).toMatchObject({ reactions: ['+1'] });
    const typo = await say(world, pull, '/plinth hepl', 'stranger');
    expect(typo).toMatchObject({
      reactions: ['confused'],
      replies: [expect.stringContaining('`/plinth help`')],
    });
  });

  it('several are answered together', async () => {
    const world = await opened();
    const { pull } = world;
    const { replies } = await say(world, pull, '/plinth help\n/plinth recheck\n/plinth nonsense');
    expect(replies).toHaveLength(1);
    for (const name of ['help', 'recheck', 'nonsense']) expect(replies[0]).toContain(`\`/plinth ${name}\``);
  });

  it('delivered twice is answered once', async () => {
    const world = await opened();
    const { pull } = world;
    await say(world, pull, '/plinth help');
    const before = world.repository.comments.length;
    const delivery = world.github.deliveries.all.findLast(
      (one) => one.event === 'issue_comment' && one.status === 202,
    );
    const first = world.github.deliveries.all.find(
      (one) => one.event === 'issue_comment' && JSON.stringify(one.payload).includes('/plinth help'),
    );
    for (const one of [delivery, first]) {
      if (one === undefined) throw new Error('nothing was delivered');
      await world.github.deliveries.redeliver(one);
      await world.github.deliver(one.event, one.payload);
    }
    await world.app.settled();
    expect(world.repository.comments).toHaveLength(before);
  });

  it('quoted in the App’s own reply acts on nothing', async () => {
    const world = await opened();
    const { pull } = world;
    const { replies } = await say(world, pull, '/plinth help');
    await world.app.settled();
    expect(replies).toHaveLength(1);
    expect(world.reports).toHaveLength(1);
  });

  it.each([
    ['before it was carried out', false],
    ['after it was carried out', true],
  ])('has one reply where the answer to it was lost %s', async (_lesson, performed) => {
    const world = await opened();
    const { pull, clock: time } = world;
    const { github, repository, app } = world;
    github.faults.add({ match: REPLY, performed, reset: 'before' });
    const { comment } = await github.people.comment(repository, pull, '/plinth hepl');
    await app.settled();
    await time.advance(60_000, () => app.settled());
    expect(ownReplies(world)).toHaveLength(1);
    expect(comment.reactions.map((reaction) => reaction.content)).toEqual(['confused']);
  });
});

describe('A16: a flood of comments', () => {
  it('by people who may not write is answered ten times an hour, then costs nothing', async () => {
    const world = await opened();
    const { pull } = world;
    // GitHub calls this one a collaborator all the same.
    world.github.people.setRole(world.repository, 'reader', 'read');
    for (let at = 0; at < 10; at++) await say(world, pull, '/plinth help', 'reader');
    const replies = ownReplies(world);
    expect(replies).toHaveLength(10);
    expect(replies.map((reply) => /the last of 10 answers/.test(reply.body))).toEqual([
      ...Array<boolean>(9).fill(false),
      true,
    ]);
    const position = world.github.ledger.position;
    for (let at = 0; at < 10; at++) await say(world, pull, '/plinth help', 'reader');
    expect(ownReplies(world)).toHaveLength(10);
    expect(world.github.ledger.names({ after: position })).toEqual([]);
  }, 60_000);

  it('leaves those who may write their answer, and everybody an hour later', async () => {
    const world = await opened();
    const { pull, clock: time } = world;
    world.github.people.setRole(world.repository, 'writer', 'write');
    for (let at = 0; at < 11; at++) await say(world, pull, '/plinth help', 'stranger');
    expect((await say(world, pull, '/plinth help', 'writer')).replies).toHaveLength(1);
    expect(ownReplies(world)).toHaveLength(11);
    await time.advance(3_600_001, () => world.app.settled());
    expect((await say(world, pull, '/plinth help', 'stranger')).replies).toHaveLength(1);
  }, 60_000);
});

describe('the share of commands in what may be written', () => {
  it('is a fifth: behind a hundred answers in an hour an installation’s comments cost nothing, and are counted', async () => {
    const world = await opened();
    const { pull, clock: time } = world;
    const { store, repository, github, app } = world;
    github.people.setRole(repository, 'writer', 'write');
    await answered(world, pull, 99);
    expect((await say(world, pull, '/plinth help', 'writer')).replies).toHaveLength(1);
    const position = github.ledger.position;
    expect(await say(world, pull, '/plinth help', 'writer')).toMatchObject({ replies: [], reactions: [] });
    expect(github.ledger.names({ after: position })).toEqual([]);
    expect((await store.pendingCommands()).count).toBe(0);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('plinth_commands_total{result="over-budget"} 1\n');
    await time.advance(3_600_001, () => app.settled());
    expect((await say(world, pull, '/plinth help', 'writer')).replies).toHaveLength(1);
  }, 60_000);

  it('is each installation’s own', async () => {
    const world = await opened();
    const { pull } = world;
    await answered(world, pull, 100, 999);
    expect((await say(world, pull, '/plinth help')).replies).toHaveLength(1);
  });
});

/** Has so many comments answered already, of this installation or another. */
async function answered({ store, time }: Harness, { number }: PullRequest, count: number, other?: number) {
  const installationId = other ?? (await store.installations())[0]?.id ?? 0;
  const asked = {
    source: 'issue-comment',
    nodeId: null,
    installationId,
    number,
    authorId: 1,
    authorLogin: 'writer',
  } as const;
  for (let at = 0; at < count; at++) {
    const comment = { ...asked, commentId: 1_000_000 + at, repositoryId: 1_000_000, body: '/plinth help' };
    await store.recordCommand({ ...comment, writtenAt: time.now(), receivedAt: time.now() });
    const taken = await store.takeCommand({ owner: 'before', now: time.now(), leaseMs: 1000 });
    if (taken === null) throw new Error('it was taken by another');
    await store.finishCommand(taken, { outcome: 'done' }, time.now(), 'writer');
  }
}

describe('a click', () => {
  it.each(['re-run', 're-run of the suite', 'the button'])(
    '%s judges again on the same check run',
    async (what) => {
      const world = await opened();
      const { github, repository, app } = world;
      const [run] = repository.checkRuns;
      if (run === undefined) throw new Error('there is no check run');
      const position = github.ledger.position;
      if (what === 're-run') await github.people.rerun(repository, run);
      else if (what === 'the button') await github.people.click(repository, run, 'recheck');
      else await github.people.rerunSuite(repository, run.suite);
      await app.settled();
      expect(world.reports).toHaveLength(2);
      expect(repository.checkRuns).toHaveLength(1);
      const writes = github.ledger
        .names({ after: position, tokens: false })
        .filter((name) => !name.startsWith('GET'));
      expect(writes.filter((name) => name.includes('check-runs'))).toEqual([
        'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
      ]);
    },
  );
});
