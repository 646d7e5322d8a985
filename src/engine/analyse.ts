import type { Compared, Judged } from '../decide/index.ts';
import { compareProblems, withoutBase } from '../decide/index.ts';
import { type ChangeRecord, POLICY_PATH, type Policy, type Renames, type Report } from '../domain/index.ts';
import { RULES } from '../rules/index.ts';
import { type ExceptionsFile, exceptionsOf } from './exceptions.ts';
import { FactLoader } from './fact-loader.ts';
import type { ImageOutline } from './image-outline.ts';
import { type JudgedTree, judgeTree } from './judged-tree.ts';
import { type Merge, mergeChange } from './merge.ts';
import { withMovedPrograms } from './moved-programs.ts';
import type { BlobSource, FactCache, FactWorkers, Judgement, TextMemory } from './ports.ts';
import { type ItemVerdicts, laterVerdicts } from './preview.ts';
import type { TreeSelection } from './project-loader.ts';
import { NO_RENAMES, renamesOf } from './renames.ts';
import { assembleReport } from './report.ts';
import { runRule } from './run-rule.ts';
import { pathSelector } from './selection.ts';
import { TreeMemory } from './tree-memory.ts';
import { WatchedBlobs } from './watched-blobs.ts';
import {
  type LaterExceptions,
  type Written,
  writtenBy,
  writtenExceptions,
  writtenPolicy,
} from './written-policy.ts';

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
  const run = await begin(judgement, policy, ports);
  const { merge, renames, loader } = run;
  const sides = await judgeSides(run);
  const exceptions = await exceptionsInForce(run);
  const written = await writtenBy({
    changes: judgement.changes,
    tree: merge.tree,
    blobs: run.blobs,
    policy,
  });
  const ofEntries = await writtenExceptions(written, exceptions);
  const isChange = sides.tip !== null;
  const later = isChange ? await previewOf(run, sides, written, ofEntries) : null;
  const record: ChangeRecord = {
    changes: judgement.changes,
    policy: await writtenPolicy(written),
    exceptions: ofEntries.exceptions,
    exceptionsPath: ofEntries.path,
  };
  const ofChange = judgeChange(record, sides, run);
  return await assembleReport({
    judgement,
    policy,
    merge,
    tip: sides.tip,
    result: sides.result,
    compared: compareSides(sides, ofChange, run),
    exceptions,
    proposed: isChange ? ofEntries.proposed : [],
    exceptionsPath: ofEntries.path,
    later,
    movedPrograms: sides.movedPrograms,
    failedRules: [sides.tip, sides.result, ofChange].flatMap((part) => part?.failedRules ?? []),
    renamed: renames.renames,
    isEveryRenameFound: renames.isComplete,
    counts: loader.counts,
    milliseconds: ports.clock() - started,
  });
}

/** One analysis: what it is of, and what every step of it reads with. */
interface Run {
  readonly judgement: Judgement;
  readonly policy: Policy;
  readonly ports: AnalysisPorts;
  readonly merge: Merge;
  readonly renames: Renames;
  /** Result path → tip path. */
  readonly formerly: ReadonlyMap<string, string>;
  readonly blobs: WatchedBlobs;
  readonly loader: FactLoader;
}

async function begin(judgement: Judgement, policy: Policy, ports: AnalysisPorts): Promise<Run> {
  const { tip, changes } = judgement;
  const merge = await mergeChange(tip?.tree ?? null, changes, ports.blobs);
  const blobs = new WatchedBlobs(merge.blobs);
  const renames = tip === null ? NO_RENAMES : await renamesOf(tip.tree, merge.tree, changes, merge.blobs);
  return {
    judgement,
    policy,
    ports,
    merge,
    renames,
    formerly: new Map([...renames.renames].map(([from, to]) => [to, from])),
    blobs,
    loader: new FactLoader(blobs, ports.cache, ports),
  };
}

// ---- both trees ----------------------------------------------------------------------------------------

/** The tree before the change, where there is one, and the one after it. */
interface Sides {
  readonly tip: JudgedTree | null;
  readonly result: JudgedTree;
  /** What of the result is looked at. */
  readonly selection: TreeSelection;
  /** By id in the result: programs that another file named at the tip, as they were there. */
  readonly movedPrograms: ReadonlyMap<string, ImageOutline>;
}

async function judgeSides(run: Run): Promise<Sides> {
  const { judgement, policy, merge, formerly } = run;
  const given = judgedBy(policy, judgement, run);
  const changed = new Set(judgement.changes.map((change) => change.path));
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
  if (atTip === null) return { tip: null, result, selection, movedPrograms: new Map() };
  const { tip, asTheyWere } = withMovedPrograms(atTip, result);
  return { tip, result, selection, movedPrograms: asTheyWere };
}

/** What trees are judged with by a policy, which is `judgement`'s texts compiled. */
function judgedBy(policy: Policy, judgement: Judgement, { loader, blobs, ports }: Run) {
  return { policy, loader, blobs, memory: memoryOf(judgement, policy, ports, blobs) };
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

// ---- policy and exceptions -----------------------------------------------------------------------------

/** The exceptions file of the tip, unless an operator gives entries in its place. */
async function exceptionsInForce({ judgement, merge, policy, blobs }: Run): Promise<ExceptionsFile> {
  if (judgement.exceptions !== undefined) return { ...judgement.exceptions, unread: null };
  return await exceptionsOf(judgement.tip?.tree ?? merge.tree, policy, blobs);
}

/** What the result comes to once the policy and the exceptions count that the change writes. */
function previewOf(
  run: Run,
  { result, selection }: Sides,
  written: Written,
  { exceptions }: LaterExceptions,
): Promise<ItemVerdicts | null> {
  const { judgement, merge } = run;
  return laterVerdicts(written, {
    isWritten: exceptions !== null,
    entries: judgement.exceptions?.entries ?? null,
    result,
    date: judgement.date,
    judge: (other) =>
      judgeTree({ ...judgedBy(other, asWritten(judgement, merge), run), tree: merge.tree, selection }),
  });
}

/** The judgement by the policy that the change writes, as far as its texts tell it from others: a text by its blob. */
function asWritten(judgement: Judgement, { tree }: Merge): Judgement {
  const written = { tier: 'repository', from: 'policy', text: tree.get(POLICY_PATH)?.id ?? '' } as const;
  return { ...judgement, policies: [...judgement.policies, written] };
}

// ---- the change ----------------------------------------------------------------------------------------

/** What only the comparison of both trees, or the change as such, can tell; nothing where there is no change. */
function judgeChange(
  record: ChangeRecord,
  { tip, result }: Sides,
  { formerly, policy }: Run,
): Pick<JudgedTree, 'judged' | 'failedRules'> | null {
  if (tip === null) return null;
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

/** The findings of those paths that are asked for, each with what the change has to do with it. */
function compareSides(
  { tip, result }: Sides,
  ofChange: Pick<JudgedTree, 'judged'> | null,
  { judgement, renames: { renames } }: Run,
): readonly Compared[] {
  const selects = pathSelector(judgement.only);
  const within = ({ problem }: Judged) => selects(problem.path) || selects(problem.at.path);
  if (tip === null) return withoutBase(result.judged.filter(within));
  const after = [...result.judged, ...(ofChange?.judged ?? [])].filter(within);
  return compareProblems(tip.judged.filter(within), after, renames).filter(
    (one) => one.state !== 'fixed' || !isUnread(one.problem.path, result, renames),
  );
}

/** What stood in a file that nobody can read any more is not fixed: it is not known. */
function isUnread(path: string, result: JudgedTree, renamed: ReadonlyMap<string, string>): boolean {
  const now = renamed.get(path) ?? path;
  return result.unread.some((part) => part.path === now);
}
