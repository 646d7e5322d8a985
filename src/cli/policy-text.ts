import { stringify } from 'yaml';
import type { Policy, RuleId, RuleMeta } from '../domain/index.ts';
import type { EffectiveSetting, Lock } from '../policy/index.ts';

/** What the text of an effective policy is made from. */
export interface PolicyShown {
  /** Whose policy it is: `the working tree`, `commit 0123456789`. */
  readonly place: string;
  readonly policy: Policy;
  readonly settings: readonly EffectiveSetting[];
  readonly locks: readonly Lock[];
  /** False where no tier has a policy, so that the default applies. */
  readonly isChosen: boolean;
  readonly rules: ReadonlyMap<RuleId, RuleMeta>;
}

/** Where the comments begin. */
const COLUMN = 48;

/** The effective policy as YAML that could stand in its place, with where each value is set as comments. Ends with a newline. */
export function renderPolicy(shown: PolicyShown): string {
  const root = new Map<string, Branch>();
  for (const setting of shown.settings) place(root, setting.path.map(String), setting);
  const rules = root.get('rules');
  root.delete('rules');
  const lines = [
    ...heading(shown),
    ...lockLines(shown.locks),
    ...branchLines(root, ''),
    ...ruleLines(shown, rules instanceof Map ? rules : new Map()),
    ...unsetLines(new Set([...root.keys(), ...(shown.locks.length > 0 ? ['lock'] : [])])),
  ];
  return `${lines.join('\n')}\n`;
}

type Branch = EffectiveSetting | Map<string, Branch>;

function place(map: Map<string, Branch>, [key, ...rest]: readonly string[], setting: EffectiveSetting): void {
  if (key === undefined) return;
  if (rest.length === 0) {
    map.set(key, setting);
    return;
  }
  const known = map.get(key);
  const inner = known instanceof Map ? known : new Map<string, Branch>();
  map.set(key, inner);
  place(inner, rest, setting);
}

function heading({ place: where, policy, isChosen }: PolicyShown): readonly string[] {
  const texts = policy.sources.map(({ tier, from }) =>
    tier === 'shipped' ? 'a policy that ships with Plinth' : named(tier, from),
  );
  return [
    `# The effective policy of ${where}, from ${texts.join(', on top of ')}.`,
    ...(isChosen
      ? []
      : [
          `# No tier has a policy (.github/plinth.yml), so ${policy.name} is the default; its images then govern no name.`,
        ]),
    `# Digest ${policy.digest}`,
  ];
}

function branchLines(map: ReadonlyMap<string, Branch>, indent: string): readonly string[] {
  return [...map].flatMap(([key, branch]) =>
    branch instanceof Map
      ? [`${indent}${scalar(key)}:`, ...branchLines(branch, `${indent}  `)]
      : settingLines(`${indent}${scalar(key)}:`, branch, indent),
  );
}

function settingLines(key: string, setting: EffectiveSetting, indent: string): readonly string[] {
  const { value } = setting;
  const from = originOf(setting);
  if (!Array.isArray(value)) return [commented(`${key} ${scalar(value)}`, from)];
  if (value.length === 0) return [commented(`${key} []`, from)];
  return [commented(key, from), ...value.map((item) => `${indent}  - ${scalar(item)}`)];
}

/** Keys that stronger tiers hold; of two tiers that lock a key each has its line. */
function lockLines(locks: readonly Lock[]): readonly string[] {
  if (locks.length === 0) return [];
  return [
    'lock:',
    ...locks.map(({ path, tier, from }) => commented(`  - ${path.join('.')}`, named(tier, from))),
  ];
}

function originOf({ tier, from, lockedBy }: EffectiveSetting): string {
  const locked = lockedBy === undefined ? '' : `, locked by the ${lockedBy.tier}`;
  return `${named(tier, from)}${locked}`;
}

/** Whose text: a repository's file has its place as name. */
function named(tier: EffectiveSetting['tier'], from: string): string {
  return tier === 'repository' || tier === 'worktree' ? oneLine(from) : `${tier} ${oneLine(from)}`;
}

function commented(text: string, comment: string): string {
  return `${text.padEnd(COLUMN)} # ${oneLine(comment)}`;
}

/** A single value, or a map of one entry, on one line. */
function scalar(value: unknown): string {
  const text = stringify(value, {
    lineWidth: 0,
    defaultStringType: 'PLAIN',
    collectionStyle: 'flow',
  }).trimEnd();
  return text.includes('\n') ? JSON.stringify(value) : text;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/@([0-9a-f]{10})[0-9a-f]{30,54}$/, '@$1');
}

/** Rules that no tier sets stand as comments: their own level is where base, effect and scope do not decide otherwise. */
function ruleLines({ rules }: PolicyShown, set: ReadonlyMap<string, Branch>): readonly string[] {
  const lines = [...rules.values()].map((meta) => {
    const branch = set.get(meta.id);
    return branch === undefined || branch instanceof Map
      ? `  # ${meta.id}: ${meta.level}`
      : commented(`  ${meta.id}: ${scalar(branch.value)}`, originOf(branch));
  });
  const key = set.size === 0 ? 'rules: {}' : 'rules:';
  return [key, '  # In comments: rules that no tier sets, with their own level.', ...lines];
}

const UNSET: ReadonlyMap<string, string> = new Map([
  ['enforcement', 'the command line enforces; the App enforces where a tier has a policy, else it observes'],
  ['images', 'no name is ours but what the tree builds'],
  ['lock', 'no tier holds a key against weaker ones'],
  ['declare', 'no value comes from outside of the repository'],
  ['commands', 'exceptions are granted by people with the role maintain or more, never by the author'],
]);

function unsetLines(set: ReadonlySet<string>): readonly string[] {
  return [...UNSET].filter(([key]) => !set.has(key)).map(([key, meaning]) => `# ${key}: not set; ${meaning}`);
}
