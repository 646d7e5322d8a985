import { readFile } from 'node:fs/promises';
import { openRepository } from '../adapters/git/index.ts';
import { shippedPolicies } from '../adapters/shipped/index.ts';
import { AppError } from '../domain/index.ts';
import { compilePolicy } from '../engine/policy.ts';
import { RULE_METADATA } from '../rules/index.ts';
import { EXIT } from './exit.ts';
import { policyOf, policyTexts, problemLines } from './inputs.ts';
import { print } from './terminal.ts';

export interface ShowOptions {
  readonly policy?: string;
  readonly gitDir?: string;
  readonly rev: string;
}

/** Prints what the effective policy says, with where it comes from. */
export async function showPolicy({ policy: given, gitDir, rev }: ShowOptions): Promise<void> {
  const texts = await textsFor(given, gitDir, rev);
  const policy = policyOf(texts);
  const rules = [...RULE_METADATA.values()].map((meta) => {
    const set = policy.levelOf(meta.id);
    return `  ${meta.id.padEnd(28)} ${set ?? meta.level}${set === undefined ? '' : '   (set by the policy)'}`;
  });
  const lines = [
    `policy       ${policy.name}`,
    `from         ${policy.sources.map((source) => `${source.tier}: ${source.from}`).join(', ')}`,
    `digest       ${policy.digest}`,
    `enforcement  ${policy.enforcement ?? 'not set (the App observes, the command line enforces)'}`,
    `scope        ${policy.scope}`,
    `review       ${policy.review}`,
    `branches     ${policy.branches.length === 0 ? 'the default branch' : policy.branches.join(', ')}`,
    `exceptions   ${policy.exceptions}`,
    'rules',
    ...rules,
  ];
  await print(`${lines.join('\n')}\n`);
}

async function textsFor(given: string | undefined, gitDir: string | undefined, rev: string) {
  const repository = await openRepository(gitDir === undefined ? {} : { gitDir });
  try {
    const commit = await repository.resolveCommit(rev);
    return await policyTexts(given, repository, await repository.tree(commit), { commit });
  } finally {
    repository.close();
  }
}

/** Checks policy files; exit code 2 where one has a problem. */
export async function validatePolicies(files: readonly string[]): Promise<void> {
  let bad = 0;
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new AppError('policy-unread', `the policy file ${file} could not be read`, { cause });
    });
    const compiled = compilePolicy([{ tier: 'repository', from: file, text }], shippedPolicies());
    if ('problems' in compiled) {
      bad += 1;
      process.stderr.write(`${problemLines(compiled.problems)}\n`);
    } else {
      await print(`${file}: fine (${compiled.policy.name})\n`);
    }
  }
  process.exitCode = bad > 0 ? EXIT.usage : EXIT.fine;
}
