import { describe, expect, it } from '@jest/globals';
import type { KoFact } from '../../../src/domain/index.ts';
import { ko } from '../../../src/formats/ko/index.ts';

function settings(text: string): KoFact {
  const [fact] = ko.facts(text, 'ko');
  if (fact?.kind !== 'ko') throw new Error('no settings');
  return fact;
}

describe('settings of ko', () => {
  it.each<[path: string, claimed: boolean]>([
    ['.ko.yaml', true],
    ['tools/.ko.yml', true],
    ['ko.yaml', false],
    ['x.ko.yaml', false],
  ])('%s is claimed: %s', (path, claimed) => {
    expect(ko.profileOf(path) !== null).toBe(claimed);
  });

  it('name a default, bases by import path where they are written, and programs', () => {
    const fact = settings(
      'defaultBaseImage: gcr.io/distroless/static:nonroot\nbaseImageOverrides:\n  example.org/a/cmd/x: alpine:3 # why\nbuilds:\n- id: x\n  dir: tools\n  main: ./cmd/x\n',
    );
    expect(fact.defaultBase?.text).toBe('gcr.io/distroless/static:nonroot');
    expect(fact.overrides).toMatchObject([
      {
        importPath: 'example.org/a/cmd/x',
        image: { text: 'alpine:3', span: { start: { line: 3, column: 24 } } },
      },
    ]);
    expect(fact.builds).toMatchObject([{ folder: 'tools', main: './cmd/x' }]);
  });

  it('without anything set are settings all the same', () => {
    expect(settings('defaultPlatforms: [linux/amd64]\n')).toEqual({ kind: 'ko', overrides: [], builds: [] });
  });

  it('count the last entry of an import path', () => {
    const { overrides } = settings('baseImageOverrides:\n  a/b: alpine\n  a/b: debian\n');
    expect(overrides.map(({ image }) => image.text)).toEqual(['debian']);
  });

  it.each([
    ['a list', '- a\n'],
    ['a scalar', 'x'],
    ['broken', 'baseImageOverrides: [\n'],
    ['prototype keys', 'baseImageOverrides: {__proto__: alpine, constructor: debian}\n'],
    ['other types', 'baseImageOverrides: [a]\nbuilds: {a: b}\ndefaultBaseImage: {x: y}\n'],
  ])('that are %s cost nothing but themselves', (_, text) => {
    expect(() => ko.facts(text, 'ko')).not.toThrow();
  });
});
