import { describe, expect, it } from '@jest/globals';
import {
  type EntryToWrite,
  entryHash,
  loadExceptions,
  writeExceptions,
} from '../../../src/policy/exceptions/index.ts';
import { GIVEN } from '../shipped.ts';

const ENTRY: Required<EntryToWrite> = {
  id: 'one',
  identity: { image: 'registry.example.com/loader' },
  rule: 'base-needs-exception',
  base: 'debian-base',
  reason: 'needs-shell',
  text: 'moves data',
  owner: '@acme/data',
  issue: 'https://example.com/1',
  expires: '2027-06-30',
};

function hashesOf(text: string): readonly string[] {
  const given = { ruleIds: GIVEN.ruleIds, families: new Set(['debian-base']), permanent: true };
  const read = loadExceptions({ from: 'file', text }, given);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.entries.map(({ hash }) => hash);
}

describe('writing an exceptions file', () => {
  it('writes the keys in the order in which people read them', () => {
    expect(writeExceptions([ENTRY])).toBe(`exceptions:
  - id: "one"
    image: "registry.example.com/loader"
    rule: base-needs-exception
    base: "debian-base"
    reason: needs-shell
    text: "moves data"
    owner: "@acme/data"
    issue: "https://example.com/1"
    expires: 2027-06-30
`);
  });

  it('leaves what nobody said to be filled in, and makes nothing up', () => {
    const text = writeExceptions([{ ...ENTRY, owner: '', issue: '', expires: null }]);
    expect(text).toMatch(/ owner: "" # .*\n +issue: "" # .*\n +# expires: YYYY-MM-DD/);
    expect(text).not.toMatch(/^ +expires:/m);
  });

  it.each([
    ['nothing', []],
    ['what nobody said', [{ ...ENTRY, owner: '', issue: '', expires: null }]],
    ['words of YAML', [{ ...ENTRY, text: '"a": [b] # c\n- d\u2028\u202e \\ é 😀', owner: 'null' }]],
    [
      'a path and its stage',
      [
        ENTRY,
        {
          ...ENTRY,
          id: 'two',
          identity: { path: 'a b/Dockerfile', target: 'x' },
          base: 'docker.io/library/x',
        },
      ],
    ],
  ] satisfies [string, EntryToWrite[]][])('is read back as it was: %s', (_, entries) => {
    expect(hashesOf(writeExceptions(entries))).toEqual(entries.map(entryHash));
  });

  it('shows what would not be seen', () => {
    expect(writeExceptions([{ ...ENTRY, text: 'a\u202eb' }])).toContain('"a\\u202eb"');
  });
});
