import { describe, expect, it } from '@jest/globals';
import type { BuildStepsFact } from '../../../src/domain/index.ts';
import { compose } from '../../../src/formats/compose/index.ts';

function linesOf(text: string): Record<string, string> {
  const fact = compose
    .facts(text, 'compose')
    .find((one): one is BuildStepsFact => one.kind === 'build-steps');
  const lines: Record<string, string> = {};
  for (const { name, does } of fact?.jobs[0]?.steps ?? [])
    lines[name] =
      does.kind === 'words'
        ? does.words.map((word) => word.text).join(' ')
        : does.kind === 'unknown'
          ? does.what
          : '';
  return lines;
}

describe('services of compose', () => {
  it.each<[lesson: string, service: string, line: string]>([
    ['a folder alone is the context', 'build: ./x', 'docker build ./x'],
    [
      'the Dockerfile is seen from the context',
      'build: {context: x, dockerfile: ../D}\n    image: a/x:${TAG:-1}',
      'docker build --file x/../D --tag a/x:${TAG:-1} x',
    ],
    [
      'arguments as a mapping, a target and contexts',
      'build:\n      context: .\n      target: t\n      args: {BASE: alpine, EMPTY: }\n      additional_contexts: {base: "docker-image://debian"}',
      'docker build --target t --build-arg BASE=alpine --build-arg EMPTY=${EMPTY} --build-context base=docker-image://debian .',
    ],
    [
      'arguments as a list',
      'build: {context: ., args: [BASE=alpine]}',
      'docker build --build-arg BASE=alpine .',
    ],
  ])('%s', (_, service, line) => {
    expect(linesOf(`services:\n  x:\n    ${service}\n`)).toEqual({ x: line });
  });

  it('that only run an image are none of ours', () => {
    expect(linesOf('services:\n  x:\n    image: postgres\n  y:\n    build: .\n')).toEqual({
      y: 'docker build .',
    });
  });

  it('take what they extend, and anchors', () => {
    const lines = linesOf(
      'x-build: &build\n  context: a\n  args: {A: "1"}\nservices:\n  one:\n    build: *build\n  two:\n    extends: {service: one}\n    build:\n      args: {A: "2", B: "3"}\n  three:\n    build:\n      <<: *build\n      target: t\n',
    );
    expect(lines).toEqual({
      one: 'docker build --build-arg A=1 a',
      two: 'docker build --build-arg A=2 --build-arg B=3 a',
      three: 'docker build --target t --build-arg A=1 a',
    });
  });

  it('that extend themselves end', () => {
    expect(linesOf('services:\n  x:\n    build: .\n    extends: x\n')).toEqual({ x: 'docker build .' });
  });

  it('say where a Dockerfile inside the file is not followed', () => {
    expect(linesOf('services:\n  x:\n    build: {dockerfile_inline: "FROM alpine"}\n').x).toContain(
      'not followed',
    );
  });

  it.each<[path: string, claimed: boolean]>([
    ['docker-compose.yml', true],
    ['dev/compose.yaml', true],
    ['docker-compose.dev.yml', true],
    ['docker-compose-3-node.yml', true],
    ['composer.yaml', false],
    ['kompose.yaml', false],
  ])('%s is claimed: %s', (path, claimed) => {
    expect(compose.profileOf(path) !== null).toBe(claimed);
  });
});
