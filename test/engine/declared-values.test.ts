import { describe, expect, it } from '@jest/globals';
import { type Files, judgeChange, judgeTree, type MiniOptions } from '../support/mini-repository.ts';

const STATIC = 'gcr.io/distroless/static:nonroot';

/** A policy on top of `kep-1729` that declares one thing. */
function declaring(entry: string): MiniOptions {
  const text = `extends: kep-1729\ndeclare: [{ ${entry}, reason: "set by the release job", owner: "@acme/release" }]\n`;
  return { policies: [{ tier: 'repository', from: '.github/plinth.yml', text }] };
}

async function bases(files: Files, options?: MiniOptions): Promise<readonly string[]> {
  const { images } = await judgeTree(files, options);
  return images.flatMap((image) => image.bases.map(({ reference, standing }) => `${standing} ${reference}`));
}

const MAKE = 'image:\n\tdocker build --build-arg BASE=$(BASE) -t registry.k8s.io/app:1 .\n';
const ARGUMENT = 'ARG BASE\nFROM ${BASE}\nCOPY app /app\n';

/** SEM-3.1, SEM-5.3: what a policy declares fills the gaps that the tree leaves, and nothing else. */
describe('a declared variable', () => {
  it.each<[where: string, files: Files]>([
    ['an argument that nobody gives', { Dockerfile: ARGUMENT }],
    ['an argument with a default', { Dockerfile: 'ARG BASE=debian:12\nFROM ${BASE}\nCOPY app /app\n' }],
    ['a variable of a makefile that nothing sets', { Dockerfile: ARGUMENT, Makefile: MAKE }],
    ['a default of a makefile', { Dockerfile: ARGUMENT, Makefile: `BASE ?= debian:12\n${MAKE}` }],
    [
      'a default of a script',
      {
        Dockerfile: ARGUMENT,
        'build.sh':
          '#!/bin/sh\ndocker build --build-arg BASE="${BASE:-debian:12}" -t registry.k8s.io/app:1 .\n',
      },
    ],
    [
      'what a script prints into its Dockerfile',
      { 'build.sh': '#!/bin/sh\necho "FROM ${BASE}" | docker build -t registry.k8s.io/app:1 -\n' },
    ],
  ])('decides %s', async (_, files) => {
    expect(await bases(files)).not.toContain(`allowed ${STATIC}`);
    expect(await bases(files, declaring(`variable: BASE, value: "${STATIC}"`))).toEqual([
      `allowed ${STATIC}`,
    ]);
  });

  it('decides nothing that a build rule says itself', async () => {
    const files = { Dockerfile: ARGUMENT, 'build.sh': 'docker build --build-arg BASE=debian:12 -t a .\n' };
    expect(await bases(files, declaring(`variable: BASE, value: "${STATIC}"`))).toEqual([
      'not-allowed debian:12',
    ]);
  });

  it('holds in the files that it names alone', async () => {
    const files = { 'a/Dockerfile': ARGUMENT, 'b/Dockerfile': ARGUMENT };
    const options = declaring(`variable: BASE, in: "a/**", value: "${STATIC}"`);
    expect(await bases(files, options)).toEqual([`allowed ${STATIC}`, 'unresolved ${BASE}']);
  });

  it('may leave the architecture open', async () => {
    const value = 'k8s.gcr.io/debian-base-$(ARCH):v2.0.0';
    expect(await bases({ Dockerfile: ARGUMENT }, declaring(`variable: BASE, value: "${value}"`))).toEqual([
      `needs-exception ${value}`,
    ]);
  });

  it('is judged like any base, and says who declares it', async () => {
    const options = declaring('variable: BASE, value: "debian:12"');
    const { findings } = await judgeTree({ Dockerfile: ARGUMENT }, options);
    const [finding] = findings.filter(({ rule }) => rule === 'base-not-allowed');
    expect(finding?.message).toContain(
      'debian:12 (the policy declares BASE: set by the release job, says @acme/release)',
    );
  });
});

describe('a base that the tree decides', () => {
  it('is not said to be declared where a declared value is only a part of it', async () => {
    const files = { Dockerfile: ARGUMENT, Makefile: `BASE = alpine:3.20\n${MAKE}` };
    const { findings } = await judgeTree(files, declaring('variable: OTHER, value: alpine'));
    const [finding] = findings.filter(({ rule }) => rule === 'base-not-allowed');
    expect(finding?.message).toContain('alpine:3.20');
    expect(finding?.message).not.toContain('declares');
  });
});

describe('a declared base of an image', () => {
  const files = { Dockerfile: ARGUMENT, Makefile: MAKE };

  it.each(['registry.k8s.io/app', 'registry.k8s.io/app:2', 'Dockerfile'])(
    'stands in for one that is not decided, named as %s',
    async (name) => {
      expect(await bases(files, declaring(`image: "${name}", value: "${STATIC}"`))).toEqual([
        `allowed ${STATIC}`,
      ]);
    },
  );

  it('says nothing of another image', async () => {
    const found = await bases(files, declaring(`image: registry.k8s.io/other, value: "${STATIC}"`));
    expect(found).toEqual(['unresolved ${BASE}']);
  });

  it('stands back where the tree says what the base is', async () => {
    const decided = { Dockerfile: 'FROM debian:12\n', Makefile: MAKE };
    expect(await bases(decided, declaring(`image: registry.k8s.io/app, value: "${STATIC}"`))).toEqual([
      'not-allowed debian:12',
    ]);
  });
});

/** SEM-2.1: an author cannot declare what their own change is judged by. */
describe('a declaration that a change brings', () => {
  it('does not count for that change', async () => {
    const policy = `extends: kep-1729\ndeclare: [{ variable: BASE, value: "${STATIC}", reason: r, owner: o }]\n`;
    const { verdict } = await judgeChange(
      { 'README.md': 'x\n' },
      { 'README.md': 'x\n', Dockerfile: ARGUMENT, '.github/plinth.yml': policy },
      { policies: [{ tier: 'repository', from: '.github/plinth.yml', text: 'extends: kep-1729\n' }] },
    );
    expect(verdict.outcome).toBe('inconclusive');
  });
});
