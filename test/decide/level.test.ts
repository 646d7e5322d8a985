import { describe, expect, it } from '@jest/globals';
import { levelOf } from '../../src/decide/index.ts';
import type {
  Effect,
  Level,
  Policy,
  Problem,
  ProblemKind,
  RuleMeta,
  Scope,
  Standing,
} from '../../src/domain/index.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import { RULE_METADATA } from '../../src/rules/index.ts';
import { SHIPPED } from '../support/mini-repository.ts';

function policyOf(text: string): Policy {
  const compiled = compilePolicy([{ tier: 'repository', from: 'test', text }], SHIPPED);
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  return compiled.policy;
}

const KEP = policyOf('extends: kep-1729\n');

function metaOf(id: string): RuleMeta {
  const meta = RULE_METADATA.get(id);
  if (meta === undefined) throw new Error(`no rule ${id}`);
  return meta;
}

interface Given {
  readonly kind?: ProblemKind;
  readonly effect?: Effect;
  readonly standing?: Standing;
  readonly scope?: Scope;
}

function aProblem({ kind = 'need', effect = 'breaks', standing, scope = 'release' }: Given): Problem {
  const position = { line: 1, column: 1 };
  const at = { path: 'Dockerfile', start: position, end: position };
  return {
    kind,
    path: 'Dockerfile',
    at,
    subject: '',
    message: '',
    effect,
    scope,
    rests: [],
    ...(standing === undefined ? {} : { standing }),
  };
}

describe('SEM-4.5 levels of a need', () => {
  it.each<[Standing, Effect, Level]>([
    ['allowed', 'breaks', 'block'],
    ['allowed', 'discouraged', 'warn'],
    ['needs-exception', 'breaks', 'needs-exception'],
    ['needs-exception', 'discouraged', 'needs-exception'],
    ['not-allowed', 'breaks', 'block'],
    ['not-allowed', 'discouraged', 'block'],
    ['unresolved', 'breaks', 'block'],
  ])('on a base that is %s, one that %s is: %s', (standing, effect, level) => {
    expect(levelOf(metaOf('shell-entrypoint'), aProblem({ standing, effect }), KEP)).toBe(level);
  });

  it.each<Scope>(['builder', 'vendored', 'third-party'])('of a %s image it is a note', (scope) => {
    expect(levelOf(metaOf('shell-entrypoint'), aProblem({ standing: 'not-allowed', scope }), KEP)).toBe(
      'note',
    );
  });

  it.each<Scope>(['release', 'test', 'example', 'windows'])(
    'of a %s image it counts like any other',
    (scope) => {
      expect(
        levelOf(metaOf('base-not-allowed'), aProblem({ kind: 'base', standing: 'not-allowed', scope }), KEP),
      ).toBe('block');
    },
  );
});

describe('levels that a policy sets', () => {
  const policy = policyOf(
    'extends: kep-1729\nrules: { shell-entrypoint: warn, glog-import: off, unresolved-base: off, unread-file: note }\n',
  );

  it('stand above the rule and the base', () => {
    expect(levelOf(metaOf('shell-entrypoint'), aProblem({ standing: 'not-allowed' }), policy)).toBe('warn');
    expect(levelOf(metaOf('glog-import'), aProblem({ kind: 'other' }), policy)).toBeNull();
  });

  it('cannot make milder what is undecided', () => {
    expect(
      levelOf(metaOf('unresolved-base'), aProblem({ kind: 'base', standing: 'unresolved' }), policy),
    ).toBe('inconclusive');
    expect(levelOf(metaOf('unread-file'), aProblem({ kind: 'other' }), policy)).toBe('inconclusive');
  });
});

it('a need is no worse than what the policy says of its base', () => {
  const mild = policyOf('extends: kep-1729\nrules: { base-not-allowed: warn }\n');
  expect(levelOf(metaOf('shell-entrypoint'), aProblem({ standing: 'not-allowed' }), mild)).toBe('warn');
});

it('what a rule could not decide stays undecided under every level', () => {
  const policy = policyOf('extends: kep-1729\nrules: { manifest-shell-command: warn }\n');
  const open = { ...aProblem({ kind: 'use' }), level: 'inconclusive' as const };
  expect(levelOf(metaOf('manifest-shell-command'), open, policy)).toBe('inconclusive');
});
