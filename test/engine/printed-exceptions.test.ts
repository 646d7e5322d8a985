import { describe, expect, it } from '@jest/globals';
import type { ReportFinding } from '../../src/domain/index.ts';
import { exceptionEntry } from '../../src/present/exception-entry.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Files, judgeTree } from '../support/mini-repository.ts';

const FILE = '.github/plinth-exceptions.yml';

/** Trees of which some finding holds a change up, each rule's own examples. */
const TREES = RULES.filter(({ on }) => on === 'tree').flatMap(({ meta }) =>
  meta.examples.flagged.map(
    ({ title, files }) =>
      [`${meta.id}: ${title}`, Object.fromEntries(Object.entries(files).map(unmarked))] as const,
  ),
);

/** Names that are no repository's, files that cannot be read, and images of one definition. */
const ODD: readonly (readonly [string, Files])[] = [
  ['what is no valid name', { Dockerfile: 'FROM Foo:1\n' }],
  ['an archive as the base', { Dockerfile: 'FROM scratch\nADD root.tar /\n' }],
  ['an empty name', { Dockerfile: 'ARG BASE=\nFROM $BASE\n' }],
  ['a file that cannot be read', { Dockerfile: 'FROM alpine\0\n' }],
  ['what a link leads to', { Dockerfile: { mode: '120000', content: 'a' }, a: 'FROM alpine\0\n' }],
  [
    'a manifest that runs an image of the tree',
    {
      Dockerfile: 'FROM gcr.io/distroless/static\n',
      'build.sh': 'docker build -t example.com/app:1 .\ndocker push example.com/app:1\n',
      'pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: "example.com/app:1", command: [sh, -c, /app]}\n',
    },
  ],
  [
    'two stages on two bases',
    {
      Dockerfile: 'FROM $BASE AS app\nENTRYPOINT /app\nFROM $OTHER\nENTRYPOINT /app\n',
      'build.sh': 'docker build --target app .\ndocker build .\n',
    },
  ],
];

/** Without the lines that point at what is flagged. */
function unmarked([path, text]: readonly [string, string]): readonly [string, string] {
  return [path, text.replace(/^(?:#|\/\/)?[ #]*\^+.*\n/gm, '')];
}

function holdsUp({ level }: ReportFinding): boolean {
  return level === 'block' || level === 'needs-exception' || level === 'inconclusive';
}

/** The manifest runs what the tree builds, on a base that the policy allows. */
const OWN: Files = {
  Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nCOPY server /server\nENTRYPOINT ["/server"]\n',
  Makefile: 'image:\n\tdocker build -t registry.example/server .\n',
  'pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: server\nspec:\n  containers:\n  - name: server\n    image: registry.example/server:1\n    command: [sh, -c, "exec /server"]\n',
};

const SEVERAL: Files = {
  Dockerfile:
    'FROM alpine:3.20 AS tools\nCOPY tools /tools\nFROM ubuntu:24.04 AS server\nCOPY server /server\nFROM debian:12\nCOPY loader /loader\n',
  Makefile:
    'images:\n\tdocker build --target tools -t registry.example/tools .\n\tdocker build --target server -t registry.example/server .\n\tdocker build -t registry.example/loader .\n',
};

/** What Plinth tells people to write has to do what they want. */
describe('the entry that is printed for a finding covers it', () => {
  it.each([
    ...TREES,
    ...ODD,
    ['several images of one file', SEVERAL] as const,
    ['a manifest of an image of ours', OWN] as const,
    [
      'a builder that is not followed',
      { 'build.sh': 'docker buildx bake -f images/docker-bake.hcl\n' },
    ] as const,
  ])('%s', async (_, files: Files) => {
    const report = await judgeTree(files);
    for (const finding of report.findings.filter(holdsUp)) {
      const entry = exceptionEntry(report, finding);
      const again = await judgeTree({ ...files, [FILE]: `exceptions:\n${entry}\n` });
      const same = again.findings.find(({ fingerprint }) => fingerprint === finding.fingerprint);
      expect({ entry, covered: same?.exception != null }).toEqual({ entry, covered: true });
    }
  });
});

it('the entry for a need is for the base that the image has', async () => {
  const files = { Dockerfile: 'FROM gcr.io/distroless/static\nENTRYPOINT /app\n' };
  const report = await judgeTree(files);
  const [finding] = report.findings.filter(({ rule }) => rule === 'shell-entrypoint');
  const entry = finding === undefined ? '' : exceptionEntry(report, finding);
  expect(entry).toMatch(/^ {2}base: "distroless-static"$/m);
  const other = { Dockerfile: 'FROM gcr.io/distroless/base\nENTRYPOINT /app\n' };
  const again = await judgeTree({ ...other, [FILE]: `exceptions:\n${entry}\n` });
  expect(again.findings.filter(({ exception }) => exception != null)).toEqual([]);
});

it('whatever level the policy gives a rule', async () => {
  const levels = RULES.map(({ meta }) => `  ${meta.id}: block\n`).join('');
  const text = `extends: kep-1729\nrules:\n${levels}`;
  const policies = [{ tier: 'repository', from: 'policy', text }] as const;
  for (const [title, files] of TREES) {
    const report = await judgeTree(files, { policies });
    for (const finding of report.findings) {
      const entry = exceptionEntry(report, finding);
      const again = await judgeTree({ ...files, [FILE]: `exceptions:\n${entry}\n` }, { policies });
      const same = again.findings.find(({ fingerprint }) => fingerprint === finding.fingerprint);
      expect({ title, entry, covered: same?.exception != null }).toEqual({ title, entry, covered: true });
    }
  }
});
