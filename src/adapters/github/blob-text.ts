import { blobIdOf } from '../../domain/index.ts';
import { isRecord } from './graphql.ts';

/** Fields of a blob, for a selection on a GitObject. */
export const BLOB_FIELDS = '__typename oid ... on Blob { byteSize isBinary isTruncated text }';

/** What a query tells of an object. */
export type SeenObject =
  | { readonly kind: 'blob'; readonly id: string; readonly size: number; readonly bytes: Uint8Array | null }
  | { readonly kind: 'other'; readonly type: string };

/**
 * Reads an object as `BLOB_FIELDS` asks for it; null where it is none. `bytes` are null unless they hash to the id: text is cut at 512,000
 * bytes, and replaces what is no UTF-8, without saying so.
 */
export function seenObject(value: unknown): SeenObject | null {
  if (!isRecord(value) || typeof value.oid !== 'string') return null;
  const { __typename: type, oid: id, byteSize, text } = value;
  if (type !== 'Blob') return { kind: 'other', type: String(type) };
  if (typeof byteSize !== 'number') return null;
  const bytes = typeof text === 'string' && value.isTruncated !== true ? Buffer.from(text, 'utf8') : null;
  return {
    kind: 'blob',
    id,
    size: byteSize,
    bytes: bytes !== null && blobIdOf(bytes, id) === id ? bytes : null,
  };
}
