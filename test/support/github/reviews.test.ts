import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, type PullRequest, type Repository, startGitHub } from './index.ts';
import { installationClient } from './test-client.ts';

const name = { owner: 'acme', repo: 'images' };
const numbered = (changes: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: 60 }, (_, at) => `${changes[at + 1] ?? `line ${at + 1}`}\n`).join('');

let content: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let pull: PullRequest;
let client: Octokit;

beforeAll(async () => {
  content = await generateRepository([
    { name: 'base', branch: 'main', files: { text: numbered(), same: 'same\n' } },
    // Two hunks: lines 7 to 13 and 37 to 43 with their context.
    {
      name: 'head',
      branch: 'change',
      files: { text: numbered({ 10: 'ten', 40: 'forty' }), new: 'one\ntwo\n' },
    },
    { name: 'shifted', branch: 'change', files: { text: `zero\n${numbered({ 10: 'ten', 40: 'forty' })}` } },
    { name: 'changed', branch: 'change', files: { text: `zero\n${numbered({ 10: 'TEN', 40: 'forty' })}` } },
  ]);
  github = await startGitHub();
});

beforeEach(async () => {
  repository = await github.people.createRepository({
    ...name,
    name: 'images',
    gitDir: content.gitDir,
    defaultBranch: 'main',
  });
  ({ pull } = await github.people.openPullRequest({ repository, base: 'main', head: content.id('head') }));
  client = await installationClient(github);
});

afterAll(async () => {
  expect(github.ledger.violations).toEqual([]);
  await github.close();
  await content.remove();
});

function review(comments: readonly object[], body = 'see the lines'): Promise<unknown> {
  return client.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    ...name,
    pull_number: pull.number,
    event: 'COMMENT',
    body,
    comments: comments.map((each) => ({ body: 'here', ...each })),
  } as never);
}

describe('where a comment may stand', () => {
  it.each<[string, object, readonly [number, number | null, string]]>([
    ['an added line', { path: 'text', line: 10, side: 'RIGHT' }, [10, null, 'RIGHT']],
    ['a removed line', { path: 'text', line: 10, side: 'LEFT' }, [10, null, 'LEFT']],
    ['a line of context', { path: 'text', line: 43 }, [43, null, 'RIGHT']],
    ['lines of one hunk', { path: 'text', start_line: 8, line: 12 }, [12, 8, 'RIGHT']],
    [
      'from the left to the right',
      { path: 'text', start_side: 'LEFT', start_line: 10, line: 10 },
      [10, 10, 'RIGHT'],
    ],
    ['a line of a new file', { path: 'new', line: 2 }, [2, null, 'RIGHT']],
    ['a position in the patch', { path: 'text', position: 5 }, [10, null, 'RIGHT']],
  ])('%s', async (_, comment, place) => {
    await review([comment]);
    expect(repository.reviewComments.map((each) => [each.line, each.startLine, each.side])).toEqual([place]);
  });

  it.each<[string, object]>([
    ['a line between the hunks', { path: 'text', line: 25 }],
    ['a line after the file', { path: 'text', line: 61 }],
    ['lines of two hunks', { path: 'text', start_line: 10, line: 40 }],
    ['a start that is no line of the diff', { path: 'text', start_line: 1, line: 10 }],
    ['an end before its start', { path: 'text', start_line: 12, line: 8 }],
    ['a file that did not change', { path: 'same', line: 1 }],
    ['a file that is not there', { path: 'nowhere', line: 1 }],
    ['the left of a new file', { path: 'new', line: 1, side: 'LEFT' }],
    ['nothing to say', { path: 'text', line: 10, body: '' }],
  ])('not %s, and then nothing of the review is kept', async (_, comment) => {
    await expect(review([{ path: 'text', line: 10 }, comment])).rejects.toMatchObject({ status: 422 });
    expect([repository.reviews, repository.reviewComments]).toEqual([[], []]);
  });

  it('needs a body of its own, and a commit of the pull request', async () => {
    await expect(review([], '')).rejects.toMatchObject({ status: 422 });
    const strange = client.rest.pulls.createReview({
      ...name,
      pull_number: pull.number,
      event: 'COMMENT',
      body: 'body',
      commit_id: content.id('base'),
    });
    await expect(strange).rejects.toMatchObject({ status: 422 });
  });
});

describe('after a push', () => {
  it('a comment moves with its line, and is outdated once the line changes', async () => {
    await review([
      { path: 'text', line: 10 },
      { path: 'text', line: 43 },
    ]);
    const seen = async (): Promise<readonly unknown[]> => {
      const { data } = await client.rest.pulls.listReviewComments({ ...name, pull_number: pull.number });
      return data.map((each) => [each.line, each.original_line, each.commit_id]);
    };
    await github.people.pushHead(repository, pull, content.id('shifted'));
    expect(await seen()).toEqual([
      [11, 10, content.id('shifted')],
      [44, 43, content.id('shifted')],
    ]);
    await github.people.pushHead(repository, pull, content.id('changed'));
    expect(await seen()).toEqual([
      [null, 10, content.id('shifted')],
      [44, 43, content.id('changed')],
    ]);
  });
});

describe('comments', () => {
  it('of a review are listed, edited and answered', async () => {
    await review([{ path: 'text', line: 10 }]);
    const [comment] = repository.reviewComments;
    const id = { ...name, comment_id: comment?.id ?? 0 };
    await client.rest.pulls.updateReviewComment({ ...id, body: 'fixed' });
    await client.rest.pulls.createReplyForReviewComment({ ...id, pull_number: pull.number, body: 'thanks' });
    const { data } = await client.rest.pulls.listReviewComments({ ...name, pull_number: pull.number });
    expect(data.map((each) => [each.body, each.in_reply_to_id, each.user.login])).toEqual([
      ['fixed', undefined, 'plinth[bot]'],
      ['thanks', comment?.id, 'plinth[bot]'],
    ]);
  });

  it('on the conversation carry reactions, each once', async () => {
    const { comment } = await github.people.comment(repository, pull, '/plinth help', 'ada');
    const subject = { ...name, comment_id: comment.id };
    const first = await client.rest.reactions.createForIssueComment({ ...subject, content: 'eyes' });
    const again = await client.rest.reactions.createForIssueComment({ ...subject, content: 'eyes' });
    expect([first.status, again.status, comment.reactions.length]).toEqual([201, 200, 1]);
    await client.rest.reactions.deleteForIssueComment({ ...subject, reaction_id: first.data.id });
    expect(comment.reactions).toEqual([]);
  });

  it('are the App’s own to edit, and nobody’s where the conversation is locked', async () => {
    const { comment } = await github.people.comment(repository, pull, 'mine', 'ada');
    const edit = client.rest.issues.updateComment({ ...name, comment_id: comment.id, body: 'ours' });
    await expect(edit).rejects.toMatchObject({ status: 403 });
    pull.locked = true;
    const write = client.rest.issues.createComment({ ...name, issue_number: pull.number, body: 'text' });
    await expect(write).rejects.toMatchObject({ status: 403 });
    await expect(review([])).rejects.toMatchObject({ status: 403 });
  });
});
