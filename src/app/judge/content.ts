import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { Tree } from '../../domain/index.ts';
import { AppError } from '../../domain/index.ts';
import type { BlobSource, FactCache } from '../../engine/ports.ts';

/** Above so many missing blobs one tarball is cheaper (DESIGN section 8). */
const MANY_MISSING = 500;
/** Twenty-five queries. */
const MOST_BY_QUERY = 5_000;

/** Blobs and facts as the analysis asks for them; and which blobs it asked about. */
export interface Content {
  readonly blobs: BlobSource;
  readonly cache: FactCache;
  /** Ids of all blobs that the analysis looked into, from the cache or afresh. */
  readonly looked: ReadonlySet<string>;
}

/** Where content of a judgement can lie. */
export interface Trees {
  readonly tip: { readonly commit: string; readonly tree: Tree };
  readonly head: string;
}

/** Stands between the analysis and GitHub: what is missing in numbers is filled from a tarball, the tip's or head's. */
export function contentOf(client: RepositoryClient, cache: FactCache, { tip, head }: Trees): Content {
  const looked = new Set<string>();
  const filled = new Set<string>();
  let atTip: ReadonlySet<string> | null = null;
  let missing: readonly string[] = [];
  const fill = async (): Promise<void> => {
    if (missing.length <= MANY_MISSING) return;
    atTip ??= new Set([...tip.tree.values()].map((entry) => entry.id));
    const parts = [
      { commit: tip.commit, wanted: new Set(missing).intersection(atTip) },
      { commit: head, wanted: new Set(missing).difference(atTip) },
    ];
    for (const { commit, wanted } of parts) {
      if (wanted.size <= MANY_MISSING || filled.has(commit)) continue;
      filled.add(commit);
      await archiveOf(client, commit, wanted);
    }
    missing = [];
  };
  return {
    looked,
    blobs: {
      async read(ids) {
        for (const id of ids) looked.add(id);
        await fill();
        return client.blobs.read(ids);
      },
    },
    cache: {
      async get(keys) {
        for (const key of keys) looked.add(blobOf(key));
        const found = await cache.get(keys);
        // All facts of a tree are asked for at once, so what is missing here is what will be read.
        missing = keys.filter((key) => !found.has(key)).map(blobOf);
        return found;
      },
      put: (entries) => cache.put(entries),
    },
  };
}

/** Where no tarball can be had, queries bring what is not too much for them. */
async function archiveOf(
  client: RepositoryClient,
  commit: string,
  wanted: ReadonlySet<string>,
): Promise<void> {
  try {
    await client.archive(commit, wanted);
  } catch (error) {
    const mayAsk =
      error instanceof AppError && error.code === 'github-failed' && wanted.size <= MOST_BY_QUERY;
    if (!mayAsk) throw error;
  }
}

/** Fact keys begin with the blob's id. */
function blobOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}
