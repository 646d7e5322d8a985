// In: an event's name and payload, of any shape. Out: the essentials that are kept until they are worked off.
// Pure and total: what is true is read from GitHub when a pull request is judged, never from here.
// Not here: verifying a delivery (server), doing what follows (reconcile).
import type { Essentials, EventContext, EventReader, RepositoryEssentials } from './act.ts';
import { readCheckRun } from './check-run.ts';
import { readCheckSuite } from './check-suite.ts';
import { readInstallation } from './installation.ts';
import { readInstallationRepositories } from './installation-repositories.ts';
import { readIssueComment } from './issue-comment.ts';
import { readMergeGroup } from './merge-group.ts';
import { at, shortText, wholeNumber } from './payload.ts';
import { readPullRequest } from './pull-request.ts';
import { readPullRequestReview } from './pull-request-review.ts';
import { readPullRequestReviewComment } from './pull-request-review-comment.ts';
import { readPush } from './push.ts';
import { readRepository } from './repository.ts';

export type { Act, CommentEssentials, Essentials, EventContext, Patch, Reason } from './act.ts';

/** A Map, so that no event name finds what every object has. */
const READERS: ReadonlyMap<string, EventReader> = new Map([
  ['check_run', readCheckRun],
  ['check_suite', readCheckSuite],
  ['installation', readInstallation],
  ['installation_repositories', readInstallationRepositories],
  ['issue_comment', readIssueComment],
  ['merge_group', readMergeGroup],
  ['pull_request', readPullRequest],
  ['pull_request_review', readPullRequestReview],
  ['pull_request_review_comment', readPullRequestReviewComment],
  ['push', readPush],
  ['repository', readRepository],
]);

/** Null where the event says nothing that Plinth acts on. */
export function readEvent(event: string, payload: unknown, context: EventContext): Essentials | null {
  const reader = READERS.get(event);
  if (reader === undefined) return null;
  const action = shortText(at(payload, 'action'), 100);
  const acts = reader(payload, action, context);
  const installation = wholeNumber(at(payload, 'installation', 'id'));
  if (acts.length === 0 || installation === null) return null;
  const repository = repositoryOf(payload);
  const needsNone = event === 'installation' || event === 'installation_repositories';
  return repository === null && !needsNone ? null : { action, installation, repository, acts };
}

function repositoryOf(payload: unknown): RepositoryEssentials | null {
  const repository = at(payload, 'repository');
  const id = wholeNumber(at(repository, 'id'));
  const owner = shortText(at(repository, 'owner', 'login'), 300);
  const name = shortText(at(repository, 'name'), 300);
  if (id === null || owner === null || name === null) return null;
  return { id, owner, name, defaultBranch: shortText(at(repository, 'default_branch'), 1000) };
}
