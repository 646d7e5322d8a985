import { createHash } from 'node:crypto';
import { blobIdOf, hashNameOf } from '../../domain/index.ts';
import type { BlobResult, BlobSource } from '../../engine/ports.ts';
import { MOST_AT_ONCE_BYTES } from './blobs.ts';
import { readContent, readWhole } from './disk-file.ts';

interface OnDisk {
  readonly place: Buffer;
  readonly size: number;
}

/** Blobs of a repository whose work tree or index was looked at: those of git, and content that is on disk only. */
export class DiskBlobs implements BlobSource {
  readonly #git: Required<BlobSource>;
  readonly #largestBytes: number;
  readonly #onDisk = new Map<string, OnDisk>();
  readonly #kept = new Map<string, () => Buffer>();
  readonly #refused = new Map<string, BlobResult>();

  constructor(git: Required<BlobSource>, largestBytes: number) {
    this.#git = git;
    this.#largestBytes = largestBytes;
  }

  /** From now on the blob is read from this place, as long as the content there hashes to the id. */
  addFile(id: string, place: Buffer, size: number): void {
    this.#onDisk.set(id, { place, size });
  }

  /** The blob may be on disk as well as in git: it is read from this place where the content there hashes to the id. */
  addKept(id: string, place: () => Buffer): void {
    if (!this.#onDisk.has(id)) this.#kept.set(id, place);
  }

  /** Gives an id, the same in every run, to a path whose content has none; reading it gives the reason. */
  addRefused(path: string, result: BlobResult, like: string): string {
    const id = createHash(hashNameOf(like))
      .update(`unread\0${path}\0${JSON.stringify(result)}`)
      .digest('hex');
    this.#refused.set(id, result);
    return id;
  }

  async read(ids: readonly string[]): Promise<Map<string, BlobResult>> {
    const { results, rest } = this.#readHere(ids, Number.POSITIVE_INFINITY);
    for (const [id, result] of await this.#git.read(rest)) results.set(id, this.#explain(id, result));
    return results;
  }

  async readSome(ids: readonly string[]): Promise<Map<string, BlobResult>> {
    const { results, rest } = this.#readHere(ids, MOST_AT_ONCE_BYTES);
    // What is not on disk comes from git in a turn of its own where there was enough to read here.
    if (results.size > 0 || rest.length === 0) return results;
    for (const [id, result] of await this.#git.readSome(rest)) results.set(id, this.#explain(id, result));
    return results;
  }

  /** What needs no git, up to a number of bytes; `rest` is what does. */
  #readHere(ids: readonly string[], mostBytes: number): { results: Map<string, BlobResult>; rest: string[] } {
    const results = new Map<string, BlobResult>();
    const rest: string[] = [];
    let bytes = 0;
    for (const id of ids) {
      if (bytes >= mostBytes) break;
      const result = this.#refused.get(id) ?? this.#readFromDisk(id);
      if (result === null) rest.push(id);
      else results.set(id, result);
      if (result?.kind === 'bytes') bytes += result.bytes.length;
    }
    return { results, rest };
  }

  #readFromDisk(id: string): BlobResult | null {
    const file = this.#onDisk.get(id);
    if (file === undefined) return this.#readKept(id);
    if (file.size > this.#largestBytes) return { kind: 'too-large', size: file.size };
    const bytes = readContent(file.place, file.size);
    return bytes !== null && blobIdOf(bytes, id) === id ? { kind: 'bytes', bytes } : null;
  }

  #readKept(id: string): BlobResult | null {
    const place = this.#kept.get(id)?.();
    const bytes = place === undefined ? null : readWhole(place, this.#largestBytes);
    return bytes !== null && blobIdOf(bytes, id) === id ? { kind: 'bytes', bytes } : null;
  }

  #explain(id: string, result: BlobResult): BlobResult {
    return result.kind === 'missing' && this.#onDisk.has(id)
      ? { kind: 'missing', because: 'the file changed while it was read' }
      : result;
  }
}
