// Files at the tips of branches, as one fragment of a query brings them.
import type { AppError } from '../../domain/index.ts';
import type { BlobCache } from './blob-cache.ts';
import type { Clock } from './clock.ts';
import { failure } from './errors.ts';
import { FILE_FIELDS, readEntry } from './files.ts';
import { type Graphql, isRecord } from './graphql.ts';

export interface TipFilesGiven {
  readonly graphql: Graphql;
  readonly clock: Clock;
  readonly cache: BlobCache;
  /** Content that the query did not bring. */
  readonly readText: (id: string) => Promise<string>;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a query with `tipFragment` declares beside its own variables. */
export function declaredPaths(files: readonly string[]): {
  readonly declarations: string;
  readonly variables: Readonly<Record<string, string>>;
} {
  return {
    declarations: files.map((_, at) => `, $p${at}: String!`).join(''),
    variables: Object.fromEntries(files.map((path, at) => [`p${at}`, path])),
  };
}

/** The commit that a branch points at, with the files asked for: to be used as `...tip`. */
export function tipFragment(files: readonly string[]): string {
  const wanted = files.map((_, at) => `f${at}: file(path: $p${at}) { ${FILE_FIELDS} }`).join(' ');
  return `fragment tip on Commit { oid ${wanted} }`;
}

/** The tip in the answer about a branch. */
export function tipOf({ target }: Fields): { readonly oid: string; readonly fields: Fields } | null {
  return isRecord(target) && typeof target.oid === 'string' ? { oid: target.oid, fields: target } : null;
}

/** Texts of the files at a tip, null where absent. Throws `inconsistent` where the answer leaves one out; `about` says of what it was. */
export async function textsAt(
  tip: Fields,
  files: readonly string[],
  { cache, readText }: TipFilesGiven,
  about: string,
): Promise<ReadonlyMap<string, string | null>> {
  const texts = new Map<string, string | null>();
  for (const [at, path] of files.entries()) {
    const read = readEntry(tip[`f${at}`] ?? null, cache);
    if (read === undefined) throw incompleteAnswer(about);
    const { entry, content } = read;
    if (entry === null || entry.mode === '160000') texts.set(path, null);
    else texts.set(path, content === null ? await readText(entry.id) : Buffer.from(content).toString('utf8'));
  }
  return texts;
}

export function incompleteAnswer(about: string): AppError {
  return failure('inconsistent', `GitHub's answer about ${about} is incomplete.`, { retryable: true });
}
