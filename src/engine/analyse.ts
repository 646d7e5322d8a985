import type { FailedRule, Judged } from '../decide/index.ts';
import { compareProblems, levelOf, withoutBase } from '../decide/index.ts';
import type { ChangedPath, Policy, Problem, Report, Rule, Tree } from '../domain/index.ts';
import { RULES } from '../rules/index.ts';
import { FactLoader } from './fact-loader.ts';
import { mergeChange } from './merge.ts';
import type { BlobSource, FactCache, FactWorkers, Judgement } from './ports.ts';
import { type LoadedProject, loadProject, type TreeSelection } from './project-loader.ts';
import { renamesOf } from './renames.ts';
import { assembleReport } from './report.ts';
import { pathSelector } from './selection.ts';
import { Sources } from './sources.ts';

export interface AnalysisPorts {
  readonly blobs: BlobSource;
  readonly cache: FactCache | null;
  /** Milliseconds from an arbitrary start, for `stats` only. */
  readonly clock: () => number;
  /** Told of each blob before it is parsed. */
  readonly announce?: (blob: string) => void;
  /** Blobs on which an analyser died: they are reported as unread. */
  readonly avoid?: ReadonlySet<string>;
  /** Other processes that take a part of the reading. */
  readonly workers?: FactWorkers;
}

/** One tree with what the rules found in it. */
export interface JudgedTree {
  readonly project: LoadedProject;
  readonly judged: readonly Judged[];
  readonly failedRules: readonly FailedRule[];
  readonly sources: Sources;
}

/**
 * The whole pipeline, in order: merged result, facts, project, problems, findings, verdict, report. A function of the
 * judgement and the blobs; the App and the command line both call it (promise 4).
 */
export async function analyse(judgement: Judgement, policy: Policy, ports: AnalysisPorts): Promise<Report> {
  const started = ports.clock();
  const merge = await mergeChange(judgement.tip?.tree ?? null, judgement.changes, ports.blobs);
  const loader = new FactLoader(merge.blobs, ports.cache, ports);
  const changed = new Set(judgement.changes.map((change) => change.path));
  const renamed: ReadonlyMap<string, string> =
    judgement.tip === null
      ? new Map()
      : await renamesOf(judgement.tip.tree, merge.tree, judgement.changes, merge.blobs);
  const formerly = new Map([...renamed].map(([from, to]) => [to, from]));
  const tip =
    judgement.tip === null
      ? null
      : await judgeTree(judgement.tip.tree, { changed, formerly: new Map() }, policy, loader, ports.blobs);
  const builds = tip?.project.model.builds;
  const reading = {
    changed: tip === null ? new Set<string>() : changed,
    formerly,
    ...(builds === undefined ? {} : { builds }),
  };
  const result = await judgeTree(merge.tree, reading, policy, loader, merge.blobs);
  const selects = pathSelector(judgement.only);
  const within = ({ problem }: Judged) => selects(problem.path) || selects(problem.at.path);
  const governance = judgement.tip === null ? [] : judgeChange(judgement.changes, policy);
  const compared =
    tip === null
      ? withoutBase(result.judged.filter(within))
      : compareProblems(
          tip.judged.filter(within),
          [...result.judged, ...governance].filter(within),
          renamed,
        ).filter((one) => one.state !== 'fixed' || !isUnread(one.problem.path, result, renamed));
  return await assembleReport({
    judgement,
    policy,
    merge,
    tip,
    result,
    compared,
    renamed,
    counts: loader.counts,
    milliseconds: ports.clock() - started,
  });
}

async function judgeTree(
  tree: Tree,
  selection: TreeSelection,
  policy: Policy,
  loader: FactLoader,
  blobs: BlobSource,
): Promise<JudgedTree> {
  const project = await loadProject(tree, selection, policy, loader, blobs);
  const sources = new Sources(tree, blobs);
  const found = runRules(project, policy);
  // Only a change to a file can make two equal findings of it differ, so only changed files need their text here.
  const paths = found.judged.map(({ problem }) => problem.at.path);
  await sources.read(paths.filter((path) => selection.changed.has(path)));
  const judged = found.judged.map((one) => ({ ...one, evidence: sources.snippet(one.problem.at) }));
  return { project, judged, failedRules: found.failedRules, sources };
}

function runRules(project: LoadedProject, policy: Policy): { judged: Judged[]; failedRules: FailedRule[] } {
  const judged: Judged[] = [];
  const failedRules: FailedRule[] = [];
  for (const rule of RULES) {
    if (rule.on !== 'tree') continue;
    try {
      judged.push(...judge(rule, rule.check(project.model, { policy }), policy));
    } catch (error) {
      failedRules.push({
        rule: rule.meta.id,
        because: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return { judged, failedRules };
}

function judgeChange(changes: readonly ChangedPath[], policy: Policy): readonly Judged[] {
  return RULES.flatMap((rule) =>
    rule.on === 'governance' ? judge(rule, rule.check({ changes }, { policy }), policy) : [],
  );
}

function judge(rule: Rule, problems: Iterable<Problem>, policy: Policy): Judged[] {
  const judged: Judged[] = [];
  for (const problem of problems) {
    const level = levelOf(rule.meta, problem, policy);
    if (level !== null) judged.push({ rule: rule.meta.id, level, problem, evidence: '' });
  }
  return judged;
}

/** What stood in a file that nobody can read any more is not fixed: it is not known. */
function isUnread(path: string, result: JudgedTree, renamed: ReadonlyMap<string, string>): boolean {
  const now = renamed.get(path) ?? path;
  return result.project.model.unread.some((part) => part.path === now);
}
