import { openRepository, type Repository } from '../adapters/git/index.ts';
import { counted } from '../domain/words.ts';
import type { AnalysisPorts } from '../engine/analyse.ts';
import { type Change, changeOf } from './change.ts';
import { isCached } from './judge.ts';
import { LateCache } from './late-cache.ts';
import { Progress } from './terminal.ts';

/** Options by which a command names the one tree that it looks at. */
export interface TreeOptions {
  readonly gitDir?: string;
  readonly rev?: string;
  readonly cache?: boolean;
}

/** One tree of a repository, and what reads it. */
export interface OpenTree {
  readonly repository: Repository;
  /** Without a base. */
  readonly change: Change;
  readonly ports: AnalysisPorts;
}

/** Opens the tree that the options name, and closes what was opened for it once `act` is done with it. */
export async function withTree<T>(options: TreeOptions, act: (opened: OpenTree) => Promise<T>): Promise<T> {
  const { gitDir, rev } = options;
  const repository = await openRepository(gitDir === undefined ? {} : { gitDir });
  try {
    return await withPorts(repository, options, async (ports) => {
      const change = await changeOf(repository, rev === undefined ? {} : { head: rev });
      return await act({ repository, change, ports });
    });
  } finally {
    repository.close();
  }
}

/** What reads blobs of a repository, with the cache and the line of progress; both are over once `act` is done. */
export async function withPorts<T>(
  repository: Repository,
  options: Pick<TreeOptions, 'cache'>,
  act: (ports: AnalysisPorts) => Promise<T>,
): Promise<T> {
  const progress = new Progress();
  const cache = isCached(options) ? new LateCache() : null;
  let read = 0;
  try {
    return await act({
      blobs: repository.blobs,
      cache,
      clock: () => 0,
      announce: () => progress.say(`analysing: ${counted(++read, 'file')} read`),
    });
  } finally {
    progress.done();
    await cache?.close();
  }
}
