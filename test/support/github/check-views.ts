// Check runs and suites as GitHub's REST answers and payloads spell them.
import type { JsonObject, JsonValue } from './http.ts';
import { type CheckRun, type CheckSuite, fullName, type Repository, type World } from './state.ts';
import { appView } from './views.ts';

export function checkSuiteView(world: World, repository: Repository, suite: CheckSuite): JsonObject {
  const runs = repository.checkRuns.filter((each) => each.suite.id === suite.id);
  const done = runs.length > 0 && runs.every((each) => each.status === 'completed');
  const worst = runs.find((each) => each.conclusion !== 'success')?.conclusion ?? 'success';
  return {
    id: suite.id,
    node_id: `CS_${suite.id}`,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: done ? 'completed' : 'queued',
    conclusion: done ? worst : null,
    url: `${world.url}/repos/${fullName(repository)}/check-suites/${suite.id}`,
    before: null,
    after: suite.headSha,
    pull_requests: headsAt(world, repository, suite.headSha),
    app: appView(world, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    latest_check_runs_count: runs.length,
  };
}

export function checkRunView(world: World, repository: Repository, run: CheckRun): JsonObject {
  const url = `${world.url}/repos/${fullName(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: `CR_${run.id}`,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${world.url}/${fullName(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${world.url}/apps/${run.app.slug}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appView(world, run.app),
    pull_requests: headsAt(world, repository, run.headSha),
  };
}

/** Open pull requests of a head, forks left out: GitHub does not list them. */
function headsAt(world: World, repository: Repository, sha: string): readonly JsonValue[] {
  const repo = {
    id: repository.id,
    url: `${world.url}/repos/${fullName(repository)}`,
    name: repository.name,
  };
  return [...repository.pulls.values()]
    .filter((pull) => pull.headSha === sha && pull.fork === null && pull.state === 'open')
    .map((pull) => ({
      url: `${repo.url}/pulls/${pull.number}`,
      id: pull.id,
      number: pull.number,
      head: { ref: pull.headRef, sha: pull.headSha, repo },
      base: { ref: pull.base, sha: pull.baseSha, repo },
    }));
}
