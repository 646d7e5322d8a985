import type { ComparedFile, Comparison, RepositoryClient } from '../../adapters/github/api.ts';
import type { Store } from '../../adapters/store/index.ts';
import type { ChangedPath, Tree, TreeEntry } from '../../domain/index.ts';
import { AppError, changesBetween, compareText, isSameEntry } from '../../domain/index.ts';
import { formatOf } from '../../formats/index.ts';

/** GitHub is asked for so many files in one query: both sides of a hundred. */
const MOST_IN_ONE = 200;

export interface ChangeGiven {
  readonly client: RepositoryClient;
  readonly store: Pick<Store, 'tip' | 'saveTip'>;
  readonly tip: { readonly commit: string; readonly tree: Tree };
  readonly head: string;
  /** Where tip and head were compared already. */
  readonly comparison: Comparison | null;
}

/** What a pull request changes, merge base to head, with the entries of both sides. */
export interface Change {
  readonly mergeBase: string | null;
  readonly changes: readonly ChangedPath[];
  /** Of each file as GitHub shows it; null where they were not listed. */
  readonly patches: ReadonlyMap<string, string | undefined> | null;
}

/** Reads the change. Beyond what GitHub's comparison lists, both trees are compared here, so that nothing is left out. */
export async function readChange(given: ChangeGiven): Promise<Change> {
  const { client, tip, head } = given;
  const { mergeBase, files } = given.comparison ?? (await client.compare(tip.commit, head));
  // Without a common ancestor the result is head (SEMANTICS 1.1).
  if (mergeBase === null)
    return { mergeBase, changes: changesBetween(tip.tree, await client.tree(head)), patches: null };
  if (files === null) {
    const base = await treeOf(mergeBase, given);
    return { mergeBase, changes: changesBetween(base, await client.tree(head)), patches: null };
  }
  const changes = await entriesOf(files, mergeBase, given);
  const patches = new Map(files.map((file) => [file.path, file.patch]));
  return { mergeBase, changes, patches };
}

/** The merge base is the tip, or often a tip of before. */
async function knownTree(commit: string, { client, store, tip }: ChangeGiven): Promise<Tree | null> {
  if (commit === tip.commit) return tip.tree;
  const { installation, id } = client.repository;
  return store.tip({ installationId: installation, repositoryId: id, commit });
}

async function treeOf(commit: string, given: ChangeGiven): Promise<Tree> {
  return (await knownTree(commit, given)) ?? given.client.tree(commit);
}

async function entriesOf(
  files: readonly ComparedFile[],
  mergeBase: string,
  given: ChangeGiven,
): Promise<readonly ChangedPath[]> {
  const { client, head } = given;
  const old = files.filter((file) => file.status !== 'added');
  const now = files.filter((file) => file.status !== 'removed');
  const known =
    old.length === 0 ? new Map<string, TreeEntry>() : await baseTree(old.length, mergeBase, given);
  // Both sides of a file that a format reads are needed where it has a finding: in the same query they cost nothing.
  const wanted = known === null ? old : old.filter(({ path }) => formatOf(path) !== undefined);
  const fits = known === null || now.length + wanted.length <= MOST_IN_ONE;
  const asked = [
    ...now.map(({ path }) => ({ commit: head, path })),
    ...(fits ? wanted.map(({ path }) => ({ commit: mergeBase, path })) : []),
  ];
  const answers = asked.length === 0 ? new Map<string, TreeEntry | null>() : await client.files(asked);
  const at = (commit: string, path: string) => answers.get(`${commit}:${path}`) ?? null;
  const changes = files.map(({ path, status, id }): ChangedPath => {
    const base = status === 'added' ? null : known === null ? at(mergeBase, path) : (known.get(path) ?? null);
    const after = status === 'removed' ? null : at(head, path);
    if (status !== 'removed' && (after === null || after.id !== id)) throw moved(path, head);
    return { path, base, head: after };
  });
  return changes
    .filter((change) => !isSameEntry(change.base, change.head))
    .sort((a, b) => compareText(a.path, b.path));
}

/** The tree that base entries are read from; null where asking for the files alone is cheaper. */
async function baseTree(count: number, mergeBase: string, given: ChangeGiven): Promise<Tree | null> {
  const known = await knownTree(mergeBase, given);
  if (known !== null || count * 2 <= MOST_IN_ONE) return known;
  return given.client.tree(mergeBase);
}

/** A commit does not change, so answers about it agree; where they do not, the read starts again. */
function moved(path: string, head: string): AppError {
  return new AppError('inconsistent', `GitHub gave two answers about ${path} at ${head}.`, {
    retryable: true,
  });
}
