import { describe, expect, it } from '@jest/globals';
import { policyNotices } from '../../src/policy/index.ts';
import { GIVEN } from './shipped.ts';

function noticesOf(text: string, tier: 'repository' | 'operator' | 'organisation' = 'repository') {
  return policyNotices({ tier, from: 'policy.yml', text }, GIVEN).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

describe('settings that do not do what they seem to', () => {
  it.each([
    ['no extends', 'scope: touched\n', /^1:1 without extends .* kep-1729 .*minimal/],
    ['lock', 'extends: minimal\nlock: [bases]\n', /^2:1 lock has no effect in a repository’s own policy/],
    [
      'a rule that stays undecided',
      'extends: minimal\nrules:\n  unresolved-base: off\n',
      /^3:3 rules\.unresolved-base has no effect/,
    ],
    [
      'mirrors of a repository',
      'extends: minimal\nbases: { mirrors: { a.io/hub: docker.io } }\n',
      /^2:10 bases\.mirrors has no effect/,
    ],
    [
      'an allowed base that the policy below wants an exception for',
      'extends: kep-1729\nbases:\n  allow: [distroless-static, debian-base]\n',
      /^3:30 "debian-base" is on bases\.exception of kep-1729 as well, which wins/,
    ],
    [
      'an allowed name whose family the policy below wants an exception for',
      'extends: kep-1729\nbases: { allow: ["registry.k8s.io/build-image/debian-base"] }\n',
      /^2:18 "registry\.k8s\.io\/build-image\/debian-base" is on bases\.exception of kep-1729/,
    ],
    [
      'a base on both lists',
      'extends: kep-1729\nbases: { allow: [alpine], exception: [alpine] }\n',
      /^2:18 "alpine" is on bases\.exception as well/,
    ],
    ['images that are only taken out', 'extends: minimal\nimages: ["!a.io/x"]\n', /^2:1 .*no image is ours/],
  ])('%s', (_, text, notice) => {
    expect(noticesOf(text)).toEqual([expect.stringMatching(notice)]);
  });

  it.each([
    ['a tag', 'registry.acme.io/app:1', /without tag/],
    ['a digest', 'registry.acme.io/app@sha256*', /without tag and digest/],
    ['an address', 'https://registry.acme.io/**', /no address/],
    ['a slash at the end', 'registry.acme.io/', /end with `\/\*\*`/],
    ['capitals', 'Registry.acme.io/**', /lower case/],
    ['a registry alone', 'registry.acme.io', /registry\.acme\.io\/\*\*/],
    ['a registry with a port alone', 'localhost:5000', /localhost:5000\/\*\*/],
    ['a word', 'acme', /docker\.io\/acme\/\*\*/],
    ['a star', '*', /`\*\*` for every image/],
  ])('a glob over images that matches nothing: %s', (_, glob, because) => {
    expect(noticesOf(`extends: minimal\nimages: ["${glob}"]\n`)).toEqual([expect.stringMatching(because)]);
  });

  it.each([
    ['/docs/**', /no slash in front/],
    ['docs/', /write `docs\/\*\*`/],
    ['./docs/**', /top folder/],
    ['a//b', /top folder/],
  ])('a glob over paths that matches nothing: %s', (glob, because) => {
    expect(noticesOf(`extends: minimal\npaths: { ignored: ["${glob}"] }\n`)).toEqual([
      expect.stringMatching(because),
    ]);
  });

  it.each([
    ['the policies that ship', GIVEN.shipped['kep-1729']?.replace(/^(name|exceptions): .*/gm, '')],
    ['every image, an owner, a registry with a port', 'images: ["**", "acme/**", "localhost:5000/x/*"]'],
    ['what is taken out of what is ours', 'images: ["a.io/**", "!a.io/x"]'],
    ['a base that moves from one list to the other', 'bases: { allow: [debian-base], exception: [] }'],
    ['globs over paths', 'paths: { ignored: ["docs/**", "**/x", "!docs/a"] }'],
    ['who may grant', 'commands: { grant: { teams: [release], owners: true }, two-person: true }'],
    ['an undecided rule at its own level', 'rules: { unresolved-base: inconclusive }'],
  ])('nothing is said of %s', (_, text) => {
    expect(noticesOf(`extends: kep-1729\n${text}\n`)).toEqual([]);
  });

  it('locks of the operator and of the organisation hold', () => {
    expect(noticesOf('extends: minimal\nlock: [bases]\n', 'operator')).toEqual([]);
    expect(noticesOf('extends: minimal\nlock: [bases]\n', 'organisation')).toEqual([]);
  });

  it('mirrors of the operator have force', () => {
    expect(noticesOf('extends: minimal\nbases: { mirrors: { a.io/hub: docker.io } }', 'operator')).toEqual(
      [],
    );
  });

  it('are told of what stands on an organisation’s policy with that', () => {
    const organisation = {
      tier: 'organisation',
      from: 'acme',
      text: 'bases: { exception: [alpine] }',
    } as const;
    const notices = (text: string) =>
      policyNotices({ tier: 'repository', from: 'policy.yml', text }, GIVEN, [organisation]);
    // It stands on that, not on the default: `extends` would take it away.
    expect(notices('scope: touched\n')).toEqual([]);
    expect(notices('bases: { allow: [alpine] }\n')).toMatchObject([
      { line: 1, message: expect.stringMatching(/^"alpine" is on bases\.exception of acme as well/) },
    ]);
  });

  it('come by line, and none from a text that cannot be used', () => {
    expect(noticesOf('lock: [bases]\nimages: ["!a.io/x"]\n').map((one) => one[0])).toEqual(['1', '1', '2']);
    expect(noticesOf('lokc: [bases]\nimages: ["!a.io/x"]\n')).toEqual([]);
  });
});
