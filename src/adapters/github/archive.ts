import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { blobIdOf } from '../../domain/index.ts';

export interface ArchiveLimits {
  /** Larger files are not kept. */
  readonly largestFileBytes: number;
  /** Unpacked; a longer archive is not read to its end. */
  readonly mostBytes: number;
}

/**
 * Unpacks a `.tar.gz` in memory and gives out the wanted contents by the id of their bytes. An archive may leave files out or change them
 * (`export-ignore`, `export-subst`), so its names and lengths say nothing; ends early once nothing is wanted any more.
 * Throws what the source throws, and an Error for what is no archive.
 */
export async function readArchive(
  chunks: AsyncIterable<Uint8Array>,
  wanted: ReadonlySet<string>,
  limits: ArchiveLimits,
  keep: (id: string, bytes: Uint8Array) => void,
): Promise<void> {
  const left = new Set(wanted);
  const tar = extract();
  const offer = (bytes: Uint8Array): void => {
    const id = blobIdOf(bytes);
    if (left.delete(id)) keep(id, bytes);
  };
  const read = async (): Promise<void> => {
    let total = 0;
    for await (const entry of tar) {
      const { type, size, linkname } = entry.header;
      total += size;
      if (type === 'symlink' && linkname !== null) offer(Buffer.from(linkname, 'utf8'));
      if (type === 'file' && size <= limits.largestFileBytes) offer(await contentOf(entry));
      else entry.resume();
      if (left.size === 0 || total > limits.mostBytes) return;
    }
  };
  const unpacking = pipeline(Readable.from(chunks), createGunzip(), tar);
  // Reading ends first where nothing is wanted any more; that the unpacking is cut off then is no failure.
  let ended = false;
  const reading = read().then(() => {
    ended = true;
    tar.destroy();
  });
  await Promise.all([
    reading,
    unpacking.catch((error: unknown) => {
      if (!ended) throw error;
    }),
  ]);
}

async function contentOf(entry: Readable): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of entry) parts.push(chunk);
  return Buffer.concat(parts);
}
