import { openRepository } from '../adapters/git/index.ts';
import type { Enforcement } from '../domain/index.ts';
import type { OutputFormat } from './output.ts';

/** What `plinth check` was asked for; the names are those of its options. */
export interface CheckOptions {
  readonly base?: string;
  readonly head?: string;
  readonly staged?: boolean;
  readonly gitDir?: string;
  readonly policy?: string;
  readonly organisation?: string;
  readonly exceptions?: string;
  readonly enforcement?: Enforcement;
  readonly inputs?: string;
  readonly format: OutputFormat;
  readonly jobs?: number;
  readonly cache?: boolean;
}

/** `plinth check`: judges, prints, and sets the exit code. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<void> {
  const opening = openRepository({
    ...(options.gitDir === undefined ? {} : { gitDir: options.gitDir }),
    soon: options.gitDir === undefined && isTreeAlone(options) ? 'working-tree' : 'commits',
  });
  // While git looks for the repository, the rest of the program is loaded.
  const [repository, { judgeAndPrint }] = await Promise.all([opening, import('./judge.ts')]);
  try {
    await judgeAndPrint(repository, paths, options);
  } finally {
    repository.close();
  }
}

function isTreeAlone({ base, head, staged, inputs }: CheckOptions): boolean {
  return base === undefined && head === undefined && staged !== true && inputs === undefined;
}
