import { describe, expect, it } from '@jest/globals';
import { imageOf } from './model.ts';

const STATIC = 'gcr.io/distroless/static';
const STAGES = `FROM golang:1.25 AS build\nRUN go build\nFROM ${STATIC}\nCOPY --from=build /a /a\n`;

/** Bases of a definition that sed edits on its way to the engine; of an unresolved one its reason. */
function basesOf(dockerfile: string, script: string): readonly string[] {
  const { bases } = imageOf({
    Dockerfile: dockerfile,
    Makefile: `image:\n\tsed ${script} Dockerfile > Dockerfile.cross\n\tdocker buildx build -f Dockerfile.cross -t r.example/x .\n`,
  });
  return bases.map(({ reference, unresolved }) => unresolved ?? reference);
}

describe('the platform that is put in front of the first base', () => {
  // Source: https://github.com/kubernetes-sigs/kubebuilder, the Makefile that it writes.
  const CROSS = `-e '1 s/\\(^FROM\\)/FROM --platform=\\$$\\{BUILDPLATFORM\\}/; t' -e ' 1,// s//FROM --platform=\\$$\\{BUILDPLATFORM\\}/'`;

  it.each([
    ['on the first line', STAGES, STATIC],
    ['behind a comment', `# Build\n${STAGES}`, STATIC],
    ['behind an argument', `ARG GO=1.25\n${STAGES}`, STATIC],
    ['of the only stage', 'FROM debian:12\n', 'debian:12'],
  ])('%s', (_, dockerfile, base) => {
    expect(basesOf(dockerfile, CROSS)).toEqual([base]);
  });
});

describe('ranges of lines', () => {
  const SECOND = `# one\nFROM ${STATIC}\n`;
  it.each([
    ['with the line', SECOND, "'1,2s/gcr.*/debian:12/'", 'debian:12'],
    ['without it', SECOND, "'3,9s/gcr.*/debian:12/'", STATIC],
    ['of one line, where they end before they begin', SECOND, "'2,1s/gcr.*/debian:12/'", 'debian:12'],
    ['up to the first that fits', `# one\n${STAGES}`, "'1,/^FROM/s/gcr.*/debian:12/'", STATIC],
    ['up to the second, where the first begins it', STAGES, "'1,/^FROM/s/gcr.*/debian:12/'", 'debian:12'],
  ])('%s', (_, dockerfile, script, base) => {
    expect(basesOf(dockerfile, script)).toEqual([base]);
  });

  it('up to a line that is not seen are not followed', () => {
    expect(basesOf(SECOND, "'1,/^RUN/s/gcr.*/debian:12/'")).toEqual([
      expect.stringContaining('that is not followed'),
    ]);
  });
});

describe('t leaves a line where something was replaced', () => {
  it.each([
    ['the rest is left out', "'s/gcr.io/ghcr.io/; t; s/gh.*/debian:12/'", 'ghcr.io/distroless/static'],
    ['the rest is done', "'s/quay.io/ghcr.io/; t; s/gcr.*/debian:12/'", 'debian:12'],
    ['over several scripts', "-e 's/gcr.io/ghcr.io/;t' -e 's/gh.*/debian:12/'", 'ghcr.io/distroless/static'],
  ])('%s', (_, script, base) => {
    expect(basesOf(`FROM ${STATIC}\n`, script)).toEqual([base]);
  });
});

describe('an empty pattern is the last one', () => {
  it('where there is only one', () => {
    expect(basesOf(`FROM ${STATIC}\n`, "'/gcr.*/s//debian:12/'")).toEqual(['debian:12']);
  });

  it('and is not followed where there are others', () => {
    expect(basesOf(`FROM ${STATIC}\n`, "'s/x/y/; /gcr.*/s//debian:12/'")).toEqual([
      expect.stringContaining('that is not followed'),
    ]);
  });
});

describe('what Docker would expand or read otherwise is not decided', () => {
  it.each([
    ['a variable', `ARG OTHER=debian:12\nFROM ${STATIC}\n`, "'s/^FROM gcr.*/FROM $${OTHER}/'"],
    [
      'another name before a variable',
      `ARG TAG=x\nFROM ${STATIC}:$TAG\n`,
      `'s|^FROM ${STATIC}|FROM debian|'`,
    ],
    ['a line that becomes two', `FROM ${STATIC}\n`, "'s/^FROM/FROM debian:12 AS x\\nFROM/'"],
  ])('%s', (_, dockerfile, script) => {
    expect(basesOf(dockerfile, script)).toEqual([expect.stringContaining('that is not followed')]);
  });
});
