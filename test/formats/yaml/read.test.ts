import { describe, expect, it } from '@jest/globals';
import {
  entriesOf,
  isNull,
  nodeAt,
  readYaml,
  repeatedKeys,
  textOf,
} from '../../../src/formats/yaml/index.ts';
import { cut, pairs, plain } from './plain.ts';

describe('documents of a stream', () => {
  it.each([
    ['one without a marker', 'a: b\n', [pairs(['a', 'b'])]],
    [
      'several, comments between them',
      '---\na: b\n---\n# only a comment\n---\n- c\n',
      [pairs(['a', 'b']), ['c']],
    ],
    [
      'a directive and an early end',
      '%YAML 1.2\n---\na: b\n...\n---\nc: d\n',
      [pairs(['a', 'b']), pairs(['c', 'd'])],
    ],
    ['content on the marker line', '--- {a: b}\n--- c\n', [pairs(['a', 'b']), 'c']],
    ['a marker ends even a block scalar', 'a: |\n  x\n---\nb: c\n', [pairs(['a', 'x\n']), pairs(['b', 'c'])]],
    [
      'no marker: dashes inside a line or longer',
      'a: x---\nb: ----\n',
      [pairs(['a', 'x---'], ['b', '----'])],
    ],
    ['JSON objects in a row', '{"a": "}{"}\n{"b": "c"}', [pairs(['a', '}{']), pairs(['b', 'c'])]],
    ['JSON with tabs and trailing commas', '{\n\t"a": [\n\t\t"b",\n\t],\n}\n', [pairs(['a', ['b']])]],
    ['nothing but comments and blanks', '# x\n\n   \n---\n', []],
    ['CRLF', 'a: b\r\nc: |\r\n  d\r\n', [pairs(['a', 'b'], ['c', 'd\n'])]],
    ['only CR', 'a: b\rc: d\r', [pairs(['a', 'b'], ['c', 'd'])]],
    ['a byte order mark and NUL', '\uFEFFa: b\0\n', [pairs(['a', 'b'])]],
  ])('%s', (_, text, expected) => {
    const documents = readYaml(text);
    expect(documents.map((one) => plain(one.root))).toEqual(expected);
    expect(documents.flatMap((one) => one.problems)).toEqual([]);
  });

  it('parses only the documents that matter', () => {
    const documents = readYaml('a: [broken\n---\nkind: Pod\n', { matters: (piece) => piece.includes('Pod') });
    expect(documents.map((one) => plain(one.root))).toEqual([pairs(['kind', 'Pod'])]);
    expect(documents[0]?.span).toEqual({ start: { line: 2, column: 1 }, end: { line: 4, column: 1 } });
  });
});

describe('values', () => {
  it('stay text, whatever their type or tag; what is base64 is decoded, as every reader of Kubernetes does', () => {
    const [document] = readYaml('a: 010\nb: true\nc: !!binary aGk=\nd: !own {x: 1.0}\ne:\nf: ~\ng: "~"\n');
    expect(plain(document?.root)).toEqual(
      pairs(
        ['a', '010'],
        ['b', 'true'],
        ['c', 'hi'],
        ['d', pairs(['x', '1.0'])],
        ['e', ''],
        ['f', '~'],
        ['g', '~'],
      ),
    );
    const nulls = ['a', 'e', 'f', 'g'].map((key) =>
      isNull(nodeAt(document?.root ?? undefined, key) ?? never()),
    );
    expect(nulls).toEqual([false, true, true, false]);
  });

  it('keep repeated keys, and name them', () => {
    const root = readYaml('a: 1\nb: 2\na: 3\n')[0]?.root;
    if (root?.kind !== 'map') throw never();
    expect(entriesOf(root, 'a').map((entry) => plain(entry.value))).toEqual(['1', '3']);
    expect(repeatedKeys(root).map((entry) => entry.span.start.line)).toEqual([3]);
    expect(textOf(root, 'a')).toBe('3');
  });

  it('take keys that JavaScript objects have as plain data', () => {
    const [document] = readYaml('__proto__: {polluted: yes}\nconstructor: {prototype: x}\ntoString: y\n');
    expect(plain(document?.root)).toEqual(
      pairs(
        ['__proto__', pairs(['polluted', 'yes'])],
        ['constructor', pairs(['prototype', 'x'])],
        ['toString', 'y'],
      ),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(textOf(document?.root ?? undefined, 'valueOf')).toBeUndefined();
  });
});

describe('aliases and merge keys', () => {
  it('an alias is the node of its anchor; its entry ends where the alias stands', () => {
    const text = 'a: &x [sh, -c]\nb: *x\n';
    const root = readYaml(text)[0]?.root;
    if (root?.kind !== 'map') throw never();
    const [anchor, alias] = root.entries;
    expect(alias?.value).toBe(anchor?.value);
    expect(alias?.span).toEqual({ start: { line: 2, column: 1 }, end: { line: 2, column: 6 } });
    expect(cut(text, alias?.value.span ?? never())).toBe('[sh, -c]');
  });

  it('a merge key brings what the mapping does not have itself, the first source winning', () => {
    const root = readYaml('x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: own\n')[0]?.root;
    expect(plain(nodeAt(root ?? undefined, 'z'))).toEqual(pairs(['a', 'own'], ['b', '2'], ['c', '4']));
  });

  it.each([
    ['inside its own anchor', 'a: &x [*x]\n', 'CYCLIC_ALIAS'],
    ['through a merge key', 'a: &x\n  <<: *x\n  b: c\n', 'CYCLIC_ALIAS'],
    ['without an anchor', 'a: *x\n', 'BAD_ALIAS'],
  ])('an alias %s is a problem, not a loop', (_, text, code) => {
    expect(readYaml(text)[0]?.problems.map((one) => one.code)).toContain(code);
  });
});

describe('problems', () => {
  it.each([
    ['a tab as indentation', 'a:\n\tb: c\n', 'TAB_AS_INDENT', 2],
    ['a quote that nothing closes', 'a: "x\nb: c\n', 'MISSING_CHAR', 3],
    ['a mapping where none may stand', 'a: b: c\n', 'BLOCK_AS_IMPLICIT_KEY', 1],
    ['a list that nothing closes', 'a: [b\n', 'BAD_INDENT', 2],
  ])('%s is said with its line, and the rest is still read', (_, text, code, line) => {
    const [document] = readYaml(text);
    expect(document?.problems[0]).toMatchObject({ code, span: { start: { line } } });
    expect(document?.root?.kind).toBe('map');
  });

  it('are bounded in number', () => {
    expect(readYaml('a: @\n'.repeat(5000))[0]?.problems.length).toBe(20);
  });
});

function never(): Error & never {
  throw new Error('the fixture does not have it');
}
