// Check runs and check suites.
import { assertCheckRun, type CheckRunBody } from '../check-rules.ts';
import { checkRunView, checkSuiteView } from '../check-views.ts';
import { type Answer, created, HttpProblem, notFound, ok, paginate, unprocessable } from '../http.ts';
import { numberOf, paramOf, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import {
  type CheckRun,
  type CheckSuite,
  commitOf,
  type GitHubApp,
  type Repository,
  type World,
} from '../state.ts';

/** The suite that an app's runs on a commit belong to, made with the first of them. */
export function suiteFor(world: World, repository: Repository, app: GitHubApp, headSha: string): CheckSuite {
  const known = repository.checkSuites.find((each) => each.app.id === app.id && each.headSha === headSha);
  if (known !== undefined) return known;
  const branch = [...repository.branches].find(([, sha]) => sha === headSha)?.[0] ?? null;
  const [createdAt, updatedAt] = [world.now(), world.now()];
  const suite = { id: world.nextId(), app, headSha, headBranch: branch, createdAt, updatedAt };
  repository.checkSuites.push(suite);
  return suite;
}

/** Makes a check run of an app; the stand-in's tests use it for runs of other apps, too. */
export function addCheckRun(
  world: World,
  repository: Repository,
  app: GitHubApp,
  body: CheckRunBody & { readonly name: string; readonly head_sha: string },
): CheckRun {
  const run: CheckRun = {
    id: world.nextId(),
    suite: suiteFor(world, repository, app, body.head_sha),
    app,
    headSha: body.head_sha,
    name: body.name,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    actions: [],
    annotations: [],
  };
  applyBody(world, run, body);
  repository.checkRuns.push(run);
  return run;
}

function applyBody(world: World, run: CheckRun, body: CheckRunBody): void {
  run.name = body.name ?? run.name;
  run.externalId = body.external_id ?? run.externalId;
  run.detailsUrl = body.details_url ?? run.detailsUrl;
  run.startedAt = body.started_at ?? run.startedAt;
  run.actions = body.actions ?? run.actions;
  if (body.output !== undefined) {
    run.title = body.output.title ?? run.title;
    run.summary = body.output.summary;
    run.text = body.output.text ?? run.text;
    run.annotations.push(...(body.output.annotations ?? []));
  }
  if (body.conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = body.conclusion;
    run.completedAt = body.completed_at ?? world.now();
  } else if (body.status !== undefined) {
    run.status = body.status;
    run.conclusion = null;
    run.completedAt = null;
  }
}

async function createRun(call: RepositoryCall): Promise<Answer> {
  const body = call.body as CheckRunBody & { readonly name: string; readonly head_sha: string };
  assertCheckRun(body);
  // Unlike elsewhere in the API, a branch name is no head here.
  if (!/^[0-9a-f]{40}$/.test(body.head_sha) || (await commitOf(call.repository, body.head_sha)) === null)
    throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
  const run = addCheckRun(call.world, call.repository, call.world.app, body);
  call.world.happened({ kind: 'check-run', action: 'created', repository: call.repository, run });
  return created(checkRunView(call.world, call.repository, run));
}

function runOf(call: RepositoryCall): CheckRun {
  const id = numberOf(call, 'check_run_id');
  const run = call.repository.checkRuns.find((each) => each.id === id);
  if (run === undefined) throw notFound();
  return run;
}

function suiteOf(call: RepositoryCall): CheckSuite {
  const id = numberOf(call, 'check_suite_id');
  const suite = call.repository.checkSuites.find((each) => each.id === id);
  if (suite === undefined) throw notFound();
  return suite;
}

function updateRun(call: RepositoryCall): Answer {
  const run = runOf(call);
  if (run.app.id !== call.world.app.id)
    throw new HttpProblem(
      403,
      `Invalid app_id \`${call.world.app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  const body = call.body as CheckRunBody;
  assertCheckRun(body);
  const before = run.status;
  applyBody(call.world, run, body);
  if (run.status === 'completed' && before !== 'completed')
    call.world.happened({ kind: 'check-run', action: 'completed', repository: call.repository, run });
  return ok(checkRunView(call.world, call.repository, run));
}

/** `filter=latest`, the default, keeps the newest run of each name in a suite. */
function selected(call: RepositoryCall, runs: readonly CheckRun[]): readonly CheckRun[] {
  const query = call.address.searchParams;
  const asked = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
  const wanted = runs.filter(
    (run) =>
      asked('check_name', run.name) && asked('status', run.status) && asked('app_id', String(run.app.id)),
  );
  const newestFirst = wanted.toReversed();
  if (query.get('filter') === 'all') return newestFirst;
  return newestFirst.filter(
    (run, at) =>
      newestFirst.findIndex((each) => each.name === run.name && each.suite.id === run.suite.id) === at,
  );
}

function listed(call: RepositoryCall, runs: readonly CheckRun[]): Answer {
  const found = selected(call, runs);
  const { items, headers } = paginate(found, call.address);
  const views = items.map((run) => checkRunView(call.world, call.repository, run));
  return { status: 200, headers, body: { total_count: found.length, check_runs: views } };
}

async function headOf(call: RepositoryCall): Promise<string> {
  const ref = paramOf(call, 'ref');
  const sha = await commitOf(call.repository, ref);
  if (sha === null) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

async function listForRef(call: RepositoryCall): Promise<Answer> {
  const sha = await headOf(call);
  return listed(
    call,
    call.repository.checkRuns.filter((run) => run.headSha === sha),
  );
}

function listForSuite(call: RepositoryCall): Answer {
  const suite = suiteOf(call);
  return listed(
    call,
    call.repository.checkRuns.filter((run) => run.suite.id === suite.id),
  );
}

async function listSuites(call: RepositoryCall): Promise<Answer> {
  const sha = await headOf(call);
  const app = call.address.searchParams.get('app_id');
  const found = call.repository.checkSuites.filter(
    (suite) => suite.headSha === sha && (app === null || String(suite.app.id) === app),
  );
  const { items, headers } = paginate(found, call.address);
  const views = items.map((suite) => checkSuiteView(call.world, call.repository, suite));
  return { status: 200, headers, body: { total_count: found.length, check_suites: views } };
}

function listAnnotations(call: RepositoryCall): Answer {
  const { items, headers } = paginate(runOf(call).annotations, call.address);
  return {
    status: 200,
    headers,
    body: items.map((each) => ({
      start_column: null,
      end_column: null,
      title: null,
      raw_details: null,
      ...each,
    })),
  };
}

const READ = { checks: 'read' } as const;
const WRITE = { checks: 'write' } as const;

export const CHECK_ROUTES: readonly Route[] = [
  repositoryRoute('POST', '/check-runs', WRITE, createRun),
  repositoryRoute('GET', '/check-runs/{check_run_id}', READ, (call) =>
    ok(checkRunView(call.world, call.repository, runOf(call))),
  ),
  repositoryRoute('PATCH', '/check-runs/{check_run_id}', WRITE, updateRun),
  repositoryRoute('GET', '/check-runs/{check_run_id}/annotations', READ, listAnnotations),
  repositoryRoute('GET', '/check-suites/{check_suite_id}', READ, (call) =>
    ok(checkSuiteView(call.world, call.repository, suiteOf(call))),
  ),
  repositoryRoute('GET', '/check-suites/{check_suite_id}/check-runs', READ, listForSuite),
  repositoryRoute('GET', '/commits/{ref}/check-runs', READ, listForRef),
  repositoryRoute('GET', '/commits/{ref}/check-suites', READ, listSuites),
];
