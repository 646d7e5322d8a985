import type { FileMode, Tree, TreeEntry } from '../../domain/index.ts';
import type { Clock, Connection } from './connection.ts';
import { onRebuildable } from './rebuildable.ts';
import { seal, unseal } from './sealed.ts';

/** Tips kept per repository: a few protected branches, and the commits before, from which the next is compared. */
const KEPT_TIPS = 8;

/** A commit of a base branch, in the repository of an installation. */
export interface TipCommit {
  readonly installationId: number;
  readonly repositoryId: number;
  readonly commit: string;
}

/** Trees of base branches, so that a new head costs no new listing of the tip. */
export interface TipStore {
  /** The whole tree of a commit; null where it is not kept (or not any more as it was stored). */
  tip(tip: TipCommit): Promise<Tree | null>;
  /** Keeps a tree; of each repository the last few that were used stay. */
  saveTip(tip: TipCommit, tree: Tree): Promise<void>;
}

/** The tip part of the store on an open database. */
export function tipStore(connection: Connection, clock: Clock): TipStore {
  const { db } = connection;
  const known = ({ installationId, repositoryId }: Omit<TipCommit, 'commit'>) =>
    db
      .selectFrom('tips')
      .where('repository_id', '=', repositoryId)
      .where('installation_id', '=', installationId)
      .orderBy('used_at', 'desc')
      .orderBy('commit_sha');

  return {
    tip: (tip) =>
      onRebuildable(
        connection,
        async () => {
          const row = await known(tip)
            .select(['content', 'checksum'])
            .where('commit_sha', '=', tip.commit)
            .executeTakeFirst();
          const text = row === undefined ? null : unseal(identity(tip), row);
          if (text === null) return null;
          await db
            .updateTable('tips')
            .set({ used_at: clock() })
            .where('repository_id', '=', tip.repositoryId)
            .where('commit_sha', '=', tip.commit)
            .execute();
          return parseTree(text);
        },
        null,
      ),

    saveTip: (tip, tree) =>
      onRebuildable(
        connection,
        async () => {
          const values = {
            installation_id: tip.installationId,
            ...seal(identity(tip), writeTree(tree)),
            used_at: clock(),
          };
          await db
            .insertInto('tips')
            .values({ repository_id: tip.repositoryId, commit_sha: tip.commit, ...values })
            .onConflict((conflict) => conflict.columns(['repository_id', 'commit_sha']).doUpdateSet(values))
            .execute();
          const beyond = await known(tip).select('commit_sha').limit(100).offset(KEPT_TIPS).execute();
          if (beyond.length === 0) return;
          await db
            .deleteFrom('tips')
            .where('repository_id', '=', tip.repositoryId)
            .where(
              'commit_sha',
              'in',
              beyond.map((row) => row.commit_sha),
            )
            .execute();
        },
        undefined,
      ),
  };
}

function identity(tip: TipCommit): string {
  return `tip ${tip.installationId} ${tip.repositoryId} ${tip.commit}`;
}

/** As `git ls-tree -z` has it: a path may hold a line break, never a NUL. */
function writeTree(tree: Tree): string {
  let text = '';
  for (const [path, { mode, id }] of tree) text += `${mode} ${id}\t${path}\0`;
  return text;
}

function parseTree(text: string): Tree {
  const tree = new Map<string, TreeEntry>();
  for (const line of text.split('\0')) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    tree.set(line.slice(tab + 1), { mode: line.slice(0, 6) as FileMode, id: line.slice(7, tab) });
  }
  return tree;
}
