import { describe, expect, it } from '@jest/globals';
import type { ReadExceptions } from '../../../src/domain/index.ts';
import { loadExceptions } from '../../../src/policy/exceptions/index.ts';
import { RULE_METADATA } from '../../../src/rules/index.ts';

const GIVEN = {
  ruleIds: [...RULE_METADATA.keys()],
  families: new Set(['debian-base', 'debian-iptables', 'distroless-iptables', 'alpine', 'scratch']),
  permanent: false,
};
const BLOB = 'a'.repeat(40);

/** An entry with some keys said otherwise; null leaves a key out. */
function entry(other: Readonly<Record<string, string | null>>): string {
  const keys = {
    path: 'Dockerfile',
    rule: 'base-needs-exception',
    base: 'debian-base',
    reason: 'other',
    expires: '2027-06-30',
    ...other,
  };
  const lines = Object.entries(keys).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]));
  return `- ${lines.join('\n  ')}\n`;
}

function read(...entries: readonly string[]): ReadExceptions {
  return loadExceptions({ from: 'file', text: `exceptions:\n${entries.join('')}` }, GIVEN);
}

function problems(...entries: readonly string[]): readonly string[] {
  const loaded = read(...entries);
  return 'problems' in loaded ? loaded.problems.map(({ message }) => message) : [];
}

/** What has no effect would look as if it had one. */
describe('an entry that says what means nothing for its rule is refused', () => {
  it.each<[string, Readonly<Record<string, string | null>>, RegExp]>([
    ['a blob for a base', { blob: BLOB }, /^blob is .* unread-file: leave it out$/],
    [
      'a stage for a file',
      { rule: 'unread-file', base: null, blob: BLOB, target: 'app' },
      /^target is a stage .* unread-file is about the file/,
    ],
    ['a base for a file', { rule: 'unread-file', blob: BLOB }, /^nobody knows the base/],
    [
      'a stage for a manifest',
      { rule: 'manifest-shell-command', base: null, target: 'app' },
      /^target is a stage .* manifest-shell-command is about the file/,
    ],
  ])('%s', (_, other, message) => {
    expect(problems(entry(other))).toEqual([expect.stringMatching(message)]);
  });

  it('and a file that cannot be read is named by path and blob', () => {
    expect(problems(entry({ rule: 'unread-file', base: null, blob: BLOB }))).toEqual([]);
    expect(problems(entry({ rule: 'unread-file', base: null }))).toEqual([expect.stringMatching(/as blob/)]);
  });
});

describe('an exception to a rule about the base', () => {
  it.each(['base-needs-exception', 'base-not-allowed', 'base-scratch', 'unresolved-base'])(
    'names the base: %s',
    (rule) => {
      expect(problems(entry({ rule, base: null }))).toEqual([
        expect.stringMatching(new RegExp(`^an exception to ${rule} names the base .*: base: `)),
      ]);
    },
  );

  it.each([
    ['a family', 'base-needs-exception', 'debian-base'],
    ['a repository', 'base-not-allowed', 'docker.io/library/alpine'],
    ['what is no valid name', 'base-not-allowed', 'Foo:1'],
    ['what nothing decides', 'unresolved-base', '"${BASEIMAGE}"'],
    ['what stands in place of a name', 'unresolved-base', 'BASEIMAGE'],
    ['a name that is empty', 'unresolved-base', '""'],
  ])('may name %s', (_, rule, base) => {
    expect(problems(entry({ rule, base }))).toEqual([]);
  });

  it.each([
    ['debian-bse', 'did you mean "debian-base"?'],
    ['Debian-Base', 'did you mean "debian-base"?'],
    ['iptables', 'did you mean "debian-iptables" or "distroless-iptables"?'],
    ['acme', 'a base that no table knows is named by its repository, such as docker.io/acme/base'],
  ])('may not name the family %s, that there is none of, and is told what may be meant', (base, meant) => {
    expect(problems(entry({ base }))).toEqual([
      expect.stringContaining(`there is no family "${base}": ${meant}`),
    ]);
  });

  it('is told so at the line and column of the name', () => {
    const loaded = read(
      '- { path: a/Dockerfile, rule: base-not-allowed, reason: other, expires: 2027-01-01,\n    base: alpin }\n',
    );
    expect(loaded).toMatchObject({
      problems: [{ line: 3, column: 11, message: expect.stringContaining('did you mean "alpine"') }],
    });
  });
});

it('nothing is an exception to the review of a change to the policy', () => {
  const rule = { path: '.github/plinth.yml', rule: 'policy-changed', base: null };
  expect(problems(entry(rule))).toEqual([expect.stringMatching(/^there is no exception to policy-changed/)]);
});

describe('an entry without an id has one made of what it is for', () => {
  function ids(...entries: readonly string[]): readonly string[] {
    const loaded = read(...entries);
    return 'entries' in loaded ? loaded.entries.map(({ id }) => id) : problems(...entries);
  }
  const ended = entry({ expires: '2020-12-31' });
  const renewed = entry({ expires: '2027-06-30' });
  const ENDED = 'Dockerfile on debian-base until 2020-12-31';
  const RENEWED = 'Dockerfile on debian-base until 2027-06-30';

  it('so that an ended one may stay beside the one that follows it', () => {
    expect(ids(ended, renewed)).toEqual([ENDED, RENEWED]);
  });

  it('whatever else the file holds', () => {
    expect([ids(ended), ids(renewed), ids(renewed, ended)]).toEqual([[ENDED], [RENEWED], [RENEWED, ENDED]]);
  });

  it('so that exceptions to several needs on one base stand beside each other', () => {
    const need = (rule: string) => entry({ rule, target: 'app' });
    expect(ids(need('shell-entrypoint'), need('healthcheck-shell'))).toEqual([
      'Dockerfile#app on debian-base for shell-entrypoint until 2027-06-30',
      'Dockerfile#app on debian-base for healthcheck-shell until 2027-06-30',
    ]);
  });

  it('and two of the same are refused', () => {
    expect(problems(renewed, renewed)).toEqual([expect.stringMatching(/^the entry in line 2 has the id/)]);
  });
});

describe('a path', () => {
  it.each(['images/[id]/Dockerfile', 'images/{app}/Dockerfile', 'a b/Dockerfile', '.github/Dockerfile'])(
    'is literal: %s',
    (path) => {
      expect(problems(entry({ path: `"${path}"` }))).toEqual([]);
    },
  );

  it.each(['images/*/Dockerfile', 'images/?/Dockerfile', '/Dockerfile', '../Dockerfile', '', './'])(
    'names one file: "%s"',
    (path) => {
      expect(problems(entry({ path: `"${path}"` }))).toEqual([
        expect.stringMatching(/^".*" has to be the path of one file in the repository/),
      ]);
    },
  );

  it.each([
    ['./Dockerfile', 'Dockerfile'],
    ['a//Dockerfile', 'a/Dockerfile'],
    ['a/./Dockerfile', 'a/Dockerfile'],
  ])('in another spelling than git has would cover nothing: %s', (path, listed) => {
    expect(problems(entry({ path }))).toEqual([
      `"${path}" has to be written as git lists it: path: ${listed}`,
    ]);
  });
});
