import { describe, expect, it } from '@jest/globals';
import { readYaml, type YamlNode, type YamlScalar } from '../../../src/formats/yaml/index.ts';
import { cut } from './plain.ts';

function scalarsOf(node: YamlNode): readonly YamlScalar[] {
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'list') return node.items.flatMap(scalarsOf);
  return node.entries.flatMap(({ key, value }) => [...scalarsOf(key), ...scalarsOf(value)]);
}

function lastScalar(text: string): YamlScalar {
  const scalar = scalarsOf(readYaml(text)[0]?.root ?? fail()).at(-1);
  return scalar ?? fail();
}

function fail(): never {
  throw new Error('no scalar');
}

describe('spans', () => {
  it.each([
    ['plain', 'a:\n  - foo bar   # c\n', 'foo bar'],
    ['quoted, quotes included', 'a: "x y"\n', '"x y"'],
    ['block, from its header to its last line', 'a: |-\n  x\n  y\n\n', '|-\n  x\n  y'],
    ['an anchor is not part of the value', 'a: &n b\n', 'b'],
    ['absent', 'a:\n', ''],
  ])('%s', (_, text, expected) => {
    expect(cut(text, lastScalar(text).span)).toBe(expected);
  });

  it('a block mapping ends with its last value, one in brackets with its bracket', () => {
    const text = 'a:\n  b: c\n\n# comment\nd: {e: f }\n';
    const root = readYaml(text)[0]?.root ?? fail();
    if (root.kind !== 'map') fail();
    expect(root.entries.map(({ value }) => cut(text, value.span))).toEqual(['b: c', '{e: f }']);
  });
});

describe('the place of a character of a value', () => {
  // Each marked letter of the value must be found where the source writes it.
  it.each([
    ['plain on one line', 'a: one X two\n'],
    ['double-quoted', 'a: "one X two"\n'],
    ['behind escapes', 'a: "\\t\\x41\\u00e9\\U0001F600\\" X two"\n'],
    ['behind an escaped line break', 'a: "one \\\n    two X"\n'],
    ['single-quoted behind a doubled quote', "a: 'it''s X'\n"],
    ['plain over lines', 'a: one\n  two\n\n  three X four\n'],
    ['double-quoted over lines, with blanks inside', 'a: "one  two  \n   three   X"\n'],
    ['a literal block, second line', 'a: |\n    one\n      two X\n'],
    ['a literal block behind blank lines', 'a: |\n\n\n  one\n\n  X\n'],
    ['a literal block with an indentation indicator', 'a: |2\n    one\n   X\n'],
    ['a folded block', 'a: >-\n  one\n  two\n\n  three X\n'],
    ['a folded block with lines that are not folded', 'a: >\n  one\n    * two\n    * X\n  four\n'],
    ['CRLF', 'a: |\r\n  one\r\n  X\r\n'],
  ])('%s', (_, text) => {
    const scalar = lastScalar(text);
    const place = scalar.placeOf(scalar.text.indexOf('X'));
    expect(cut(text, { start: place, end: { line: place.line, column: place.column + 1 } })).toBe('X');
  });

  it('never leaves the scalar', () => {
    const scalar = lastScalar('a: one\nb: two\n');
    expect(scalar.placeOf(1000)).toEqual({ line: 2, column: 7 });
    expect(scalar.placeOf(-5)).toEqual({ line: 2, column: 4 });
  });

  it('counts lines of the original where the text is a masked copy of it', () => {
    const original = 'a: <\n\n>\nb: c\n';
    const [document] = readYaml(original.replace('<\n\n>', '<xx>'), { original });
    const scalar = scalarsOf(document?.root ?? fail()).at(-1);
    expect(scalar?.span.start).toEqual({ line: 4, column: 4 });
  });
});
