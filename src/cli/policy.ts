import { readFile } from 'node:fs/promises';
import { openRepository } from '../adapters/git/index.ts';
import { shippedPolicies } from '../adapters/shipped/index.ts';
import { AppError, type PolicyText } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { compilePolicy, policyGiven } from '../engine/policy.ts';
import { effectiveSettings, policyNotices } from '../policy/index.ts';
import { RULE_METADATA } from '../rules/index.ts';
import { misplacedPolicy } from '../rules/policy-changed.ts';
import { EXIT } from './exit.ts';
import { organisationPolicy, policyOf, policyTexts, problemLines } from './inputs.ts';
import { renderPolicy } from './policy-text.ts';
import { print, printNote } from './terminal.ts';

/** What `plinth policy show` was asked for. */
export interface ShowOptions {
  readonly policy?: string;
  readonly organisation?: string;
  readonly gitDir?: string;
  /** The revision whose policy counts; the working tree where there is one and none is named, else `HEAD`. */
  readonly rev?: string;
}

/** Prints the effective policy: every key, its value, and the text that sets it. */
export async function showPolicy(options: ShowOptions): Promise<void> {
  const { texts, place, misplaced } = await textsFor(options);
  const policy = policyOf(texts);
  const given = policyGiven(shippedPolicies());
  const effective = effectiveSettings(texts, given);
  if (misplaced !== undefined) printNote(misplaced);
  for (const text of texts) {
    const stronger = texts.filter((other) => isStronger(other, text));
    const notices = policyNotices(text, given, stronger);
    if (notices.length > 0) process.stderr.write(`${problemLines(notices)}\n`);
  }
  await print(
    renderPolicy({
      place,
      policy,
      settings: 'problems' in effective ? [] : effective.settings,
      locks: 'problems' in effective ? [] : effective.locks,
      isChosen: texts.length > 0,
      rules: RULE_METADATA,
    }),
  );
}

/** True for a text that another stands on. */
function isStronger({ tier }: PolicyText, { tier: than }: PolicyText): boolean {
  return tier !== than && (tier === 'operator' || (tier === 'organisation' && than !== 'operator'));
}

interface FoundTexts {
  readonly texts: readonly PolicyText[];
  /** `the working tree`, `commit 0123456789`. */
  readonly place: string;
  readonly misplaced: string | undefined;
}

async function textsFor({ gitDir, rev, ...given }: ShowOptions): Promise<FoundTexts> {
  const repository = await openRepository(gitDir === undefined ? {} : { gitDir });
  try {
    const isWorking = rev === undefined && repository.hasWorkTree;
    const commit = isWorking ? null : await repository.resolveCommit(rev ?? 'HEAD');
    const tree = commit === null ? await repository.workingTree() : await repository.tree(commit);
    return {
      texts: await policyTexts(given, repository, tree, { commit }),
      place: commit === null ? 'the working tree' : `commit ${commit.slice(0, 10)}`,
      misplaced: given.policy === undefined ? misplacedPolicy(tree) : undefined,
    };
  } finally {
    repository.close();
  }
}

/** What `plinth policy validate` was asked for. */
export interface ValidateOptions {
  readonly organisation?: string;
  readonly tier: 'repository' | 'organisation' | 'operator';
}

/** Checks policy files; exit code 2 where one has a problem. What has no effect is named and is no problem. */
export async function validatePolicies(
  files: readonly string[],
  { organisation, tier }: ValidateOptions,
): Promise<void> {
  const shipped = shippedPolicies();
  // Only a repository's stands on an organisation's.
  const stronger =
    organisation === undefined || tier !== 'repository' ? [] : [organisationPolicy(organisation)];
  let bad = 0;
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new AppError('policy-unread', `the policy file ${file} could not be read`, { cause });
    });
    const one = { tier, from: file, text } as const;
    const compiled = compilePolicy([one, ...stronger], shipped);
    const problems = 'problems' in compiled ? compiled.problems : compiled.policy.overruled;
    if ('problems' in compiled || problems.length > 0) {
      bad += 1;
      const count = counted(problems.length, 'problem');
      process.stderr.write(`${file}: cannot be used, ${count}\n${problemLines(problems)}\n`);
      continue;
    }
    const notices = policyNotices(one, policyGiven(shipped), stronger);
    if (notices.length > 0) process.stderr.write(`${problemLines(notices)}\n`);
    const rest = notices.length === 0 ? '' : `, ${counted(notices.length, 'notice')}`;
    await print(`${file}: fine${rest} (${compiled.policy.name})\n`);
  }
  process.exitCode = bad > 0 ? EXIT.usage : EXIT.fine;
}
