import type { BlobResult } from './ports.ts';

/** A blob as text, or why it is none. */
export type BlobText = { readonly text: string } | { readonly unread: string; readonly binary?: true };

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
const ANNEX_POINTER = '/annex/objects/';

/** Decodes a blob: UTF-8 with replacement characters, a byte order mark removed; what is surely no source text says why. */
export function textOf(result: BlobResult | undefined): BlobText {
  if (result === undefined) return { unread: 'its content was not given' };
  if (result.kind === 'missing') return { unread: result.because };
  if (result.kind === 'too-large') return { unread: `it is too large to analyse (${result.size} bytes)` };
  const { bytes } = result;
  if (isUtf16(bytes)) return { unread: 'it is encoded as UTF-16, and UTF-8 is expected' };
  if (bytes.includes(0)) return { unread: 'it holds NUL bytes, so it is not text', binary: true };
  const text = new TextDecoder('utf-8').decode(bytes);
  if (text.startsWith(LFS_POINTER))
    return { unread: 'it is a Git LFS pointer; the content itself is not in the repository' };
  if (text.startsWith(ANNEX_POINTER))
    return { unread: 'it is a git-annex pointer; the content itself is not in the repository' };
  return { text };
}

function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
