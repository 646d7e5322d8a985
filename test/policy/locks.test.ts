import { describe, expect, it } from '@jest/globals';
import type { Policy, PolicyText } from '../../src/domain/index.ts';
import { effectiveSettings, loadPolicy } from '../../src/policy/index.ts';
import { GIVEN, operator, policyOf, repository } from './shipped.ts';

function organisation(text: string): PolicyText {
  return { tier: 'organisation', from: 'acme/.github', text };
}

/** `alpine` is on no list of the shipped policies, `go-runner` is allowed by minimal and needs an exception under kep-1729. */
const standingOf = (family: string) => (policy: Policy) =>
  policy.assess(family === 'alpine' ? 'alpine:3' : 'registry.k8s.io/build-image/go-runner:v1').standing;
const levelOf = (rule: string) => (policy: Policy) => policy.levelOf(rule) ?? 'unset';

interface Combination {
  readonly title: string;
  readonly operator?: string;
  readonly organisation?: string;
  readonly repository?: string;
  readonly question: (policy: Policy) => unknown;
  readonly answer: string;
  /** Keys that have no effect, as `text:line:column key tier`. */
  readonly overruled: readonly string[];
}

const OFF = 'rules: { base-not-allowed: off }';

const COMBINATIONS: readonly Combination[] = [
  {
    title: 'what nobody locks is the repository’s to say',
    organisation: 'rules: { base-not-allowed: block }',
    repository: OFF,
    question: levelOf('base-not-allowed'),
    answer: 'off',
    overruled: [],
  },
  {
    title: 'a locked rule stays as the organisation sets it',
    organisation: 'lock: [rules.base-not-allowed]\nrules: { base-not-allowed: block }',
    repository: OFF,
    question: levelOf('base-not-allowed'),
    answer: 'block',
    overruled: ['.github/plinth.yml:1:10 rules.base-not-allowed organisation'],
  },
  {
    title: 'a locked rule that the organisation does not set stays as the shipped policy has it',
    organisation: 'lock: [rules.base-not-allowed]',
    repository: OFF,
    question: levelOf('base-not-allowed'),
    answer: 'unset',
    overruled: ['.github/plinth.yml:1:10 rules.base-not-allowed organisation'],
  },
  {
    title: 'the same value as the locked one is no matter',
    organisation: 'lock: [rules.base-not-allowed]\nrules: { base-not-allowed: warn }',
    repository: 'rules: { base-not-allowed: warn }',
    question: levelOf('base-not-allowed'),
    answer: 'warn',
    overruled: [],
  },
  {
    title: 'a locked map holds the keys that the organisation leaves out, too',
    organisation: 'lock: [rules]\nrules: { base-not-allowed: block }',
    repository: 'scope: touched\nrules: { base-scratch: off }',
    question: levelOf('base-scratch'),
    answer: 'unset',
    overruled: ['.github/plinth.yml:2:10 rules.base-scratch organisation'],
  },
  {
    title: 'a locked key leaves its neighbours to the repository',
    organisation: 'lock: [rules.base-not-allowed]',
    repository: 'rules: { base-scratch: off }',
    question: levelOf('base-scratch'),
    answer: 'off',
    overruled: [],
  },
  {
    title: 'another shipped policy below does not change what is locked',
    organisation: 'extends: kep-1729\nlock: [bases, rules]',
    repository: 'extends: minimal',
    question: standingOf('go-runner'),
    answer: 'needs-exception',
    overruled: [],
  },
  {
    title: 'a locked extends holds the shipped policy',
    organisation: 'extends: kep-1729\nlock: [extends]',
    repository: '# ours\nextends: minimal',
    question: standingOf('go-runner'),
    answer: 'needs-exception',
    overruled: ['.github/plinth.yml:2:1 extends organisation'],
  },
  {
    title: 'of two lists only the locked one is held',
    organisation: 'lock: [bases.allow]',
    repository: 'bases: { allow: ["**"], exception: [alpine] }',
    question: standingOf('alpine'),
    answer: 'needs-exception',
    overruled: ['.github/plinth.yml:1:10 bases.allow organisation'],
  },
  {
    title: 'the operator’s lock holds against the organisation',
    operator: 'lock: [rules.base-not-allowed]\nrules: { base-not-allowed: block }',
    organisation: OFF,
    question: levelOf('base-not-allowed'),
    answer: 'block',
    overruled: ['acme/.github:1:10 rules.base-not-allowed operator'],
  },
  {
    title: 'of two locks the stronger tier’s counts',
    operator: 'lock: [rules.base-not-allowed]\nrules: { base-not-allowed: block }',
    organisation: 'lock: [rules]\nrules: { base-not-allowed: warn }',
    repository: OFF,
    question: levelOf('base-not-allowed'),
    answer: 'block',
    overruled: [
      '.github/plinth.yml:1:10 rules.base-not-allowed operator',
      'acme/.github:2:10 rules.base-not-allowed operator',
    ],
  },
  {
    title: 'an operator’s policy that locks nothing stands alone',
    operator: 'rules: { base-not-allowed: block }',
    organisation: 'bases: { allow: [alpine] }',
    repository: `${OFF}\nbases: { allow: [alpine] }`,
    question: (policy) => `${levelOf('base-not-allowed')(policy)} ${standingOf('alpine')(policy)}`,
    answer: 'block not-allowed',
    overruled: [],
  },
];

function textsOf(combination: Pick<Combination, 'operator' | 'organisation' | 'repository'>): PolicyText[] {
  return [
    ...(combination.repository === undefined ? [] : [repository(combination.repository)]),
    ...(combination.organisation === undefined ? [] : [organisation(combination.organisation)]),
    ...(combination.operator === undefined ? [] : [operator(combination.operator)]),
  ];
}

describe('C05, SEM-1.4: what the tiers come to', () => {
  it('is told by twelve combinations', () => expect(COMBINATIONS).toHaveLength(12));

  it.each(COMBINATIONS)('$title', (combination) => {
    const policy = policyOf(...textsOf(combination));
    expect(combination.question(policy)).toBe(combination.answer);
    const overruled = policy.overruled.map(({ from, line, column, message }) => {
      const [, key, tier] = /^(\S+) is locked(?: \(as \S+\))? by the (\w+) \(/.exec(message) ?? [];
      return `${from}:${line}:${column} ${key} ${tier}`;
    });
    expect(overruled).toEqual(combination.overruled);
  });

  it.each(COMBINATIONS)('in whichever order the texts are given: $title', (combination) => {
    const policy = policyOf(...textsOf(combination).reverse());
    expect(combination.question(policy)).toBe(combination.answer);
  });

  it('a lock of the repository holds nothing', () => {
    const policy = policyOf(repository(`lock: [rules]\n${OFF}`), organisation('rules: { glog-import: off }'));
    expect([policy.levelOf('glog-import'), policy.overruled]).toEqual(['off', []]);
  });

  it('mirrors, which have no force in a repository, are not told a second time', () => {
    const policy = policyOf(
      repository('bases: { mirrors: { a.io/hub: docker.io } }'),
      organisation('lock: [bases]'),
    );
    expect(policy.overruled).toEqual([]);
  });

  it.each(['lock: [extends]', 'extends: kep-1729\nlock: [extends]'])(
    'a repository that names the policy which is held says nothing else (%s)',
    (text) => {
      expect(policyOf(repository('extends: kep-1729'), organisation(text)).overruled).toEqual([]);
      expect(policyOf(repository('extends: minimal'), organisation(text)).overruled).toHaveLength(1);
    },
  );

  it.each<[string, string, string, string | undefined]>([
    [
      'lists of another shipped policy',
      'extends: kep-1729\nlock: [bases]',
      'extends: minimal',
      'organisation',
    ],
    ['instead of those that it writes', 'lock: [bases.allow]', 'bases: { allow: [alpine] }', 'organisation'],
    ['lists that its policy’s name tells', 'lock: [bases]', 'extends: kep-1729', undefined],
    ['nothing', 'scope: touched', 'bases: { allow: [alpine] }', undefined],
  ])('names who holds the bases where a repository is held to %s', (_, strong, weak, tier) => {
    expect(policyOf(repository(weak), organisation(strong)).basesHeldBy).toBe(tier);
  });

  it('holds the mirrors of the stronger tier', () => {
    const policy = policyOf(
      organisation('bases: { mirrors: { a.io/hub: docker.io } }'),
      operator('lock: [bases.mirrors]'),
    );
    expect(policy.assess('a.io/hub/alpine').family).toBeNull();
  });
});

describe('a lock that names no key', () => {
  it.each([
    ['lock: [base]', 'did you mean "bases"?'],
    ['lock: [rules.base-not-alowed]', 'did you mean "rules.base-not-allowed"?'],
    ['lock: [lock]', 'no key "lock" to lock'],
    ['lock: [bases.mirrors.docker.io]', 'no key "bases.mirrors.docker.io" to lock'],
    ['lock: [__proto__]', 'no key "__proto__" to lock'],
  ])('%s is refused, since it would hold nothing', (text, message) => {
    const loaded = loadPolicy([organisation(text)], GIVEN);
    expect(loaded).toMatchObject({
      problems: [{ from: 'acme/.github', line: 1, column: 8, message: expect.stringContaining(message) }],
    });
  });

  it.each(['bases', 'bases.allow', 'rules.glog-import', 'commands.grant.teams', 'enforcement', 'declare'])(
    '%s is a key',
    (key) => expect(policyOf(organisation(`lock: [${key}]`)).overruled).toEqual([]),
  );
});

describe('a policy that a change writes', () => {
  const LOCKED = organisation('lock: [rules.base-not-allowed]');

  it('cannot take up a key that is locked: the problem names the tier and the place', () => {
    expect(policyOf(LOCKED).problemsOf(`extends: kep-1729\n${OFF}`)).toEqual([
      {
        from: 'policy',
        line: 2,
        column: 10,
        message: expect.stringMatching(
          /^rules\.base-not-allowed is locked by the organisation \(acme\/\.github\)/,
        ),
      },
    ]);
  });

  it('may keep one that it had before the lock', () => {
    const policy = policyOf(repository(OFF), LOCKED);
    expect(policy.overruled).toHaveLength(1);
    expect(policy.problemsOf(`scope: touched\n${OFF}`)).toEqual([]);
  });

  it('has the problems of a text by itself, too', () => {
    expect(policyOf(LOCKED).problemsOf('scope: often')).toHaveLength(1);
    expect(policyOf(operator('extends: minimal')).problemsOf('scope: often')).toHaveLength(1);
  });
});

describe('where a locked setting comes from', () => {
  it('is told with the tier that locks it', () => {
    const effective = effectiveSettings(
      [repository(`${OFF}\nscope: touched`), organisation('lock: [rules, bases.allow]')],
      GIVEN,
    );
    if ('problems' in effective) throw new Error('unusable');
    const one = (key: string) => effective.settings.find(({ path }) => path.join('.') === key);
    expect(one('bases.allow')).toMatchObject({ tier: 'shipped', lockedBy: { tier: 'organisation' } });
    expect(one('rules.base-not-allowed')).toBeUndefined();
    expect(one('scope')).toMatchObject({ value: 'touched', from: '.github/plinth.yml' });
    expect(one('scope')).not.toHaveProperty('lockedBy');
    expect(effective.locks.map(({ path }) => path.join('.'))).toEqual(['rules', 'bases.allow']);
  });
});
