// Payloads of webhooks: the published examples give the shape, the world gives the values.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { checkRunView, checkSuiteView } from './check-views.ts';
import { commentView, reviewCommentView, reviewView } from './comment-views.ts';
import type { Commit } from './git.ts';
import type { JsonObject, JsonValue } from './http.ts';
import {
  type Account,
  type CheckRun,
  type CheckSuite,
  fullName,
  type Installation,
  type IssueComment,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewComment,
  type World,
} from './state.ts';
import { accountView, installationView, repositoryView } from './views.ts';

interface Definition {
  readonly name: string;
  readonly examples: readonly JsonObject[];
}

let definitions: readonly Definition[] | null = null;

/** The published example of an event and action, one of an installation where there is one. */
export function exampleOf(event: string, action: string | null): JsonObject {
  definitions ??= JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('@octokit/webhooks-examples'), 'utf8'),
  ) as readonly Definition[];
  const examples = definitions.find((each) => each.name === event)?.examples ?? [];
  const fitting = examples.filter((each) => action === null || each.action === action);
  const found = fitting.find((each) => each.installation !== undefined) ?? fitting[0] ?? examples[0];
  if (found === undefined) throw new Error(`there is no example of the event ${event}`);
  return found;
}

/** An example whose addresses and names are those of the scene, so that none leads to the real GitHub. */
function localExample({ world, repository }: Scene, event: string, action: string | null): JsonObject {
  const example = exampleOf(event, action);
  const { full_name: name, owner } = isObject(example.repository) ? example.repository : {};
  const login = isObject(owner) ? owner.login : undefined;
  const sender = isObject(example.sender) ? example.sender.login : undefined;
  const replaced = JSON.stringify(example)
    .replaceAll(/(?:https|git):\/\/(?:api\.)?github\.com\/|git@github\.com:/g, `${world.url}/`)
    .replaceAll(String(name), fullName(repository))
    .replaceAll(String(login), repository.owner.login)
    .replaceAll(encodeURIComponent(String(sender)), repository.owner.login)
    .replaceAll(String(sender), repository.owner.login);
  return JSON.parse(replaced) as JsonObject;
}

/** What stands in every payload about a repository. */
export interface Scene {
  readonly world: World;
  readonly repository: Repository;
  readonly sender: Account;
}

/** Keeps the example's shape: a view's values go over it, names that only the example has stay. */
function over(example: JsonValue | undefined, view: JsonObject): JsonObject {
  return isObject(example) ? { ...example, ...view } : view;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function basis(scene: Scene, event: string, action: string | null): JsonObject {
  const { world, repository, sender } = scene;
  const { organization: _, ...example } = localExample(scene, event, action);
  const installation = world.installationOf(repository.owner);
  return {
    ...example,
    ...(action === null ? {} : { action }),
    repository: over(example.repository, repositoryView(world, repository)),
    sender: over(example.sender, accountView(world, sender)),
    ...(installation === undefined
      ? {}
      : { installation: { id: installation.id, node_id: `I_${installation.id}` } }),
    ...(repository.owner.type === 'Organization'
      ? { organization: accountView(world, repository.owner) }
      : {}),
  };
}

/** `pullJson` is the full view of the pull request; `changes` says what an edit replaced. */
export function pullRequestPayload(
  scene: Scene,
  action: string,
  pullJson: JsonObject,
  more: { readonly before?: string; readonly after?: string; readonly changes?: JsonObject } = {},
): JsonObject {
  const base = basis(scene, 'pull_request', action);
  const pull = over(base.pull_request, pullJson);
  return { ...base, ...more, number: pullJson.number, pull_request: pull };
}

export function pushPayload(
  scene: Scene,
  push: { readonly ref: string; readonly before: string; readonly after: string; readonly forced: boolean },
): JsonObject {
  const none = '0'.repeat(40);
  const { head_commit: _, ...base } = basis(scene, 'push', null);
  return {
    ...base,
    ...push,
    created: push.before === none,
    deleted: push.after === none,
    base_ref: null,
    compare: `${scene.world.url}/${fullName(scene.repository)}/compare/${push.before.slice(0, 12)}...${push.after.slice(0, 12)}`,
    commits: [],
    head_commit: null,
    pusher: { name: scene.sender.login, email: `${scene.sender.login}@example.com` },
  };
}

/** `group` names the branch that it is to be merged into, without `refs/heads/`. */
export function mergeGroupPayload(
  scene: Scene,
  action: 'checks_requested' | 'destroyed',
  group: { readonly head: string; readonly base: string; readonly branch: string },
  reason?: string,
): JsonObject {
  const example = basis(scene, 'merge_group', action);
  const queued = `refs/heads/gh-readonly-queue/${group.branch}/pr-1-${group.base}`;
  const view = {
    head_sha: group.head,
    head_ref: queued,
    base_sha: group.base,
    base_ref: `refs/heads/${group.branch}`,
  };
  const merge_group = over(example.merge_group, view);
  return { ...example, merge_group, ...(reason === undefined ? {} : { reason }) };
}

export function commentPayload(
  scene: Scene,
  action: string,
  pull: PullRequest,
  comment: IssueComment,
): JsonObject {
  const base = basis(scene, 'issue_comment', action);
  const url = `${scene.world.url}/repos/${fullName(scene.repository)}`;
  const html = `${scene.world.url}/${fullName(scene.repository)}/pull/${pull.number}`;
  const issue = over(base.issue, {
    url: `${url}/issues/${pull.number}`,
    html_url: html,
    id: pull.id,
    number: pull.number,
    title: pull.title,
    user: accountView(scene.world, pull.author),
    labels: [],
    assignee: null,
    assignees: [],
    milestone: null,
    state: pull.state,
    locked: pull.locked,
    draft: pull.draft,
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === 'closed' ? pull.updatedAt : null,
    pull_request: { url: `${url}/pulls/${pull.number}`, html_url: html },
  });
  const shown = over(base.comment, commentView(scene.world, scene.repository, comment));
  return { ...base, issue, comment: shown };
}

export function checkRunPayload(
  scene: Scene,
  action: string,
  run: CheckRun,
  requested: string | null = null,
): JsonObject {
  const base = basis(scene, 'check_run', action);
  const view = checkRunView(scene.world, scene.repository, run);
  const suite = checkSuiteView(scene.world, scene.repository, run.suite);
  const { requested_action: _, ...rest } = base;
  return {
    ...rest,
    check_run: over(base.check_run, { ...view, check_suite: suite }),
    ...(requested === null ? {} : { requested_action: { identifier: requested } }),
  };
}

export function checkSuitePayload(
  scene: Scene,
  action: string,
  suite: CheckSuite,
  commit: Commit | null,
): JsonObject {
  const base = basis(scene, 'check_suite', action);
  const head_commit =
    commit === null
      ? null
      : {
          id: commit.sha,
          tree_id: commit.tree,
          message: commit.message,
          timestamp: commit.committer.date,
          author: { name: commit.author.name, email: commit.author.email },
          committer: { name: commit.committer.name, email: commit.committer.email },
        };
  const view = { ...checkSuiteView(scene.world, scene.repository, suite), head_commit };
  return { ...base, check_suite: over(base.check_suite, view) };
}

export function reviewPayload(
  scene: Scene,
  action: string,
  pullJson: JsonObject,
  review: Review,
): JsonObject {
  const base = basis(scene, 'pull_request_review', action);
  const view = { ...reviewView(scene.world, scene.repository, review), state: review.state.toLowerCase() };
  return { ...base, review: over(base.review, view), pull_request: over(base.pull_request, pullJson) };
}

export function reviewCommentPayload(
  scene: Scene,
  action: string,
  pullJson: JsonObject,
  comment: ReviewComment,
): JsonObject {
  const base = basis(scene, 'pull_request_review_comment', action);
  const view = reviewCommentView(scene.world, scene.repository, comment);
  return { ...base, comment: over(base.comment, view), pull_request: over(base.pull_request, pullJson) };
}

export function installationPayload(
  world: World,
  action: string,
  installation: Installation,
  repositories: readonly Repository[],
): JsonObject {
  const example = exampleOf('installation', action);
  return {
    ...example,
    action,
    installation: over(example.installation, installationView(world, installation)),
    repositories: repositories.map((each) => ({
      id: each.id,
      node_id: `R_${each.id}`,
      name: each.name,
      full_name: fullName(each),
      private: each.private,
    })),
    sender: over(example.sender, accountView(world, installation.account)),
  };
}
