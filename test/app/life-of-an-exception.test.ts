// The whole life of an exception, as the people of a project see it: each step with its check, and what Plinth said.
import { describe, expect, it, jest } from '@jest/globals';
import { compilePolicy } from '../../src/engine/policy.ts';
import { exceptionsCsv } from '../../src/present/exception-export.ts';
import type { PullRequest } from '../support/github/index.ts';
import { SHIPPED } from '../support/mini-repository.ts';
import { type World, worlds } from './support/worlds.ts';

const { start, withEmptyStore } = worlds();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(60_000);

const POLICY = '.github/plinth.yml';
const FILE = '.github/plinth-exceptions.yml';
const ID = 'registry.k8s.io/app on debian-base until 2026-12-31';
const DEBIAN = 'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nENTRYPOINT /app --verbose\n';
const STATIC = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const OTHER = `  - id: "other"
    image: "registry.k8s.io/other"
    rule: base-needs-exception
    base: "debian-base"
    reason: needs-iptables
    text: "it writes rules"
    owner: "@acme/network"
    issue: ""
    expires: 2027-01-31
`;
/** As Plinth prints it. */
const ENTRY = `  - id: "${ID}"
    image: "registry.k8s.io/app"
    rule: base-needs-exception
    base: "debian-base"
    reason: needs-shell
    text: "a script migrates the data"
    owner: "@contributor"
    expires: 2026-12-31
`;
const STARTS = `exceptions:\n${OTHER}`;
const DOCUMENTED = `${STARTS}${ENTRY}`;

const COMMITS = [
  {
    name: 'base',
    branch: 'main',
    files: {
      [POLICY]: 'extends: kep-1729\ncommands: { grant: { owners: true } }\n',
      [FILE]: STARTS,
      OWNERS: 'approvers: [approver]\n',
      Dockerfile: STATIC,
      'build.sh': 'docker build -t registry.k8s.io/app:1 .\ndocker push registry.k8s.io/app:1\n',
      'other/Dockerfile':
        'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nENTRYPOINT ["/other"]\n',
      'other/build.sh':
        'docker build -t registry.k8s.io/other:1 other\ndocker push registry.k8s.io/other:1\n',
    },
  },
  { name: 'debian', branch: 'debian', files: { Dockerfile: DEBIAN } },
  { name: 'documented', branch: 'documented', files: { [FILE]: DOCUMENTED } },
  { name: 'merged', branch: 'merged', parents: ['documented'], files: {} },
  { name: 'queued', branch: 'queued', parents: ['documented'], files: { 'README.md': 'queued\n' } },
  { name: 'distroless', branch: 'distroless', parents: ['merged'], files: { Dockerfile: STATIC } },
  { name: 'removed', branch: 'removed', parents: ['distroless'], files: { [FILE]: STARTS } },
];

/** A row for each entry, as `plinth exceptions export --format csv` writes it. */
function exported(text: string): readonly string[] {
  const compiled = compilePolicy([], SHIPPED);
  if ('problems' in compiled) throw new Error('the shipped policy cannot be used');
  const read = compiled.policy.exceptionsOf({ from: FILE, text });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return exceptionsCsv(read.entries).trim().split(/\r?\n/);
}

async function open(world: World, commit: string, base = 'main'): Promise<PullRequest> {
  const { github, repository, git, app, clock } = world;
  const { pull } = await github.people.openPullRequest({
    repository,
    base,
    head: git.id(commit),
    headRef: commit,
  });
  await app.settled();
  await clock.advance(5_000);
  return pull;
}

async function push(world: World, pull: PullRequest, commit: string): Promise<void> {
  const { github, repository, git, app, clock } = world;
  await github.people.pushHead(repository, pull, git.id(commit));
  await app.settled();
  await clock.advance(60_000, () => app.settled());
}

async function say(world: World, pull: PullRequest, body: string, by: string): Promise<string> {
  const { github, repository, app } = world;
  const before = repository.comments.length;
  const { comment } = await github.people.comment(repository, pull, body, by);
  await app.settled();
  const reply = repository.comments.slice(before + 1).map((one) => one.body.replace(/\n+<!--.*$/, ''));
  return [...comment.reactions.map(({ content }) => content), ...reply].join(' ');
}

/** Conclusion and title, and the lines of the summary about exceptions. */
function check({ repository }: World, head: string): readonly string[] {
  const run = repository.checkRuns.findLast((one) => one.headSha === head);
  const told = (run?.summary ?? '').split('\n').filter((line) => /^- .*covers|^The exception/.test(line));
  return [`${run?.conclusion}: ${run?.title}`, ...told];
}

describe('the life of an exception', () => {
  it('is told in every step, from the base that needs it to the list without it', async () => {
    const world = await start({ commits: COMMITS });
    const { github, repository, git } = world;

    const pull = await open(world, 'debian');
    expect(check(world, pull.headSha)).toEqual(['action_required: 1 image needs an exception']);

    const asked = await say(
      world,
      pull,
      '/plinth exception request #1 reason=needs-shell expires=2026-12-31 "a script migrates the data"',
      'contributor',
    );
    expect(asked).toMatch(/^\+1 .*is asked for, until `2026-12-31`.*approvers in the OWNERS files/);
    expect(check(world, pull.headSha)).toEqual(['action_required: 1 image needs an exception']);

    const grant = `/plinth exception grant "${ID}"`;
    expect(await say(world, pull, grant, 'contributor')).toMatch(
      /^-1 .*the author of a pull request does not decide/,
    );
    expect(check(world, pull.headSha)).toEqual(['action_required: 1 image needs an exception']);

    const granted = await say(world, pull, grant, 'approver');
    expect(granted).toMatch(/^\+1 .*is granted until `2026-12-31`/);
    expect(granted).toContain(ENTRY.trimEnd());
    expect(check(world, pull.headSha)).toEqual([
      'success: No new problems · 2 findings covered by an exception',
      `- \`${ID}\` covers 2 findings, expires \`2026-12-31\`, owner \`@contributor\`: granted by \`approver\`, and **undocumented** until the exceptions file of the base branch holds it`,
    ]);

    await push(world, pull, 'documented');
    expect(check(world, pull.headSha)).toEqual([
      'neutral: 1 warning',
      `- \`${ID}\` covers 2 findings, expires \`2026-12-31\`, owner \`@contributor\`: granted by \`approver\`, and **undocumented** until the exceptions file of the base branch holds it`,
    ]);

    await github.people.close(repository, pull, true);
    await github.people.push(repository, 'main', git.id('merged'));
    await world.clock.advance(60_000, () => world.app.settled());
    const away = await open(world, 'distroless');
    expect(check(world, away.headSha)).toEqual([
      'success: No new problems · 2 fixed',
      `The exception \`registry.k8s.io/app\` on debian-base until \`2026-12-31\` (\`${FILE}:11\`) covers nothing once this is merged: remove it.`,
    ]);

    await push(world, away, 'removed');
    expect(check(world, away.headSha)[0]).toBe('neutral: 1 warning');
    const without = exported(DOCUMENTED).filter((row) => !row.includes(ID));
    expect(without).toEqual(exported(STARTS));
    expect(without).toHaveLength(exported(DOCUMENTED).length - 1);
  });

  it('does not change where the store is deleted between grant and merge', async () => {
    const world = await start({ commits: COMMITS });
    const pull = await open(world, 'debian');
    await say(
      world,
      pull,
      '/plinth exception grant #1 reason=needs-shell expires=2026-12-31 "a script migrates the data"',
      'approver',
    );
    await push(world, pull, 'documented');
    const before = check(world, pull.headSha);
    expect(before[0]).toBe('neutral: 1 warning');

    const again = await withEmptyStore(world);
    await say(again, pull, '/plinth recheck', 'contributor');
    expect(check(again, pull.headSha)).toEqual(before);

    const { github, repository, git, app } = again;
    const queued = { head: git.id('queued'), base: git.id('base'), branch: 'main' };
    await github.people.queue(repository, { ...queued, waiting: [{ pull, head: queued.head }] });
    await app.settled();
    expect(check(again, queued.head)[0]).toBe('neutral: 1 warning');
  });

  it('in a merge queue counts for the groups that hold its pull request alone', async () => {
    const world = await start({ commits: COMMITS });
    const { github, repository, git, app } = world;
    const pull = await open(world, 'debian');
    await say(
      world,
      pull,
      '/plinth exception grant #1 reason=needs-shell expires=2026-12-31 "a script migrates the data"',
      'approver',
    );
    const stranger = await open(world, 'removed');
    const group = { head: git.id('queued'), base: git.id('base'), branch: 'main' };
    await github.people.queue(repository, { ...group, waiting: [{ pull: stranger, head: group.head }] });
    await app.settled();
    expect(check(world, group.head)[0]).toMatch(/^action_required/);
    const waiting = [
      { pull: stranger, head: git.id('removed') },
      { pull, head: group.head },
    ];
    await github.people.queue(repository, { ...group, waiting });
    await app.settled();
    expect(check(world, group.head)[0]).toMatch(/^neutral/);
  });
});
