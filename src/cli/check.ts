import { openRepository, type Repository } from '../adapters/git/index.ts';
import type { Enforcement, Report } from '../domain/index.ts';
import { analyse } from '../engine/analyse.ts';
import type { Judgement } from '../engine/ports.ts';
import { changeOf } from './change.ts';
import { exitCodeOf } from './exit.ts';
import { policyOf, policyTexts, readInputs } from './inputs.ts';
import { type OutputFormat, renderReport } from './output.ts';
import { print } from './terminal.ts';

export interface CheckOptions {
  readonly base?: string;
  readonly head?: string;
  readonly staged?: boolean;
  readonly gitDir?: string;
  readonly policy?: string;
  readonly enforcement?: Enforcement;
  readonly inputs?: string;
  readonly format: OutputFormat;
  readonly jobs?: number;
  readonly cache?: boolean;
}

/** `plinth check`: judges, prints, and sets the exit code. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<void> {
  const repository = await openRepository(options.gitDir === undefined ? {} : { gitDir: options.gitDir });
  try {
    const report = await judge(repository, paths, options);
    await print(await renderReport(report, options.format, repository));
    process.exitCode = exitCodeOf(report);
  } finally {
    await repository.close();
  }
}

async function judge(
  repository: Repository,
  paths: readonly string[],
  options: CheckOptions,
): Promise<Report> {
  const inputs = options.inputs === undefined ? undefined : await readInputs(options.inputs);
  const change = await changeOf(repository, { ...options, ...inputs });
  const tree =
    change.tip?.tree ??
    new Map(change.changes.flatMap(({ path, head }) => (head === null ? [] : [[path, head] as const])));
  const policies = await policyTexts(options.policy ?? inputs?.policy, repository, tree, {
    commit: change.tip?.commit ?? change.head,
  });
  const judgement: Judgement = {
    ...change,
    policies,
    enforcement: options.enforcement ?? inputs?.enforcement ?? null,
    date: inputs?.date ?? new Date().toISOString().slice(0, 10),
    ...(paths.length === 0 ? {} : { only: paths.map((path) => repository.toTreePath(path)) }),
  };
  return await analyse(judgement, policyOf(policies), {
    blobs: repository.blobs,
    cache: null,
    clock: () => performance.now(),
  });
}
