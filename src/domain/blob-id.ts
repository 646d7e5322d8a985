import { createHash } from 'node:crypto';

/** Hex digits of an id in a SHA-256 repository; every other id is SHA-1. */
const SHA256_HEX_LENGTH = 64;

/** The id that git gives these bytes as a blob; `like` is any id of the same repository, for its hash function. */
export function blobIdOf(bytes: Uint8Array, like = ''): string {
  return createHash(hashNameOf(like)).update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

/** The hash function of the repository that an id comes from. */
export function hashNameOf(id: string): 'sha1' | 'sha256' {
  return id.length === SHA256_HEX_LENGTH ? 'sha256' : 'sha1';
}
