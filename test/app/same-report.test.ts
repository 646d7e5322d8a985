import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Repository as GitRepository, openRepository } from '../../src/adapters/git/index.ts';
import { changeOf } from '../../src/cli/change.ts';
import { policyTexts } from '../../src/cli/inputs.ts';
import type { Report } from '../../src/domain/index.ts';
import { analyse } from '../../src/engine/analyse.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import type { NewCommit } from '../support/github/generated-repository.ts';
import { SHIPPED } from '../support/mini-repository.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

// Promise 4: App and command line give the same report for the same commits (D09), byte for byte apart from `stats`: for every kind of change
// (D01), files of half a megabyte (D06), histories that never meet (D08), renames (D10), hard bytes, links and submodules (D11).

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);
const STATIC = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n';
const DEBIAN = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCMD /app --serve\n';
const POD = (command: string, image = 'app') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - name: a\n    image: ${image}\n    command: ${command}\n`;
const SHELL = '["/bin/sh", "-c", "exec /app >> /var/log/app.log 2>&1"]';
const LONG = Array.from({ length: 60 }, (_, at) => `ENV V${at}=${at}\n`).join('');

const BASE: NewCommit['files'] = {
  'README.md': 'hello\n',
  '.github/plinth.yml': 'extends: kep-1729\nenforcement: enforce\nbranches: ["tip-*"]\n',
  'app/Dockerfile': STATIC,
  'old/Dockerfile': DEBIAN,
  'long/Dockerfile': `FROM debian:12\n${LONG}ENTRYPOINT ["/long"]\n`,
  'deploy/pod.yaml': POD('["/app"]'),
  'cmd/main.go': 'package main\n\nfunc main() {}\n',
  'scripts/start.sh': '#!/bin/sh\nexec /app\n',
  'script/Dockerfile': 'FROM debian:12\nCOPY scripts/start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
};

interface Scenario {
  readonly lesson: string;
  readonly files: NewCommit['files'];
  /** What the base branch did meanwhile. */
  readonly tip?: NewCommit['files'];
  /** A history of its own. */
  readonly unrelated?: boolean;
}

const SCENARIOS: readonly Scenario[] = [
  { lesson: 'nothing of ours', files: { 'README.md': 'hello you\n' } },
  { lesson: 'a new image on debian', files: { 'new/Dockerfile': DEBIAN } },
  { lesson: 'a good image', files: { 'new/Dockerfile': STATIC } },
  { lesson: 'an edited base', files: { 'app/Dockerfile': DEBIAN } },
  { lesson: 'a fixed image', files: { 'old/Dockerfile': STATIC } },
  { lesson: 'a removed image', files: { 'old/Dockerfile': null } },
  { lesson: 'a renamed image', files: { 'old/Dockerfile': null, 'moved/Dockerfile': DEBIAN } },
  {
    lesson: 'a renamed and edited image',
    files: { 'old/Dockerfile': null, 'moved/Dockerfile': `${DEBIAN}ENV A=b\n` },
  },
  { lesson: 'a copied image', files: { 'copy/Dockerfile': DEBIAN } },
  { lesson: 'a changed mode', files: { 'old/Dockerfile': { mode: '100755', content: DEBIAN } } },
  { lesson: 'a symlink', files: { 'link/Dockerfile': { mode: '120000', content: '../old/Dockerfile' } } },
  { lesson: 'a symlink out', files: { 'link/Dockerfile': { mode: '120000', content: '../../etc/passwd' } } },
  {
    lesson: 'a file that becomes a link',
    files: { 'app/Dockerfile': { mode: '120000', content: '../old/Dockerfile' } },
  },
  { lesson: 'a submodule', files: { 'sub/Dockerfile': { mode: '160000', content: 'a'.repeat(40) } } },
  { lesson: 'a manifest with a shell', files: { 'deploy/pod.yaml': POD(SHELL) } },
  {
    lesson: 'a new manifest',
    files: { 'deploy/more.yaml': `${POD(SHELL, 'k8s.gcr.io/pause:3.1')}---\n${POD('["/b"]')}` },
  },
  {
    lesson: 'a Go source',
    files: {
      'cmd/main.go': 'package main\n\nimport "github.com/golang/glog"\n\nfunc main() { glog.Info(1) }\n',
    },
  },
  { lesson: 'a script that an image starts', files: { 'scripts/start.sh': '#!/bin/bash\nexec /app "$@"\n' } },
  { lesson: 'a lost script', files: { 'scripts/start.sh': null } },
  { lesson: 'text that is no UTF-8', files: { 'bin/Dockerfile': Uint8Array.of(0x46, 0xff, 0x0a) } },
  { lesson: 'a NUL byte', files: { 'nul/Dockerfile': 'FROM debian\0\n' } },
  {
    lesson: 'a byte order mark and CRLF',
    files: { 'bom/Dockerfile': `\ufeff${DEBIAN.replaceAll('\n', '\r\n')}` },
  },
  { lesson: 'a large file', files: { 'big/Dockerfile': `${DEBIAN}${'# filler\n'.repeat(60_000)}` } },
  {
    lesson: 'a pointer to large storage',
    files: { 'lfs/Dockerfile': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n' },
  },
  {
    lesson: 'a broken manifest',
    files: { 'deploy/pod.yaml': 'apiVersion: v1\nkind: Pod\nspec: {containers: [\n' },
  },
  { lesson: 'the policy', files: { '.github/plinth.yml': 'extends: minimal\n', 'app/Dockerfile': DEBIAN } },
  { lesson: 'strange names', files: { 'a b/ü/Dockerfile': DEBIAN, 'x"y/Dockerfile': DEBIAN } },
  {
    lesson: 'both sides of one file',
    files: { 'long/Dockerfile': `FROM debian:12\n${LONG}CMD /long\n` },
    tip: { 'long/Dockerfile': `FROM alpine:3\n${LONG}ENTRYPOINT ["/long"]\n` },
  },
  {
    lesson: 'a conflict',
    files: { 'app/Dockerfile': DEBIAN },
    tip: { 'app/Dockerfile': 'FROM alpine:3\nENTRYPOINT ["/app"]\n' },
  },
  {
    lesson: 'a base branch that moved on elsewhere',
    files: { 'new/Dockerfile': DEBIAN },
    tip: { 'other/Dockerfile': DEBIAN, 'old/Dockerfile': STATIC },
  },
  { lesson: 'a history of its own', files: { Dockerfile: DEBIAN }, unrelated: true },
  {
    lesson: '310 files',
    files: Object.fromEntries(
      Array.from({ length: 310 }, (_, at) => [`many/i${at}/Dockerfile`, at % 100 === 0 ? DEBIAN : STATIC]),
    ),
  },
];

const commits = SCENARIOS.flatMap((scenario, at): NewCommit[] => [
  {
    name: `head-${at}`,
    branch: `head-${at}`,
    parents: scenario.unrelated === true ? [] : ['base'],
    files: scenario.files,
  },
  ...(scenario.tip === undefined
    ? []
    : [{ name: `tip-${at}`, branch: `tip-${at}`, parents: ['base'], files: scenario.tip }]),
]);

let harness: Harness;
let git: GitRepository;

beforeAll(async () => {
  harness = await startHarness({
    dataDirectory: await folder(),
    commits: [{ name: 'base', branch: 'main', files: BASE }, ...commits],
    time: new VirtualTime(),
  });
  git = await openRepository({ gitDir: harness.git.gitDir });
}, 60_000);

afterAll(async () => {
  git.close();
  await harness.stop();
});

/** The command line's own steps. */
async function reportOf(base: string, head: string): Promise<Report> {
  const { headTree: _, ...change } = await changeOf(git, { base, head });
  const texts = await policyTexts({}, git, change.tip?.tree ?? new Map(), { commit: base });
  const compiled = compilePolicy(texts, SHIPPED);
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  const date = new Date(harness.time.now()).toISOString().slice(0, 10);
  const judgement = { ...change, policies: texts, enforcement: null, date };
  return analyse(judgement, compiled.policy, { blobs: git.blobs, cache: null, clock: () => 0 });
}

function comparable({ stats: _, ...rest }: Report): unknown {
  return rest;
}

describe('the App’s report is the command line’s', () => {
  it.each(SCENARIOS.map((scenario, at) => ({ ...scenario, at })))('for $lesson', async ({ at, tip }) => {
    const { github, repository, app, reports } = harness;
    const base = tip === undefined ? 'main' : `tip-${at}`;
    const before = reports.length;
    await github.people.openPullRequest({
      repository,
      base,
      head: harness.git.id(`head-${at}`),
      headRef: `branch-${at}`,
    });
    await app.settled();
    const made = reports.slice(before);
    const expected = await reportOf(
      harness.git.id(tip === undefined ? 'base' : base),
      harness.git.id(`head-${at}`),
    );
    if (made.length === 0)
      expect(expected.findings.filter((finding) => finding.state === 'introduced')).toEqual([]);
    else expect(made.map(comparable)).toEqual([comparable(expected)]);
    const run = repository.checkRuns.at(-1);
    expect(run?.headSha).toBe(harness.git.id(`head-${at}`));
    expect(run?.conclusion === 'success').toBe(expected.verdict.outcome === 'pass');
    expect(github.ledger.violations).toEqual([]);
  });
});
