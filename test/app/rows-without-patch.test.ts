// D07: GitHub lists a large change by rows that count nothing and show no patch. What a row says of its blob is what is judged.
import { afterEach, expect, it, jest } from '@jest/globals';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);
const GOOD = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const BAD = 'FROM debian:12\nENTRYPOINT ["/app"]\n';
const POLICY = 'extends: kep-1729\nenforcement: enforce\n';

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.stop();
  harness = undefined;
});

it('D07: a row with `changes: 0` and no patch is judged by its blob', async () => {
  harness = await startHarness({
    dataDirectory: await folder(),
    commits: [
      { name: 'base', branch: 'main', files: { 'a/Dockerfile': GOOD, '.github/plinth.yml': POLICY } },
      {
        name: 'head',
        branch: 'head',
        parents: ['base'],
        files: { 'a/Dockerfile': BAD, 'b/Dockerfile': BAD },
      },
    ],
    time: new VirtualTime(),
  });
  const { github, repository, git, app, reports } = harness;
  let rows = 0;
  github.fault({
    match: { route: /compare/ },
    rewrite: (body) => {
      const { files } = body as { readonly files: readonly Record<string, unknown>[] };
      for (const row of files) {
        rows++;
        Object.assign(row, { additions: 0, deletions: 0, changes: 0 });
        delete row.patch;
      }
      return body;
    },
  });
  await github.people.openPullRequest({ repository, base: 'main', head: git.id('head') });
  await app.settled();
  expect(rows).toBe(2);
  expect(reports.map(({ findings }) => findings.map(({ path, state }) => `${state} ${path}`))).toEqual([
    ['introduced a/Dockerfile', 'introduced b/Dockerfile'],
  ]);
  expect(repository.checkRuns).toMatchObject([{ conclusion: 'failure' }]);
  expect(github.ledger.violations).toEqual([]);
});
