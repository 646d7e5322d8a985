import type { Judged } from '../decide/index.ts';
import { compareProblems, withoutBase } from '../decide/index.ts';
import { type ChangeRecord, POLICY_PATH, type Policy, type Report } from '../domain/index.ts';
import { RULES } from '../rules/index.ts';
import { exceptionsOf } from './exceptions.ts';
import { FactLoader } from './fact-loader.ts';
import { type JudgedTree, judgeTree } from './judged-tree.ts';
import { type Merge, mergeChange } from './merge.ts';
import { withMovedPrograms } from './moved-programs.ts';
import type { BlobSource, FactCache, FactWorkers, Judgement, TextMemory } from './ports.ts';
import { laterVerdicts } from './preview.ts';
import type { TreeSelection } from './project-loader.ts';
import { NO_RENAMES, renamesOf } from './renames.ts';
import { assembleReport } from './report.ts';
import { runRule } from './run-rule.ts';
import { pathSelector } from './selection.ts';
import { TreeMemory } from './tree-memory.ts';
import { WatchedBlobs } from './watched-blobs.ts';
import { writtenExceptions, writtenPolicy } from './written-policy.ts';

export interface AnalysisPorts {
  readonly blobs: BlobSource;
  readonly cache: FactCache | null;
  /** Where what was found in whole trees is remembered; nothing is where it is absent. */
  readonly memory?: TextMemory;
  /** Milliseconds from an arbitrary start, for `stats` only. */
  readonly clock: () => number;
  /** Told of each blob before it is parsed. */
  readonly announce?: (blob: string) => void;
  /** Blobs on which an analyser died: they are reported as unread. */
  readonly avoid?: ReadonlySet<string>;
  /** Other processes that take a part of the reading. */
  readonly workers?: FactWorkers;
}

/**
 * The whole pipeline, in order: merged result, facts, project, problems, findings, verdict, report. A function of the
 * judgement and the blobs; the App and the command line both call it (promise 4).
 */
export async function analyse(judgement: Judgement, policy: Policy, ports: AnalysisPorts): Promise<Report> {
  const started = ports.clock();
  const merge = await mergeChange(judgement.tip?.tree ?? null, judgement.changes, ports.blobs);
  const blobs = new WatchedBlobs(merge.blobs);
  const loader = new FactLoader(blobs, ports.cache, ports);
  const memory = memoryOf(judgement, policy, ports, blobs);
  const changed = new Set(judgement.changes.map((change) => change.path));
  const { renames: renamed, isComplete: isEveryRenameFound } =
    judgement.tip === null
      ? NO_RENAMES
      : await renamesOf(judgement.tip.tree, merge.tree, judgement.changes, merge.blobs);
  const formerly = new Map([...renamed].map(([from, to]) => [to, from]));
  const given = { policy, loader, blobs, memory };
  const atTip =
    judgement.tip === null
      ? null
      : await judgeTree({
          ...given,
          tree: judgement.tip.tree,
          selection: { changed, formerly: new Map() },
        });
  const selection: TreeSelection = {
    changed: atTip === null ? new Set() : changed,
    formerly,
    ...(atTip?.builds === undefined ? {} : { builds: atTip.builds }),
  };
  const result = await judgeTree({ ...given, tree: merge.tree, selection });
  const moved = atTip === null ? null : withMovedPrograms(atTip, result);
  const tip = moved?.tip ?? null;
  const selects = pathSelector(judgement.only);
  const within = ({ problem }: Judged) => selects(problem.path) || selects(problem.at.path);
  const exceptions =
    judgement.exceptions === undefined
      ? await exceptionsOf(judgement.tip?.tree ?? merge.tree, policy, blobs)
      : { ...judgement.exceptions, unread: null };
  const written = { changes: judgement.changes, tree: merge.tree, blobs, policy };
  const ofEntries = await writtenExceptions(written, exceptions);
  const record = {
    changes: judgement.changes,
    policy: await writtenPolicy(written),
    exceptions: ofEntries.exceptions,
    exceptionsPath: ofEntries.path,
  };
  const later =
    tip === null
      ? null
      : await laterVerdicts(written, {
          isWritten: ofEntries.exceptions !== null,
          entries: judgement.exceptions?.entries ?? null,
          result,
          date: judgement.date,
          judge: (other) =>
            judgeTree({
              ...given,
              policy: other,
              memory: memoryOf(asWritten(judgement, merge), other, ports, blobs),
              tree: merge.tree,
              selection,
            }),
        });
  const ofChange = tip === null ? null : judgeChange(record, { tip, result, formerly }, policy);
  const compared =
    tip === null
      ? withoutBase(result.judged.filter(within))
      : compareProblems(
          tip.judged.filter(within),
          [...result.judged, ...(ofChange?.judged ?? [])].filter(within),
          renamed,
        ).filter((one) => one.state !== 'fixed' || !isUnread(one.problem.path, result, renamed));
  return await assembleReport({
    judgement,
    policy,
    merge,
    tip,
    result,
    compared,
    exceptions,
    proposed: tip === null ? [] : ofEntries.proposed,
    exceptionsPath: ofEntries.path,
    later,
    movedPrograms: moved?.asTheyWere ?? new Map(),
    failedRules: [tip, result, ofChange].flatMap((part) => part?.failedRules ?? []),
    renamed,
    isEveryRenameFound,
    counts: loader.counts,
    milliseconds: ports.clock() - started,
  });
}

/** The judgement by the policy that the change writes, as far as its texts tell it from others: a text by its blob. */
function asWritten(judgement: Judgement, { tree }: Merge): Judgement {
  const written = { tier: 'repository', from: 'policy', text: tree.get(POLICY_PATH)?.id ?? '' } as const;
  return { ...judgement, policies: [...judgement.policies, written] };
}

/** An analyser that must avoid a blob finds other things than one that must not. */
function memoryOf(
  judgement: Judgement,
  policy: Policy,
  { memory, avoid }: AnalysisPorts,
  blobs: WatchedBlobs,
): TreeMemory | null {
  return memory === undefined || (avoid !== undefined && avoid.size > 0)
    ? null
    : new TreeMemory(memory, policy, judgement.policies, blobs);
}

interface Sides {
  readonly tip: JudgedTree;
  readonly result: JudgedTree;
  readonly formerly: ReadonlyMap<string, string>;
}

/** What only the comparison of both trees, or the change as such, can tell. */
function judgeChange(
  record: ChangeRecord,
  { tip, result, formerly }: Sides,
  policy: Policy,
): Pick<JudgedTree, 'judged' | 'failedRules'> {
  const pair = {
    tip: tip.shellUses,
    result: result.shellUses,
    former: (path: string) => formerly.get(path) ?? path,
  };
  const runs = RULES.flatMap((rule) => {
    if (rule.on === 'tree') return [];
    const check = () =>
      rule.on === 'change' ? rule.check(pair, { policy }) : rule.check(record, { policy });
    return [runRule(rule, check, policy)];
  });
  return {
    judged: runs.flatMap(({ found }) => found),
    failedRules: runs.flatMap((run) => run.failedRules),
  };
}

/** What stood in a file that nobody can read any more is not fixed: it is not known. */
function isUnread(path: string, result: JudgedTree, renamed: ReadonlyMap<string, string>): boolean {
  const now = renamed.get(path) ?? path;
  return result.unread.some((part) => part.path === now);
}
