// What is not followed to its end is said, never left out.
import { expect, it, jest } from '@jest/globals';
import type { Fact } from '../../src/domain/index.ts';
import { formatById } from '../../src/formats/index.ts';
import { boundedBases } from '../../src/resolve/effective-bases.ts';
import { FileReader } from '../../src/resolve/files.ts';
import { makeInvocations } from '../../src/resolve/invocations/make.ts';
import { scriptInvocations } from '../../src/resolve/invocations/script.ts';
import { judgeChange } from '../support/mini-repository.ts';
import { assessed } from './model.ts';

// What is cut at a bound takes its time on a loaded machine.
jest.setTimeout(60_000);

function readerOf(files: Readonly<Record<string, string>>): FileReader {
  return new FileReader({
    has: (path) => Object.hasOwn(files, path),
    facts: (path, id): readonly Fact[] => {
      const text = files[path];
      const format = formatById(id);
      return text === undefined || format === undefined ? [] : format.facts(text, id);
    },
    claimed: [],
  });
}

const FILES = {
  'build.sh': '#!/bin/sh\ndocker build -t example.io/a .\n',
  Makefile: 'image:\n\tdocker build -t example.io/a .\n',
};
const MORE_THAN_A_TREE_HAS = 1e9;

it('a tree whose scripts take too long together names each that was not followed', () => {
  const reader = readerOf(FILES);
  expect(scriptInvocations(['build.sh'], reader, []).unread).toEqual([]);
  reader.charge({}, MORE_THAN_A_TREE_HAS);
  const because = expect.stringContaining('too long to follow');
  expect(scriptInvocations(['build.sh'], reader, []).unread).toEqual([{ path: 'build.sh', because }]);
  expect(makeInvocations(['Makefile'], reader, []).unread).toEqual([{ path: 'Makefile', because }]);
});

it('what was followed counts once', () => {
  const reader = readerOf(FILES);
  const followed = {};
  for (let times = 0; times < 1000; times++) reader.charge(followed, 1_000_000);
  expect(reader.isSpent).toBe(false);
});

it('a recipe whose script is cut in the middle is not decided', async () => {
  const loops = 'for a in 1 2 3 4 5 6 7 8 9; do\n';
  const report = await judgeChange(
    {},
    {
      Dockerfile: 'ARG BASE=gcr.io/distroless/static\nFROM $BASE\nCOPY app /app\nENTRYPOINT ["/app"]\n',
      'long.sh': `#!/bin/bash\n${loops.repeat(6)}x=$a$1\n${'done\n'.repeat(6)}docker build --build-arg BASE="$1" .\n`,
      Makefile: 'image:\n\t./long.sh alpine:3\n',
    },
  );
  expect(report.verdict.outcome).not.toBe('pass');
  expect(report.unread.map(({ path }) => path)).toContain('Makefile');
});

const LABELS = `--label a=${'x'.repeat(70_000)}`;

it.each([
  [
    'a command of a script',
    { 'build.sh': `#!/bin/sh\ndocker build ${LABELS} --build-arg BASE=alpine:3 .\n` },
  ],
  ['a line of a recipe', { Makefile: `image:\n\tdocker build ${LABELS} --build-arg BASE=alpine:3 .\n` }],
  [
    'a script',
    { 'build.sh': `#!/bin/sh\n${'echo x\n'.repeat(80_000)}docker build --build-arg BASE=alpine:3 .\n` },
  ],
])('%s that is too long is said', async (_, files) => {
  const report = await judgeChange(
    {},
    { Dockerfile: 'ARG BASE=gcr.io/distroless/static\nFROM $BASE\nCOPY a /a\n', ...files },
  );
  expect(report.verdict.outcome).not.toBe('pass');
});

it.each([
  ['a name that is computed as a whole', '. "$(dirname "$0")/$(uname)/$(id -u).sh"'],
  ['each file of a folder', 'for file in lib/*.sh; do . "$file"; done'],
])('a script that sources %s is not decided', async (_, sources) => {
  const report = await judgeChange(
    {},
    {
      Dockerfile: 'ARG BASE\nFROM $BASE\nCOPY a /a\n',
      'lib/Linux.sh': 'base=alpine:3\n',
      'build.sh': `#!/bin/bash\nbase=gcr.io/distroless/static\n${sources}\ndocker build --build-arg BASE=$base .\n`,
    },
  );
  expect(report.verdict.outcome).toBe('inconclusive');
});

const STATIC = 'gcr.io/distroless/static';
const ARGUMENT = `ARG BASE=${STATIC}\nFROM $BASE\nCOPY app /app\nENTRYPOINT ["/app"]\n`;
const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Allowed bases, and behind them one that is not. */
function bases(count: number): readonly string[] {
  return times(count, (at) => (at === count - 1 ? 'alpine:3' : `${STATIC}:v${at}`));
}

function matrix(count: number) {
  const axis = bases(count).map((base) => JSON.stringify(base));
  return {
    Dockerfile: ARGUMENT,
    '.github/workflows/build.yml': `on: push\njobs:\n  build:\n    strategy:\n      matrix:\n        base: [${axis.join(', ')}]\n    steps:\n    - run: docker build --build-arg BASE=\${{ matrix.base }} -t registry.example/app --push .\n`,
  };
}

function variants(count: number) {
  return {
    'app/Dockerfile': ARGUMENT,
    'app/cloudbuild.yaml':
      'steps:\n- name: gcr.io/cloud-builders/docker\n  dir: app\n  args: [build, --build-arg, "BASE=$_BASE", -t, registry.example/app, .]\nimages: [registry.example/app]\n',
    'app/variants.yaml': `variants:\n${bases(count)
      .map((base, at) => `  v${at}:\n    BASE: ${base}\n`)
      .join('')}`,
  };
}

function openPath(count: number) {
  const others = times(
    count - 1,
    (at) => [`images/a${100 + at}/Dockerfile`, `FROM ${STATIC}\nCOPY a /a\n`] as const,
  );
  return {
    ...Object.fromEntries(others),
    'images/z/Dockerfile': ARGUMENT,
    Makefile:
      'all:\n\tdocker build -f images/$(DIR)/Dockerfile --build-arg BASE=alpine:3 -t registry.example/x images/$(DIR)\n\tdocker push registry.example/x\n',
  };
}

function archives(count: number) {
  const data = times(count, (at) => `ADD data${at}.tar.gz /data/${at}/\n`).join('');
  return { Dockerfile: `FROM ${STATIC}\n${data}ADD rootfs.tar.gz /\nENTRYPOINT ["/app"]\n` };
}

function ownBases(count: number) {
  const folders = times(count, (at) => `base${1000 + at}`);
  const definitions = folders.map(
    (folder, at) => [`${folder}/Dockerfile`, `FROM ${bases(count)[at]}\nCOPY a /a\n`] as const,
  );
  return {
    ...Object.fromEntries(definitions),
    'app/Dockerfile': 'FROM registry.example/base:1\nCOPY app /app\nENTRYPOINT ["/app"]\n',
    Makefile: `all:\n${folders.map((folder) => `\tdocker build -t registry.example/base:1 ${folder}\n`).join('')}\tdocker build -t registry.example/app:1 app\n\tdocker push registry.example/app:1\n`,
  };
}

function renames(count: number) {
  const overlays = times(count, (at) => [
    `overlay${100 + at}/kustomization.yaml`,
    `resources: [../base]\nimages:\n- name: app\n  newName: ${at === count - 1 ? 'registry.k8s.io/ours' : `quay.io/theirs/app${at}`}\n`,
  ]);
  return {
    ...Object.fromEntries(overlays),
    'base/kustomization.yaml': 'resources: [pod.yaml]\n',
    'base/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - name: a\n    image: app\n    command: [/bin/sh, -c, "/a"]\n',
  };
}

// Each stands on both sides of its bound: within it the forbidden is found, behind it nothing is green.
it.each([
  ['choices of a matrix', matrix, 60, 80],
  ['variants beside a cloud build', variants, 60, 80],
  ['files that an open path may be', openPath, 20, 80],
  ['archives that are unpacked', archives, 10, 300],
  ['images that are called like a base', ownBases, 200, 300],
  ['names that kustomizations give an image', renames, 20, 80],
])('%s are never cut in silence', async (_, files: (count: number) => Record<string, string>, few, many) => {
  for (const count of [few, many]) {
    const report = await judgeChange({}, files(count));
    expect([count, report.verdict.outcome]).not.toEqual([count, 'pass']);
  }
});

it.each([
  [256, 'needs-exception', undefined],
  [257, 'unresolved', 'it has more than 256 possible bases'],
] as const)('SEM-3.2 of 256 bases an image: %i', (count, standing, unresolved) => {
  const all = times(count, (at) => {
    const reference = at === count - 1 ? 'registry.k8s.io/build-image/debian-base:v1' : `${STATIC}:v${at}`;
    const start = { line: at + 1, column: 1 };
    return {
      reference,
      platform: null,
      assessment: assessed(reference),
      chain: [{ path: 'Makefile', start, end: start }] as const,
    };
  });
  const bases = boundedBases(assessed, all);
  expect(bases).toHaveLength(unresolved === undefined ? count : 1);
  expect(bases.at(-1)?.assessment.standing).toBe(standing);
  expect(bases.at(-1)?.unresolved).toBe(unresolved);
});

it('SEM-3.2 an image that 257 builds give a base has one that is not resolved', async () => {
  const bases = times(257, (at) => `b${at}`);
  const image = (from: string) => `FROM ${from}\nCOPY a /a\n`;
  const report = await judgeChange(
    {},
    {
      ...Object.fromEntries(bases.map((name, at) => [`${name}/Dockerfile`, image(`${STATIC}:v${at}`)])),
      'app/Dockerfile': image('registry.example/base:1'),
      Makefile: `all:\n${bases.map((name) => `\tdocker build -t registry.example/base:1 ${name}\n`).join('')}\tdocker build -t registry.example/app app\n\tdocker push registry.example/app\n`,
    },
  );
  expect(report.verdict.outcome).toBe('inconclusive');
  expect(report.findings.map(({ rule, path }) => [rule, path])).toContainEqual([
    'unresolved-base',
    'app/Dockerfile',
  ]);
});

/** Files that each read the next one, the last of which builds with a base that is not allowed. */
function readingOneAnother(count: number): Readonly<Record<string, string>> {
  const steps = times(count, (at) => {
    const next = at + 1 === count ? 'docker build --build-arg BASE=alpine:3 .' : `. ./step${at + 2}`;
    return [`step${at + 1}`, `#!/bin/sh\n${next}\n`] as const;
  });
  return { Dockerfile: ARGUMENT, Makefile: 'image:\n\t. ./step1\n', ...Object.fromEntries(steps) };
}

it('SEM-3.2 references are followed for 8 rounds: what lies in them is judged', async () => {
  const report = await judgeChange({}, readingOneAnother(7));
  expect(report.findings.map(({ rule }) => rule)).toEqual(['base-not-allowed']);
  expect(report.unread).toEqual([]);
});

it('SEM-3.2 what still goes on after 8 rounds is unread, never left out', async () => {
  const report = await judgeChange({}, readingOneAnother(8));
  expect(report.verdict.outcome).toBe('inconclusive');
  expect(report.unread).toMatchObject([
    { path: 'step8', because: 'references were followed for 8 rounds and still go on', counts: true },
  ]);
});
