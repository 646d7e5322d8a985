import type { Judged } from '../decide/index.ts';
import type { BuildRecord, FailedRule, Policy, ShellUse, Tree, UnreadPart } from '../domain/index.ts';
import { RULES, shellUsesOf } from '../rules/index.ts';
import { rebaseBreaksManifest } from '../rules/rebase-breaks-manifest.ts';
import type { FactLoader } from './fact-loader.ts';
import { type ImageOutline, outlineOf } from './image-outline.ts';
import type { BlobSource } from './ports.ts';
import { loadProject, type ReadLink, type TreeSelection } from './project-loader.ts';
import { guarded, runRule } from './run-rule.ts';
import { blobsBehind, Sources } from './sources.ts';
import type { TreeMemory } from './tree-memory.ts';

/** What a comparison and a report need to know of one tree: a function of the tree, how it is read, and the policy. */
export interface TreeFindings {
  readonly images: readonly ImageOutline[];
  readonly unread: readonly UnreadPart[];
  /** Symbolic links that were read as what they lead to. */
  readonly links: readonly ReadLink[];
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
  const sources = new Sources(tree, blobs, blobsBehind(found.links));
  // Only a change to a file can make two equal findings of it differ, so only changed files need their text here.
  const paths = found.judged.map(({ problem }) => problem.at.path);
  await sources.read(paths.filter((path) => selection.changed.has(path)));
  const judged = found.judged.map((one) => ({ ...one, evidence: sources.snippet(one.problem.at) }));
  return { ...found, judged, filesListed: tree.size, sources };
}

async function findingsOf({ tree, selection, policy, loader, blobs }: JudgeTree): Promise<TreeFindings> {
  const { model, filesRead, links } = await loadProject(tree, selection, policy, loader, blobs);
  const runs = RULES.flatMap((rule) =>
    rule.on === 'tree' ? [runRule(rule, () => rule.check(model, { policy }), policy)] : [],
  );
  // What the rule of the change looks at: this tree's part of it.
  const uses = guarded(rebaseBreaksManifest.meta.id, () => shellUsesOf(model), []);
  return {
    images: model.images.map(outlineOf),
    unread: model.unread,
    links,
    ...(model.builds === undefined ? {} : { builds: model.builds }),
    judged: runs.flatMap(({ found }) => found),
    failedRules: [...runs, uses].flatMap(({ failedRules }) => failedRules),
    shellUses: uses.found,
    filesRead,
  };
}
