import { describe, expect, it } from '@jest/globals';
import type { PullSnapshot } from '../../../src/adapters/github/api.ts';
import type { OrganisationTier } from '../../../src/app/judge/organisation.ts';
import { choosePolicy } from '../../../src/app/judge/policy-choice.ts';
import type { OperatorChoice } from '../../../src/app/ports.ts';
import { compilePolicy } from '../../../src/engine/policy.ts';
import { SHIPPED } from '../../support/mini-repository.ts';

const PATH = '.github/plinth.yml';
const NO_CHOICE: OperatorChoice = { policy: null, enforcement: null };

interface Given {
  readonly base: string;
  readonly atDefault?: string;
  readonly atBase?: string;
  readonly operator?: OperatorChoice;
  readonly organisation?: OrganisationTier;
}

function choose({ base, atDefault, atBase, operator = NO_CHOICE, organisation = { kind: 'none' } }: Given) {
  const isDefault = base === 'main';
  const snapshot = {
    base: { ref: base, tip: isDefault ? 'd' : 'b' },
    defaultBranch: 'main',
    defaultTip: 'd',
    atDefault: new Map([[PATH, atDefault ?? null]]),
    atTip: new Map([[PATH, (isDefault ? atDefault : atBase) ?? null]]),
  } as unknown as PullSnapshot;
  return choosePolicy(snapshot, { operator, organisation }, (texts) => compilePolicy(texts, SHIPPED));
}

const LAX = 'extends: minimal\nenforcement: observe\n';
const STRICT = 'extends: kep-1729\nenforcement: enforce\nbranches: ["release-*"]\n';

describe('SEM-1.3: which branch the policy is read from', () => {
  it('the default branch’s own for changes to it', () => {
    expect(choose({ base: 'main', atDefault: STRICT })).toMatchObject({
      texts: [{ tier: 'repository', from: `${PATH}@d`, text: STRICT }],
      enforcement: null,
    });
  });

  it('a listed branch’s own for changes to that', () => {
    expect(choose({ base: 'release-1.2', atDefault: STRICT, atBase: LAX })).toMatchObject({
      texts: [{ from: `${PATH}@b`, text: LAX }],
    });
  });

  it('A15: the policy of a branch that is not listed is never used', () => {
    expect(choose({ base: 'feature', atDefault: STRICT, atBase: LAX })).toMatchObject({
      texts: [{ from: `${PATH}@d`, text: STRICT }],
    });
    expect(choose({ base: 'feature', atBase: LAX })).toMatchObject({ texts: [] });
  });

  it('a listed branch without a policy has none', () => {
    expect(choose({ base: 'release-1.2', atDefault: STRICT })).toMatchObject({
      texts: [],
      enforcement: 'observe',
    });
  });
});

describe('SEM-1.5: observing and enforcing', () => {
  it('where no tier has a policy, Plinth observes', () => {
    expect(choose({ base: 'main' })).toMatchObject({ texts: [], enforcement: 'observe' });
  });

  it('SEM-1.4: the operator decides for everybody', () => {
    const policy = { tier: 'operator', from: 'minimal', text: 'extends: minimal\n' } as const;
    const operator: OperatorChoice = { policy, enforcement: 'enforce' };
    expect(choose({ base: 'main', atDefault: LAX, operator })).toMatchObject({ enforcement: 'enforce' });
    const chosen = choose({ base: 'main', atDefault: LAX, operator });
    expect('texts' in chosen && chosen.texts[0]).toEqual(policy);
  });
});

describe('SEM-1.4: the organisation', () => {
  const text = {
    tier: 'organisation',
    from: 'acme/.github:x@1',
    text: 'lock: [branches]\nbranches: [main]\n',
  } as const;
  const organisation = { kind: 'policy', text } as const;

  it('counts for every branch, also where no repository has a policy', () => {
    expect(choose({ base: 'main', organisation })).toMatchObject({ texts: [text], enforcement: null });
    expect(choose({ base: 'main', atDefault: LAX, organisation })).toMatchObject({
      texts: [text, { tier: 'repository', text: LAX }],
    });
  });

  it('holds which branches’ policies count', () => {
    const chosen = choose({ base: 'release-1', atDefault: STRICT, atBase: LAX, organisation });
    expect(chosen).toMatchObject({ texts: [text, { from: `${PATH}@d` }] });
  });

  it('that had a policy which cannot be read any more leaves everything undecided', () => {
    const problem = { from: 'acme/.github', line: 1, column: 1, message: 'lost' };
    const lost = choose({ base: 'main', atDefault: LAX, organisation: { kind: 'lost', problem } });
    expect(lost).toEqual({ problems: [problem] });
  });

  it('whose policy is broken leaves everything undecided, with the line (C04)', () => {
    const broken = { kind: 'policy', text: { ...text, text: 'scope: often\n' } } as const;
    expect(choose({ base: 'main', organisation: broken })).toMatchObject({
      problems: [{ from: text.from, line: 1, column: 8 }],
    });
  });
});

describe('C04: a broken policy', () => {
  it('is told with its line, and nothing is used in its place', () => {
    expect(choose({ base: 'main', atDefault: 'extends: kep-1729\nenforcment: observe\n' })).toMatchObject({
      problems: [{ from: `${PATH}@d`, line: 2, message: expect.stringContaining('enforcement') }],
    });
  });

  it('C02: asks for nothing from the network and runs nothing', () => {
    for (const text of ['extends: https://evil.example/p.yml\n', 'extends: !!js/function "x"\n'])
      expect(choose({ base: 'main', atDefault: text })).toHaveProperty('problems');
  });

  it('on a listed branch counts for that branch alone', () => {
    expect(choose({ base: 'release-1', atDefault: STRICT, atBase: 'a: b: c' })).toHaveProperty('problems');
    expect(choose({ base: 'feature', atDefault: STRICT, atBase: 'a: b: c' })).toHaveProperty('texts');
  });
});
