import { describe, expect, it } from '@jest/globals';
import type { Span } from '../../../src/domain/index.ts';
import { MOST_LEVELS, readYaml, type YamlNode } from '../../../src/formats/yaml/index.ts';
import fc from '../../support/fast-check.ts';

const TOO_DEEP = `nested deeper than ${MOST_LEVELS} levels`;

function blockMaps(levels: number): string {
  let text = '';
  for (let level = 0; level < levels; level++) text += `${' '.repeat(level)}a:\n`;
  return text;
}

function countNodes(node: YamlNode): number {
  if (node.kind === 'scalar') return 1;
  if (node.kind === 'list') return node.items.reduce((sum, item) => sum + countNodes(item), 1);
  return node.entries.reduce((sum, { key, value }) => sum + countNodes(key) + countNodes(value), 1);
}

describe('nesting (I01, I02)', () => {
  it.each([
    ['lists in brackets', (n: number) => '['.repeat(n)],
    ['closed lists in brackets', (n: number) => '['.repeat(n) + ']'.repeat(n)],
    ['mappings in brackets', (n: number) => '{a: '.repeat(n)],
    ['JSON', (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`],
    ['dashes on one line', (n: number) => `${'- '.repeat(n)}x`],
    ['explicit keys on one line', (n: number) => `${'? '.repeat(n)}x`],
  ])('of 100, 1,000 and 100,000 %s stops at the guard', (_, make) => {
    for (const levels of [100, 1000, 100_000]) {
      const [document] = readYaml(make(levels));
      expect(document?.root).toBeNull();
      expect(document?.problems.map((one) => one.message)).toEqual([TOO_DEEP]);
    }
  });

  it('of block mappings stops at the guard, and one level less is read', () => {
    expect(readYaml(blockMaps(1000))[0]?.problems.map((one) => one.message)).toEqual([TOO_DEEP]);
    expect(readYaml(blockMaps(MOST_LEVELS + 1))[0]?.root).toBeNull();
    expect(readYaml(blockMaps(MOST_LEVELS))[0]?.problems).toEqual([]);
  });

  it('in one document does not cost the others', () => {
    const text = `a: b\n---\n${'['.repeat(1000)}\n---\nc: d\n`.repeat(20);
    const documents = readYaml(text);
    expect(documents).toHaveLength(41);
    expect(documents.filter((one) => one.root === null)).toHaveLength(20);
  });
});

describe('many things (I03, I05)', () => {
  it.each([10_000, 100_000])('%i keys in one mapping', (count) => {
    const text = Array.from({ length: count }, (_, index) => `key${index}: v`).join('\n');
    const root = readYaml(text)[0]?.root;
    expect(root?.kind === 'map' ? root.entries.length : 0).toBe(count);
  });

  it.each([
    ['20,000 documents', '---\na: b\n'.repeat(20_000), 20_000],
    ['comments', '# abcdef\n'.repeat(110_000), 0],
    ['one line', `a: ${'x'.repeat(1_000_000)}`, 1],
    ['blanks', ' '.repeat(1_000_000), 0],
    ['tabs', '\t'.repeat(1_000_000), 0],
    ['NUL', '\0'.repeat(1_000_000), 0],
    ['blank lines', `a: b\n${'\n'.repeat(1_000_000)}c: d\n`, 1],
    ['carriage returns', `a: b\r${'\r'.repeat(1_000_000)}c: d\r`, 1],
    ['a long block scalar', `a: |\n${'  foo bar\n'.repeat(100_000)}`, 1],
  ])('a megabyte of %s', (_, text, documents) => {
    const read = readYaml(text);
    expect(read).toHaveLength(documents);
    expect(read.flatMap((one) => one.problems)).toEqual([]);
  });

  it('blank lines in number keep the places behind them', () => {
    const root = readYaml(`a: b\n${'\n'.repeat(10_000)}c: d\n`)[0]?.root;
    expect(root?.kind === 'map' ? root.entries[1]?.span.start.line : 0).toBe(10_002);
  });
});

describe('aliases (I04)', () => {
  it('of aliases stop at a bound that is said', () => {
    let bomb = 'l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let level = 1; level < 9; level++)
      bomb += `l${level}: &l${level} [${Array(10)
        .fill(`*l${level - 1}`)
        .join(', ')}]\n`;
    const [document] = readYaml(bomb);
    expect(document?.problems.map((one) => one.code)).toContain('ALIAS_BOUND');
    expect(countNodes(document?.root ?? never())).toBeLessThan(50_000);
  });

  it('chains of merge keys stop at the same bound', () => {
    let chain = 'm0: &m0 {k0: v}\n';
    for (let level = 1; level < 1000; level++)
      chain += `m${level}: &m${level}\n  <<: *m${level - 1}\n  k${level}: v\n`;
    const [document] = readYaml(chain);
    expect(document?.problems.map((one) => one.code)).toContain('ALIAS_BOUND');
    expect(countNodes(document?.root ?? never())).toBeLessThan(60_000);
  });

  it('100,000 anchors stop at a bound that is said, 10,000 do not', () => {
    const anchors = (count: number) => Array.from({ length: count }, (_, at) => `- &a${at} x`).join('\n');
    expect(readYaml(anchors(10_000))[0]?.problems).toEqual([]);
    const [document] = readYaml(anchors(100_000));
    expect(document?.root).toBeNull();
    expect(document?.problems.map((one) => one.message)).toEqual(['more than 10000 anchors']);
  });
});

describe('any text', () => {
  const token = fc.constantFrom(
    ...[
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '|',
      '>',
      '&a ',
      '*a',
      '<<: ',
      '# ',
      '---\n',
      '\\',
      '\t',
      '? ',
      '!!x ',
      '%',
      '\r',
      '...\n',
    ],
  );
  it('is read without an error, and every place lies in it', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
        const text = tokens.join('');
        const lines = text.split('\n');
        for (const document of readYaml(text)) {
          const places = document.problems.map(({ span }) => span);
          if (document.root !== null) places.push(...placesOf(document.root));
          expect(places.filter((place) => !isIn(place, lines))).toEqual([]);
        }
      }),
      { numRuns: 1500, seed: 7 },
    );
  });
});

function* placesOf(node: YamlNode): Generator<Span> {
  yield node.span;
  if (node.kind === 'scalar') {
    for (const offset of [0, node.text.length >> 1, node.text.length])
      yield { start: node.placeOf(offset), end: node.placeOf(offset) };
  } else if (node.kind === 'list') for (const item of node.items) yield* placesOf(item);
  else for (const { key, value } of node.entries) for (const one of [key, value]) yield* placesOf(one);
}

function isIn({ start, end }: Span, lines: readonly string[]): boolean {
  const isThere = ({ line, column }: Span['start']) =>
    line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1;
  const isOrdered = start.line < end.line || (start.line === end.line && start.column <= end.column);
  return isThere(start) && isThere(end) && isOrdered;
}

function never(): never {
  throw new Error('the fixture does not have it');
}
