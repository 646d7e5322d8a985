import type { Repository } from '../adapters/git/index.ts';
import type { ChangedPath, Tree } from '../domain/index.ts';
import { AppError, changesBetween } from '../domain/index.ts';
import type { Judgement } from '../engine/ports.ts';

/** What the command line was asked to judge. */
export interface ChangeRequest {
  readonly base?: string;
  readonly head?: string;
  readonly staged?: boolean;
}

/** The part of a judgement that a request decides, and head's own tree, whose lines the output shows. */
export interface Change extends Pick<Judgement, 'tip' | 'mergeBase' | 'head' | 'changes'> {
  readonly headTree: Tree;
}

/** The commits and trees of a request (SEMANTICS 1.1). `meanwhile` is done while git lists the first tree. */
export async function changeOf(
  repository: Repository,
  request: ChangeRequest,
  meanwhile: () => void = () => {},
): Promise<Change> {
  if (request.staged === true) return await stagedChange(repository, request);
  if (request.base === undefined) return await treeAlone(repository, request.head, meanwhile);
  const tip = await repository.resolveCommit(request.base);
  const listing = repository.tree(tip);
  meanwhile();
  const tree = await listing;
  if (request.head === undefined) return await workingChange(repository, tip, tree);
  const head = await repository.resolveCommit(request.head);
  const mergeBase = await repository.mergeBase(tip, head);
  if (mergeBase === null) return unrelated(tip, head, tree, await repository.tree(head));
  const changes = await repository.changes(mergeBase, head);
  const from = mergeBase === tip ? tree : await repository.tree(mergeBase);
  return { tip: { commit: tip, tree }, mergeBase, head, changes, headTree: applied(from, changes) };
}

/** Names under which the branch that changes go to is most often found. */
const LIKELY_BASES = ['origin/main', 'origin/master', 'main', 'master', 'HEAD'] as const;

/** A revision of this repository that what was judged could be compared with; undefined where all of them are what was judged. */
export async function proposedBase(
  repository: Repository,
  judged: string | null,
): Promise<string | undefined> {
  for (const revision of LIKELY_BASES) {
    const commit = await repository.resolveCommit(revision).catch(() => undefined);
    if (commit !== undefined && commit !== judged) return revision;
  }
  return undefined;
}

/** A tree without a base: every path of it, every finding existing. */
async function treeAlone(
  repository: Repository,
  head: string | undefined,
  meanwhile: () => void,
): Promise<Change> {
  const ofDisk = head === undefined && repository.hasWorkTree;
  const commit = ofDisk ? null : await repository.resolveCommit(head ?? 'HEAD');
  const listing = commit === null ? repository.workingTree() : repository.tree(commit);
  meanwhile();
  return alone(commit, await listing);
}

function alone(head: string | null, headTree: Tree): Change {
  return { tip: null, mergeBase: null, head, changes: wholeTree(headTree), headTree };
}

async function stagedChange(repository: Repository, request: ChangeRequest): Promise<Change> {
  if (request.base !== undefined || request.head !== undefined) {
    throw new AppError('usage', '--staged compares the index with HEAD; leave out --base and --head');
  }
  const tip = await repository.resolveCommit('HEAD');
  const tree = await repository.tree(tip);
  const headTree = await repository.indexTree();
  return {
    tip: { commit: tip, tree },
    mergeBase: tip,
    head: null,
    changes: changesBetween(tree, headTree),
    headTree,
  };
}

/** The working tree's change: from where its HEAD left the base branch. */
async function workingChange(repository: Repository, tip: string, tree: Tree): Promise<Change> {
  if (!repository.hasWorkTree)
    throw new AppError('usage', 'there is no working tree to judge; give --head as well');
  const mergeBase = await repository.mergeBase(tip, await repository.resolveCommit('HEAD'));
  const working = await repository.workingTree();
  if (mergeBase === null) return unrelated(tip, null, tree, working);
  const from = mergeBase === tip ? tree : await repository.tree(mergeBase);
  return {
    tip: { commit: tip, tree },
    mergeBase,
    head: null,
    changes: changesBetween(from, working),
    headTree: working,
  };
}

/** Without a common ancestor the result is head (SEMANTICS 1.1): everything at the tip gives way to it. */
function unrelated(tip: string, head: string | null, tree: Tree, headTree: Tree): Change {
  return {
    tip: { commit: tip, tree },
    mergeBase: null,
    head,
    changes: changesBetween(tree, headTree),
    headTree,
  };
}

function wholeTree(tree: Tree): readonly ChangedPath[] {
  return [...tree].map(([path, head]) => ({ path, base: null, head }));
}

function applied(from: Tree, changes: readonly ChangedPath[]): Tree {
  const tree = new Map(from);
  for (const { path, head } of changes) {
    if (head === null) tree.delete(path);
    else tree.set(path, head);
  }
  return tree;
}
