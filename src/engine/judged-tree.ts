import type { Judged } from '../decide/index.ts';
import { levelOf } from '../decide/index.ts';
import type {
  BuildRecord,
  FailedRule,
  Policy,
  Problem,
  ProjectModel,
  Rule,
  ShellUse,
  Tree,
  UnreadPart,
} from '../domain/index.ts';
import { RULES, shellUsesOf } from '../rules/index.ts';
import type { FactLoader } from './fact-loader.ts';
import { type ImageOutline, outlineOf } from './image-outline.ts';
import type { BlobSource } from './ports.ts';
import { loadProject, type TreeSelection } from './project-loader.ts';
import { Sources } from './sources.ts';
import type { TreeMemory } from './tree-memory.ts';

/** What a comparison and a report need to know of one tree: a function of the tree, how it is read, and the policy. */
export interface TreeFindings {
  readonly images: readonly ImageOutline[];
  readonly unread: readonly UnreadPart[];
  /** How the tree's definitions are built. */
  readonly builds?: BuildRecord;
  /** Without evidence, which is the text of their places. */
  readonly judged: readonly Judged[];
  readonly failedRules: readonly FailedRule[];
  /** What manifests need of images of the tree. */
  readonly shellUses: readonly ShellUse[];
  /** How many files' facts went into it. */
  readonly filesRead: number;
}

/** One tree with what the rules found in it. */
export interface JudgedTree extends TreeFindings {
  readonly filesListed: number;
  readonly sources: Sources;
}

export interface JudgeTree {
  readonly tree: Tree;
  readonly selection: TreeSelection;
  readonly policy: Policy;
  readonly loader: FactLoader;
  readonly blobs: BlobSource;
  readonly memory: TreeMemory | null;
}

/** Reads a tree and runs the rules on it, or remembers what they found in the same tree before. */
export async function judgeTree(given: JudgeTree): Promise<JudgedTree> {
  const { tree, selection, blobs, memory, loader } = given;
  const remembered = await memory?.recall(tree, selection);
  const found = remembered ?? (await findingsOf(given));
  if (remembered === undefined) await memory?.keep(tree, selection, found);
  else loader.counts.cached += found.filesRead;
  const sources = new Sources(tree, blobs);
  // Only a change to a file can make two equal findings of it differ, so only changed files need their text here.
  const paths = found.judged.map(({ problem }) => problem.at.path);
  await sources.read(paths.filter((path) => selection.changed.has(path)));
  const judged = found.judged.map((one) => ({ ...one, evidence: sources.snippet(one.problem.at) }));
  return { ...found, judged, filesListed: tree.size, sources };
}

async function findingsOf({ tree, selection, policy, loader, blobs }: JudgeTree): Promise<TreeFindings> {
  const { model, filesRead } = await loadProject(tree, selection, policy, loader, blobs);
  return {
    images: model.images.map(outlineOf),
    unread: model.unread,
    ...(model.builds === undefined ? {} : { builds: model.builds }),
    ...runRules(model, policy),
    shellUses: shellUsesOf(model),
    filesRead,
  };
}

function runRules(model: ProjectModel, policy: Policy): { judged: Judged[]; failedRules: FailedRule[] } {
  const judged: Judged[] = [];
  const failedRules: FailedRule[] = [];
  for (const rule of RULES) {
    if (rule.on !== 'tree') continue;
    try {
      judged.push(...judge(rule, rule.check(model, { policy }), policy));
    } catch (error) {
      failedRules.push({
        rule: rule.meta.id,
        because: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return { judged, failedRules };
}

/** The problems that a rule found, each with the level that it has under the policy; those that are off are left out. */
export function judge(rule: Rule, problems: Iterable<Problem>, policy: Policy): Judged[] {
  const judged: Judged[] = [];
  for (const problem of problems) {
    const level = levelOf(rule.meta, problem, policy);
    if (level !== null) judged.push({ rule: rule.meta.id, level, problem, evidence: '' });
  }
  return judged;
}
