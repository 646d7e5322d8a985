// What people do on GitHub: they open, push, comment, click; each act changes the world and is told to the App.
import type { CheckRunBody } from './check-rules.ts';
import type { Delivery } from './deliveries.ts';
import type { JsonObject } from './http.ts';
import { moveComments } from './outdated.ts';
import {
  checkRunPayload,
  checkSuitePayload,
  commentPayload,
  installationPayload,
  mergeGroupPayload,
  pullRequestPayload,
  pushPayload,
  reviewCommentPayload,
  reviewPayload,
  type Scene,
} from './payloads.ts';
import { addCheckRun, suiteFor } from './routes/checks.ts';
import { fullPullView } from './routes/pulls.ts';
import {
  type CheckRun,
  type CheckSuite,
  commitOf,
  type GitHubApp,
  type IssueComment,
  type PullRequest,
  type QueueEntry,
  type Repository,
  type Review,
  type ReviewComment,
  type Role,
  repositoryKey,
  type World,
} from './state.ts';

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  /** A bare repository; it is only read. */
  readonly gitDir: string;
  readonly defaultBranch: string;
  readonly private?: boolean;
  /** Commits of branches; by default the branches of the git repository as they are now. */
  readonly branches?: Readonly<Record<string, string>>;
  /** False: the App is not installed for this owner. */
  readonly installed?: boolean;
  readonly ownerType?: 'User' | 'Organization';
}

export interface NewPullRequest {
  readonly repository: Repository;
  readonly base: string;
  /** A branch, or a commit id; with an id, `headRef` may name the branch. */
  readonly head: string;
  readonly headRef?: string;
  readonly title?: string;
  readonly body?: string;
  readonly author?: string;
  /** The owner of the fork that the head lies in. */
  readonly fork?: string;
  readonly draft?: boolean;
}

export interface Opened {
  readonly pull: PullRequest;
  readonly delivery: Delivery;
}

/** What an act gives whose delivery nobody was to get. */
const UNSENT: Delivery = {
  id: 0,
  guid: '',
  event: '',
  action: null,
  payload: null,
  installation: null,
  repository: null,
  redelivery: false,
  deliveredAt: '',
  status: 0,
  tookMs: 0,
};

/** Acts of people. Each resolves when the App has answered the delivery that the act causes. */
export class People {
  readonly #world: World;
  /** Whether GitHub also asks for a check suite after a push, as it does. */
  readonly #chatter: boolean;

  constructor(world: World, chatter: boolean) {
    this.#world = world;
    this.#chatter = chatter;
  }

  /** Makes a repository over a bare git repository and installs the App for its owner. Sends nothing. */
  async createRepository(options: NewRepository): Promise<Repository> {
    const world = this.#world;
    const owner = world.account(options.owner, options.ownerType ?? 'Organization');
    const git = world.reader(options.gitDir);
    const branches = new Map(Object.entries(options.branches ?? (await git.branches())));
    const repository: Repository = {
      id: world.nextId(),
      owner,
      name: options.name,
      private: options.private ?? false,
      defaultBranch: options.defaultBranch,
      git,
      branches,
      roles: new Map(),
      pulls: new Map(),
      checkSuites: [],
      checkRuns: [],
      comments: [],
      reviews: [],
      reviewComments: [],
      queues: new Map(),
      createdAt: world.now(),
      nextNumber: 1,
    };
    world.repositories.set(repositoryKey(options.owner, options.name), repository);
    if ((options.installed ?? true) && world.installationOf(owner) === undefined) {
      const id = world.nextId();
      const { permissions } = world.app;
      world.installations.set(id, { id, account: owner, permissions, suspended: false, deleted: false });
    }
    return repository;
  }

  /** Opens a pull request: `pull_request.opened`. */
  async openPullRequest(options: NewPullRequest): Promise<Opened> {
    const { repository } = options;
    const world = this.#world;
    const headSha = await this.#commit(repository, options.head);
    const isBranch = repository.branches.has(options.head);
    const pull: PullRequest = {
      id: world.nextId(),
      number: repository.nextNumber++,
      author: world.account(options.author ?? options.fork ?? 'contributor'),
      createdAt: world.now(),
      fork: options.fork === undefined ? null : world.account(options.fork),
      forkDeleted: false,
      title: options.title ?? 'A change',
      body: options.body ?? null,
      draft: options.draft ?? false,
      locked: false,
      state: 'open',
      merged: false,
      base: options.base,
      baseSha: await this.#commit(repository, options.base),
      headRef: options.headRef ?? (isBranch ? options.head : 'change'),
      headSha,
      updatedAt: world.now(),
    };
    repository.pulls.set(pull.number, pull);
    if (pull.fork === null) repository.branches.set(pull.headRef, headSha);
    return { pull, delivery: await this.tellPull(repository, pull, 'opened') };
  }

  /** Moves the head of a pull request: `push` (unless it lies in a fork), then `pull_request.synchronize`. */
  async pushHead(repository: Repository, pull: PullRequest, sha: string): Promise<Delivery> {
    const after = await this.#commit(repository, sha);
    const before = pull.headSha;
    if (pull.fork === null) await this.#moveBranch(repository, pull.headRef, after, pull.author.login);
    return this.#synchronize(repository, pull, before, after);
  }

  /** Moves a branch: `push`, then `synchronize` for every open pull request whose head it is. */
  async push(repository: Repository, branch: string, sha: string, by = 'maintainer'): Promise<Delivery> {
    const after = await this.#commit(repository, sha);
    const delivery = await this.#moveBranch(repository, branch, after, by);
    for (const pull of repository.pulls.values()) {
      if (pull.headRef === branch && pull.fork === null && pull.state === 'open')
        await this.#synchronize(repository, pull, pull.headSha, after);
    }
    return delivery;
  }

  /**
   * The merge queue asks for the checks of a group: `merge_group.checks_requested`. `head` is the commit that it made, `base` what that stands
   * on: the branch's tip, or the group before it.
   */
  async queue(
    repository: Repository,
    group: {
      readonly head: string;
      readonly base: string;
      readonly branch: string;
      /** All that wait in the queue of the branch by now, the first first. */
      readonly waiting?: readonly QueueEntry[];
    },
  ): Promise<Delivery> {
    if (group.waiting !== undefined) repository.queues.set(group.branch, group.waiting);
    for (const sha of [group.head, group.base]) await this.#commit(repository, sha);
    const payload = mergeGroupPayload(this.#scene(repository, 'maintainer'), 'checks_requested', group);
    return this.#send(repository, 'merge_group', payload);
  }

  /** The merge queue gives a group up, or has merged it: `merge_group.destroyed`. */
  unqueue(
    repository: Repository,
    group: { readonly head: string; readonly base: string; readonly branch: string },
    reason = 'invalidated',
  ): Promise<Delivery> {
    const payload = mergeGroupPayload(this.#scene(repository, 'maintainer'), 'destroyed', group, reason);
    return this.#send(repository, 'merge_group', payload);
  }

  /** Changes the base branch: `pull_request.edited` with what it was. */
  async retarget(repository: Repository, pull: PullRequest, base: string): Promise<Delivery> {
    const changes = { base: { ref: { from: pull.base }, sha: { from: pull.baseSha } } };
    pull.base = base;
    pull.baseSha = await this.#commit(repository, base);
    return this.tellPull(repository, pull, 'edited', { changes });
  }

  /** Changes the title: `pull_request.edited`. */
  rename(repository: Repository, pull: PullRequest, title: string): Promise<Delivery> {
    const changes = { title: { from: pull.title } };
    pull.title = title;
    return this.tellPull(repository, pull, 'edited', { changes });
  }

  close(repository: Repository, pull: PullRequest, merged = false): Promise<Delivery> {
    pull.state = 'closed';
    pull.merged = merged;
    return this.tellPull(repository, pull, 'closed');
  }

  reopen(repository: Repository, pull: PullRequest): Promise<Delivery> {
    pull.state = 'open';
    return this.tellPull(repository, pull, 'reopened');
  }

  setDraft(repository: Repository, pull: PullRequest, draft: boolean): Promise<Delivery> {
    pull.draft = draft;
    return this.tellPull(repository, pull, draft ? 'converted_to_draft' : 'ready_for_review');
  }

  /** Comments on the conversation: `issue_comment.created`. */
  async comment(
    repository: Repository,
    pull: PullRequest,
    body: string,
    by = 'maintainer',
  ): Promise<{ readonly comment: IssueComment; readonly delivery: Delivery }> {
    const [createdAt, updatedAt] = [this.#world.now(), this.#world.now()];
    const author = this.#world.account(by);
    const id = this.#world.nextId();
    const number = pull.number;
    const comment: IssueComment = {
      id,
      number,
      author,
      app: null,
      createdAt,
      updatedAt,
      body,
      reactions: [],
    };
    repository.comments.push(comment);
    const payload = commentPayload(this.#scene(repository, by), 'created', pull, comment);
    return { comment, delivery: await this.#send(repository, 'issue_comment', payload) };
  }

  /** Edits a comment: `issue_comment.edited` with what it was. */
  editComment(
    repository: Repository,
    pull: PullRequest,
    comment: IssueComment,
    body: string,
    by = comment.author.login,
  ): Promise<Delivery> {
    const changes = { body: { from: comment.body } };
    comment.body = body;
    comment.updatedAt = this.#world.now();
    const payload = commentPayload(this.#scene(repository, by), 'edited', pull, comment);
    return this.#send(repository, 'issue_comment', { ...payload, changes });
  }

  /** Deletes a comment: `issue_comment.deleted`. */
  deleteComment(
    repository: Repository,
    pull: PullRequest,
    comment: IssueComment,
    by = comment.author.login,
  ): Promise<Delivery> {
    repository.comments.splice(repository.comments.indexOf(comment), 1);
    const payload = commentPayload(this.#scene(repository, by), 'deleted', pull, comment);
    return this.#send(repository, 'issue_comment', payload);
  }

  /** Submits a review: `pull_request_review.submitted`. */
  async review(
    repository: Repository,
    pull: PullRequest,
    body: string,
    by = 'maintainer',
    state: 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' = 'COMMENTED',
  ): Promise<{ readonly review: Review; readonly delivery: Delivery }> {
    const review: Review = {
      id: this.#world.nextId(),
      number: pull.number,
      author: this.#world.account(by),
      commit: pull.headSha,
      submittedAt: this.#world.now(),
      state,
      body,
      reactions: [],
    };
    repository.reviews.push(review);
    return { review, delivery: await this.#tellReview(repository, pull, 'submitted', review, by) };
  }

  /** Edits the text over a review: `pull_request_review.edited`. */
  editReview(repository: Repository, pull: PullRequest, review: Review, body: string): Promise<Delivery> {
    review.body = body;
    return this.#tellReview(repository, pull, 'edited', review, review.author.login);
  }

  /** Comments on the first line of a file: a review without a text, and `pull_request_review_comment.created`. */
  async reviewComment(
    repository: Repository,
    pull: PullRequest,
    path: string,
    body: string,
    by = 'maintainer',
  ): Promise<{ readonly comment: ReviewComment; readonly delivery: Delivery }> {
    const { review } = await this.review(repository, pull, '', by);
    const comment: ReviewComment = {
      id: this.#world.nextId(),
      number: pull.number,
      review,
      author: review.author,
      path,
      originalCommit: pull.headSha,
      commit: pull.headSha,
      originalLine: 1,
      line: 1,
      side: 'RIGHT',
      originalStartLine: null,
      startLine: null,
      startSide: null,
      diffHunk: '@@ -0,0 +1 @@',
      inReplyTo: null,
      createdAt: this.#world.now(),
      updatedAt: this.#world.now(),
      body,
      resolved: false,
      reactions: [],
    };
    repository.reviewComments.push(comment);
    return { comment, delivery: await this.#tellLine(repository, pull, 'created', comment) };
  }

  /** Edits a comment on a line: `pull_request_review_comment.edited`. */
  editReviewComment(
    repository: Repository,
    pull: PullRequest,
    comment: ReviewComment,
    body: string,
  ): Promise<Delivery> {
    comment.body = body;
    comment.updatedAt = this.#world.now();
    return this.#tellLine(repository, pull, 'edited', comment);
  }

  /** Locks the conversation, or opens it again: `pull_request.locked` or `unlocked`. */
  lock(repository: Repository, pull: PullRequest, locked = true): Promise<Delivery> {
    pull.locked = locked;
    return this.tellPull(repository, pull, locked ? 'locked' : 'unlocked');
  }

  /** Clicks "Re-run" on a check run: `check_run.rerequested`. */
  rerun(repository: Repository, run: CheckRun, by = 'maintainer'): Promise<Delivery> {
    const payload = checkRunPayload(this.#scene(repository, by), 'rerequested', run);
    return this.#send(repository, 'check_run', payload);
  }

  /** Clicks a button that the check run offers: `check_run.requested_action`. */
  click(repository: Repository, run: CheckRun, identifier: string, by = 'maintainer'): Promise<Delivery> {
    if (!run.actions.some((action) => action.identifier === identifier))
      throw new Error(`the check run ${run.name} has no button ${identifier}`);
    const payload = checkRunPayload(this.#scene(repository, by), 'requested_action', run, identifier);
    return this.#send(repository, 'check_run', payload);
  }

  /** Clicks "Re-run all checks": `check_suite.rerequested`. */
  rerunSuite(repository: Repository, suite: CheckSuite, by = 'maintainer'): Promise<Delivery> {
    return this.#tellSuite(repository, suite, 'rerequested', by);
  }

  /** Tells the App about its installation: `installation.created`, `deleted`, `suspend` or `unsuspend`. */
  install(
    repository: Repository,
    action: 'created' | 'deleted' | 'suspend' | 'unsuspend' = 'created',
  ): Promise<Delivery> {
    const installation = this.#world.installationOf(repository.owner);
    if (installation === undefined) throw new Error(`the App is not installed for ${repository.owner.login}`);
    installation.deleted = action === 'deleted';
    installation.suspended = action === 'suspend';
    const repositories = [...this.#world.repositories.values()].filter(
      (each) => each.owner.id === repository.owner.id,
    );
    const payload = installationPayload(this.#world, action, installation, repositories);
    return this.#world.deliveries.send('installation', payload);
  }

  setRole(repository: Repository, login: string, role: Role): void {
    this.#world.account(login);
    repository.roles.set(login.toLowerCase(), role);
  }

  /** Puts somebody into a team of an organisation, or only invites them. Sends nothing. */
  joinTeam(org: string, slug: string, login: string, state: 'active' | 'pending' = 'active'): void {
    const key = `${org}/${slug}`.toLowerCase();
    const members = this.#world.teams.get(key) ?? new Map<number, 'active' | 'pending'>();
    members.set(this.#world.account(login).id, state);
    this.#world.teams.set(key, members);
  }

  /** Gives an account another login; the former one is free for anybody. Sends nothing. */
  renameAccount(login: string, to: string): void {
    this.#world.renameAccount(login, to);
  }

  /** Adds a check run of another app, under any name. Sends nothing. */
  addForeignCheckRun(
    repository: Repository,
    body: CheckRunBody & { readonly name: string; readonly head_sha: string },
  ): CheckRun {
    const app: GitHubApp = { id: 999, slug: 'other', name: 'Other', permissions: {}, events: [] };
    return addCheckRun(this.#world, repository, app, body);
  }

  /** Gives a repository another name; the former one redirects. */
  renameRepository(repository: Repository, name: string): void {
    const former = repositoryKey(repository.owner.login, repository.name);
    this.#world.repositories.delete(former);
    this.#world.renamed.set(former, repository);
    repository.name = name;
    this.#world.repositories.set(repositoryKey(repository.owner.login, name), repository);
  }

  /** Sends a `pull_request` delivery about a pull request as it is now. */
  async tellPull(
    repository: Repository,
    pull: PullRequest,
    action: string,
    more: { readonly before?: string; readonly after?: string; readonly changes?: JsonObject } = {},
  ): Promise<Delivery> {
    pull.updatedAt = this.#world.now();
    const payload = pullRequestPayload(
      this.#scene(repository, pull.author.login),
      action,
      await fullPullView({ world: this.#world, repository }, pull),
      more,
    );
    return this.#send(repository, 'pull_request', payload);
  }

  async #tellReview(
    repository: Repository,
    pull: PullRequest,
    action: string,
    review: Review,
    by: string,
  ): Promise<Delivery> {
    const view = await fullPullView({ world: this.#world, repository }, pull);
    const payload = reviewPayload(this.#scene(repository, by), action, view, review);
    return this.#send(repository, 'pull_request_review', payload);
  }

  async #tellLine(
    repository: Repository,
    pull: PullRequest,
    action: string,
    comment: ReviewComment,
  ): Promise<Delivery> {
    const view = await fullPullView({ world: this.#world, repository }, pull);
    const payload = reviewCommentPayload(
      this.#scene(repository, comment.author.login),
      action,
      view,
      comment,
    );
    return this.#send(repository, 'pull_request_review_comment', payload);
  }

  async #synchronize(
    repository: Repository,
    pull: PullRequest,
    before: string,
    after: string,
  ): Promise<Delivery> {
    pull.headSha = after;
    await moveComments(repository, pull, before, after);
    pull.baseSha = await this.#commit(repository, pull.base);
    return this.tellPull(repository, pull, 'synchronize', { before, after });
  }

  async #moveBranch(repository: Repository, branch: string, after: string, by: string): Promise<Delivery> {
    const none = '0'.repeat(40);
    const before = repository.branches.get(branch) ?? none;
    repository.branches.set(branch, after);
    const forced = before !== none && (await repository.git.mergeBase(before, after)) !== before;
    const push = { ref: `refs/heads/${branch}`, before, after, forced };
    const delivery = await this.#send(repository, 'push', pushPayload(this.#scene(repository, by), push));
    await this.#requestSuite(repository, after, by);
    return delivery;
  }

  /** GitHub makes a suite for every push to the repository itself, and asks for its checks. */
  async #requestSuite(repository: Repository, sha: string, by: string): Promise<void> {
    if (!this.#chatter) return;
    const suite = suiteFor(this.#world, repository, this.#world.app, sha);
    await this.#tellSuite(repository, suite, 'requested', by);
  }

  async #tellSuite(repository: Repository, suite: CheckSuite, action: string, by: string): Promise<Delivery> {
    const commit = await repository.git.commit(suite.headSha);
    const payload = checkSuitePayload(this.#scene(repository, by), action, suite, commit);
    return this.#send(repository, 'check_suite', payload);
  }

  /** Where the App is not installed or does not listen, GitHub tells it nothing. */
  async #send(repository: Repository, event: string, payload: JsonObject): Promise<Delivery> {
    return (await this.#world.send(repository, event, payload)) ?? UNSENT;
  }

  #scene(repository: Repository, sender: string): Scene {
    return { world: this.#world, repository, sender: this.#world.account(sender) };
  }

  async #commit(repository: Repository, name: string): Promise<string> {
    const sha = await commitOf(repository, name);
    if (sha === null) throw new Error(`${repository.git.gitDir} has no commit or branch ${name}`);
    return sha;
  }
}
