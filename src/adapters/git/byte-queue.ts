const LINE_FEED = 0x0a;

/** Bytes as they arrive from a pipe, given out by the line or by the count; each byte is copied at most once. */
export class ByteQueue {
  #chunks: Buffer[] = [];
  #held = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
  }

  /** The next line without its line feed, or null while it is not complete. */
  takeLine(): Buffer | null {
    let before = 0;
    for (const chunk of this.#chunks) {
      const at = chunk.indexOf(LINE_FEED);
      if (at >= 0) return this.take(before + at + 1)?.subarray(0, -1) ?? null;
      before += chunk.length;
    }
    return null;
  }

  /** The next bytes, or null while they are not all there. */
  take(count: number): Buffer | null {
    if (count > this.#held) return null;
    this.#held -= count;
    const first = this.#chunks[0];
    if (first !== undefined && count <= first.length) {
      this.#advance(0, count);
      return first.subarray(0, count);
    }
    const taken = Buffer.allocUnsafe(count);
    let filled = 0;
    let used = 0;
    let ofLast = 0;
    for (const chunk of this.#chunks) {
      if (filled === count) break;
      ofLast = chunk.copy(taken, filled, 0, count - filled);
      filled += ofLast;
      used += 1;
    }
    this.#advance(used - 1, ofLast);
    return taken;
  }

  /** Drops whole chunks, then the beginning of the one after them. */
  #advance(whole: number, ofNext: number): void {
    const next = this.#chunks[whole];
    if (next === undefined) return;
    if (ofNext < next.length) {
      this.#chunks = this.#chunks.slice(whole);
      this.#chunks[0] = next.subarray(ofNext);
    } else this.#chunks = this.#chunks.slice(whole + 1);
  }
}
