import { describe, expect, it } from '@jest/globals';
import { type Instruction, type Location, literal } from '../../src/domain/index.ts';
import { declaredImages } from '../../src/resolve/declared.ts';
import { FileReader } from '../../src/resolve/files.ts';
import { assessed } from './model.ts';

const place = (path: string, line: number): Location => ({
  path,
  start: { line, column: 1 },
  end: { line, column: 9 },
});
const reader = new FileReader({ has: () => false, facts: () => [], claimed: [] });
const user: Instruction = {
  kind: 'user',
  value: { text: '65532', span: place('', 3) },
  span: place('', 3),
};

describe('an image that no Dockerfile describes', () => {
  const [image] = declaredImages(
    {
      workflow: 'bazel',
      at: place('cmd/BUILD', 4),
      within: 'image',
      scope: 'release',
      base: literal('alpine:3', [place('cmd/BUILD', 5)]),
      instructions: [{ at: place('base/BUILD', 7), instruction: user }],
      names: [literal('registry.example/server:v1')],
    },
    reader,
    assessed,
  );

  it('is known by its file and its name in it', () => {
    expect(image).toMatchObject({ id: 'cmd/BUILD#image', path: 'cmd/BUILD', workflow: 'bazel' });
    expect(image?.names).toEqual(['registry.example/server']);
  });

  it('has the base that is declared, decided where it is written', () => {
    expect(image?.bases.map(({ reference }) => reference)).toEqual(['alpine:3']);
    expect(image?.bases[0].chain.at(-1)).toMatchObject({ path: 'cmd/BUILD', start: { line: 5 } });
  });

  it('has its instructions where they are written, in whatever file', () => {
    expect(image?.steps.map(({ at }) => `${at.path}:${at.start.line}`)).toEqual(['base/BUILD:7']);
    expect(image?.user).toBe('65532');
  });

  it('is scratch where it has no base', () => {
    const [empty] = declaredImages(
      {
        workflow: 'bazel',
        at: place('BUILD', 1),
        within: 'x',
        scope: 'release',
        base: null,
        instructions: [],
        names: [],
      },
      reader,
      assessed,
    );
    expect(empty?.bases.map(({ reference }) => reference)).toEqual(['scratch']);
  });
});

it('a base that no file names says where it is known from, however its place came to be written', () => {
  const at = place('.ko.yaml', 1);
  const [image] = declaredImages(
    {
      workflow: 'ko',
      at,
      within: 'cmd',
      scope: 'release',
      base: literal('alpine:3', [structuredClone(at)]),
      note: 'the default',
      instructions: [],
      names: [],
    },
    reader,
    assessed,
  );
  expect(image?.bases).toMatchObject([{ reference: 'alpine:3', note: 'the default' }]);
});
