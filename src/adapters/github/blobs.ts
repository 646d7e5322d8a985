import { blobIdOf } from '../../domain/index.ts';
import type { BlobResult, BlobSource } from '../../engine/ports.ts';
import type { RepositoryRef } from './api.ts';
import { askInBatches, type BatchAnswer } from './batches.ts';
import type { BlobCache } from './blob-cache.ts';
import { BLOB_FIELDS, type SeenObject, seenObject } from './blob-text.ts';
import type { Clock } from './clock.ts';
import type { Graphql } from './graphql.ts';
import { inParallel } from './in-parallel.ts';
import { brokenAliases, repositoryOf } from './repository-query.ts';

export interface BlobsGiven {
  readonly graphql: Graphql;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  readonly cache: BlobCache;
  /** A blob's bytes by REST; `missing` where there is no such blob, `too-large` beyond the limit. */
  readonly readRaw: (id: string, largestBytes: number) => Promise<Uint8Array | 'missing' | 'too-large'>;
  readonly largestBytes: number;
}

const ID = /^[0-9a-f]{40}$/;
const MOST_AT_ONCE = 4;

/** Blobs of one repository: what came along first, then text by GraphQL, then what is no plain text, one by one. */
export class GitHubBlobs implements BlobSource {
  readonly #given: BlobsGiven;

  constructor(given: BlobsGiven) {
    this.#given = given;
  }

  async read(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>> {
    const results = new Map<string, BlobResult>();
    for (const id of ids) {
      const bytes = this.#given.cache.take(id);
      if (bytes !== undefined) results.set(id, { kind: 'bytes', bytes });
      else if (!ID.test(id)) results.set(id, missing('it has no id that GitHub knows'));
    }
    const wanted = ids.filter((id) => !results.has(id));
    const seen = await askInBatches(wanted, { clock: this.#given.clock, ask: (batch) => this.#ask(batch) });
    const raw: { readonly id: string; readonly size: number }[] = [];
    for (const [id, object] of seen) {
      const result = this.#resultOf(object);
      if (result === 'raw') raw.push({ id, size: object?.kind === 'blob' ? object.size : 0 });
      else results.set(id, result);
    }
    await inParallel(raw, MOST_AT_ONCE, async ({ id, size }) => {
      results.set(id, await this.#readRaw(id, size));
    });
    return results;
  }

  #resultOf(object: SeenObject | null): BlobResult | 'raw' {
    if (object === null) return missing('GitHub has no such file content in this repository');
    if (object.kind === 'other') return missing(`it is a ${object.type.toLowerCase()}, not a file`);
    if (object.size > this.#given.largestBytes) return { kind: 'too-large', size: object.size };
    return object.bytes === null ? 'raw' : { kind: 'bytes', bytes: object.bytes };
  }

  async #readRaw(id: string, size: number): Promise<BlobResult> {
    const bytes = await this.#given.readRaw(id, this.#given.largestBytes);
    if (bytes === 'missing') return missing('GitHub has no such file content in this repository');
    if (bytes === 'too-large') return { kind: 'too-large', size };
    return blobIdOf(bytes, id) === id
      ? { kind: 'bytes', bytes }
      : missing('what GitHub sends as its content is not what the commit names');
  }

  async #ask(batch: readonly string[]): Promise<BatchAnswer<string, SeenObject | null>> {
    const { graphql, repository } = this.#given;
    const query = `query Blobs($owner: String!, $name: String!, ${batch.map((_, at) => `$b${at}: GitObjectID!`).join(', ')}) {
  repository(owner: $owner, name: $name) {
    databaseId
${batch.map((_, at) => `    b${at}: object(oid: $b${at}) { ${BLOB_FIELDS} }`).join('\n')}
  }
}`;
    const ids = Object.fromEntries(batch.map((id, at) => [`b${at}`, id]));
    const answer = await graphql.ask({
      query,
      variables: { owner: repository.owner, name: repository.name, ...ids },
    });
    const broken = brokenAliases(answer.errors);
    const found = repositoryOf(answer, repository);
    const answers = new Map<string, SeenObject | null>();
    let bytes = 0;
    for (const [at, id] of batch.entries()) {
      const value = found[`b${at}`];
      if (broken.has(`b${at}`) || broken.has('') || value === undefined) continue;
      const object = seenObject(value);
      if (value !== null && object === null) continue;
      if (object?.kind === 'blob') {
        if (object.id !== id) continue;
        bytes += object.bytes?.byteLength ?? 0;
      }
      answers.set(id, object);
    }
    return { answers, bytes };
  }
}

function missing(because: string): BlobResult {
  return { kind: 'missing', because };
}
