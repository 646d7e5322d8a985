import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { PolicyText } from '../../src/domain/index.ts';
import { compilePolicy, policyGiven } from '../../src/engine/policy.ts';
import { policyNotices, policySchema } from '../../src/policy/index.ts';
import { SHIPPED } from '../support/mini-repository.ts';

function page(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The texts in YAML of a page, those inside of a list's item too. */
function examplesOf(text: string): readonly string[] {
  return [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```/gm)].map(([, indent = '', example = '']) =>
    example.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Only a stronger tier than the repository's can lock a key. */
function policyText(text: string): PolicyText {
  const tier = /^lock:/m.test(text) ? 'organisation' : 'repository';
  return { tier, from: '.github/plinth.yml', text };
}

/** A value that the schema takes, for each key. */
const VALUES: Readonly<Record<string, string>> = {
  name: 'ours',
  extends: 'kep-1729',
  lock: '[bases]',
  bases: '{ allow: [distroless-static] }',
  digests: 'trust',
  rules: '{ glog-import: off }',
  paths: '{ ignored: ["docs/**"] }',
  images: '["registry.example.com/**"]',
  declare: '[{ variable: A, value: b, reason: c, owner: d }]',
  branches: '[main]',
  scope: 'touched',
  enforcement: 'observe',
  review: 'off',
  commands: '{ two-person: true }',
  exceptions: 'exceptions.yml',
  'permanent-exceptions': 'true',
};

describe('policies in README and guide', () => {
  it.each(['README.md', 'docs/guide/policy.md'])('%s: each can be used as it stands', (path) => {
    const examples = examplesOf(page(path));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const text = policyText(example);
      expect(compilePolicy([text], SHIPPED)).toHaveProperty('policy');
      expect(policyNotices(text, policyGiven(SHIPPED))).toEqual([]);
    }
  });

  it('the guide names every key, and each has an effect', () => {
    const guide = page('docs/guide/policy.md');
    const keys = Object.keys(policySchema().shape);
    expect(Object.keys(VALUES).sort()).toEqual(keys.toSorted());
    expect(keys.filter((key) => !guide.includes(`\`${key}\``) && !guide.includes(`\n${key}:`))).toEqual([]);
    const without = keys.filter((key) => {
      const base = key === 'extends' ? '' : 'extends: minimal\n';
      const notices = policyNotices(policyText(`${base}${key}: ${VALUES[key]}\n`), policyGiven(SHIPPED));
      return notices.some(({ message }) => message.startsWith(`${key} has no effect`));
    });
    expect(without).toEqual([]);
  });
});
