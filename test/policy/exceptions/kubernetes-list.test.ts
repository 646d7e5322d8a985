import { describe, expect, it } from '@jest/globals';
import {
  listedExceptions,
  listWith,
  newList,
  type RowWanted,
  readList,
  reasonOf,
} from '../../../src/policy/exceptions/kubernetes-list/index.ts';
import fc from '../../support/fast-check.ts';

const SECTIONS = `# Images that wait

Text before, with a | bar.

- [Ours](#ours)

## Ours

### Ours: \`debian-base\`

| Image Name | Reasons for exception |
|---|---|
| [loader][sources] | Needs a shell |
| [ledger][sources] | Needs \`iptables\` |

### Ours: \`go-runner\`

| Image Name | Reasons for exception |
|---|---|
| [api][sources] | \`go-runner\` (see [1](https://example.com/1)) |

## Others

| Image Name | Base Image | OWNER | Supported? (Yes/No/Unknown) | Reasons for exception |
|---|---|---|---|---|
| [relay] | [debian-base] | https://example.com/OWNERS | Y | Requires [debug tooling](https://example.com/shell.md) |
| [sink] | \`ruby:2.7-slim\` |  | U | Links \`libfoo2\` |

[sources]: https://example.com/common.sh
[debian-base]: https://example.com/debian-base
[relay]: https://example.com/relay
`;

const OLD = `# Waiting

| Component Name | Base Image | Reasons |
| -------------- | :--------: |:-------:|
| \tloader   |  [k8s.gcr.io/debian-base](https://example.com/a#L1)  | Needs a shell, OWNER:@ann |
|ledger, mint<br/>press| k8s.gcr.io/debian-iptables| Either \\| or iptables|
|drain |  | needs more |
`;

const isSame = (one: string, other: string): boolean => one === other;

function wantedOf(text: string): RowWanted[] {
  return listedExceptions(readList(text)).flatMap(({ image, base, text: reason, owner }) =>
    base === null ? [] : [{ image, base, text: reason, owner }],
  );
}

function changedLines(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return {
    gone: old.filter((line) => !now.includes(line)),
    come: now.filter((line) => !old.includes(line)),
  };
}

describe('reading the exception list', () => {
  it('takes the base from the heading or from the column, and links by their label', () => {
    const found = listedExceptions(readList(SECTIONS));
    expect(found.map(({ image, base, reason }) => [image, base, reason])).toEqual([
      ['loader', 'debian-base', 'needs-shell'],
      ['ledger', 'debian-base', 'needs-iptables'],
      ['api', 'go-runner', 'other'],
      ['relay', 'debian-base', 'needs-debugging'],
      ['sink', 'ruby:2.7-slim', 'non-static-binary'],
    ]);
    expect(found[3]).toMatchObject({ owner: 'https://example.com/OWNERS', supported: 'Y', line: 26 });
    expect(found[4]).toMatchObject({ owner: '', supported: 'U' });
    expect(found[0]?.supported).toBeNull();
  });

  it('reads the old form, several images of a row, and owners in the reason', () => {
    expect(listedExceptions(readList(OLD))).toMatchObject([
      { image: 'loader', base: 'k8s.gcr.io/debian-base', owner: '@ann', reason: 'needs-shell' },
      { image: 'ledger', base: 'k8s.gcr.io/debian-iptables', text: 'Either | or iptables' },
      { image: 'mint', base: 'k8s.gcr.io/debian-iptables', line: 6 },
      { image: 'press', base: 'k8s.gcr.io/debian-iptables' },
      { image: 'drain', base: null, reason: 'other' },
    ]);
  });

  it('reads a label with a label in it', () => {
    const list = OLD.replace('[k8s.gcr.io/debian-base]', '[[debian-base]-amd64:v1]');
    expect(listedExceptions(readList(list))[0]?.base).toBe('debian-base-amd64:v1');
  });

  it('takes no example in a code block or comment, and no other table, for rows', () => {
    const other = '| Image | Size |\n|---|---|\n| a | 1 |\n';
    const text = `\`\`\`\n${SECTIONS}\n\`\`\`\n<!--\n${OLD}-->\n${other}`;
    expect(listedExceptions(readList(text))).toEqual([]);
  });

  it.each([
    ['Runs a bash script', 'needs-shell'],
    ['entrypoint script', 'needs-shell'],
    ['description of the protocol', 'other'],
    ['writes NAT rules with iptables in a shell', 'needs-iptables'],
    ['container debugging tools', 'needs-debugging'],
    ['cgo needs libc', 'non-static-binary'],
    ['dynamically linked', 'non-static-binary'],
    ['built upstream', 'third-party'],
    ['a third-party image', 'third-party'],
    ['[slow](https://example.com/shell)', 'other'],
  ])('%s: %s', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });
});

describe('writing the exception list', () => {
  it.each([
    ['sections', SECTIONS],
    ['one table', OLD],
    ['lines that end in CR LF', SECTIONS.replaceAll('\n', '\r\n')],
    ['no end of line at the end', OLD.trimEnd()],
    ['nothing', ''],
    ['no table', '# Title\n\ntext'],
  ])('gives back what it read, byte for byte: %s', (_, text) => {
    expect(listWith(readList(text), wantedOf(text), isSame)).toBe(text);
  });

  it('changes the line of a changed row alone', () => {
    const wanted = wantedOf(SECTIONS).map((want) =>
      want.image === 'ledger' ? { ...want, text: 'Needs a | shell' } : want,
    );
    expect(changedLines(SECTIONS, listWith(readList(SECTIONS), wanted, isSame))).toEqual({
      gone: ['| [ledger][sources] | Needs `iptables` |'],
      come: ['| [ledger][sources] | Needs a \\| shell |'],
    });
  });

  it('writes an owner into its column, and keeps the one that is there where nobody is named', () => {
    const wanted = wantedOf(SECTIONS).map((want) => ({ ...want, owner: want.image === 'sink' ? '@b' : '' }));
    expect(changedLines(SECTIONS, listWith(readList(SECTIONS), wanted, isSame))).toEqual({
      gone: ['| [sink] | `ruby:2.7-slim` |  | U | Links `libfoo2` |'],
      come: ['| [sink] | `ruby:2.7-slim` | @b | U | Links `libfoo2` |'],
    });
  });

  it('writes another base into its column, and one that was missing', () => {
    const moved = wantedOf(SECTIONS).map((want) =>
      want.image === 'sink' ? { ...want, base: 'debian-base' } : want,
    );
    expect(changedLines(SECTIONS, listWith(readList(SECTIONS), moved, isSame))).toEqual({
      gone: ['| [sink] | `ruby:2.7-slim` |  | U | Links `libfoo2` |'],
      come: ['| [sink] | [debian-base] |  | U | Links `libfoo2` |'],
    });
    const filled = [...wantedOf(OLD), { image: 'drain', base: 'debian', text: 'needs more', owner: '' }];
    expect(changedLines(OLD, listWith(readList(OLD), filled, isSame))).toEqual({
      gone: ['|drain |  | needs more |'],
      come: ['|drain | debian | needs more |'],
    });
  });

  it('moves an image to the section of its new base', () => {
    const wanted = wantedOf(SECTIONS).map((want) =>
      want.image === 'ledger' ? { ...want, base: 'go-runner' } : want,
    );
    expect(changedLines(SECTIONS, listWith(readList(SECTIONS), wanted, isSame))).toEqual({
      gone: ['| [ledger][sources] | Needs `iptables` |'],
      come: ['| ledger | Needs `iptables` |'],
    });
  });

  it.each(['a | b', 'a \\| b', 'ends in \\', 'ends in \\\\', 'two\nlines', '`|`'])(
    'keeps a text in its cell: %j',
    (text) => {
      const wanted = wantedOf(OLD).map((want) => ({ ...want, text }));
      const list = readList(listWith(readList(OLD), wanted, isSame));
      expect(list.tables[0]?.rows.map(({ cells }) => cells.length)).toEqual([3, 3, 3]);
    },
  );

  it('gives any rows back byte for byte', () => {
    const cell = fc.constantFrom(
      'a',
      ' b ',
      '`a`, c',
      'x/a',
      '[a][r]<br>a',
      '',
      '\t[b](u|',
      'a\\|b',
      ' [[d]-e](f) ',
    );
    const end = fc.constantFrom('\n', '\r\n');
    const row = fc
      .tuple(fc.array(cell, { maxLength: 4 }), end)
      .map(([cells, after]) => `|${cells.join('|')}${after}`);
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const text = `| Image | Base | Reasons |\n|---|---|---|\n${rows.join('')}`;
        expect(listWith(readList(text), wantedOf(text), isSame)).toBe(text);
      }),
    );
  });

  it('takes a removed row out, and its line alone', () => {
    const wanted = wantedOf(SECTIONS).filter(({ image }) => image !== 'relay');
    const text = listWith(readList(SECTIONS), wanted, isSame);
    expect(text).toBe(SECTIONS.replace(/\| \[relay\] .*\n/, ''));
  });

  it('adds rows to the table of their base, as the table writes them', () => {
    const added = [
      { image: 'registry.example.com/new', base: 'go-runner', text: 'one', owner: '' },
      { image: 'registry.example.com/relay', base: 'ruby:2.7-slim', text: 'two', owner: '@c' },
    ];
    const text = listWith(readList(SECTIONS), [...wantedOf(SECTIONS), ...added], isSame);
    expect(changedLines(SECTIONS, text)).toEqual({
      gone: [],
      come: ['| new | one |', '| [relay] | `ruby:2.7-slim` | @c | U | two |'],
    });
    expect(text).toContain('[1](https://example.com/1)) |\n| new | one |\n\n');
  });

  it('adds a section where no table has a place', () => {
    const list = SECTIONS.slice(0, SECTIONS.indexOf('## Others'));
    const added = { image: 'new', base: 'other-base', text: 'one', owner: '' };
    expect(listWith(readList(list), [...wantedOf(list), added], isSame)).toBe(
      `${list}\n### Release: \`other-base\`\n\n| Image Name | Reasons for exception |\n|---|---|\n| new | one |\n`,
    );
  });

  it('takes one image out of the row that it shares', () => {
    const wanted = wantedOf(OLD).filter(({ image }) => image !== 'mint');
    expect(changedLines(OLD, listWith(readList(OLD), wanted, isSame))).toEqual({
      gone: ['|ledger, mint<br/>press| k8s.gcr.io/debian-iptables| Either \\| or iptables|'],
      come: ['|ledger, press| k8s.gcr.io/debian-iptables| Either \\| or iptables|'],
    });
  });

  it('keeps a row whose base nobody wrote, of which no entry can speak', () => {
    expect(listWith(readList(OLD), [], isSame)).toContain('|drain |  | needs more |\n');
  });

  it('writes a list of its own that reads back', () => {
    const wanted = wantedOf(SECTIONS);
    const text = newList(wanted);
    expect(wantedOf(text)).toEqual(wanted);
    expect(listWith(readList(text), wanted, isSame)).toBe(text);
  });
});
