import { describe, expect, it } from '@jest/globals';
import type { ExceptionEntry, Inventory, ListedBase, ListedImage } from '../../../src/domain/index.ts';
import { baseImagesDocument } from '../../../src/present/documents/index.ts';
import { outsideCode } from '../../support/markdown.ts';

function aBase(reference: string, extra: Partial<ListedBase> = {}): ListedBase {
  return {
    reference,
    platform: null,
    family: null,
    standing: 'not-allowed',
    basis: 'by-name',
    chain: [],
    through: [],
    ...extra,
  };
}

function anImage(path: string, bases: readonly ListedBase[], extra: Partial<ListedImage> = {}): ListedImage {
  return {
    id: path,
    path,
    line: 1,
    name: null,
    tags: [],
    workflow: 'docker',
    scope: 'release',
    standing: 'not-allowed',
    bases,
    ...extra,
  };
}

function documentOf(
  images: readonly ListedImage[],
  exceptions: ReadonlyMap<ListedBase, Pick<ExceptionEntry, 'expires'>> = new Map(),
  unread: Inventory['unread'] = [],
): string {
  const inventory: Inventory = {
    schema: 'plinth-images/1',
    engine: { version: '0' },
    policy: { name: 'p', digest: '' },
    commit: null,
    images,
    unread,
  };
  return baseImagesDocument({
    inventory,
    exceptions: exceptions as ReadonlyMap<ListedBase, ExceptionEntry>,
  });
}

/** The cells of every row below the heads of tables. */
function rowsOf(document: string): readonly (readonly string[])[] {
  return document
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:Image |-)/.test(line))
    .map((line) =>
      line
        .slice(2, -2)
        .split(/ (?<!\\)\| /)
        .map((cell) => cell.trim()),
    );
}

describe('the document of base images', () => {
  it('lists each image with its bases, how they stand, its exception and its definition', () => {
    const own = aBase('alpine:3.20');
    const document = documentOf(
      [
        anImage('b/Dockerfile', [aBase('gcr.io/distroless/static:nonroot', { standing: 'allowed' })]),
        anImage('a/Dockerfile', [own], { name: 'example.com/z' }),
      ],
      new Map([[own, { expires: '2027-06-30' }]]),
    );
    expect(rowsOf(document)).toEqual([
      ['`example.com/z`', '`alpine:3.20`', 'not allowed', 'until 2027-06-30', '[`a/Dockerfile`]'],
      ['–', '`gcr.io/distroless/static:nonroot`', 'allowed', '–', '[`b/Dockerfile`]'],
    ]);
    expect(document).toContain('\n[`a/Dockerfile`]: /a/Dockerfile\n[`b/Dockerfile`]: /b/Dockerfile\n');
  });

  it('puts bases that stand alike into one row, and others into rows of their own', () => {
    const bases = ['arm64', 'amd64'].map((arch) => aBase(`alpine-${arch}:3`, { platform: arch }));
    const document = documentOf([anImage('Dockerfile', [...bases, aBase('', { standing: 'unresolved' })])]);
    expect(rowsOf(document).map(([, base, standing]) => [base, standing])).toEqual([
      ['`alpine-amd64:3` on `amd64`<br>`alpine-arm64:3` on `arm64`', 'not allowed'],
      ['`(empty)`', 'unresolved'],
    ]);
  });

  it('does not change with a digest, a line, or the order of what it is made of', () => {
    const one = (digit: string, line: number) => [
      anImage('a/Dockerfile', [aBase(`alpine:3@sha256:${digit.repeat(64)}`)], { line }),
      anImage('b/Dockerfile', [aBase('alpine:3')], { name: 'n' }),
    ];
    expect(documentOf(one('0', 1))).toBe(documentOf(one('1', 7).toReversed()));
  });

  it('keeps the scopes apart, names what was not read once, and says where there is nothing', () => {
    const document = documentOf(
      [anImage('a', [aBase('x')], { scope: 'test' }), anImage('b', [aBase('x')])],
      new Map(),
      [
        { path: 'z', because: 'line 3' },
        { path: 'y', because: 'line 4' },
        { path: 'z', because: 'line 5' },
      ],
    );
    expect(document.match(/^## .*/gm)).toEqual(['## Images', '## Images of tests', '## Not read']);
    expect(document).toContain('\n- `y`\n- `z`\n');
    expect(documentOf([])).toMatch(/\n\nNo images\.\n$/);
  });

  it('is not led astray by names of others', () => {
    const hostile = [
      'a|b',
      '`x` @team',
      '<img src=x>',
      '[link](https://evil.example)',
      'a]: https://evil.example',
    ];
    const document = documentOf(
      hostile.map((name, index) =>
        anImage(`${index} ${name}`, [aBase(`${name}:1`)], { name: `n-${name}`, id: `${index} ${name}` }),
      ),
    );
    expect(rowsOf(document).map((row) => row.length)).toEqual(hostile.map(() => 5));
    expect(outsideCode(document)).not.toMatch(/@team|<img|evil/);
  });
});
