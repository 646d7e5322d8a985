// The page on levels: what the code answers for each base, effect and scope.
import { readFileSync } from 'node:fs';
import { levelOf } from '../../src/decide/index.ts';
import { type Effect, isNoted, type Level, type Policy, type Problem } from '../../src/domain/index.ts';
import { SCOPES, type Scope } from '../../src/domain/project.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import { RULE_METADATA } from '../../src/rules/index.ts';

const POLICY_FILES = new URL('../../policies/', import.meta.url);
/** How a base can stand, and the rule that reports it. */
const STANDINGS = [
  ['allowed', null],
  ['needs-exception', 'base-needs-exception'],
  ['not-allowed', 'base-not-allowed'],
  ['unresolved', 'unresolved-base'],
] as const;
type Stands = (typeof STANDINGS)[number][0];

/** The page's text; `note` says that it is generated. */
export function levelsPage(note: string): string {
  const policy = shippedPolicy();
  const rows = STANDINGS.map(([standing, rule]) => {
    const base =
      rule === null ? '–' : `\`${RULE_METADATA.get(rule)?.level}\` ([${rule}](../rules/${rule}.md))`;
    return `| ${standing} | ${base} | \`${ofNeed(policy, standing, 'breaks')}\` | \`${ofNeed(policy, standing, 'discouraged')}\` |`;
  });
  const noted = SCOPES.filter(isNoted);
  const ours = SCOPES.filter((scope) => !isNoted(scope));
  return `${note}

# Which level a finding has

A finding about what an image or a manifest needs (a shell, a package manager, a program) has the level that its base gives it. The need **breaks**
where neither the base nor what the image copies in provides it, and is **discouraged** where one does and the policy wants it gone.

| base of the image | the base itself | a need that breaks | a need that is discouraged |
|---|---|---|---|
${rows.join('\n')}

- This holds for the scopes ${named(ours)}. Findings of the scopes ${named(noted)} are \`${ofNeed(policy, 'not-allowed', 'breaks', noted[0])}\`.
- A manifest's need has the base of the image that it runs. An image of ours that no file of the tree builds counts as one on an allowed base.
- A need that nothing decides (the program or the image stays open) is \`inconclusive\`.
- A rule that is about something else has its own level, which [its page](../rules/README.md) names.
- \`rules\` of [the policy](policy.md) sets a rule's level in place of the table's; a level for \`base-not-allowed\` or \`base-needs-exception\` is
  also that of the needs on such a base.
`;
}

function named(scopes: readonly Scope[]): string {
  const [last, ...rest] = scopes.map((scope) => `\`${scope}\``).toReversed();
  return `${rest.toReversed().join(', ')} and ${last}`;
}

function ofNeed(policy: Policy, standing: Stands, effect: Effect, scope: Scope = 'release'): Level | null {
  const origin = { line: 1, column: 1 };
  const problem: Problem = {
    kind: 'need',
    path: 'Dockerfile',
    at: { path: 'Dockerfile', start: origin, end: origin },
    subject: 'shell',
    message: '',
    effect,
    standing,
    scope,
    rests: [],
  };
  const meta = RULE_METADATA.get('shell-entrypoint');
  return meta === undefined ? null : levelOf(meta, problem, policy);
}

function shippedPolicy(): Policy {
  const read = (name: string) => readFileSync(new URL(`${name}.yaml`, POLICY_FILES), 'utf8');
  const shipped = { bases: read('bases'), policies: { 'kep-1729': read('kep-1729') } };
  const compiled = compilePolicy([], shipped);
  if ('problems' in compiled) throw new Error(compiled.problems[0].message);
  return compiled.policy;
}
