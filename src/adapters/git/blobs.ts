import { blobIdOf } from '../../domain/index.ts';
import type { BlobResult, BlobSource } from '../../engine/ports.ts';
import type { Lookup, ObjectReader } from './object-reader.ts';

export interface BlobReaders {
  /** Sizes without content. */
  readonly sizes: ObjectReader;
  readonly contents: ObjectReader;
}

/** What is read at once; a single blob may be larger. */
export const MOST_AT_ONCE_BYTES = 16 * 1024 * 1024;

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Blobs of a git repository. What is larger than the limit is not read; what does not hash to its id is missing. */
export class GitBlobs implements BlobSource {
  readonly #readers: BlobReaders;
  readonly #largestBytes: number;

  constructor(readers: BlobReaders, largestBytes: number) {
    this.#readers = readers;
    this.#largestBytes = largestBytes;
  }

  read(ids: readonly string[]): Promise<Map<string, BlobResult>> {
    return this.#read([...new Set(ids)], Number.POSITIVE_INFINITY);
  }

  /** Stops before the contents together exceed what is read at once. */
  readSome(ids: readonly string[]): Promise<Map<string, BlobResult>> {
    return this.#read([...new Set(ids)], MOST_AT_ONCE_BYTES);
  }

  async #read(asked: readonly string[], mostBytes: number): Promise<Map<string, BlobResult>> {
    const results = new Map<string, BlobResult>();
    for (const id of asked) if (!ID.test(id)) results.set(id, missing('it has no id that git knows'));
    const known = asked.filter((id) => ID.test(id));
    const found = await this.#readers.sizes.look(known);
    const wanted: string[] = [];
    let bytes = 0;
    for (const [at, id] of known.entries()) {
      const lookup = found[at];
      const refused = this.#refusal(lookup);
      if (refused !== null) results.set(id, refused);
      else {
        bytes += lookup?.kind === 'object' ? lookup.object.size : 0;
        if (wanted.length > 0 && bytes > mostBytes) break;
        wanted.push(id);
      }
    }
    const contents = await this.#readers.contents.look(wanted);
    for (const [at, id] of wanted.entries()) results.set(id, acceptContent(id, contents[at]));
    return results;
  }

  #refusal(lookup: Lookup | undefined): BlobResult | null {
    if (lookup?.kind !== 'object') return missing(whyMissing(lookup));
    const { type, size } = lookup.object;
    if (type !== 'blob') return missing(`it is a ${type}, not a file`);
    return size > this.#largestBytes ? { kind: 'too-large', size } : null;
  }
}

function acceptContent(id: string, lookup: Lookup | undefined): BlobResult {
  if (lookup?.kind !== 'object' || lookup.object.bytes === undefined) return missing(whyMissing(lookup));
  const { bytes } = lookup.object;
  return blobIdOf(bytes, id) === id
    ? { kind: 'bytes', bytes }
    : missing('its content in the repository is damaged: check with `git fsck`');
}

function whyMissing(lookup: Lookup | undefined): string {
  return lookup?.kind === 'fatal'
    ? `git could not read it (${lookup.why})`
    : 'it is not in this clone: fetch it, without a filter';
}

function missing(because: string): BlobResult {
  return { kind: 'missing', because };
}
