import { describe, expect, it } from '@jest/globals';
import type { PolicyText } from '../../src/domain/index.ts';
import { effectiveSettings } from '../../src/policy/index.ts';
import { GIVEN, operator, policyOf, repository } from './shipped.ts';

function settingsOf(...texts: readonly PolicyText[]): ReadonlyMap<string, readonly [unknown, string]> {
  const effective = effectiveSettings(texts, GIVEN);
  if ('problems' in effective) throw new Error(JSON.stringify(effective.problems));
  return new Map(effective.settings.map(({ path, value, from }) => [path.join('.'), [value, from]]));
}

describe('where each setting comes from', () => {
  it('is the shipped policy where no tier has one', () => {
    const settings = settingsOf();
    expect([...settings.values()].every(([, from]) => from === 'kep-1729')).toBe(true);
    expect(settings.get('bases.allow')).toEqual([['distroless-static'], 'kep-1729']);
  });

  it('is the strongest text that sets it: maps key by key, lists as a whole', () => {
    const settings = settingsOf(
      repository('extends: kep-1729\nrules: { glog-import: off }\nbases: { exception: [alpine] }'),
      { tier: 'organisation', from: 'acme', text: 'rules: { glog-import: warn, base-scratch: warn }' },
    );
    expect(settings.get('rules.glog-import')).toEqual(['off', '.github/plinth.yml']);
    expect(settings.get('rules.base-scratch')).toEqual(['warn', 'acme']);
    expect(settings.get('bases.exception')).toEqual([['alpine'], '.github/plinth.yml']);
    expect(settings.get('bases.allow')).toEqual([['distroless-static'], 'kep-1729']);
    expect(settings.has('extends')).toBe(false);
  });

  it('is the operator’s choice alone where there is one (SEM-1.4)', () => {
    const settings = settingsOf(repository('scope: touched'), operator('extends: minimal'));
    expect(settings.get('scope')).toEqual(['introduced', 'minimal']);
  });

  it('leaves out mirrors without force (SEM-3.7), and agrees with the policy itself', () => {
    const text = repository('scope: touched\nbases: { mirrors: { a.io/hub: docker.io } }');
    expect([...settingsOf(text).keys()].filter((key) => key.includes('mirrors'))).toEqual([]);
    expect(settingsOf(text).get('scope')?.[0]).toBe(policyOf(text).scope);
  });

  it('names keys in the order of the schema', () => {
    const keys = [...settingsOf(repository('review: off\nname: ours\nbases: { allow: [] }')).keys()];
    expect(keys.indexOf('name')).toBeLessThan(keys.indexOf('bases.allow'));
    expect(keys.indexOf('bases.allow')).toBeLessThan(keys.indexOf('review'));
  });

  it('gives the problems of a text that cannot be used, by line', () => {
    const effective = effectiveSettings([repository('scope: touchd\nbsaes: {}\nreview: sometimes\n')], GIVEN);
    expect('problems' in effective && effective.problems.map((problem) => problem.line)).toEqual([1, 2, 3]);
  });
});
