import { describe, expect, it } from '@jest/globals';
import { type ImageUse, type Invocation, literal, open, type Value } from '../../src/domain/index.ts';
import { namesOf, withTagged } from '../../src/resolve/names.ts';

const START = { line: 1, column: 1 };
const AT = { path: 'Makefile', start: START, end: START };

function invocation(...tags: readonly Value[]): Invocation {
  return {
    workflow: 'make',
    at: AT,
    rule: 'image',
    definition: 'Dockerfile',
    context: '',
    buildArguments: new Map(),
    substitutions: [],
    tags,
    contexts: new Map(),
    pushes: false,
  };
}

function tag(image: string | Value, becomes: string): ImageUse {
  return {
    kind: 'tag',
    at: AT,
    image: typeof image === 'string' ? literal(image) : image,
    becomes: literal(becomes),
  };
}

describe('names that docker tag gives', () => {
  const names = (tags: readonly Value[], uses: readonly ImageUse[]) =>
    namesOf(withTagged([invocation(...tags)], uses));

  it.each<
    readonly [lesson: string, tags: readonly Value[], uses: readonly ImageUse[], expected: readonly string[]]
  >([
    ['none', [literal('dns')], [], ['dns']],
    ['another one', [literal('dns:1')], [tag('dns:1', 'quay.io/acme/dns:1')], ['dns', 'quay.io/acme/dns']],
    ['one after another', [literal('a')], [tag('b', 'c'), tag('a', 'b')], ['a', 'b', 'c']],
    ['a ring', [literal('a')], [tag('a', 'b'), tag('b', 'a')], ['a', 'b']],
    ['to another image', [literal('a')], [tag('b', 'c')], ['a']],
    [
      'to one that is written with the same variable',
      [open('IMAGE')],
      [tag(open('IMAGE'), 'x/y')],
      ['${IMAGE}', 'x/y'],
    ],
  ])('%s', (_, tags, uses, expected) => {
    expect(names(tags, uses)).toEqual(expected);
  });

  it('stop at the bound of alternatives', () => {
    const uses = Array.from({ length: 2000 }, (_, at) => tag(`a${at}`, `a${at + 1}`));
    expect(names([literal('a0')], uses).length).toBe(256);
  });
});
