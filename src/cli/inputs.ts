import { readFileSync } from 'node:fs';
import type { Repository } from '../adapters/git/index.ts';
import { shippedPolicies } from '../adapters/shipped/index.ts';
import type { Enforcement, Grant, Policy, PolicyProblem, PolicyText, Tree } from '../domain/index.ts';
import { AppError, POLICY_PATH } from '../domain/index.ts';
import { compilePolicy } from '../engine/policy.ts';
import { textOf } from '../engine/text.ts';
import { readGrant } from '../policy/exceptions/index.ts';
import { leavesKeys } from '../policy/index.ts';
import { misplacedExceptions } from '../rules/policy-changed.ts';
import { printNote } from './terminal.ts';

/** The policies that a command line names beside the tree's. */
export interface GivenPolicies {
  /** A shipped policy or a file: the operator's. */
  readonly policy?: string | undefined;
  /** A file: the organisation's. */
  readonly organisation?: string | undefined;
}

/** The policy texts of all tiers that count (SEMANTICS 1.4): of the command line, and of the tree that policy is read from. */
export async function policyTexts(
  given: GivenPolicies,
  repository: Repository,
  tree: Tree,
  from: { readonly commit: string | null },
): Promise<readonly PolicyText[]> {
  const operator = given.policy === undefined ? [] : [chosenPolicy(given.policy)];
  const organisation = given.organisation === undefined ? [] : [organisationPolicy(given.organisation)];
  const stronger = [...organisation, ...operator];
  if (!operator.every(leavesKeys)) {
    if (given.organisation !== undefined)
      printNote(
        `${given.organisation}, the organisation’s policy, has no effect: ${given.policy} stands alone, since it has no \`lock\``,
      );
    // What does not count need not be readable either.
    return operator;
  }
  const own = await ownPolicy(repository, tree, from);
  return own === null ? stronger : [own, ...stronger];
}

async function ownPolicy(
  repository: Repository,
  tree: Tree,
  { commit }: { readonly commit: string | null },
): Promise<PolicyText | null> {
  const entry = tree.get(POLICY_PATH);
  if (entry === undefined) return null;
  const blob = textOf((await repository.blobs.read([entry.id])).get(entry.id));
  if ('unread' in blob)
    throw new AppError('policy-unread', `the policy ${POLICY_PATH} could not be read: ${blob.unread}`);
  const from = commit === null ? POLICY_PATH : `${POLICY_PATH}@${commit}`;
  return { tier: commit === null ? 'worktree' : 'repository', from, text: blob.text };
}

/** The organisation's policy, from a file that the command line names. */
export function organisationPolicy(file: string): PolicyText {
  try {
    return { tier: 'organisation', from: file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new AppError('policy-unread', `the organisation’s policy ${file} could not be read`, { cause });
  }
}

/** A sentence about a file that looks like the exceptions file and is not read, where that one is not there. */
export function exceptionsElsewhere(tree: Tree, { exceptions }: Policy): string | undefined {
  return tree.has(exceptions) ? undefined : misplacedExceptions(tree, exceptions);
}

function chosenPolicy(given: string): PolicyText {
  const { policies } = shippedPolicies();
  if (Object.hasOwn(policies, given)) return { tier: 'operator', from: given, text: `extends: ${given}\n` };
  try {
    return { tier: 'operator', from: given, text: readFileSync(given, 'utf8') };
  } catch (cause) {
    const names = Object.keys(policies).sort().join(', ');
    throw new AppError(
      'policy-not-found',
      `no policy '${given}': it is neither a file that can be read nor a shipped policy (${names})`,
      { cause },
    );
  }
}

/** The compiled policy, or an error that lists each problem with its place. */
export function policyOf(texts: readonly PolicyText[]): Policy {
  const compiled = compilePolicy(texts, shippedPolicies());
  if ('problems' in compiled)
    throw new AppError('policy-invalid', `the policy cannot be used:\n${problemLines(compiled.problems)}`);
  return compiled.policy;
}

/** Reads what every policy stands on, which is kept: whoever waits for git loses nothing by it. What fails, fails again where it is needed. */
export function preparePolicy(): void {
  try {
    compilePolicy([], shippedPolicies());
  } catch {
    // Said by `policyOf`.
  }
}

/** Problems of a policy for a terminal, one a line, each with its place. */
export function problemLines(problems: readonly PolicyProblem[]): string {
  return problems
    .map((problem) => `  ${problem.from}:${problem.line}:${problem.column}: ${problem.message}`)
    .join('\n');
}

/** What `--inputs FILE` takes from an earlier report. */
export interface ReplayedInputs {
  readonly base?: string;
  readonly head?: string;
  readonly date: string;
  readonly enforcement: Enforcement;
  readonly policy?: string;
  /** Whose policy the organisation's was: a file, or `OWNER/.github:PATH@COMMIT`. */
  readonly organisation?: string;
  /** `PATH@BLOB` of the exceptions files that counted. */
  readonly exceptions: readonly string[];
  readonly grants: readonly Grant[];
}

/** The exceptions file that an operator gave to the replayed judgement: one at another path than the repository's. */
export function replayedExceptions(
  inputs: ReplayedInputs | undefined,
  { exceptions: path }: Policy,
): string | undefined {
  return inputs?.exceptions.map((source) => source.replace(/@[0-9a-f]+$/, '')).find((file) => file !== path);
}

/**
 * The file that holds the organisation's policy: the one that is given, else the one that the replayed report names. What the App read from
 * GitHub is no file: throws `inputs-incomplete` where it is not given.
 */
export function organisationFile(
  given: string | undefined,
  inputs: ReplayedInputs | undefined,
): string | undefined {
  const replayed = inputs?.organisation;
  if (given !== undefined || replayed === undefined) return given;
  const [file = '', commit] = replayed.split('@', 2);
  const isFromGitHub = file.includes(':') && commit !== undefined && /^[0-9a-f]{40,64}$/.test(commit);
  if (!isFromGitHub) return replayed;
  throw new AppError(
    'inputs-incomplete',
    `the report follows from the organisation’s policy ${replayed} as well: give that file with --organisation`,
  );
}

/** The texts of a replayed judgement: the organisation's has the name that it had. */
export function replayedTexts(
  inputs: ReplayedInputs | undefined,
  texts: readonly PolicyText[],
): readonly PolicyText[] {
  const from = inputs?.organisation;
  if (from === undefined) return texts;
  return texts.map((text) => (text.tier === 'organisation' ? { ...text, from } : text));
}

/** Reads a report for `--inputs`. Throws `inputs-unread` or `inputs-invalid`, which name the file. */
export async function readInputs(file: string): Promise<ReplayedInputs> {
  const report = parseReport(file, readText(file));
  const operator = report.policy.sources.find((source) => source.tier === 'operator');
  const organisation = report.policy.sources.find((source) => source.tier === 'organisation');
  return {
    ...(report.tip === null ? {} : { base: report.tip }),
    ...(report.head === null ? {} : { head: report.head }),
    date: report.inputs.date,
    enforcement: report.policy.enforcement,
    ...(operator === undefined ? {} : { policy: operator.from }),
    ...(organisation === undefined ? {} : { organisation: organisation.from }),
    exceptions: report.inputs.exceptions ?? [],
    grants: grantsOf(file, report),
  };
}

function grantsOf(file: string, { inputs }: InputsOfReport): readonly Grant[] {
  return (inputs.grants ?? []).map((text) => {
    const grant = typeof text === 'string' ? readGrant(text) : undefined;
    if (grant === undefined)
      throw new AppError(
        'inputs-invalid',
        `${file} names a grant that cannot be read: ${String(text).slice(0, 200)}`,
      );
    return grant;
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('inputs-unread', `the report ${file} could not be read`, { cause });
  }
}

type InputsOfReport = {
  tip: string | null;
  head: string | null;
  inputs: { date: string; exceptions?: readonly string[]; grants?: readonly unknown[] };
  policy: { enforcement: Enforcement; sources: readonly { tier: string; from: string }[] };
};

function parseReport(file: string, text: string): InputsOfReport {
  const fail = () =>
    new AppError(
      'inputs-invalid',
      `${file} is no Plinth report: give a file that \`plinth check --format json\` or the App wrote`,
    );
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw fail();
  }
  if (!isReport(data)) throw fail();
  return data;
}

/** A full commit id, or null for what was judged without one. */
function isCommit(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value));
}

function isReport(data: unknown): data is InputsOfReport {
  if (typeof data !== 'object' || data === null || !('schema' in data) || data.schema !== 'plinth-report/1')
    return false;
  if (!('tip' in data && isCommit(data.tip) && 'head' in data && isCommit(data.head))) return false;
  if (
    !('inputs' in data) ||
    typeof data.inputs !== 'object' ||
    data.inputs === null ||
    !('date' in data.inputs)
  )
    return false;
  if ('grants' in data.inputs && !Array.isArray(data.inputs.grants)) return false;
  return (
    'policy' in data &&
    typeof data.policy === 'object' &&
    data.policy !== null &&
    'sources' in data.policy &&
    Array.isArray(data.policy.sources)
  );
}
