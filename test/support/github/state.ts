// The stand-in's world: accounts, installations, repositories, pull requests and all that hangs on them.
// Content lives in git; everything else lives here, in memory.

import { Deliveries, type Delivery } from './deliveries.ts';
import { GitReader } from './git.ts';
import { HttpProblem, type JsonObject } from './http.ts';

export type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export interface Account {
  readonly id: number;
  login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export interface GitHubApp {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
}

export interface Installation {
  readonly id: number;
  readonly account: Account;
  permissions: Permissions;
  suspended: boolean;
  deleted: boolean;
}

export interface Token {
  readonly value: string;
  readonly installation: Installation;
  readonly permissions: Permissions;
  /** Null: every repository of the installation. */
  readonly repositories: readonly number[] | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  name: string;
  readonly private: boolean;
  defaultBranch: string;
  readonly git: GitReader;
  /** Branch names and the commits they stand on; never written to git. */
  readonly branches: Map<string, string>;
  readonly roles: Map<string, Role>;
  readonly pulls: Map<number, PullRequest>;
  readonly checkSuites: CheckSuite[];
  readonly checkRuns: CheckRun[];
  readonly comments: IssueComment[];
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
  readonly createdAt: string;
  /** What waits to be merged into each branch, the first first. */
  readonly queues: Map<string, readonly QueueEntry[]>;
  nextNumber: number;
}

/** A pull request in a merge queue, with the commit that the queue made of it and of those before it. */
export interface QueueEntry {
  readonly pull: PullRequest;
  readonly head: string;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  readonly createdAt: string;
  /** The owner of the fork that the head lies in; null where it lies in the repository itself. */
  readonly fork: Account | null;
  /** GitHub gives a null repository for a head whose fork was deleted. */
  forkDeleted: boolean;
  title: string;
  body: string | null;
  draft: boolean;
  locked: boolean;
  state: 'open' | 'closed';
  merged: boolean;
  base: string;
  /** The base branch's commit when the head was last pushed; the branch may have moved since, as on GitHub. */
  baseSha: string;
  headRef: string;
  headSha: string;
  updatedAt: string;
}

export interface CheckSuite {
  readonly id: number;
  readonly app: GitHubApp;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: CheckSuite;
  readonly app: GitHubApp;
  readonly headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  actions: readonly CheckAction[];
  readonly annotations: Annotation[];
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface Reaction {
  readonly id: number;
  readonly content: string;
  readonly user: Account;
  readonly createdAt: string;
}

export interface IssueComment {
  readonly id: number;
  /** Of the issue or pull request. */
  readonly number: number;
  readonly author: Account;
  readonly app: GitHubApp | null;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
  readonly reactions: Reaction[];
}

export interface Review {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  readonly commit: string;
  readonly submittedAt: string;
  state: 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'PENDING';
  body: string;
  readonly reactions: Reaction[];
}

export interface ReviewComment {
  readonly id: number;
  readonly number: number;
  readonly review: Review;
  readonly author: Account;
  readonly path: string;
  /** The commit it was written on, and the one that its line counts in now. */
  readonly originalCommit: string;
  commit: string;
  readonly originalLine: number;
  /** Null once a push changed the line: the comment is outdated. */
  line: number | null;
  readonly side: 'LEFT' | 'RIGHT';
  readonly originalStartLine: number | null;
  startLine: number | null;
  readonly startSide: 'LEFT' | 'RIGHT' | null;
  readonly diffHunk: string;
  readonly inReplyTo: ReviewComment | null;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
  resolved: boolean;
  readonly reactions: Reaction[];
}

/** Where GitHub cuts an answer; lower ones let small repositories show what large ones meet. */
export interface Limits {
  /** Entries of a recursive tree. */
  readonly treeEntries: number;
  /** Files that `compare` lists. */
  readonly compareFiles: number;
  /** Files that a pull request lists. */
  readonly pullFiles: number;
  /** Lines of patches in one answer; later files come without. */
  readonly patchLines: number;
  /** Bytes of one file's patch; a longer one is left out. */
  readonly patchBytes: number;
  /** Bytes of a blob's text through GraphQL. */
  readonly graphqlText: number;
  /** Requests an hour, of an installation, to REST and to GraphQL each. */
  readonly requests: number;
  /** Reviews and comments that an installation may make. */
  readonly contentAMinute: number;
  readonly contentAnHour: number;
}

export const GITHUB_LIMITS: Limits = {
  treeEntries: 100_000,
  compareFiles: 300,
  pullFiles: 3000,
  patchLines: 20_000,
  patchBytes: 500_000,
  graphqlText: 512_000,
  requests: 5000,
  contentAMinute: 80,
  contentAnHour: 500,
};

/** A change that the App itself made and that GitHub would tell it about. */
export type Happening =
  | {
      readonly kind: 'check-run';
      readonly action: 'created' | 'completed';
      readonly repository: Repository;
      readonly run: CheckRun;
    }
  | {
      readonly kind: 'comment';
      readonly action: 'created';
      readonly repository: Repository;
      readonly pull: PullRequest;
      readonly comment: IssueComment;
    }
  | {
      readonly kind: 'review';
      readonly action: 'submitted';
      readonly repository: Repository;
      readonly pull: PullRequest;
      readonly review: Review;
    };

/** Everything the stand-in knows. */
export class World {
  readonly clock: () => number;
  readonly limits: Limits;
  readonly app: GitHubApp;
  readonly bot: Account;
  readonly deliveries: Deliveries;
  /** `http://127.0.0.1:<port>`; set once the server listens. */
  url = '';
  /** The download host, another origin. */
  downloadsUrl = '';
  readonly repositories = new Map<string, Repository>();
  /** Former names of repositories. */
  readonly renamed = new Map<string, Repository>();
  readonly installations = new Map<number, Installation>();
  readonly tokens = new Map<string, Token>();
  /** Told of every change that the App makes. */
  happened: (happening: Happening) => void = () => undefined;
  /** Members of teams and those who are invited, by `org/team` and their account. */
  readonly teams = new Map<string, Map<number, 'active' | 'pending'>>();
  readonly #readers: GitReader[] = [];
  readonly #accounts = new Map<string, Account>();
  #lastId = 1000;

  constructor(clock: () => number, app: Omit<GitHubApp, 'id'>, limits: Limits) {
    this.clock = clock;
    this.limits = limits;
    this.app = { ...app, id: 1234567 };
    this.deliveries = new Deliveries(this.app.id, () => this.now());
    this.bot = this.account(`${app.slug}[bot]`, 'Bot');
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Now, as GitHub writes times. */
  now(): string {
    return timestamp(this.clock());
  }

  /** The account of this login, made when it is first named. */
  account(login: string, type: Account['type'] = 'User'): Account {
    const key = login.toLowerCase();
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const made: Account = { id: this.nextId(), login, type };
    this.#accounts.set(key, made);
    return made;
  }

  /** The account keeps its id; whoever is named by the former login from now on is another one. */
  renameAccount(login: string, to: string): void {
    const account = this.account(login);
    this.#accounts.delete(login.toLowerCase());
    account.login = to;
    this.#accounts.set(to.toLowerCase(), account);
    // Roles are an account's, not a login's.
    for (const { roles } of this.repositories.values()) {
      const role = roles.get(login.toLowerCase());
      roles.delete(login.toLowerCase());
      if (role !== undefined) roles.set(to.toLowerCase(), role);
    }
  }

  findAccount(login: string): Account | undefined {
    return this.#accounts.get(login.toLowerCase());
  }

  /** Reads a bare repository until the world is closed. */
  reader(gitDir: string): GitReader {
    const reader = new GitReader(gitDir);
    this.#readers.push(reader);
    return reader;
  }

  /** The repository of this name; throws what GitHub answers where there is none. */
  repository(owner: string, name: string): Repository {
    const found = this.repositories.get(repositoryKey(owner, name));
    if (found === undefined) throw new HttpProblem(404, 'Not Found');
    return found;
  }

  installationOf(owner: Account): Installation | undefined {
    return [...this.installations.values()].find((each) => each.account.id === owner.id && !each.deleted);
  }

  /** Delivers an event about a repository, if the App is installed there and listens to it; null if not. */
  async send(repository: Repository, event: string, payload: JsonObject): Promise<Delivery | null> {
    const installation = this.installationOf(repository.owner);
    if (installation === undefined || installation.suspended || !this.app.events.includes(event)) return null;
    return this.deliveries.send(event, payload);
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
  }
}

export function repositoryKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

/** ISO 8601 in UTC without fractions. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** The commit that a branch, `refs/…`, pull request ref, tag or id stands for, or null. */
export async function commitOf(repository: Repository, ref: string): Promise<string | null> {
  const name = ref.replace(/^refs\//, '');
  const branch = repository.branches.get(name.replace(/^heads\//, ''));
  if (branch !== undefined) return branch;
  const pull = /^pull\/(\d+)\/head$/.exec(name);
  if (pull !== null) return repository.pulls.get(Number(pull[1]))?.headSha ?? null;
  if (ref === 'HEAD') return repository.branches.get(repository.defaultBranch) ?? null;
  if (/^[0-9a-f]{40}$/.test(ref)) return repository.git.resolve(ref);
  // Branches of the git repository that the world was not told about do not exist; its tags do.
  return repository.git.resolve(`refs/tags/${name.replace(/^tags\//, '')}`);
}

/** The commit that a pull request is compared from; null where the histories never meet. */
export function mergeBaseOf(repository: Repository, pull: PullRequest): Promise<string | null> {
  return repository.git.mergeBase(pull.baseSha, pull.headSha);
}
