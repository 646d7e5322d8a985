import { describe, expect, it } from '@jest/globals';
import { modelOf } from '../model.ts';

const IMAGE = 'load("@io_bazel_rules_docker//container:container.bzl", "container_image")\n';
const call = (name: string) => `load("//:x.bzl", "f")\nf(name = "${name}")\n`;
/** A function whose body is given, that ends in an image. */
const macro = (body: string) =>
  `${IMAGE}def f(name):\n${body
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}    container_image(name = name)\n`;

// What is not bounded does not end, or takes all memory.
describe('evaluation that goes on for long', () => {
  it.each([
    [
      'loops in loops',
      'for a in range(9000):\n    for b in range(9000):\n        for c in range(9000):\n            x = c',
    ],
    [
      'texts that double',
      's = "x"\nfor i in range(9000):\n    s = s + s\nfor i in range(9000):\n    t = s.replace("x", "yy").split("y")',
    ],
    ['lists that are extended by themselves', 'l = [1]\nfor i in range(9000):\n    l.extend(l)\n    l += l'],
    [
      'dictionaries that are copied',
      'd = {str(i): i for i in range(9000)}\nfor i in range(9000):\n    d = dict(d)\n    e = sorted(d.items())',
    ],
    [
      'long lists that are searched',
      'l = list(range(9000))\nfor i in range(9000):\n    for j in range(9000):\n        x = "y" in l',
    ],
    [
      'comprehensions in comprehensions',
      'x = [a for a in range(9000) for b in range(9000) for c in range(9000)]',
    ],
  ])('%s: ends, and is said', (_, body) => {
    const { unread } = modelOf({ 'x.bzl': macro(body), BUILD: call('a') });
    expect(unread.map(({ because }) => because).join()).toMatch(/steps|more than/);
  });

  it('a list that doubles stops at a bound, and is then not known', () => {
    const body =
      'l = ["@x//image"]\nfor i in range(9000):\n    l = l + l\ncontainer_image(name = "b", base = l)';
    const { images } = modelOf({ 'x.bzl': macro(body), BUILD: call('a') });
    expect(images.find(({ id }) => id === 'BUILD#b')?.bases[0].unresolved).toMatch(/more than/);
  });

  it('one file that goes on for long costs itself', () => {
    const { images, unread } = modelOf({
      'x.bzl': macro('for a in range(9000):\n    for b in range(9000):\n        x = b'),
      BUILD: call('a'),
      'other/BUILD': `${IMAGE}container_image(name = "image")\n`,
    });
    expect(images.map(({ id }) => id)).toEqual(['other/BUILD#image']);
    expect(unread.map(({ path }) => path)).toContain('BUILD');
  });
});

describe('what refers to itself', () => {
  it('a macro that calls itself, also through another', () => {
    const files = {
      'x.bzl': `${IMAGE}def f(name):\n    g(name = name + "x")\n    container_image(name = name)\ndef g(name):\n    f(name = name)\n`,
      BUILD: call('a'),
    };
    expect(modelOf(files).images.map(({ id }) => id)).toEqual(['BUILD#a']);
  });

  it('files that load each other', () => {
    const files = {
      'x.bzl': `load("//:y.bzl", "g")\n${IMAGE}def f(name):\n    g(name = name)\n    container_image(name = name)\n`,
      'y.bzl': 'load("//:x.bzl", "f")\ndef g(name):\n    f(name = name)\n',
      BUILD: call('a'),
    };
    expect(modelOf(files).images.map(({ id }) => id)).toEqual(['BUILD#a']);
  });

  it('lists that hold themselves, as labels, names, keys and in comparisons', () => {
    const body =
      'l = []\nl.append(l)\nt = ()\nfor i in range(5000):\n    t = (t,)\nd = {t: l}\nx = l == [l] or t == (t,)\ncontainer_image(name = "b", base = l, cmd = l, files = l, layers = l)';
    expect(() => modelOf({ 'x.bzl': macro(body), BUILD: call('a') })).not.toThrow();
  });

  it('layers, aliases and symbolic names in a circle', () => {
    const BUILD = `${IMAGE}alias(name = "a", actual = ":b")\nalias(name = "b", actual = ":a")\ncontainer_layer(name = "l", layers = [":l"])\ncontainer_image(name = "i", base = ":a", layers = [":l"])\n`;
    expect(modelOf({ BUILD }).images[0]?.bases[0].unresolved).toBeDefined();
  });
});

describe('words that mean something elsewhere', () => {
  it('are names and keys like any other', () => {
    const BUILD = `${IMAGE}__proto__ = {"__proto__": "@constructor//image", "constructor": 1}\nD = dict(__proto__ = 1, **__proto__)\n[container_image(name = k, base = __proto__["__proto__"], toString = "x") for k in ["hasOwnProperty", "__proto__"]]\n`;
    const { images } = modelOf({ BUILD });
    expect(images.map(({ id }) => id)).toEqual(['BUILD#hasOwnProperty', 'BUILD#__proto__']);
    expect(images[0]?.bases[0].unresolved).toContain('constructor');
  });
});

describe('many', () => {
  it('targets, pulls and packages take time in proportion', () => {
    const pulls = Array.from(
      { length: 2000 },
      (_, i) => `container_pull(name = "p${i}", registry = "r.example", repository = "p${i}")\n`,
    );
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [
        `p${i}/BUILD`,
        `${IMAGE}container_image(name = "image", base = "@p${i}//image")\n`,
      ]),
    );
    const { images } = modelOf({ WORKSPACE: pulls.join(''), ...files });
    expect(images).toHaveLength(400);
  });
});
