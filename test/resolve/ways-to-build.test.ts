import { describe, expect, it } from '@jest/globals';
import { imageOf, modelOf } from './model.ts';

const STATIC = 'gcr.io/distroless/static';

/** References of the bases; of an unresolved one its reason. */
function basesOf(dockerfile: string, command: string): readonly string[] {
  const image = imageOf({ Dockerfile: dockerfile, Makefile: `image:\n\t${command}\n` });
  return image.bases.map(({ reference, unresolved }) => unresolved ?? reference);
}

const build = (options: string) => `docker build ${options} -t registry.example/app .`;

describe('build contexts take the place of what is named so (SEM-3.6)', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    ['a base', 'FROM base\n', '--build-context base=docker-image://alpine:3', ['alpine:3']],
    [
      'an allowed base',
      `FROM ${STATIC}\n`,
      `--build-context ${STATIC}=docker-image://debian:12`,
      ['debian:12'],
    ],
    [
      'a base by another spelling',
      'FROM docker.io/library/base:latest\n',
      '--build-context base=docker-image://alpine:3',
      ['alpine:3'],
    ],
    [
      'a stage with all that is in it',
      `FROM debian:12 AS base\nFROM base\n`,
      `--build-context base=docker-image://${STATIC}`,
      [STATIC],
    ],
    [
      'the stage that is built',
      `FROM ${STATIC} AS final\n`,
      '--build-context final=docker-image://alpine:3',
      ['alpine:3'],
    ],
    [
      'what a root is copied from',
      'FROM scratch\nCOPY --from=root / /\n',
      '--build-context root=docker-image://alpine:3',
      ['alpine:3'],
    ],
    [
      'a folder',
      `FROM ${STATIC}\n`,
      `--build-context ${STATIC}=./mine`,
      [`the build context ${STATIC} takes its place, and what ./mine holds is not known`],
    ],
    [
      'what nobody decides',
      'FROM base\n',
      '--build-context base=$(SOURCE)',
      ['the build context base takes its place, and no file read here says what that is'],
    ],
    [
      'not what is named otherwise',
      `FROM ${STATIC}\n`,
      '--build-context static=docker-image://alpine',
      [STATIC],
    ],
  ])('%s', (_, dockerfile, options, bases) => {
    expect(basesOf(dockerfile, build(options))).toEqual(bases);
  });

  it('a source of copies', () => {
    const image = imageOf({
      Dockerfile: `FROM ${STATIC}\nCOPY --from=tools /bin/sh /x\n`,
      Makefile: `image:\n\t${build('--build-context tools=docker-image://busybox')}\n`,
    });
    expect(image.brings.shell?.start.line).toBe(2);
  });
});

describe('what a build rule hands over', () => {
  const CALLER = 'Makefile takes BASE from the environment of whoever calls it';

  it.each<readonly [string, string, string, readonly string[]]>([
    ['an argument of the caller', 'ARG BASE\nFROM $BASE\n', '--build-arg BASE', [CALLER]],
    ['the default counts as well', 'ARG BASE=alpine\nFROM $BASE\n', '--build-arg BASE', [CALLER, 'alpine']],
    [
      'a default in FROM does not decide',
      `ARG BASE\nFROM \${BASE:-${STATIC}}\n`,
      '--build-arg BASE',
      [CALLER],
    ],
    [
      "a frontend that is not Docker's",
      `FROM ${STATIC}\n`,
      '--build-arg BUILDKIT_SYNTAX=evil.example/frontend',
      [STATIC, "its build rule hands the file to a frontend that is not Docker's own: evil.example/frontend"],
    ],
    [
      "Docker's own frontend",
      `FROM ${STATIC}\n`,
      '--build-arg BUILDKIT_SYNTAX=docker/dockerfile:1',
      [STATIC],
    ],
  ])('%s', (_, dockerfile, options, bases) => {
    expect(basesOf(dockerfile, build(options))).toEqual(bases);
  });

  it('an argument of a stage stands above its default there', () => {
    const image = imageOf({
      Dockerfile: `FROM alpine AS b\nFROM ${STATIC}\nARG SOURCE=/etc/passwd\nCOPY --from=b $SOURCE /x\n`,
      Makefile: `image:\n\t${build('--build-arg SOURCE=/bin/sh')}\n`,
    });
    expect(image.brings.shell?.start.line).toBe(4);
  });

  it('every way to build an image counts for what it brings', () => {
    const image = imageOf({
      Dockerfile: `FROM alpine AS b\nFROM ${STATIC}\nARG SOURCE=/etc/passwd\nCOPY --from=b $SOURCE /x\n`,
      Makefile: `plain:\n\t${build('')}\nother:\n\t${build('--build-arg SOURCE=/bin/sh')}\n`,
    });
    expect(image.brings.shell?.start.line).toBe(4);
  });
});

describe('a variable that is called like an architecture', () => {
  const bases = (makefile: string) =>
    imageOf({
      Dockerfile: `ARG ARCH\nFROM ${STATIC}:$ARCH\n`,
      Makefile: `${makefile}\nimage:\n\t${build('--build-arg ARCH=$(ARCH)')}\n`,
    }).bases.map(({ reference }) => reference);

  it.each([
    ['one is left open', 'ARCH ?= amd64', [`${STATIC}:$(ARCH)`]],
    ['several are', 'ARCH = amd64 arm64', [`${STATIC}:$(ARCH)`]],
    ['what nothing sets is', '', [`${STATIC}:$(ARCH)`]],
    ['another text is what it says', 'ARCH = debug', [`${STATIC}:debug`]],
    [
      'beside architectures where a condition decides',
      'ARCH = amd64\nifeq ($(shell uname),Linux)\nARCH = debug\nendif',
      [`${STATIC}:$(ARCH)`, `${STATIC}:debug`],
    ],
  ])('%s', (_, makefile, expected) => {
    expect(bases(makefile)).toEqual(expected);
  });

  it('what a make is started with counts as well', () => {
    const [start, rule] = ['all:\n\t$(MAKE) image ARCH=debug', 'ARCH ?= amd64'];
    expect(bases(`${rule}\n${start}`)).toContain(`${STATIC}:debug`);
  });
});

describe('targets', () => {
  const STAGES = `FROM golang AS build\nRUN go build -o /a\nFROM alpine AS debug\nFROM ${STATIC} AS plain\nCOPY --from=build /a /a\n`;

  function builtFor(target: string): Readonly<Record<string, string>> {
    const { images } = modelOf({
      Dockerfile: STAGES,
      Makefile: `image:\n\t${build(`--target ${target}`)}\n`,
    });
    return Object.fromEntries(
      images.map(({ id, bases }) => [
        id,
        bases.map(({ reference, unresolved }) => unresolved ?? reference).join(),
      ]),
    );
  }

  it('one that is decided', () => {
    expect(builtFor('debug')).toEqual({ 'Dockerfile#debug': 'alpine' });
  });

  it('one that stays open is every stage that somebody would ship', () => {
    expect(builtFor('$(WHICH)')).toEqual({ 'Dockerfile#debug': 'alpine', Dockerfile: STATIC });
  });

  it('as far as its written part fits', () => {
    expect(builtFor('pl$(REST)')).toEqual({ Dockerfile: STATIC });
  });

  it('one that is no stage is said', () => {
    expect(builtFor('nothing')).toEqual({
      Dockerfile: `${STATIC},no stage is called nothing, which is the target`,
    });
  });
});

describe('images of the tree that are built on each other', () => {
  const MAKEFILE =
    'all:\n\tdocker build -t registry.example/base:1 base\n\tdocker build -t registry.example/app:1 app\n';

  function app(base: string) {
    const { images } = modelOf({
      Makefile: MAKEFILE,
      'base/Dockerfile': `FROM ${STATIC}\n${base}\n`,
      'app/Dockerfile': 'FROM registry.example/base:1\nENTRYPOINT ["/app"]\n',
    });
    return images.find(({ path }) => path === 'app/Dockerfile');
  }

  it('a trigger of the base acts on what is built on it', () => {
    const image = app('ONBUILD COPY --from=busybox /bin/sh /bin/sh');
    expect(image?.brings.shell).toMatchObject({ path: 'base/Dockerfile', start: { line: 2 } });
  });

  it('a trigger that copies a root makes its base one of them', () => {
    expect(app('ONBUILD COPY --from=alpine / /')?.bases.map(({ reference }) => reference)).toContain(
      'alpine',
    );
  });

  it('a shell in the base is one in the image, by the line that names the base', () => {
    const image = app('COPY --from=busybox /bin/sh /bin/sh');
    expect(image?.brings.shell).toMatchObject({ path: 'app/Dockerfile', start: { line: 1 } });
  });
});

describe('what a build tool would put in is named', () => {
  it.each([
    ['FROM $(shell ./base)\n', '$(shell ./base)'],
    ['FROM ${shell git describe}/x\n', '${shell git describe}'],
    ['FROM registry.example/$(shell cat a (b) c):1\n', '$(shell cat a (b) c)'],
  ])('%s', (text, call) => {
    const [base] = imageOf({ 'Dockerfile.in': text }).bases;
    expect(base.unresolved).toContain('that a build rule puts in');
    expect(base.reference).toContain(call);
  });
});
