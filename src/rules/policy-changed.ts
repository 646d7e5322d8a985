import type { Problem, Rule } from '../domain/index.ts';

export const POLICY_PATH = '.github/plinth.yml';

export const policyChanged: Rule = {
  on: 'governance',
  meta: {
    id: 'policy-changed',
    since: '0.1.0',
    level: 'warn',
    summary: 'The change edits the policy or the exceptions file.',
    why: 'A change is judged by the policy of its base branch, never by its own. What it writes into the policy counts only once it is merged, and somebody should look at it.',
    remedy: 'Have an owner of the policy review the change.',
    sources: ['SEMANTICS 2.1'],
    examples: {
      flagged: [
        {
          title: 'the policy becomes milder',
          files: { '.github/plinth.yml': 'extends: minimal\n#^^^^^^^^^^^^^^^ policy-changed\n' },
        },
      ],
      clean: [
        { title: 'another workflow file', files: { '.github/dependabot.yml': 'version: 2\nupdates: []\n' } },
      ],
    },
  },
  *check({ changes }, { policy }) {
    for (const change of changes) {
      if (change.path !== POLICY_PATH && change.path !== policy.exceptions) continue;
      yield problemFor(change.path, change.path === POLICY_PATH ? 'policy' : 'exceptions');
    }
  },
};

function problemFor(path: string, what: 'policy' | 'exceptions'): Problem {
  const origin = { line: 1, column: 1 };
  const file = what === 'policy' ? 'policy' : 'exceptions file';
  return {
    kind: 'other',
    path,
    at: { path, start: origin, end: origin },
    subject: what,
    message: `The change edits the ${file}; this change is judged by the one of the base branch, and an owner should review the edit.`,
    rests: [path],
  };
}
