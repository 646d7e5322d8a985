// Where commands come from: the conversation, reviews, and lines of them; each as people write it there.
import { describe, expect, it, jest } from '@jest/globals';
import { createReplyMarks } from '../../src/app/grants/index.ts';
import type { IssueComment, PullRequest, Review, ReviewComment } from '../support/github/index.ts';
import type { Harness } from './support/harness.ts';
import { worlds } from './support/worlds.ts';

const { opened } = worlds();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);

const ownReplies = ({ repository }: Harness) =>
  repository.comments.filter((comment) => comment.app !== null).map((comment) => comment.body);

const SOURCES = ['a comment', 'a review', 'a comment on a line'] as const;
type Source = (typeof SOURCES)[number];

/** Writes a text in one of the places. */
async function write(
  { github, repository }: Harness,
  pull: PullRequest,
  source: Source,
  body: string,
  by?: string,
): Promise<Written> {
  const { people } = github;
  if (source === 'a comment') return (await people.comment(repository, pull, body, by)).comment;
  if (source === 'a review') return (await people.review(repository, pull, body, by)).review;
  return (await people.reviewComment(repository, pull, 'Dockerfile', body, by)).comment;
}

type Written = IssueComment | Review | ReviewComment;

async function edit(
  { github, repository }: Harness,
  pull: PullRequest,
  written: Written,
  body: string,
  by?: string,
): Promise<void> {
  const { people } = github;
  if ('submittedAt' in written) await people.editReview(repository, pull, written, body);
  else if ('path' in written) await people.editReviewComment(repository, pull, written, body);
  else await people.editComment(repository, pull, written, body, by);
}

describe.each(SOURCES)('a command in %s', (source) => {
  it('is carried out, with one reply on the conversation and 👍 in place of 👀', async () => {
    const world = await opened();
    const { pull } = world;
    const written = await write(world, pull, source, 'Please.\n/plinth recheck');
    await world.app.settled();
    expect(world.reports).toHaveLength(2);
    expect(ownReplies(world)).toEqual([expect.stringMatching(/^`\/plinth recheck`: /)]);
    expect(written.reactions.map((reaction) => reaction.content)).toEqual(['+1']);
  });

  it('has one reply where the answer to it was lost', async () => {
    const world = await opened();
    const { pull, clock: time } = world;
    const { github, app } = world;
    const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
    github.faults.add({ match: { method: 'POST', route }, performed: true, reset: 'before' });
    const written = await write(world, pull, source, '/plinth hepl');
    await app.settled();
    await time.advance(60_000, () => app.settled());
    expect(ownReplies(world)).toHaveLength(1);
    expect(written.reactions.map((reaction) => reaction.content)).toEqual(['confused']);
  });

  it('A12: on a closed or locked pull request is answered by nothing', async () => {
    const world = await opened();
    const { pull } = world;
    const { github, repository, app } = world;
    await github.people.lock(repository, pull);
    await app.settled();
    const position = github.ledger.position;
    await write(world, pull, source, '/plinth recheck');
    await app.settled();
    await github.people.lock(repository, pull, false);
    await github.people.close(repository, pull);
    await write(world, pull, source, '/plinth recheck');
    await app.settled();
    expect(github.ledger.names({ after: position })).toEqual([]);
    expect(world.reports).toHaveLength(1);
  });
});

describe('A03: a comment that is edited or deleted', () => {
  it.each(SOURCES)('%s: made a command, by its author or another, changes nothing', async (source) => {
    const world = await opened();
    const { pull } = world;
    const { github, app } = world;
    const written = await write(world, pull, source, 'harmless');
    await app.settled();
    const position = github.ledger.position;
    await edit(world, pull, written, '/plinth recheck');
    if (source === 'a comment')
      await edit(world, pull, written, '/plinth recheck\n/plinth help', 'somebody-else');
    await app.settled();
    expect(github.ledger.names({ after: position })).toEqual([]);
    expect(world.reports).toHaveLength(1);
    expect(await world.store.pendingCommands()).toMatchObject({ count: 0 });
  });

  it.each(SOURCES)('%s: made another command, acts as it was written at first, once', async (source) => {
    const world = await opened();
    const { pull } = world;
    const { app } = world;
    const written = await write(world, pull, source, '/plinth help');
    await app.settled();
    await edit(world, pull, written, '/plinth recheck');
    await app.settled();
    expect(ownReplies(world)).toEqual([expect.stringMatching(/^`\/plinth help`: /)]);
    expect(world.reports).toHaveLength(1);
  });

  it('deleted before it is worked off, it changes nothing', async () => {
    const world = await opened();
    const { pull, clock: time } = world;
    const { github, repository, store, app } = world;
    const [installation] = await store.installations();
    await store.postponeInstallation(installation?.id ?? 0, time.now() + 60_000, 'a limit');
    const { comment } = await github.people.comment(repository, pull, '/plinth recheck');
    await app.settled();
    expect(await store.pendingCommands()).toMatchObject({ count: 1 });
    await github.people.deleteComment(repository, pull, comment);
    await time.advance(120_000, () => app.settled());
    expect(await store.pendingCommands()).toMatchObject({ count: 0 });
    expect(ownReplies(world)).toEqual([]);
    expect(world.reports).toHaveLength(1);
  });
});

describe('A05: what is no bare line of a new comment', () => {
  it('the description of a pull request is read for nothing', async () => {
    const world = await opened();
    const { github, git, repository, app } = world;
    const body = '/plinth recheck\n';
    await github.people.openPullRequest({
      repository,
      base: 'main',
      head: git.id('bad'),
      headRef: 'x',
      body,
    });
    await app.settled();
    expect(ownReplies(world)).toEqual([]);
    expect(await world.store.pendingCommands()).toMatchObject({ count: 0 });
  });

  it('of a thousand commands in one comment five are carried out, with one reply that says so', async () => {
    const world = await opened();
    const { pull } = world;
    const body = `/plinth help\n${'/plinth recheck\r\n'.repeat(999)}`;
    await world.github.people.comment(world.repository, pull, body);
    await world.app.settled();
    const [reply = '', ...more] = ownReplies(world);
    expect(more).toEqual([]);
    expect(reply.match(/^`\/plinth/gm)).toHaveLength(5);
    expect(reply).toContain('first 5 commands');
    expect(world.reports).toHaveLength(2);
  });
});

describe('A06: who writes', () => {
  it.each(SOURCES)('%s of a bot is answered by nothing', async (source) => {
    const world = await opened();
    const { pull } = world;
    const { github, app } = world;
    github.world.account('dependabot[bot]', 'Bot');
    const position = github.ledger.position;
    await write(world, pull, source, '/plinth recheck', 'dependabot[bot]');
    await app.settled();
    expect(github.ledger.names({ after: position })).toEqual([]);
    expect(world.reports).toHaveLength(1);
  });

  it('whoever takes a former writer’s login is a stranger, whatever was asked before', async () => {
    const world = await opened();
    const { pull } = world;
    const { github, repository, app, store } = world;
    github.people.setRole(repository, 'keeper', 'write');
    await write(world, pull, 'a comment', '/plinth help', 'keeper');
    await app.settled();
    const answered = (to: 'writer' | 'stranger') =>
      store.answeredCommands({ repositoryId: repository.id, to }, 0);
    expect([await answered('writer'), await answered('stranger')]).toEqual([1, 0]);
    github.people.renameAccount('keeper', 'keeper-was');
    await write(world, pull, 'a comment', '/plinth help', 'keeper');
    await app.settled();
    expect([await answered('writer'), await answered('stranger')]).toEqual([1, 1]);
  });

  it('a comment whose author gave the login away meanwhile is a stranger’s', async () => {
    const world = await opened();
    const { pull, clock: time } = world;
    const { github, repository, app, store } = world;
    const [installation] = await store.installations();
    await store.postponeInstallation(installation?.id ?? 0, time.now() + 60_000, 'a limit');
    await write(world, pull, 'a comment', '/plinth help', 'anybody');
    github.people.renameAccount('anybody', 'anybody-was');
    github.people.setRole(repository, 'anybody', 'admin');
    await time.advance(120_000, () => app.settled());
    expect(await store.answeredCommands({ repositoryId: repository.id, to: 'writer' }, 0)).toBe(0);
    expect(await store.answeredCommands({ repositoryId: repository.id, to: 'stranger' }, 0)).toBe(1);
  });
});

describe('A07: a comment of another with the App’s mark', () => {
  it('is neither taken for the App’s reply nor changed', async () => {
    const world = await opened();
    const { pull, clock: time } = world;
    const { github, repository, app } = world;
    const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
    // The first attempt ends before it could reply, so the second looks for a reply.
    github.faults.add({ match: { method: 'POST', route }, reset: 'before' });
    const { comment } = await github.people.comment(repository, pull, '/plinth help');
    await app.settled();
    const mark = `done\n\n<!-- plinth:reply ${comment.id} done ${'A'.repeat(43)} -->`;
    const forged = (await github.people.comment(repository, pull, mark, 'stranger')).comment;
    await time.advance(60_000, () => app.settled());
    expect(ownReplies(world)).toHaveLength(1);
    expect([forged.body, forged.reactions]).toEqual([mark, []]);
    expect(comment.reactions.map((reaction) => reaction.content)).toEqual(['+1']);
  });

  it('is not taken for it even where the mark is genuine', async () => {
    const world = await opened();
    const { pull, clock: time } = world;
    const { github, repository, app } = world;
    const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
    github.faults.add({ match: { method: 'POST', route }, reset: 'before' });
    const { comment } = await github.people.comment(repository, pull, '/plinth help');
    await app.settled();
    const marks = createReplyMarks([github.webhookSecret], github.appId);
    const statement = {
      source: 'issue-comment',
      commentId: comment.id,
      outcome: 'refused',
      events: [],
    } as const;
    const copied = marks.mark('no', statement, { repositoryId: repository.id, number: pull.number });
    await github.people.comment(repository, pull, copied, 'stranger');
    await time.advance(60_000, () => app.settled());
    expect(ownReplies(world)).toHaveLength(1);
    expect(comment.reactions.map((reaction) => reaction.content)).toEqual(['+1']);
  });
});

it('comments of all three kinds are answered once each, whatever their numbers', async () => {
  const world = await opened();
  const { pull } = world;
  for (const source of SOURCES) await write(world, pull, source, '/plinth help');
  await world.app.settled();
  expect(ownReplies(world)).toHaveLength(3);
});
