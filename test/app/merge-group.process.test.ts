import { afterEach, expect, it } from '@jest/globals';
import { generateRepository } from '../support/github/generated-repository.ts';
import { startGitHub } from '../support/github/index.ts';
import { environmentFor, startAppProcess } from './support/app-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('A11, F01: a merge group is judged by a process, and once where that is killed after it wrote', async () => {
  const git = await generateRepository([
    {
      name: 'base',
      branch: 'main',
      files: { '.github/plinth.yml': 'extends: kep-1729\nenforcement: enforce\n' },
    },
    { name: 'change', branch: 'change', parents: ['base'], files: { Dockerfile: 'FROM debian:12\n' } },
    { name: 'group', branch: 'q', parents: ['base', 'change'], files: { Dockerfile: 'FROM debian:12\n' } },
  ]);
  ends.push(() => git.remove());
  const github = await startGitHub({ chatter: false });
  ends.push(() => github.close());
  const repository = await github.people.createRepository({
    owner: 'acme',
    name: 'app',
    gitDir: git.gitDir,
    defaultBranch: 'main',
  });
  const env = environmentFor(github, await folder());
  const first = await startAppProcess(github, env);
  ends.push(() => first.kill());
  const killed = new Promise<void>((resolve) => {
    github.onPerformed(async (_, { method, route }) => {
      if (method !== 'POST' || !route.endsWith('/check-runs')) return;
      await first.kill();
      resolve();
    });
  });
  await github.people.queue(repository, { head: git.id('group'), base: git.id('base'), branch: 'main' });
  await killed;
  const second = await startAppProcess(github, env);
  ends.push(() => second.kill('SIGTERM'));
  await second.said('judged a group');
  const runs = repository.checkRuns.map((run) => [run.headSha, run.status, run.conclusion]);
  expect(runs).toEqual([[git.id('group'), 'completed', 'failure']]);
  expect(github.ledger.violations).toEqual([]);
}, 120_000);
