// Files that others ask for: by links, over several rounds, and those that cannot be had.
import { expect, it } from '@jest/globals';
import { type Files, judgeChange, judgeTree } from '../support/mini-repository.ts';

const LINK = (content: string) => ({ mode: '120000', content }) as const;
const DOCKERFILE = 'ARG BASE\nFROM $BASE\nCOPY app /app\nENTRYPOINT ["/app"]\n';

it('a makefile that is included by a link to one that is read anyway is read', async () => {
  const report = await judgeChange(
    {},
    {
      Dockerfile: DOCKERFILE,
      'common/Makefile': 'BASE := gcr.io/distroless/static\n',
      'common.mk': LINK('common/Makefile'),
      Makefile: 'include common.mk\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t example.io/a .\n',
    },
  );
  expect(report.verdict.outcome).toBe('pass');
  expect(report.images.flatMap(({ bases }) => bases.map(({ reference }) => reference))).toEqual([
    'gcr.io/distroless/static',
  ]);
});

it('scripts that source each other are followed to the end', async () => {
  const chain = Object.fromEntries(
    [1, 2, 3, 4].map((at) => [`lib/${at}.sh`, `source lib/${at + 1}.sh\n`] as const),
  );
  const report = await judgeChange(
    {},
    {
      ...chain,
      'lib/5.sh': 'base() { echo debian:12; }\n',
      'build.sh': '#!/bin/bash\nsource lib/1.sh\ndocker build --build-arg BASE="$(base)" -t example.io/a .\n',
      Dockerfile: DOCKERFILE,
    },
  );
  const [image] = report.images;
  expect(image?.bases.map(({ reference }) => reference)).toEqual(['debian:12']);
});

it('a script behind a link that leads out of the repository is said, once, and its builds are not decided', async () => {
  const report = await judgeChange(
    {},
    {
      'lib.sh': LINK('../outside.sh'),
      'build.sh': '#!/bin/bash\nsource ./lib.sh\ndocker build --build-arg BASE="$BASE" -t example.io/a .\n',
      Dockerfile: DOCKERFILE,
    },
  );
  expect(report.verdict.outcome).toBe('inconclusive');
  expect(report.unread.filter(({ path }) => path === 'lib.sh')).toEqual([
    expect.objectContaining({ because: expect.stringContaining('leads out of the repository') }),
  ]);
});

it('variants that are a link to those of another image hold for the image beside the link too', async () => {
  const build = (name: string) =>
    `steps:\n- name: docker\n  dir: ${name}\n  args: [build, --build-arg, BASE=$_BASE, -t, example.io/${name}, .]\nsubstitutions:\n  _BASE: gcr.io/distroless/static\n`;
  const report = await judgeChange(
    {},
    {
      'a/Dockerfile': DOCKERFILE,
      'a/cloudbuild.yaml': build('a'),
      'a/variants.yaml': 'variants:\n  one:\n    BASE: debian:12\n',
      'b/Dockerfile': DOCKERFILE,
      'b/cloudbuild.yaml': build('b'),
      'b/variants.yaml': LINK('../a/variants.yaml'),
    },
  );
  expect(report.images.flatMap(({ path, bases }) => bases.map(({ reference }) => [path, reference]))).toEqual(
    [
      ['a/Dockerfile', 'debian:12'],
      ['b/Dockerfile', 'debian:12'],
    ],
  );
});

it('a makefile that is a link to that of another image builds the image beside the link too', async () => {
  const report = await judgeChange(
    {},
    {
      'a/Dockerfile': DOCKERFILE,
      'a/Makefile': 'image:\n\tdocker build --build-arg BASE=debian:12 -t example.io/a .\n',
      'b/Dockerfile': DOCKERFILE,
      'b/Makefile': LINK('../a/Makefile'),
    },
  );
  expect(report.images.flatMap(({ path, bases }) => bases.map(({ reference }) => [path, reference]))).toEqual(
    [
      ['a/Dockerfile', 'debian:12'],
      ['b/Dockerfile', 'debian:12'],
    ],
  );
});

/** SEM-5.2: the link itself is the same on both sides. */
it.each<[string, Files]>([
  ['becomes unreadable', { 'image.txt': 'FROM alpine\0\n' }],
  ['goes', {}],
  ['becomes a link that leads out', { 'image.txt': LINK('../../image.txt') }],
])('a definition behind a link counts as unread in the change by which it %s', async (_, after) => {
  const linked = { Dockerfile: LINK('image.txt') };
  const report = await judgeChange(
    { ...linked, 'image.txt': 'FROM gcr.io/distroless/static\n' },
    { ...linked, ...after },
  );
  expect(report.unread).toEqual([expect.objectContaining({ path: 'Dockerfile', counts: true })]);
  expect(report.verdict.outcome).toBe('inconclusive');
});

it('a definition behind a link through a folder that is a link is the file that stands there', async () => {
  const linked = { Dockerfile: LINK('current/image.txt'), current: LINK('releases/v2') };
  const file = 'releases/v2/image.txt';
  const before = { ...linked, [file]: 'FROM gcr.io/distroless/static\n' };
  const after = { ...linked, [file]: 'FROM alpine:3.19\n' };
  expect((await judgeChange(before, after)).verdict.outcome).toBe('block');
  expect((await judgeChange(before, linked)).verdict.outcome).toBe('inconclusive');
  expect((await judgeTree(before)).unread).toEqual([]);
});

it('links that lead round in a circle are said', async () => {
  const report = await judgeTree({ Dockerfile: LINK('a/image.txt'), a: LINK('b'), b: LINK('a') });
  expect(report.unread).toEqual([
    expect.objectContaining({ because: 'it is a symbolic link that leads through too many others' }),
  ]);
});

it('an image behind a link is touched by a change of what the link leads to', async () => {
  const linked = { Dockerfile: LINK('links/image'), 'links/image': LINK('../image.txt') };
  const report = await judgeChange(
    { ...linked, 'image.txt': 'FROM alpine:3.19\n' },
    { ...linked, 'image.txt': 'FROM alpine:3.19\nUSER 1\n' },
  );
  expect(report.verdict).toMatchObject({ outcome: 'pass', touched: 'block' });
});

it('an image that lines behind a link build is touched by a change of those lines, and by no other', async () => {
  const files = (build: string, rest: string) => ({
    Dockerfile: 'FROM alpine:3.19\n',
    Makefile: LINK('build.txt'),
    'build.txt': `image:\n\t${build}\n\nclean:\n\t${rest}\n`,
  });
  const before = files('docker build -t example.io/a .', 'rm -r out');
  const touched = await judgeChange(before, files('docker build --pull -t example.io/a .', 'rm -r out'));
  const other = await judgeChange(before, files('docker build -t example.io/a .', 'rm -rf out'));
  expect([touched.verdict.touched, other.verdict.touched]).toEqual(['block', 'pass']);
});

it('a finding behind a link shows the line that it is about', async () => {
  const report = await judgeTree({ Dockerfile: LINK('image.txt'), 'image.txt': 'FROM alpine:3.19\n' });
  expect(report.findings.map(({ path, text }) => `${path}: ${text}`)).toEqual([
    'Dockerfile: FROM alpine:3.19',
  ]);
});
