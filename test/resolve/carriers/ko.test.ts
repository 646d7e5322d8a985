import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../../src/domain/index.ts';
import { type Files, judgeChange, judgeTree } from '../../support/mini-repository.ts';

const MODULE = { 'go.mod': 'module example.org/a\n' };

/** Each image of ko as `what: base place`. */
function koImages(report: Report): readonly string[] {
  return report.images
    .filter(({ workflow }) => workflow === 'ko')
    .flatMap(({ name, path, bases }) =>
      bases.map(({ reference, chain }) => {
        const decided = chain.at(-1);
        return `${name ?? path}: ${reference} ${decided?.path}:${decided?.line}`;
      }),
    )
    .sort();
}

function findings(report: Report, state?: string): readonly string[] {
  return report.findings
    .filter((finding) => state === undefined || finding.state === state)
    .map(({ rule, path, line }) => `${rule} ${path}:${line}`);
}

describe('images of ko', () => {
  it.each<[lesson: string, files: Files, expected: readonly string[]]>([
    [
      'an entry decides the base of its program',
      { ...MODULE, '.ko.yaml': 'baseImageOverrides:\n  example.org/a/cmd/x: alpine:3\n' },
      ['example.org/a/cmd/x: alpine:3 .ko.yaml:2'],
    ],
    [
      'what has no entry is on the default',
      {
        ...MODULE,
        '.ko.yaml':
          'defaultBaseImage: debian:12\nbaseImageOverrides:\n  example.org/a/cmd/x: alpine:3\nbuilds:\n- main: ./cmd/x\n- main: cmd/y\n',
      },
      ['example.org/a/cmd/x: alpine:3 .ko.yaml:3', 'example.org/a/cmd/y: debian:12 .ko.yaml:1'],
    ],
    [
      'an entry fits its program without a go.mod too',
      { '.ko.yaml': 'baseImageOverrides:\n  example.org/a/cmd/x: alpine:3\nbuilds:\n- main: cmd/x\n' },
      ['example.org/a/cmd/x: alpine:3 .ko.yaml:2'],
    ],
    [
      'a script in a folder of its own runs at the root',
      {
        ...MODULE,
        '.ko.yaml': 'defaultBaseImage: debian:12\n',
        'hack/ko.sh': '#!/bin/bash\nko build ./cmd/x\n',
        'cmd/x/main.go': 'package main\n',
      },
      ['example.org/a/cmd/x: debian:12 .ko.yaml:1'],
    ],
    [
      'upper and lower case are the same to ko',
      { '.ko.yaml': 'baseImageOverrides:\n  Example.org/A/cmd/x: alpine:3\n' },
      ['example.org/a/cmd/x: alpine:3 .ko.yaml:2'],
    ],
    [
      'a recipe builds and names; the settings lie where it runs',
      {
        ...MODULE,
        '.ko.yaml': 'defaultBaseImage: debian:12\n',
        Makefile:
          'KO ?= go run github.com/google/ko@v0.18.0\nimages:\n\tKO_DOCKER_REPO="registry.example/a" $(KO) build -B --tags v1 --platform=linux/amd64 ./cmd/x/\n',
      },
      ['registry.example/a/x: debian:12 .ko.yaml:1'],
    ],
    [
      'so does a script',
      {
        ...MODULE,
        '.ko.yaml': 'defaultBaseImage: debian:12\n',
        'push.sh':
          '#!/bin/bash\nexport KO_DOCKER_REPO=registry.example/a/y\nko publish --bare example.org/a/cmd/y\n',
      },
      ['registry.example/a/y: debian:12 .ko.yaml:1'],
    ],
    [
      'and a step of a workflow',
      {
        ...MODULE,
        '.github/workflows/x.yaml':
          'jobs:\n  x:\n    steps:\n    - run: ko build --bare ./cmd/y\n      env:\n        KO_DOCKER_REPO: ghcr.io/a/y\n        KO_DEFAULTBASEIMAGE: debian:12\n',
      },
      ['ghcr.io/a/y: debian:12 .github/workflows/x.yaml:7'],
    ],
    [
      'a make that a workflow starts with another default builds in both ways',
      {
        ...MODULE,
        '.ko.yaml': 'defaultBaseImage: gcr.io/distroless/static\n',
        Makefile: 'images:\n\tko build ./cmd/y\n',
        '.github/workflows/x.yaml':
          'jobs:\n  x:\n    steps:\n    - run: make images\n      env:\n        KO_DEFAULTBASEIMAGE: debian:12\n',
      },
      [
        'example.org/a/cmd/y: debian:12 .github/workflows/x.yaml:6',
        'example.org/a/cmd/y: gcr.io/distroless/static .ko.yaml:1',
      ],
    ],
    [
      'the environment beats the default of the settings, not an entry',
      {
        ...MODULE,
        '.ko.yaml': 'defaultBaseImage: debian:12\nbaseImageOverrides:\n  example.org/a/cmd/x: alpine:3\n',
        Makefile: 'export KO_DEFAULTBASEIMAGE := ubuntu:24.04\nimages:\n\tko build ./cmd/x ./cmd/y\n',
      },
      ['example.org/a/cmd/x: alpine:3 .ko.yaml:3', 'example.org/a/cmd/y: ubuntu:24.04 Makefile:1'],
    ],
    [
      'settings of a subfolder hold for what runs there',
      {
        'sub/go.mod': 'module example.org/sub\n',
        'sub/.ko.yaml': 'defaultBaseImage: debian:12\n',
        Makefile: 'images:\n\tcd sub && ko build ./cmd/x\n\tko build example.org/elsewhere/z\n',
      },
      [
        'example.org/elsewhere/z: cgr.dev/chainguard/static:latest Makefile:3',
        'example.org/elsewhere/z: gcr.io/distroless/static:nonroot Makefile:3',
        'example.org/sub/cmd/x: debian:12 sub/.ko.yaml:1',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    expect(koImages(await judgeTree(files))).toEqual(expected);
  });

  it.each<[lesson: string, files: Files, base: string]>([
    [
      'no version is named, and the Go of the module is younger than the change of the default',
      { 'go.mod': 'module t\ngo 1.25.0\n' },
      'cgr.dev/chainguard/static:latest',
    ],
    [
      'a go.mod requires an old one',
      { 'tools/go.mod': 'module t\nrequire github.com/google/ko v0.8.4\n' },
      'gcr.io/distroless/static:nonroot',
    ],
    [
      'a go.mod requires a newer one',
      { 'tools/go.mod': 'module t\nrequire github.com/ko-build/ko v0.12.0\n' },
      'cgr.dev/chainguard/static:latest',
    ],
    [
      'a recipe installs one',
      { Makefile: 'V = v0.15.1\nko:\n\tgo install github.com/google/ko@$(V)\n' },
      'cgr.dev/chainguard/static:latest',
    ],
  ])('are on the own default of ko where %s', async (_, files, base) => {
    const report = await judgeTree({ '.ko.yaml': 'builds:\n- main: cmd/x\n', ...files });
    expect(koImages(report).map((image) => image.replace(/^\S+: /, ''))).toEqual([`${base} .ko.yaml:2`]);
  });

  it('may be on either default of ko where nothing tells which: the worse counts', async () => {
    const report = await judgeTree({
      '.ko.yaml': 'builds:\n- main: cmd/x\n',
      'go.mod': 'module t\ngo 1.18\n',
    });
    expect(koImages(report)).toEqual([
      't/cmd/x: cgr.dev/chainguard/static:latest .ko.yaml:2',
      't/cmd/x: gcr.io/distroless/static:nonroot .ko.yaml:2',
    ]);
    expect(report.verdict.outcome).toBe('block');
  });

  it('say of which version the own default is, where it does not stand', async () => {
    const report = await judgeTree({
      '.ko.yaml': 'builds:\n- main: cmd/x\n',
      'go.mod': 'module example.org/a\nrequire github.com/google/ko v0.18.0\n',
    });
    expect(report.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('cgr.dev/chainguard/static:latest (the own default of ko v0.18)'),
    ]);
  });

  const OLD = { 'go.mod': 'module example.org/a\nrequire github.com/google/ko v0.8.4\n' };
  const WITH_ENTRY = {
    ...OLD,
    '.ko.yaml':
      'baseImageOverrides:\n  example.org/a/cmd/x: alpine:3\n  example.org/a/cmd/z: alpine:3\nbuilds:\n- main: cmd/x\n- main: cmd/y\n',
  };
  const WITHOUT_ENTRY = {
    ...OLD,
    '.ko.yaml':
      'baseImageOverrides:\n  example.org/a/cmd/z: alpine:3\nbuilds:\n- main: cmd/x\n- main: cmd/y\n',
  };

  it('fall back to the default where their entry is removed: fixed, and the others are none of the change', async () => {
    const report = await judgeChange(WITH_ENTRY, WITHOUT_ENTRY);
    expect(findings(report, 'fixed')).toEqual(['base-not-allowed .ko.yaml:2']);
    expect(findings(report, 'introduced')).toEqual([]);
    expect(report.verdict).toMatchObject({ outcome: 'pass', touched: 'pass' });
  });

  it('introduce a finding on the line of a new entry', async () => {
    const report = await judgeChange(WITHOUT_ENTRY, WITH_ENTRY);
    expect(findings(report, 'introduced')).toEqual(['base-not-allowed .ko.yaml:2']);
  });

  it('lose their default: each finding stands on the default line, once for each program', async () => {
    const builds = 'builds:\n- main: cmd/x\n- main: cmd/y\n';
    const report = await judgeChange(
      { ...MODULE, '.ko.yaml': `defaultBaseImage: gcr.io/distroless/static\n${builds}` },
      { ...MODULE, '.ko.yaml': `defaultBaseImage: alpine:3\n${builds}` },
    );
    expect(findings(report, 'introduced')).toEqual([
      'base-not-allowed .ko.yaml:1',
      'base-not-allowed .ko.yaml:1',
    ]);
  });

  it('are known by what a command publishes them as, not by what the tree calls them', async () => {
    const report = await judgeTree({
      ...MODULE,
      '.ko.yaml': 'defaultBaseImage: debian:12\n',
      Makefile: 'images:\n\tKO_DOCKER_REPO=example.io/$(PROJECT)/x ko build --bare ./cmd/x\n',
    });
    expect(report.images.map(({ name }) => name)).toEqual(['example.io/${PROJECT}/x']);
  });

  it('are what manifests mean by ko://', async () => {
    const report = await judgeTree({
      ...MODULE,
      '.ko.yaml': 'defaultBaseImage: gcr.io/distroless/static\n',
      'deploy/x.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: x\n    image: ko://example.org/a/cmd/x\n    command: [/bin/sh, -c, "exec /x >>/log"]\n',
    });
    expect(koImages(report)).toEqual(['example.org/a/cmd/x: gcr.io/distroless/static .ko.yaml:1']);
    const shell = report.findings.find(({ rule }) => rule === 'manifest-shell-command');
    expect(shell).toMatchObject({ level: 'block' });
  });

  it('that a folder of dependencies names are silent', async () => {
    const report = await judgeTree({
      'vendor/example.org/b/.ko.yaml': 'baseImageOverrides:\n  example.org/b/cmd/x: alpine:3\n',
    });
    expect(koImages(report)).toEqual([]);
  });
});
