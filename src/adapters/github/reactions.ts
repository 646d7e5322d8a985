import type { Octokit } from '@octokit/rest';
import type { CommentRef, Reaction, ReactionContent, RepositoryRef } from './api.ts';
import { failure, hasCode } from './errors.ts';
import type { Graphql } from './graphql.ts';
import type { Writes } from './writes.ts';

export interface ReactionsGiven {
  readonly octokit: Octokit;
  readonly graphql: Graphql;
  readonly writes: Writes;
  readonly repository: RepositoryRef;
}

const IN_GRAPHQL: Readonly<Record<ReactionContent, string>> = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  confused: 'CONFUSED',
  eyes: 'EYES',
};

/** The App's reactions to comments: by REST, and to the text over a review, which REST has none for, by GraphQL. */
export class Reactions {
  readonly #given: ReactionsGiven;
  readonly #place: { readonly owner: string; readonly repo: string };

  constructor(given: ReactionsGiven) {
    this.#given = given;
    this.#place = { owner: given.repository.owner, repo: given.repository.name };
  }

  async add(comment: CommentRef, content: ReactionContent): Promise<Reaction> {
    if (comment.source === 'review') {
      if (!(await this.#mutate('addReaction', comment, content)))
        throw failure('github-failed', 'GitHub did not take a reaction to a review.', { retryable: true });
      return { content, id: null };
    }
    const { reactions } = this.#given.octokit.rest;
    const given = { ...this.#place, comment_id: comment.id, content };
    const { data } =
      comment.source === 'issue-comment'
        ? await reactions.createForIssueComment(given)
        : await reactions.createForPullRequestReviewComment(given);
    return { content, id: data.id };
  }

  async remove(comment: CommentRef, { content, id }: Reaction): Promise<void> {
    try {
      if (comment.source === 'review') {
        await this.#mutate('removeReaction', comment, content);
        return;
      }
      if (id === null) return;
      const { reactions } = this.#given.octokit.rest;
      const given = { ...this.#place, comment_id: comment.id, reaction_id: id };
      if (comment.source === 'issue-comment') await reactions.deleteForIssueComment(given);
      else await reactions.deleteForPullRequestComment(given);
    } catch (error) {
      if (!hasCode(error, 'not-found')) throw error;
    }
  }

  /** A write like others, in its turn; whether it was done. */
  async #mutate(
    name: 'addReaction' | 'removeReaction',
    { id, nodeId }: CommentRef,
    content: ReactionContent,
  ): Promise<boolean> {
    if (nodeId === null) throw failure('not-found', `The node id of the review ${id} is not known.`);
    const query = `mutation React($subject: ID!, $content: ReactionContent!) {
  ${name}(input: { subjectId: $subject, content: $content }) { reaction { content } }
}`;
    const variables = { subject: nodeId, content: IN_GRAPHQL[content] };
    const { data } = await this.#given.writes.run(false, () => this.#given.graphql.ask({ query, variables }));
    return data[name] !== null && data[name] !== undefined;
  }
}
