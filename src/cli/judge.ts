import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, normalize, relative, resolve, sep } from 'node:path';
import type { Repository } from '../adapters/git/index.ts';
import { AppError, dayAt, type Report } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { analyse } from '../engine/analyse.ts';
import type { FactCache, FactWorkers, Judgement, TextMemory } from '../engine/ports.ts';
import { misplacedPolicy } from '../rules/policy-changed.ts';
import { type Change, changeOf, proposedBase } from './change.ts';
import type { CheckOptions } from './check.ts';
import { exceptionsGiven } from './exceptions/given.ts';
import { exitCodeOf } from './exit.ts';
import {
  exceptionsElsewhere,
  organisationFile,
  policyOf,
  policyTexts,
  preparePolicy,
  readInputs,
  replayedExceptions,
  replayedTexts,
} from './inputs.ts';
import { LateCache } from './late-cache.ts';
import { LateMemory } from './late-memory.ts';
import { LateWorkers } from './late-workers.ts';
import { type OutputSources, renderReport } from './output.ts';
import { Progress, print, printNote } from './terminal.ts';
import { limitYoungGeneration } from './young-generation.ts';

/** Fewer are read before anything that is done about memory pays. */
const MANY_FILES = 64;

/** Beyond these, reading waits for the one process that puts facts together. */
const MOST_JOBS = 4;

/** A child warms up for a second of work before it is as fast as this process; with two cores that is not won back (docs/performance.md). */
function defaultJobs(): number {
  return Math.max(1, Math.min(MOST_JOBS, Math.floor(availableParallelism() / 2)));
}

/** Judges what the options name, prints the report and sets the exit code. */
export async function judgeAndPrint(
  repository: Repository,
  paths: readonly string[],
  options: CheckOptions,
): Promise<void> {
  const progress = new Progress();
  const cache = isCached(options) ? new LateCache() : null;
  const memory = cache === null ? null : new LateMemory();
  const jobs = options.jobs ?? defaultJobs();
  const workers = jobs > 1 ? new LateWorkers(jobs) : null;
  try {
    const { report, change } = await judge(repository, paths, options, { cache, memory, workers, progress });
    progress.done();
    await print(await renderReport(report, options.format, await sourcesFor(repository, change, options)));
    process.exitCode = exitCodeOf(report);
  } finally {
    progress.done();
    await Promise.all([cache?.close(), workers?.close()]);
  }
}

async function sourcesFor(
  repository: Repository,
  change: Change,
  { format, staged }: CheckOptions,
): Promise<OutputSources> {
  const proposed =
    change.tip === null && format === 'text' ? await proposedBase(repository, change.head) : undefined;
  return {
    headTree: change.headTree,
    tipTree: change.tip?.tree ?? null,
    blobs: repository.blobs,
    ...(staged === true ? { judged: 'the index' } : {}),
    ...(proposed === undefined ? {} : { proposedBase: proposed }),
  };
}

interface Helpers {
  readonly cache: FactCache | null;
  readonly memory: TextMemory | null;
  readonly workers: FactWorkers | null;
  readonly progress: Progress;
}

async function judge(
  repository: Repository,
  paths: readonly string[],
  options: CheckOptions,
  { cache, memory, workers, progress }: Helpers,
): Promise<{ report: Report; change: Change }> {
  const inputs = options.inputs === undefined ? undefined : await readInputs(options.inputs);
  const { headTree, ...change } = await changeOf(repository, { ...options, ...inputs }, preparePolicy);
  const tree = change.tip?.tree ?? headTree;
  const from = { commit: change.tip === null ? change.head : change.tip.commit };
  const chosen = options.policy ?? inputs?.policy;
  const given = { policy: chosen, organisation: organisationFile(options.organisation, inputs) };
  const policies = replayedTexts(inputs, await policyTexts(given, repository, tree, from));
  const misplaced = chosen === undefined ? misplacedPolicy(tree) : undefined;
  if (misplaced !== undefined) printNote(misplaced);
  const policy = policyOf(policies);
  const misplacedFile = options.exceptions === undefined ? exceptionsElsewhere(tree, policy) : undefined;
  if (misplacedFile !== undefined) printNote(misplacedFile);
  const exceptions = exceptionsGiven(options.exceptions ?? replayedExceptions(inputs, policy), policy);
  const judgement: Judgement = {
    ...change,
    policies,
    ...(exceptions === undefined ? {} : { exceptions }),
    enforcement: options.enforcement ?? inputs?.enforcement ?? null,
    date: inputs?.date ?? dayAt(Date.now()),
    ...(inputs === undefined || inputs.grants.length === 0 ? {} : { grants: inputs.grants }),
    ...(paths.length === 0 ? {} : { only: paths.map((path) => treePath(path, repository)) }),
  };
  let read = 0;
  const report = await analyse(judgement, policy, {
    blobs: repository.blobs,
    cache,
    ...(memory === null ? {} : { memory }),
    ...(workers === null ? {} : { workers }),
    // Not `performance`: making it takes more than a millisecond of a start.
    clock: () => Number(process.hrtime.bigint()) / 1e6,
    announce: () => {
      if (++read === MANY_FILES) limitYoungGeneration();
      progress.say(`analysing: ${counted(read, 'file')} read`);
    },
  });
  return { report, change: { ...change, headTree } };
}

/** A path that the user named, as the tree spells it. */
export function treePath(path: string, { workTree }: Repository): string {
  const absolute = resolve(path);
  // Without a work tree there is no folder that a path could be relative to but the tree's root.
  const inTree = workTree === null ? normalize(path) : relative(realpath(workTree), realpath(absolute));
  if (inTree.startsWith('..') || isAbsolute(inTree)) {
    throw new AppError('path-outside', `${path} lies outside of the repository ${workTree ?? ''}`.trimEnd());
  }
  return inTree.split(sep).join('/').replace(/\/$/, '').replace(/^\.$/, '');
}

/** Links on the way to a file are followed as far as it exists. */
function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new AppError('path-missing', `there is no file or folder ${path}`);
  }
}

/** Off where CI=true unless asked for: a fresh machine has nothing cached, and leaves nothing behind. */
export function isCached(options: Pick<CheckOptions, 'cache'>): boolean {
  return options.cache ?? process.env.CI !== 'true';
}
