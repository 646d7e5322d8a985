import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GeneratedRepository, generateRepository } from '../support/github/generated-repository.ts';
import { type GitHub, type Repository, startGitHub } from '../support/github/index.ts';
import { type AppProcess, environmentFor, startAppProcess } from './support/app-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// F01: the App is killed at every request of a judgement, before the request takes effect and, for writes, after it. What stands on
// GitHub in the end is what one undisturbed run would have written.

const MOST = 12;
const folder = temporaryFolder();
const BAD = 'FROM debian:12\nCMD /app --serve\n';

let git: GeneratedRepository;
let github: GitHub;
let repository: Repository;
let env: Readonly<Record<string, string>>;
let app: AppProcess;

beforeAll(async () => {
  git = await generateRepository([
    {
      name: 'base',
      branch: 'main',
      files: { 'README.md': 'hello\n', '.github/plinth.yml': 'extends: kep-1729\nenforcement: enforce\n' },
    },
    ...Array.from({ length: 4 * MOST }, (_, at) => ({
      name: `change-${at}`,
      branch: `change-${at}`,
      parents: ['base'],
      files: { [`images/${at}/Dockerfile`]: BAD },
    })),
  ]);
  github = await startGitHub({ chatter: false });
  repository = await github.people.createRepository({
    owner: 'acme',
    name: 'app',
    gitDir: git.gitDir,
    defaultBranch: 'main',
  });
  env = environmentFor(github, await folder());
  app = await startAppProcess(github, env);
  // A loaded machine takes its time for git and a start.
}, 60_000);

afterAll(async () => {
  await app?.kill('SIGTERM');
  await github?.close();
  await git?.remove();
});

type When = 'received' | 'performed';

/** Opens a pull request and kills the App at its nth request; the request's name, null where it was judged with fewer. */
async function killAt(nth: number, when: When, change: number): Promise<string | null> {
  const running = app;
  const after = running.lines.length;
  const position = github.ledger.position;
  const killed = new Promise<string>((resolve) => {
    const listen = when === 'received' ? github.onRequest : github.onPerformed;
    const end = listen(async (at, entry) => {
      if (at - position !== nth) return;
      end();
      await running.kill();
      resolve(`${entry.method} ${entry.route}`);
    });
  });
  await github.people.openPullRequest({ repository, base: 'main', head: git.id(`change-${change}`) });
  const judged = running.said('judged', after).then(
    () => null,
    () => killed,
  );
  const name = await Promise.race([killed, judged]);
  if (name === null) return null;
  app = await startAppProcess(github, env);
  await app.said('judged');
  return name;
}

/** What an undisturbed run writes, once. */
function expectOneOfEach(change: number, lesson: string): void {
  const head = git.id(`change-${change}`);
  const runs = repository.checkRuns
    .filter((run) => run.headSha === head)
    .map((run) => [run.status, run.conclusion, run.annotations.length]);
  const reviews = repository.reviews.filter((review) => review.commit === head);
  expect([lesson, runs, reviews.length]).toEqual([lesson, [['completed', 'failure', 2]], 1]);
}

describe('F01: killed at every request of a judgement', () => {
  it('one check run, one review, nothing left in progress', async () => {
    const kills: string[] = [];
    let change = 0;
    const writes = () => new Set(kills.filter((name) => name.startsWith('after')));
    // A judgement that takes long on a busy machine reads once more in between, so that a number may pass a write over: then once again.
    for (let attempt = 0; attempt < 2 && writes().size < 2; attempt++) {
      for (let nth = 1; nth < MOST; nth++) {
        const name = await killAt(nth, 'received', change);
        expectOneOfEach(change++, `before ${nth} ${name}`);
        if (name === null) break;
        kills.push(name);
        // A read that was answered is as good as one that was not.
        if (!/^(POST|PATCH) .*(check-runs|reviews)/.test(name)) continue;
        kills.push(`after ${await killAt(nth, 'performed', change)}`);
        expectOneOfEach(change++, `after ${nth} ${name}`);
      }
    }
    expect([...writes()].sort()).toEqual([
      'after POST /repos/{owner}/{repo}/check-runs',
      'after POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    ]);
    expect(kills.length).toBeGreaterThanOrEqual(6);
    expect(github.ledger.violations).toEqual([]);
  }, 120_000);
});
