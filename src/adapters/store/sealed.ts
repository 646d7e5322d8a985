import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Compressed text with a checksum over it and over what it is the content of. */
export interface Sealed {
  readonly content: Uint8Array;
  readonly checksum: string;
}

/** Facts are many and small, and read far more often than written: the first levels give most of what there is to gain. */
const LEVEL = 3;

/** No text of ours is larger; a damaged length must not take the memory. */
const LARGEST = 256 * 1024 * 1024;

/** Packs a text with a checksum that also binds the identity it is kept under. */
export function seal(identity: string, text: string): Sealed {
  const content = deflateRawSync(text, { level: LEVEL });
  return { content, checksum: checksumOf(identity, content) };
}

/** The text; null where content, checksum or identity is not what was stored (RELIABILITY F16). */
export function unseal(identity: string, sealed: Sealed): string | null {
  if (checksumOf(identity, sealed.content) !== sealed.checksum) return null;
  return inflateRawSync(sealed.content, { maxOutputLength: LARGEST }).toString('utf8');
}

function checksumOf(identity: string, content: Uint8Array): string {
  return createHash('sha256').update(identity).update('\n').update(content).digest('hex');
}
