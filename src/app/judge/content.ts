import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { BlobSource, FactCache } from '../../engine/ports.ts';

/** Above so many missing blobs one tarball is cheaper (DESIGN section 8). */
const MANY_MISSING = 500;

/** Blobs and facts as the analysis asks for them; and which blobs it asked about. */
export interface Content {
  readonly blobs: BlobSource;
  readonly cache: FactCache;
  /** Ids of all blobs that the analysis looked into, from the cache or afresh. */
  readonly looked: ReadonlySet<string>;
}

/** Stands between the analysis and GitHub: a cold repository is filled from its tarball. */
export function contentOf(client: RepositoryClient, cache: FactCache, tip: string): Content {
  const looked = new Set<string>();
  let filled = false;
  const fill = async (missing: ReadonlySet<string>): Promise<void> => {
    if (filled || missing.size <= MANY_MISSING) return;
    filled = true;
    await client.archive(tip, missing);
  };
  return {
    looked,
    blobs: {
      async read(ids) {
        for (const id of ids) looked.add(id);
        await fill(new Set(ids));
        return client.blobs.read(ids);
      },
    },
    cache: {
      async get(keys) {
        for (const key of keys) looked.add(blobOf(key));
        const found = await cache.get(keys);
        // All facts of a tree are asked for at once, so what is missing here is what will be read.
        await fill(new Set(keys.filter((key) => !found.has(key)).map(blobOf)));
        return found;
      },
      put: (entries) => cache.put(entries),
    },
  };
}

/** Fact keys begin with the blob's id. */
function blobOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}
