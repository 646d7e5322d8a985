// Where commands come from: the conversation, reviews, and lines of them; each as people write it there.
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { PullRequest } from '../support/github/index.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);
let harness: Harness | undefined;

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await harness?.stop();
  harness = undefined;
  expect(violations ?? []).toEqual([]);
});

interface Opened {
  readonly world: Harness;
  readonly pull: PullRequest;
  readonly time: VirtualTime;
}

async function opened(): Promise<Opened> {
  const time = new VirtualTime();
  harness = await startHarness({
    dataDirectory: await folder(),
    time,
    chatter: true,
    commits: [
      { name: 'base', branch: 'main', files: { 'README.md': 'hello\n' } },
      { name: 'bad', branch: 'bad', files: { Dockerfile: 'FROM debian:12\nENTRYPOINT ["/app"]\n' } },
    ],
  });
  const { github, git, repository, app } = harness;
  const { pull } = await github.people.openPullRequest({ repository, base: 'main', head: git.id('bad') });
  await app.settled();
  return { world: harness, pull, time };
}

const ownReplies = ({ repository }: Harness) =>
  repository.comments.filter((comment) => comment.app !== null).map((comment) => comment.body);

const SOURCES = ['a comment', 'a review', 'a comment on a line'] as const;
type Source = (typeof SOURCES)[number];

/** Writes a text in one of the places. */
async function write({ github, repository }: Harness, pull: PullRequest, source: Source, body: string) {
  const { people } = github;
  if (source === 'a comment') return (await people.comment(repository, pull, body)).comment;
  if (source === 'a review') return (await people.review(repository, pull, body)).review;
  return (await people.reviewComment(repository, pull, 'Dockerfile', body)).comment;
}

describe.each(SOURCES)('a command in %s', (source) => {
  it('is carried out, with one reply on the conversation and 👍 in place of 👀', async () => {
    const { world, pull } = await opened();
    const written = await write(world, pull, source, 'Please.\n/plinth recheck');
    await world.app.settled();
    expect(world.reports).toHaveLength(2);
    expect(ownReplies(world)).toEqual([expect.stringMatching(/^`\/plinth recheck`: /)]);
    expect(written.reactions.map((reaction) => reaction.content)).toEqual(['+1']);
  });

  it('has one reply where the answer to it was lost', async () => {
    const { world, pull, time } = await opened();
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
    const { world, pull } = await opened();
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

it('comments of all three kinds are answered once each, whatever their numbers', async () => {
  const { world, pull } = await opened();
  for (const source of SOURCES) await write(world, pull, source, '/plinth help');
  await world.app.settled();
  expect(ownReplies(world)).toHaveLength(3);
});
