import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { readArchive } from '../../../src/adapters/github/archive.ts';
import { blobIdOf } from '../../../src/domain/index.ts';

type File = readonly [name: string, content: string | Buffer | { readonly link: string }];

async function tarOf(files: readonly File[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of files) {
    if (typeof content === 'string' || Buffer.isBuffer(content)) tar.entry({ name }, content);
    else tar.entry({ name, type: 'symlink', linkname: content.link });
  }
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part);
  return Buffer.concat(parts);
}

async function* inChunks(bytes: Buffer, length = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const idOf = (content: string | Buffer): string => blobIdOf(Buffer.from(content));
const LIMITS = { largestFileBytes: 10_000, mostBytes: 1_000_000 };

async function read(
  source: AsyncIterable<Uint8Array>,
  wanted: readonly (string | Buffer)[],
  limits = LIMITS,
): Promise<string[]> {
  const kept: string[] = [];
  await readArchive(source, new Set(wanted.map(idOf)), limits, (id, bytes) => {
    expect(blobIdOf(bytes)).toBe(id);
    kept.push(Buffer.from(bytes).toString('latin1').slice(0, 20));
  });
  return kept;
}

describe('an archive', () => {
  it('gives what is wanted, by the bytes and not by the name', async () => {
    const files: File[] = [
      ['x/one', 'one'],
      ['x/twin of one', 'one'],
      ['../../etc/passwd', 'two'],
      ['x/link', { link: 'target' }],
      [`x/${'deep/'.repeat(100)}three`, 'three'],
      ['x/empty', ''],
      ['x/unwanted', 'unwanted'],
    ];
    const archive = gzipSync(await tarOf(files));
    const kept = await read(inChunks(archive), ['one', 'two', 'target', 'three', '', 'absent']);
    expect(kept).toEqual(['one', 'two', 'target', 'three', '']);
  });

  it('is not read further than what is wanted', async () => {
    const noise = Buffer.from(Array.from({ length: 9000 }, (_, at) => (at * 7919) % 251));
    const files: File[] = [
      ['first', 'first'],
      ...Array.from(
        { length: 300 },
        (_, at): File => [`${at}`, Buffer.concat([noise, Buffer.from(`${at}`)])],
      ),
    ];
    const archive = gzipSync(await tarOf(files), { level: 0 });
    let sent = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of inChunks(archive, 20_000)) {
        sent += chunk.byteLength;
        yield chunk;
      }
    }
    await expect(read(counted(), ['first'])).resolves.toEqual(['first']);
    expect(sent).toBeLessThan(archive.length / 2);
  });

  it('gives no file beyond the limit, and ends where it grows without end', async () => {
    const large = Buffer.alloc(10_001, 'l');
    const bomb: File[] = Array.from({ length: 300 }, (_, at) => [`bomb ${at}`, Buffer.alloc(9999, 'b')]);
    const archive = gzipSync(await tarOf([['large', large], ['small', 'small'], ...bomb, ['last', 'last']]));
    await expect(read(inChunks(archive), [large, 'small', 'last'])).resolves.toEqual(['small']);
  });

  it.each([
    ['no gzip', Buffer.from('not an archive at all')],
    ['no tar', gzipSync(Buffer.alloc(5000, 'x'))],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is an error', async (_name, bytes) => {
    await expect(read(inChunks(bytes), ['wanted'])).rejects.toThrow();
  });

  it('that is cut anywhere is an error, after what came before', async () => {
    const archive = gzipSync(
      await tarOf([
        ['one', 'one'],
        ['two', Buffer.alloc(9000, 't')],
      ]),
      { level: 0 },
    );
    for (let length = 100; length < archive.length - 1100; length += 997)
      await expect(read(inChunks(archive.subarray(0, length)), ['one', 'absent'])).rejects.toThrow();
  });

  it('whose source fails ends with that failure', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipSync(Buffer.alloc(600)).subarray(0, 12);
      throw new Error('the line went dead');
    }
    await expect(read(failing(), ['wanted'])).rejects.toThrow('the line went dead');
  });
});
