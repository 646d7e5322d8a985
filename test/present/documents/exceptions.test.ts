import { describe, expect, it } from '@jest/globals';
import type { ExceptionEntry } from '../../../src/domain/index.ts';
import { listedExceptions, readList } from '../../../src/policy/exceptions/kubernetes-list/index.ts';
import { exceptionsDocument } from '../../../src/present/documents/index.ts';
import { outsideCode } from '../../support/markdown.ts';

function anEntry(image: string, extra: Partial<ExceptionEntry> = {}): ExceptionEntry {
  return {
    id: image,
    identity: { image },
    rule: 'base-needs-exception',
    base: 'debian-base',
    reason: 'needs-shell',
    text: 'moves data',
    owner: '@acme/data',
    issue: 'https://github.com/acme/server/issues/12',
    expires: '2027-06-30',
    hash: '',
    at: { line: 1, column: 1 },
    ...extra,
  };
}

function documentOf(entries: readonly ExceptionEntry[], definition: string | null = null): string {
  return exceptionsDocument({
    entries,
    file: '.github/plinth-exceptions.yml',
    definitionOf: ({ identity }) => ('path' in identity ? identity.path : definition),
  });
}

const LIST = [
  anEntry('example.com/etcd'),
  anEntry('example.com/proxy', { base: 'debian-iptables', reason: 'other', text: 'NAT | rules', owner: '' }),
  anEntry('example.com/api', { issue: 'https://tracker.example.com/a/1', expires: null }),
  anEntry('x', {
    identity: { path: 'deploy/pod.yaml' },
    rule: 'manifest-shell-command',
    base: null,
    text: '',
    issue: '',
  }),
];

describe('the document of exceptions', () => {
  it('has a table for each base, sorted, then what is no matter of a base', () => {
    const document = documentOf(LIST, 'images/Dockerfile');
    expect(document.match(/^## .*/gm)).toEqual([
      '## On `debian-base`',
      '## On `debian-iptables`',
      '## Other exceptions',
    ]);
    const rows = document.split('\n').filter((line) => /^\| \[/.test(line));
    expect(rows.map((row) => row.replaceAll(/ +/g, ' '))).toEqual([
      '| [`example.com/api`][`images/Dockerfile`] | needs a shell: moves data | `@acme/data` | [tracker.example.com/a/1] | no end |',
      '| [`example.com/etcd`][`images/Dockerfile`] | needs a shell: moves data | `@acme/data` | [acme/server#12] | 2027-06-30 |',
      '| [`example.com/proxy`][`images/Dockerfile`] | NAT `\\|` rules | | [acme/server#12] | 2027-06-30 |',
      '| [`deploy/pod.yaml`] | `manifest-shell-command` | needs a shell | `@acme/data` | | 2027-06-30 |',
    ]);
    expect(document.split('\n').slice(-5)).toEqual([
      '[`deploy/pod.yaml`]: /deploy/pod.yaml',
      '[`images/Dockerfile`]: /images/Dockerfile',
      '[acme/server#12]: https://github.com/acme/server/issues/12',
      '[tracker.example.com/a/1]: https://tracker.example.com/a/1',
      '',
    ]);
  });

  it('has its bars below each other', () => {
    const tables = documentOf(LIST)
      .split(/\n\n/)
      .filter((part) => part.startsWith('|'));
    const bars = (line: string) => [...line.matchAll(/(?<!\\)\|/g)].map(({ index }) => index);
    for (const table of tables) {
      const [head = '', ...rows] = table.split('\n').filter((line) => line.startsWith('|'));
      for (const row of rows) expect(bars(row)).toEqual(bars(head));
    }
    expect(tables).toHaveLength(3);
  });

  it('is the same in whatever order the file has its entries', () => {
    expect(documentOf(LIST.toReversed())).toBe(documentOf(LIST));
  });

  it('is a list that can be imported again', () => {
    const listed = listedExceptions(readList(documentOf(LIST, 'images/Dockerfile')));
    expect(listed.slice(0, 3)).toMatchObject([
      { image: 'example.com/api', base: 'debian-base', reason: 'needs-shell', owner: '@acme/data' },
      { image: 'example.com/etcd', base: 'debian-base', reason: 'needs-shell' },
      { image: 'example.com/proxy', base: 'debian-iptables' },
    ]);
  });

  it('says where there is none', () => {
    expect(documentOf([])).toMatch(/\n\nNo exceptions\.\n$/);
  });

  it('is not led astray by what others wrote', () => {
    const hostile = ['](https://evil.example)', '@team <b>', '`|`', 'a\n## b'];
    const document = documentOf(
      hostile.map((text, index) =>
        anEntry(`i${index}${text}`, {
          base: 'evil.example/x',
          text,
          owner: text,
          issue: index === 0 ? 'javascript:alert(1)' : `https://evil.example/${text}`,
        }),
      ),
    );
    expect(document.match(/^#+ .*/gm)).toEqual(['# Base image exceptions', '## On `evil.example/x`']);
    expect(outsideCode(document)).not.toMatch(/evil|@team|<b>|javascript/);
  });

  it('gives no two addresses one label', () => {
    const document = documentOf([
      anEntry('a', { identity: { path: 'Dockerfile' } }),
      anEntry('b', { identity: { path: 'dockerfile' } }),
    ]);
    expect(document.match(/^\[`dockerfile`\]: .*/gim)).toEqual(['[`Dockerfile`]: /Dockerfile']);
    expect(document).toMatch(/^\| `dockerfile` /m);
  });
});
