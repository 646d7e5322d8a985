// Pull requests, their files and commits, and the comparison of two commits.
import type { FileDiff } from '../diff.ts';
import { type Answer, type JsonObject, notFound, ok, type Page, pageOf, paginate } from '../http.ts';
import { fileViews, pullCounts, pullView } from '../pull-views.ts';
import { numberOf, paramOf, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { commitOf, fullName, mergeBaseOf, type PullRequest, type Repository } from '../state.ts';
import { commitView } from '../views.ts';

/** The pull request that the address names. */
export function pullOf(call: RepositoryCall): PullRequest {
  const pull = call.repository.pulls.get(numberOf(call, 'pull_number'));
  if (pull === undefined) throw notFound();
  return pull;
}

/** What a pull request changes: merge base to head; everything where the histories never meet. */
export async function changesOf(repository: Repository, pull: PullRequest): Promise<readonly FileDiff[]> {
  const base = await mergeBaseOf(repository, pull);
  return repository.git.diff(base ?? pull.baseSha, pull.headSha);
}

function listPulls(call: RepositoryCall): Answer {
  const query = call.address.searchParams;
  const state = query.get('state') ?? 'open';
  const [head, base] = [query.get('head'), query.get('base')];
  const labelOf = (pull: PullRequest): string =>
    `${(pull.fork ?? call.repository.owner).login}:${pull.headRef}`;
  const found = [...call.repository.pulls.values()]
    .filter((pull) => state === 'all' || pull.state === state)
    // GitHub ignores a head that names no owner.
    .filter((pull) => head === null || !head.includes(':') || labelOf(pull) === head)
    .filter((pull) => base === null || pull.base === base);
  const ordered = query.get('direction') === 'asc' ? found : found.reverse();
  const { items, headers } = paginate(ordered, call.address);
  return { status: 200, headers, body: items.map((pull) => pullView(call.world, call.repository, pull)) };
}

/** A pull request in full: with the counts that lists leave out. */
export async function fullPullView(
  call: Pick<RepositoryCall, 'world' | 'repository'>,
  pull: PullRequest,
): Promise<JsonObject> {
  const [files, commits] = await Promise.all([
    changesOf(call.repository, pull),
    call.repository.git.between(pull.baseSha, pull.headSha),
  ]);
  return {
    ...pullView(call.world, call.repository, pull),
    ...pullCounts(call.repository, pull, files, commits.length),
  };
}

async function listFiles(call: RepositoryCall): Promise<Answer> {
  const pull = pullOf(call);
  const files = (await changesOf(call.repository, pull)).slice(0, call.world.limits.pullFiles);
  // Patches stop where the whole list has enough lines, so rows are made before the page is cut out.
  const rows = fileViews(call.world, call.repository, pull.headSha, files);
  const { items, headers } = paginate(rows, call.address);
  return { status: 200, headers, body: items };
}

async function listCommits(call: RepositoryCall): Promise<Answer> {
  const pull = pullOf(call);
  const { git } = call.repository;
  const shas = await git.between(pull.baseSha, pull.headSha);
  const { items, headers } = paginate(shas.slice(0, 250), call.address);
  const commits = await Promise.all(items.map((sha) => git.commit(sha)));
  return {
    status: 200,
    headers,
    body: commits.flatMap((each) => (each === null ? [] : [commitView(call.world, call.repository, each)])),
  };
}

/** One side of `base...head`: a branch, tag or id, with `owner:` or `owner:repository:` before it for forks. */
async function sideOf(call: RepositoryCall, side: string): Promise<string> {
  const parts = side.split(':');
  const ref = parts.at(-1) ?? '';
  const owner = parts.length > 1 ? parts[0] : undefined;
  const inFork = [...call.repository.pulls.values()].find(
    (pull) => pull.fork !== null && pull.fork.login === owner && pull.headRef === ref,
  );
  const sha = inFork?.headSha ?? (await commitOf(call.repository, ref));
  if (sha === null) throw notFound();
  return sha;
}

function statusOf(ahead: number, behind: number): string {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}

async function compare(call: RepositoryCall): Promise<Answer> {
  const { world, repository } = call;
  const { git } = repository;
  const [left = '', right] = paramOf(call, 'basehead').split('...');
  if (right === undefined) throw notFound();
  const [base, head] = await Promise.all([sideOf(call, left), sideOf(call, right)]);
  const mergeBase = await git.mergeBase(base, head);
  if (mergeBase === null) throw notFound(`No common ancestor between ${left} and ${right}.`);
  const [ahead, behind, files] = await Promise.all([
    git.between(base, head),
    git.between(head, base),
    git.diff(mergeBase, head),
  ]);
  const page = comparePage(call.address.searchParams);
  const { items, headers } = paginate(ahead, call.address, page);
  const wanted = [base, mergeBase, ...items];
  const [baseCommit, mergeBaseCommit, ...commits] = await Promise.all(wanted.map((sha) => git.commit(sha)));
  const view = (commit: typeof baseCommit): JsonObject | null =>
    commit ? commitView(world, repository, commit) : null;
  const address = `${world.url}/${fullName(repository)}/compare/${left}...${right}`;
  // GitHub lists the files on the first page, whatever its length.
  const shown = page.page === 1 ? files.slice(0, world.limits.compareFiles) : [];
  return {
    status: 200,
    headers,
    body: {
      url: `${world.url}/repos/${fullName(repository)}/compare/${left}...${right}`,
      html_url: address,
      permalink_url: address,
      diff_url: `${address}.diff`,
      patch_url: `${address}.patch`,
      base_commit: view(baseCommit),
      merge_base_commit: view(mergeBaseCommit),
      status: statusOf(ahead.length, behind.length),
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: commits.map(view),
      files: fileViews(world, repository, head, shown),
    },
  };
}

/** Without paging, a comparison holds up to 250 commits. */
function comparePage(query: URLSearchParams): Page {
  return query.has('page') || query.has('per_page') ? pageOf(query) : { page: 1, perPage: 250 };
}

const READ = { pull_requests: 'read' } as const;

export const PULL_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/pulls', READ, listPulls),
  repositoryRoute('GET', '/pulls/{pull_number}', READ, async (call) =>
    ok(await fullPullView(call, pullOf(call))),
  ),
  repositoryRoute('GET', '/pulls/{pull_number}/files', READ, listFiles),
  repositoryRoute('GET', '/pulls/{pull_number}/commits', READ, listCommits),
  repositoryRoute('GET', '/compare/{basehead}', { contents: 'read' }, compare),
];
