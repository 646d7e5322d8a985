import type { Purpose } from './api.ts';

export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

export interface PurposeScope {
  /** What a job of this kind does, for docs/permissions.md. */
  readonly does: string;
  readonly permissions: Permissions;
  /** `one`: the repository of the job alone. `all`: every repository of the installation. */
  readonly repositories: 'one' | 'all';
}

/** Each job's token holds this and nothing more (RELIABILITY S05). docs/permissions.md is made from this table. */
export const PURPOSES: Readonly<Record<Purpose, PurposeScope>> = {
  judge: {
    does: 'reads a pull request and its files, writes the check run and the review',
    permissions: { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'write' },
    repositories: 'one',
  },
  answer: {
    does: 'reacts to a command on a pull request and answers it',
    permissions: { metadata: 'read', pull_requests: 'write' },
    repositories: 'one',
  },
  // Apart from answering: an installation on a person's account has no members to ask for, and still answers.
  members: {
    does: 'asks whether the author of a command belongs to a team that may grant',
    permissions: { members: 'read', metadata: 'read' },
    repositories: 'one',
  },
  // Apart from answering: only `app.write.yml` grants it.
  document: {
    does: 'commits the entry of a granted exception to the branch of the pull request',
    permissions: { contents: 'write', metadata: 'read' },
    repositories: 'one',
  },
  queue: {
    does: 'asks which pull requests a group of the merge queue holds',
    permissions: { merge_queues: 'read', metadata: 'read', pull_requests: 'read' },
    repositories: 'one',
  },
  sweep: {
    does: 'lists open pull requests',
    permissions: { metadata: 'read', pull_requests: 'read' },
    repositories: 'one',
  },
};

/** Listing an installation's repositories: names and ids, nothing of what they hold. */
export const LISTING: PurposeScope = {
  does: 'lists the repositories of an installation',
  permissions: { metadata: 'read' },
  repositories: 'all',
};

/** Reading the organisation's policy: nothing of the repository that is judged. */
export const ORGANISATION: PurposeScope = {
  does: 'reads the policy of an organisation from its repository of that name',
  permissions: { contents: 'read', metadata: 'read' },
  repositories: 'one',
};
