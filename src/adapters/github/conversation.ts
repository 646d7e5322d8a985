import type { Octokit } from '@octokit/rest';
import type { RepositoryClient, RepositoryRef, ReviewComment } from './api.ts';
import { readPages } from './pages.ts';
import { fromGitHub, toGitHub } from './paths.ts';

export interface ConversationGiven {
  readonly octokit: Octokit;
  readonly repository: RepositoryRef;
  readonly botId: () => Promise<number>;
}

type NewReview = Parameters<RepositoryClient['createReview']>[1];

const MOST_COMMENT_PAGES = 50;

/** What is said on pull requests: reviews and comments. */
export class Conversation {
  readonly #octokit: Octokit;
  readonly #place: { readonly owner: string; readonly repo: string };
  readonly #botId: () => Promise<number>;

  constructor({ octokit, repository, botId }: ConversationGiven) {
    this.#octokit = octokit;
    this.#place = { owner: repository.owner, repo: repository.name };
    this.#botId = botId;
  }

  async createReview(number: number, { commit, body, comments }: NewReview): Promise<number> {
    const { data } = await this.#octokit.rest.pulls.createReview({
      ...this.#place,
      pull_number: number,
      commit_id: commit,
      event: 'COMMENT',
      body,
      comments: comments.map(anchored),
    });
    return data.id;
  }

  async ownReviewComments(number: number): ReturnType<RepositoryClient['ownReviewComments']> {
    const botId = await this.#botId();
    const all = await readPages(MOST_COMMENT_PAGES, async (page) => {
      const { data } = await this.#octokit.rest.pulls.listReviewComments({
        ...this.#place,
        pull_number: number,
        ...page,
      });
      return data;
    });
    return all
      .filter((comment) => comment.user?.id === botId)
      .map(({ id, body, path }) => ({ id, body, path: fromGitHub(path) }));
  }

  async updateReviewComment(id: number, body: string): Promise<void> {
    await this.#octokit.rest.pulls.updateReviewComment({ ...this.#place, comment_id: id, body });
  }

  async comment(number: number, body: string): Promise<number> {
    const { data } = await this.#octokit.rest.issues.createComment({
      ...this.#place,
      issue_number: number,
      body,
    });
    return data.id;
  }

  async ownComments(number: number, since: number): ReturnType<RepositoryClient['ownComments']> {
    const botId = await this.#botId();
    const all = await readPages(MOST_COMMENT_PAGES, async (page) => {
      const { data } = await this.#octokit.rest.issues.listComments({
        ...this.#place,
        issue_number: number,
        since: new Date(since).toISOString(),
        ...page,
      });
      return data;
    });
    return all.flatMap(({ id, body, user }) => (user?.id === botId ? [{ id, body: body ?? '' }] : []));
  }
}

function anchored({ path, line, startLine, side, body }: ReviewComment) {
  return {
    path: toGitHub(path),
    line,
    side,
    body,
    ...(startLine === undefined || startLine === line ? {} : { start_line: startLine, start_side: side }),
  };
}
