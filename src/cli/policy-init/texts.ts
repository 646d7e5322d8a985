import { yamlQuoted } from '../../domain/escape-in-json.ts';
import { EXCEPTIONS_PATH } from '../../domain/index.ts';
import { writeEntry } from '../../policy/exceptions/index.ts';
import { visible } from '../../present/visible.ts';
import { wrap } from '../../present/wrap.ts';
import { RULE_METADATA } from '../../rules/index.ts';
import type { FoundEntry } from './entries.ts';
import type { InitOptions } from './options.ts';

/** What a policy's text is made of. */
export interface PolicyTextGiven extends Pick<InitOptions, 'extends' | 'ignore' | 'organisation'> {
  readonly date: string;
  /** Whether the organisation lets a repository say that findings gate. */
  readonly mayEnforce: boolean;
}

/** The text of the policy; each key has its line of comment. On an organisation's it says nothing that the organisation decides. */
export function policyText({
  extends: name,
  ignore = [],
  organisation,
  mayEnforce,
  date,
}: PolicyTextGiven): string {
  const head = `# What container images of this repository may be built on. Written by \`plinth policy init\` on ${date}.
# All keys: docs/guide/policy.md of Plinth. \`plinth policy show\` prints what they come to.
`;
  if (organisation !== undefined)
    return `${head}# The organisation's policy decides; what is written here stands on it.

${ignoredText(ignore)}${mayEnforce ? ENFORCES : ''}${EXCEPTIONS}`;
  return `${head}
${EXTENDS[name]}

${ignoredText(ignore)}${ENFORCES}# Only what a change adds counts; with \`touched\`, old findings of what it touches count too.
scope: introduced

${EXCEPTIONS}`;
}

const ENFORCES = `# Findings gate. \`observe\` reports them and lets everything pass.
enforcement: enforce

`;

const EXCEPTIONS = `# What is let off until it ends: one entry for an image and its base.
exceptions: ${EXCEPTIONS_PATH}
`;

function ignoredText(globs: readonly string[]): string {
  if (globs.length === 0) return '';
  const lines = globs.map((glob) => `    - ${yamlQuoted(glob)}\n`);
  return `paths:\n  # Left out: nothing below is looked at, unless a rule elsewhere builds it.\n  ignored:\n${lines.join('')}\n`;
}

/** \`minimal\` by itself only warns of bases: a policy that holds tomorrow to today has to gate. */
const EXTENDS: Readonly<Record<InitOptions['extends'], string>> = {
  minimal: `# Distroless and other static bases are allowed (\`plinth policy show\` lists them). \`bases: { allow: […] }\` replaces the list.
extends: minimal

rules:
  # A base that is not on the list holds a change up; \`minimal\` alone warns.
  base-not-allowed: block
  # So does a shell that is copied into an image whose base has none.
  base-needs-exception: needs-exception`,
  'kep-1729': `# The Kubernetes project's policy: distroless/static, and debian-base and the like with an exception.
extends: kep-1729`,
};

/** The text of the exceptions file: its entries under a line for each group. */
export function exceptionsText(
  found: readonly FoundEntry[],
  { date, expires }: { readonly date: string; readonly expires: string },
): string {
  const head = `# What this repository had when its policy began, as \`plinth policy init\` found it on ${date}.
`;
  if (found.length === 0)
    return `${head}# Nothing: every image is on a base that the policy allows.\nexceptions: []\n`;
  const todo = `# Each entry holds for one image and base until ${expires}. Write its reason and owner, or mend the image and remove it.
# \`plinth exceptions list\` says which of them cover nothing any more.
`;
  const parts = found.map((one, index) => {
    const group = groupOf(one);
    const before = found[index - 1];
    const isFirst = before === undefined || groupOf(before) !== group;
    return `${isFirst ? `\n${comment(group)}${one.because === '' ? '' : '  #\n'}` : ''}${noteOf(one)}${writeEntry(one.entry)}`;
  });
  return `${head}${todo}exceptions:${parts.join('')}`;
}

/** What the entries of a group have in common, as a sentence of one line. */
function groupOf({ entry: { rule, base } }: FoundEntry): string {
  switch (rule) {
    case 'base-not-allowed':
      return `On ${visible(base ?? '')}, which the policy does not allow.`;
    case 'base-needs-exception':
      return `On ${visible(base ?? '')}, which needs an exception.`;
    case 'base-scratch':
      return 'On scratch, which has no certificates, users or time zones.';
    case 'unresolved-base':
      return 'Bases that nothing in the tree decides. Better than an entry: say what they are, with `declare` in the policy.';
    case 'unread-file':
      return 'Files that could not be read. An entry holds for what the file is now; the next change of it is judged.';
    default:
      return RULE_METADATA.get(rule)?.summary ?? rule;
  }
}

const WIDTH = 100;

/** Why it is not known, which the entry itself does not say. */
function noteOf({ because }: FoundEntry): string {
  return because === '' ? '' : comment(visible(because));
}

function comment(text: string): string {
  return wrap(text, WIDTH)
    .map((line) => `  # ${line}\n`)
    .join('');
}
