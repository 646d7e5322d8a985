import type { TreeEntry } from '../../domain/index.ts';
import type { RepositoryRef } from './api.ts';
import { askInBatches, type BatchAnswer } from './batches.ts';
import type { BlobCache } from './blob-cache.ts';
import { BLOB_FIELDS, seenObject } from './blob-text.ts';
import type { Clock } from './clock.ts';
import { type Graphql, isRecord } from './graphql.ts';
import { fileMode } from './modes.ts';
import { toGitHub } from './paths.ts';
import { brokenAliases, repositoryOf, unknownCommit } from './repository-query.ts';

export interface FileRequest {
  readonly commit: string;
  readonly path: string;
}

export interface FilesGiven {
  readonly graphql: Graphql;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  readonly cache: BlobCache;
}

/** Key of a file in the answer. */
function fileKey({ commit, path }: FileRequest): string {
  return `${commit}:${path}`;
}

export const FILE_FIELDS = `mode type oid object { ${BLOB_FIELDS} }`;

/** Reads mode and id of files; whole texts go into the cache. */
export async function readFiles(
  requests: readonly FileRequest[],
  given: FilesGiven,
): Promise<ReadonlyMap<string, TreeEntry | null>> {
  const byKey = new Map(requests.map((request) => [fileKey(request), request]));
  const found = await askInBatches(byKey.values(), {
    clock: given.clock,
    ask: (batch) => askFor(batch, given),
  });
  return new Map([...found].map(([request, entry]) => [fileKey(request), entry]));
}

async function askFor(
  batch: readonly FileRequest[],
  { graphql, repository, cache }: FilesGiven,
): Promise<BatchAnswer<FileRequest, TreeEntry | null>> {
  const commits = [...new Set(batch.map(({ commit }) => commit))];
  const query = `query Files(${declarations(commits, batch)}) {
  repository(owner: $owner, name: $name) {
    databaseId
${commits.map((commit, at) => `    c${at}: object(oid: $c${at}) { ... on Commit { oid ${fileAliases(commit, batch)} } }`).join('\n')}
  }
}`;
  const variables = {
    owner: repository.owner,
    name: repository.name,
    ...Object.fromEntries(commits.map((commit, at) => [`c${at}`, commit])),
    ...Object.fromEntries(batch.map(({ path }, at) => [`p${at}`, toGitHub(path)])),
  };
  const answer = await graphql.ask({ query, variables });
  const broken = brokenAliases(answer.errors);
  const found = repositoryOf(answer, repository);
  const answers = new Map<FileRequest, TreeEntry | null>();
  let bytes = 0;
  for (const [at, request] of batch.entries()) {
    const holder = `c${commits.indexOf(request.commit)}`;
    if (broken.has(holder) || broken.has(`f${at}`) || broken.has('')) continue;
    const commit = found[holder];
    if (!isRecord(commit) || commit.oid !== request.commit) throw unknownCommit(request.commit, repository);
    const file = readEntry(commit[`f${at}`], cache);
    if (file === undefined) continue;
    bytes += file.bytes;
    answers.set(request, file.entry);
  }
  return { answers, bytes };
}

function declarations(commits: readonly string[], batch: readonly FileRequest[]): string {
  return [
    '$owner: String!',
    '$name: String!',
    ...commits.map((_, at) => `$c${at}: GitObjectID!`),
    ...batch.map((_, at) => `$p${at}: String!`),
  ].join(', ');
}

function fileAliases(commit: string, batch: readonly FileRequest[]): string {
  return batch
    .flatMap((request, at) =>
      request.commit === commit ? [`f${at}: file(path: $p${at}) { ${FILE_FIELDS} }`] : [],
    )
    .join(' ');
}

export interface ReadEntry {
  readonly entry: TreeEntry | null;
  /** Of its content, where that came along. */
  readonly bytes: number;
  readonly content: Uint8Array | null;
}

/** An entry as `FILE_FIELDS` asks for it; a folder is no file. Undefined where the answer is no answer. */
export function readEntry(value: unknown, cache: BlobCache): ReadEntry | undefined {
  if (value === null) return { entry: null, bytes: 0, content: null };
  if (!isRecord(value) || typeof value.mode !== 'number' || typeof value.oid !== 'string') return undefined;
  // GitHub shows the octal mode as a decimal number: 33188 for 100644.
  const mode = fileMode(value.mode.toString(8));
  if (mode === null) return { entry: null, bytes: 0, content: null };
  const seen = mode === '160000' ? null : seenObject(value.object);
  const content = seen?.kind === 'blob' && seen.id === value.oid ? seen.bytes : null;
  if (content !== null) cache.add(value.oid, content);
  return { entry: { mode, id: value.oid }, bytes: content?.byteLength ?? 0, content };
}
