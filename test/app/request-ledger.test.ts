import { afterEach, describe, expect, it } from '@jest/globals';
import type { NewCommit } from '../support/github/generated-repository.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

// DESIGN section 8: what each judgement may ask of GitHub, request by request, on a warm store.

const folder = temporaryFolder();
const SIZES = [1, 10, 100, 300, 301, 1000] as const;

function dockerfiles(count: number, label: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `images/i${at}/Dockerfile`,
      `FROM gcr.io/distroless/static:nonroot\nLABEL at=${label}-${at}\nENTRYPOINT ["/a${at}"]\n`,
    ]),
  );
}

const COMMITS: readonly NewCommit[] = [
  { name: 'base', branch: 'main', files: dockerfiles(1000, 'base') },
  {
    name: 'again',
    branch: 'again',
    parents: ['base'],
    files: dockerfiles(1, 'again'),
  },
  ...SIZES.map((size) => ({
    name: `change-${size}`,
    branch: `change-${size}`,
    parents: ['base'],
    files: dockerfiles(size, `of-${size}`),
  })),
];

/** Each file has a finding that asks for an exception: a line comment each, ten at most. */
function onDebianBase(from: number, to: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: to - from }, (_, at) => [
      `images/i${from + at}/Dockerfile`,
      `FROM k8s.gcr.io/debian-base:v1\nENTRYPOINT ["/a${from + at}"]\n`,
    ]),
  );
}

/** Of each size a change of its own files: what was told before is not told again. */
const BROKEN_SIZES = [1, 50, 51, 60, 99, 100] as const;
const BROKEN: readonly NewCommit[] = [
  { name: 'base', branch: 'main', files: dockerfiles(400, 'base') },
  ...BROKEN_SIZES.map((size, at) => {
    const from = BROKEN_SIZES.slice(0, at).reduce((sum, before) => sum + before, 0);
    const name = `broken-${size}`;
    return { name, branch: name, parents: ['base'], files: onDebianBase(from, from + size) };
  }),
];

const GRAPHQL = 'POST /graphql';
const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';
const TREE = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
const CREATE = 'POST /repos/{owner}/{repo}/check-runs';

const TARBALL = 'GET /repos/{owner}/{repo}/tarball/{ref}';
const DOWNLOAD = 'GET /{owner}/{repo}/legacy.tar.gz/{sha}';
const UPDATE = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const REVIEW = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews';

let harness: Harness | undefined;

afterEach(async () => {
  const violations = harness?.github.ledger.violations;
  await harness?.stop();
  harness = undefined;
  expect(violations ?? []).toEqual([]);
});

/** Opens a pull request and counts what it cost by name. */
async function costOf(world: Harness, head: string): Promise<Readonly<Record<string, number>>> {
  const after = world.github.ledger.position;
  await world.github.people.openPullRequest({
    repository: world.repository,
    base: 'main',
    head: world.git.id(head),
  });
  await world.app.settled();
  const counts: Record<string, number> = {};
  const own = new Set(['GET /app', 'GET /users/{username}']);
  for (const name of world.github.ledger.names({ after, tokens: false }))
    if (!own.has(name)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe('the requests of a judgement', () => {
  it('L05: stay within the bound for 1 to 1,000 changed files', async () => {
    harness = await startHarness({
      dataDirectory: await folder(),
      commits: COMMITS,
      time: new VirtualTime(),
    });
    // The tip is read once: its tree, and its contents by tarball, which another host serves.
    expect(await costOf(harness, 'change-1')).toEqual({
      [GRAPHQL]: 2,
      [TREE]: 1,
      [COMPARE]: 1,
      [TARBALL]: 1,
      [DOWNLOAD]: 1,
      [CREATE]: 1,
    });
    const warm = (more: object = {}) => ({ [GRAPHQL]: 2, [COMPARE]: 1, [CREATE]: 1, ...more });
    expect(await costOf(harness, 'again')).toEqual(warm());
    expect(await costOf(harness, 'change-10')).toEqual(warm());
    expect(await costOf(harness, 'change-100')).toEqual(warm());
    // GitHub lists 300 files and does not say whether there are more: head's tree does, its files come in queries of 200.
    expect(await costOf(harness, 'change-300')).toEqual(warm({ [GRAPHQL]: 1 + 3, [TREE]: 1 }));
    expect(await costOf(harness, 'change-301')).toEqual(warm({ [GRAPHQL]: 1 + 3, [TREE]: 1 }));
    // Above 500 missing files one tarball is cheaper.
    expect(await costOf(harness, 'change-1000')).toEqual(
      warm({ [GRAPHQL]: 1, [TREE]: 1, [TARBALL]: 1, [DOWNLOAD]: 1 }),
    );
    expect(harness.repository.checkRuns.map((run) => run.conclusion)).toEqual(Array(7).fill('success'));
  }, 120_000);

  it.each([3000, 3001])(
    'L05: %i changed files stay within it, and the last of them counts',
    async (size) => {
      const last = `images/i${size - 1}/Dockerfile`;
      harness = await startHarness({
        dataDirectory: await folder(),
        commits: [
          { name: 'base', branch: 'main', files: dockerfiles(1, 'base') },
          {
            name: 'many',
            branch: 'many',
            parents: ['base'],
            files: { ...dockerfiles(size, 'many'), [last]: 'FROM debian:12\nENTRYPOINT ["/app"]\n' },
          },
        ],
        time: new VirtualTime(),
      });
      const counts = await costOf(harness, 'many');
      // Both trees, a tarball, the verdict; most of it are the pages of patches that say where the review's comment can stand.
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(63);
      const [run] = harness.repository.checkRuns;
      expect(run?.annotations.map((annotation) => annotation.path)).toEqual([last]);
    },
    120_000,
  );

  it('with findings: one more for the review, one for annotations beyond 50', async () => {
    harness = await startHarness({ dataDirectory: await folder(), commits: BROKEN, time: new VirtualTime() });
    await costOf(harness, 'broken-1');
    const five = { [GRAPHQL]: 2, [COMPARE]: 1, [CREATE]: 1, [REVIEW]: 1 };
    expect(await costOf(harness, 'broken-50')).toEqual(five);
    for (const size of [51, 60, 99, 100])
      expect([size, await costOf(harness, `broken-${size}`)]).toEqual([size, { ...five, [UPDATE]: 1 }]);
    const annotations = harness.repository.checkRuns.map((run) => run.annotations.length);
    expect(annotations).toEqual(BROKEN_SIZES);
  }, 60_000);
});
