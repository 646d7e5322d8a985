import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

// RELIABILITY A10: who decides is read from the base branch, and a change to it is said.

const BASE = { OWNERS: 'approvers: [a]\n', '.github/CODEOWNERS': '* @a\n', 'README.md': 'x\n' };

async function ofChange(path: string, text: string) {
  const policies = [{ tier: 'repository', from: '.github/plinth.yml', text }] as const;
  return judgeChange(BASE, { ...BASE, [path]: 'approvers: [mallory]\n' }, { policies });
}

describe('A10: a change to who owns what', () => {
  it.each(['OWNERS', 'cmd/OWNERS', 'OWNERS_ALIASES', '.github/CODEOWNERS'])(
    'is a note where the policy lets owners grant: %s',
    async (path) => {
      const { verdict, findings } = await ofChange(path, 'commands: { grant: { owners: true } }\n');
      expect(verdict.outcome).toBe('pass');
      expect(findings).toMatchObject([{ rule: 'policy-changed', level: 'note', path }]);
      expect(findings[0]?.message).toContain('of the base branch');
    },
  );

  it('is nobody’s matter where it does not', async () => {
    expect((await ofChange('OWNERS', 'extends: kep-1729\n')).findings).toEqual([]);
  });
});
