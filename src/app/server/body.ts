import type { IncomingMessage } from 'node:http';
import type { Reply } from './reply.ts';

/** GitHub sends no larger payload. */
export const BODY_LIMIT = 25 * 1024 * 1024;

/** Bodies that are being read at one time, all together. */
const MOST_UNDER_WAY = 4 * BODY_LIMIT;
const TOO_LARGE: Reply = { status: 413, text: 'The body is larger than 25 MB.', closes: true };

/** Reads bodies up to the limit, so that many together cannot take all memory either. */
export class BodyReader {
  #underWay = 0;

  async read(request: IncomingMessage): Promise<{ readonly bytes: Buffer } | { readonly refused: Reply }> {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > BODY_LIMIT) return { refused: TOO_LARGE };
    let held = 0;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        held += chunk.length;
        this.#underWay += chunk.length;
        if (held > BODY_LIMIT) return { refused: TOO_LARGE };
        if (this.#underWay > MOST_UNDER_WAY)
          return { refused: { status: 503, text: 'Too much is being delivered at once.', closes: true } };
        chunks.push(chunk);
      }
      return { bytes: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks) };
    } catch {
      return { refused: { status: 400, text: 'The body ended early.', closes: true } };
    } finally {
      this.#underWay -= held;
    }
  }
}
