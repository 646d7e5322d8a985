// Plays an exception: a pull request that needs one, a comment that asks for it, one that grants it, and the check that turns green.
import type { CheckRun, GitHub, PullRequest, Repository } from '../../test/support/github/index.ts';

/** A pull request that needs an exception, and what people write for it. */
export interface ExceptionScene {
  /** A commit of the scene's repository. */
  readonly head: string;
  readonly title: string;
  readonly request: string;
  readonly grant: string;
}

/** How the check stands. */
export interface ShownCheck {
  readonly conclusion: string;
  readonly title: string;
}

/** What GitHub shows of an exception from its request to the green check. */
export interface ShownException {
  readonly title: string;
  readonly before: ShownCheck;
  /** In their order. */
  readonly comments: readonly { readonly by: string; readonly text: string }[];
  readonly after: ShownCheck;
  /** Lines of that check's summary that tell of an exception and its end. */
  readonly used: readonly string[];
}

/** Where it is played: the App works off what people do until it has settled. */
interface Stage {
  readonly github: GitHub;
  readonly repository: Repository;
  readonly base: string;
  readonly settled: () => Promise<void>;
}

const BRANCH = 'exception';
const CONTRIBUTOR = 'contributor';
const OWNER = 'owner';

/** Plays it to its end. */
export async function playException(
  { head, title, request, grant }: ExceptionScene,
  { github, repository, base, settled }: Stage,
): Promise<ShownException> {
  const { people } = github;
  repository.branches.set(BRANCH, head);
  people.setRole(repository, OWNER, 'maintain');
  const { pull } = await people.openPullRequest({
    repository,
    base,
    head: BRANCH,
    title,
    author: CONTRIBUTOR,
  });
  await settled();
  const before = checkOf(repository, pull);
  await people.comment(repository, pull, request, CONTRIBUTOR);
  await settled();
  await people.comment(repository, pull, grant, OWNER);
  await settled();
  const comments = repository.comments
    .filter(({ number }) => number === pull.number)
    .map(({ author, body }) => ({ by: author.login, text: body }));
  return { title, before, comments, after: checkOf(repository, pull), used: usedIn(repository, pull) };
}

function usedIn(repository: Repository, pull: PullRequest): readonly string[] {
  const lines = lastRun(repository, pull).summary?.split('\n') ?? [];
  return lines.filter((line) => /\bexpires `\d{4}-\d\d-\d\d`/.test(line));
}

function checkOf(repository: Repository, pull: PullRequest): ShownCheck {
  const run = lastRun(repository, pull);
  return { conclusion: run.conclusion ?? run.status, title: run.title ?? '' };
}

function lastRun({ checkRuns }: Repository, { headSha }: PullRequest): CheckRun {
  const run = checkRuns.findLast((one) => one.headSha === headSha);
  if (run === undefined) throw new Error('the App wrote no check run');
  return run;
}
