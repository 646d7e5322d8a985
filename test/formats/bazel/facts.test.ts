import { describe, expect, it } from '@jest/globals';
import type { StarlarkFact } from '../../../src/domain/index.ts';
import { bazel } from '../../../src/formats/bazel/index.ts';

function program(text: string, path = 'BUILD'): StarlarkFact | undefined {
  const profile = bazel.profileOf(path);
  if (profile === null) throw new Error(`${path} is no Bazel file`);
  if (!bazel.mayMatter(text, profile)) return undefined;
  return bazel.facts(text, profile).find((fact): fact is StarlarkFact => fact.kind === 'starlark');
}

const LIBRARY =
  'load("@io_bazel_rules_go//go:def.bzl", "go_library", "go_test")\n\ngo_library(\n    name = "lib",\n    srcs = glob(["*.go"]) + select({\n        "//conditions:default": [],\n    }),\n    deps = ["//container:image"],\n)\n\ngo_test(name = "t", srcs = ["image_test.go"])\n';

describe('names', () => {
  it.each([
    'BUILD',
    'a/BUILD.bazel',
    'WORKSPACE',
    'x/WORKSPACE.bazel',
    'MODULE.bazel',
    'a/b.bzl',
    'deps.MODULE.bazel',
  ])('%s is read', (path) => {
    expect(bazel.profileOf(path)).not.toBeNull();
  });

  it.each(['BUILD.md', 'etcd.BUILD', 'build', 'a.bzl.txt', 'WORKSPACE.md'])('%s is not', (path) => {
    expect(bazel.profileOf(path)).toBeNull();
  });
});

describe('what a file gives', () => {
  it('is nothing for a library and its tests, whatever their names say', () => {
    expect(program(LIBRARY)).toBeUndefined();
    expect(bazel.mayMatter(LIBRARY, 'build')).toBe(false);
  });

  it('is the image rule, without the library beside it and what is loaded for that', () => {
    const fact = program(
      `${LIBRARY}load("//defs:images.bzl", "server_image", "other")\nserver_image(\n    name = "image",\n)\n`,
    );
    expect(fact?.statements.map(({ kind }) => kind)).toEqual(['load', 'expression']);
    expect(fact?.statements[0]).toMatchObject({
      names: [{ local: 'server_image', original: 'server_image' }],
    });
  });

  it.each([
    ['a macro nobody knows', 'image(binary = ":x")'],
    ['a comprehension', '[docker_build(name = n) for n in NAMES]'],
    [
      'a comprehension on lines of its own',
      '[\n    container_image(\n        name = n,\n    )\n    for n in NAMES\n]',
    ],
    ['a native rule', 'native.container_image(name = "x")'],
    ['an assignment', 'targets = images("a")'],
  ])('is kept for %s', (_, text) => {
    expect(program(`${LIBRARY}\n${text}\n`)?.statements.length).toBeGreaterThan(0);
  });

  it('is, of a workspace, what it fetches, without its modules of other languages', () => {
    const text =
      'go_repository(name = "x")\nmaven_jar(name = "y")\nhttp_archive(name = "io_bazel_rules_docker")\nhttp_file(name = "rootfs")\n';
    expect(program(text, 'WORKSPACE')?.statements).toHaveLength(2);
  });

  it('is everything that an extension defines, without its dependencies', () => {
    const text = `"""Docs."""\nX = {"a": "b"}\ndef repos():\n${Array.from({ length: 200 }, (_, i) => `    go_repository(name = "r${i}")\n`).join('')}    container_pull(name = "base")\n`;
    const fact = program(text, 'repos.bzl');
    expect(fact?.statements.map(({ kind }) => kind)).toEqual(['assign', 'def']);
    expect(JSON.stringify(fact).length).toBeLessThan(1000);
  });

  it('is plain data: as JSON it is the same', () => {
    const fact = program('a = [f(x) for x in "abc".elems() if x != "b"]\n', 'a.bzl');
    expect(JSON.parse(JSON.stringify(fact))).toEqual(fact);
  });

  it('says what is no text', () => {
    expect(bazel.facts('a\0b', 'build')).toMatchObject([{ kind: 'unreadable' }]);
  });
});
