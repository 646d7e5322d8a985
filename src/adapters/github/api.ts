// What the App asks of GitHub: the interface, apart from how it is fulfilled, so that tests of the App can use a fake.
import type {
  CheckAnnotation,
  CommentSource,
  OrganisationFile,
  Tree,
  TreeEntry,
} from '../../domain/index.ts';
import type { BlobSource } from '../../engine/ports.ts';

/** A repository of an installation; the id stays when it is renamed or transferred. */
export interface RepositoryRef {
  readonly installation: number;
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

/** What a token is minted for; each purpose has its own least permissions (docs/permissions.md). */
export type Purpose = 'judge' | 'answer' | 'members' | 'queue' | 'document' | 'sweep';

/** A branch as it is now, with the files that were asked for. */
export interface BranchSnapshot {
  readonly base: { readonly ref: string; readonly tip: string };
  readonly defaultBranch: string;
  /** At the branch's tip and at the default branch's tip; null where absent. */
  readonly atTip: ReadonlyMap<string, string | null>;
  readonly atDefault: ReadonlyMap<string, string | null>;
  readonly defaultTip: string;
}

/** A pull request as it is now, with the policy files at the tip that counts for it. */
export interface PullSnapshot extends BranchSnapshot {
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly draft: boolean;
  readonly locked: boolean;
  readonly author: { readonly id: number; readonly login: string } | null;
  readonly head: string;
  /** The branch that the head stands on, in the repository or in the fork. */
  readonly headRef: string;
  readonly fork: boolean;
}

export interface ComparedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'removed';
  /** Blob id at head; null for a removed file. */
  readonly id: string | null;
  readonly patch?: string;
}

/** `files` is null beyond what the endpoint lists (300): then trees have to be compared. */
export interface Comparison {
  readonly mergeBase: string | null;
  readonly files: readonly ComparedFile[] | null;
}

/** A pull request in a merge queue. */
export interface MergeQueueEntry {
  readonly position: number;
  /** The commit that the queue made of it and of those before it; null while there is none. */
  readonly head: string | null;
  readonly number: number;
}

export interface CheckRunContent {
  readonly name: string;
  readonly headSha: string;
  readonly externalId: string;
  readonly conclusion: 'success' | 'neutral' | 'action_required' | 'failure' | 'cancelled';
  readonly startedAt: string;
  readonly completedAt: string;
  readonly title: string;
  readonly summary: string;
  readonly text?: string;
  /** All of them; sent 50 a request. */
  readonly annotations: readonly CheckAnnotation[];
  readonly actions: readonly {
    readonly label: string;
    readonly description: string;
    readonly identifier: string;
  }[];
}

export interface ReviewComment {
  readonly path: string;
  readonly line: number;
  readonly startLine?: number;
  readonly side: 'RIGHT';
  readonly body: string;
}

/** A comment on the conversation, on a line, or over a whole review: GitHub numbers these three apart. */
export interface CommentRef {
  readonly source: CommentSource;
  readonly id: number;
  /** Its name in GraphQL, which a review cannot be reacted to without. */
  readonly nodeId: string | null;
}

export type ReactionContent = '+1' | '-1' | 'eyes' | 'confused';

export interface Reaction {
  readonly content: ReactionContent;
  /** Null on a review, where its content alone tells it. */
  readonly id: number | null;
}

/**
 * A client for one repository under one purpose; it keeps the contents that came along, so take a fresh one for each job. Failing worlds
 * throw an AppError: see `errors.ts` for its codes. A commit that GitHub does not know is `inconsistent`, since what knows it may not
 * have reached all of GitHub yet; `not-found` means that the repository is gone.
 */
export interface RepositoryClient {
  readonly repository: RepositoryRef;
  /** What this client has sent so far, repetitions and downloads included; tokens apart, which jobs share. */
  requestsSent(): number;

  /** One GraphQL query. Null where the pull request does not exist. */
  pull(number: number, files: readonly string[]): Promise<PullSnapshot | null>;
  /** One GraphQL query. Null where the branch does not exist. */
  branch(name: string, files: readonly string[]): Promise<BranchSnapshot | null>;
  /** One GraphQL query: the merge queue of a branch, the first to be merged first; at most 100. */
  mergeQueue(branch: string): Promise<readonly MergeQueueEntry[]>;
  /** One REST query. A rename is a removed and an added path. `mergeBase` is null where the histories never meet. */
  compare(base: string, head: string): Promise<Comparison>;
  /** The whole tree of a commit; one request, more where GitHub truncates it. */
  tree(commit: string): Promise<Tree>;
  /**
   * Mode, blob id and, where the text is whole, content of files at commits; null where absent. At most 200 (both sides of 100 changed
   * files) and about 4 MB a query.
   */
  files(
    requests: readonly { readonly commit: string; readonly path: string }[],
  ): Promise<ReadonlyMap<string, TreeEntry | null>>;
  /** Contents by id, those that `files` or `archive` brought first; bytes hash to the id. */
  readonly blobs: BlobSource;
  /** Fills `blobs` from the commit's tarball, for those ids that are wanted and as far as they have room; `blobs` reads the rest. */
  archive(commit: string, wanted: ReadonlySet<string>): Promise<void>;

  /** Throws `invalid-request` (422) with nothing created, `write-unknown` where it may have been: look with `findCheckRun`. */
  createCheckRun(content: CheckRunContent): Promise<number>;
  updateCheckRun(id: number, content: CheckRunContent): Promise<void>;
  /** `in_progress`, where a verdict takes more than five seconds. */
  beginCheckRun(given: {
    name: string;
    headSha: string;
    externalId: string;
    startedAt: string;
  }): Promise<number>;
  /** Our own newest check run of the name on a head, by app id; null where there is none. */
  findCheckRun(
    name: string,
    headSha: string,
  ): Promise<{ readonly id: number; readonly status: string; readonly externalId: string | null } | null>;

  /** Event COMMENT. Throws AppError `invalid-request` (422) where a comment cannot be anchored. */
  createReview(
    number: number,
    given: { commit: string; body: string; comments: readonly ReviewComment[] },
  ): Promise<number>;
  /** Our own review comments on a pull request, by author id. */
  ownReviewComments(
    number: number,
  ): Promise<readonly { readonly id: number; readonly body: string; readonly path: string }[]>;
  updateReviewComment(id: number, body: string): Promise<void>;
  /** Of each changed file as GitHub shows it (3,000 at most); undefined where it shows none. */
  patches(number: number): Promise<ReadonlyMap<string, string | undefined>>;

  /**
   * Commits one file to a branch; the commit's id. `blob` is what the file holds now, null where there is none: where it holds something else by
   * now, GitHub refuses with `invalid-request`. Throws `forbidden` where the App may not write.
   */
  commitFile(
    branch: string,
    file: {
      readonly path: string;
      readonly text: string;
      readonly blob: string | null;
      readonly message: string;
    },
  ): Promise<string>;

  /** On the conversation. Throws `write-unknown` where it may stand there, `forbidden` where that is locked. */
  comment(number: number, body: string): Promise<number>;
  /** Our own on the conversation, by author id, that changed since then (milliseconds). */
  ownComments(
    number: number,
    since: number,
  ): Promise<readonly { readonly id: number; readonly body: string }[]>;
  /** What an account may do here, and whose account that login is now; null where there is none. */
  permission(login: string): Promise<{
    readonly accountId: number;
    /** GitHub folds `maintain` into `write`, and `triage` into `read`. */
    readonly level: 'admin' | 'write' | 'read' | 'none';
    /** As GitHub names it; a role that the organisation made itself counts as its level. */
    readonly role: 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';
  } | null>;
  /**
   * Whose account a login is that is an active member of a team (by its slug) of the repository's organisation, or of a team below it; null where it is
   * none, or there is no such team. Purpose `members`. Whoever asks compares the account: a login may be another's by now.
   */
  teamMember(org: string, team: string, login: string): Promise<{ readonly accountId: number } | null>;
  /** The same reaction twice is one. */
  react(comment: CommentRef, content: ReactionContent): Promise<Reaction>;
  /** Takes one of the App's own back; one that is gone already is what was wanted. */
  unreact(comment: CommentRef, reaction: Reaction): Promise<void>;

  /** Open pull requests, oldest first, as few requests as pages; of a base branch, or with a head commit (forks included). */
  openPulls(filter: { base?: string; head?: string }): Promise<
    readonly {
      readonly number: number;
      readonly head: string;
      readonly base: string;
      readonly draft: boolean;
    }[]
  >;
}

export interface GitHub {
  repository(ref: RepositoryRef, purpose: Purpose): RepositoryClient;
  /** All of the App's. */
  installations(): Promise<readonly { readonly id: number; readonly suspended: boolean }[]>;
  /** By a token of its own; two requests where the repository is there. What may pass throws. */
  organisationFile(installation: number, path: string): Promise<OrganisationFile>;
  /** Those that can be written to. */
  repositories(installation: number): Promise<readonly RepositoryRef[]>;
}
