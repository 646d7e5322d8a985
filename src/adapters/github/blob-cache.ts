/**
 * Contents that came along, until they are read: what was read goes first when room is needed, and what has no room is not kept, so that
 * a large archive does not push out its own beginning.
 */
export class BlobCache {
  readonly #mostBytes: number;
  readonly #unread = new Map<string, Uint8Array>();
  readonly #read = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  has(id: string): boolean {
    return this.#unread.has(id) || this.#read.has(id);
  }

  take(id: string): Uint8Array | undefined {
    const bytes = this.#unread.get(id) ?? this.#read.get(id);
    if (bytes === undefined) return undefined;
    this.#unread.delete(id);
    this.#read.delete(id);
    this.#read.set(id, bytes);
    return bytes;
  }

  add(id: string, bytes: Uint8Array): void {
    if (this.has(id) || bytes.byteLength > this.#mostBytes) return;
    for (const [old, { byteLength }] of this.#read) {
      if (this.#bytes + bytes.byteLength <= this.#mostBytes) break;
      this.#read.delete(old);
      this.#bytes -= byteLength;
    }
    if (this.#bytes + bytes.byteLength > this.#mostBytes) return;
    this.#unread.set(id, bytes);
    this.#bytes += bytes.byteLength;
  }
}
