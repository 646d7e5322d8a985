import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { type FileMode, hashNameOf } from '../../domain/index.ts';

/** What stands at a path of the working tree. */
export type DiskFile =
  | { readonly kind: 'file'; readonly mode: FileMode; readonly id: string; readonly size: number }
  | { readonly kind: 'none' }
  /** Something is there whose content Plinth cannot or will not read. */
  | { readonly kind: 'unread'; readonly because: string }
  | { readonly kind: 'too-large'; readonly size: number };

/** Files beyond this size are not even hashed. */
const LARGEST_HASHED_BYTES = 100 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Neither a link nor a pipe that took the file's place meanwhile is followed or waited for. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Looks at a path and hashes what is there as git would without filters; `like` is an id of the same repository. */
export function examine(place: Buffer, like: string): DiskFile {
  try {
    const stats = lstatSync(place);
    if (stats.isSymbolicLink()) return examineLink(place, like);
    if (stats.isDirectory()) return { kind: 'none' };
    if (!stats.isFile()) return { kind: 'unread', because: `it is ${kindOf(stats)}, not a file` };
    return examineFile(place, like);
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'none' }
      : { kind: 'unread', because: whyNot(code) };
  }
}

/** The content at a path, of a link its target; null where it is no longer of the size that it was. */
export function readContent(place: Buffer, size: number): Buffer | null {
  try {
    if (lstatSync(place).isSymbolicLink()) return readlinkSync(place, { encoding: 'buffer' });
    const bytes = readWhole(place, size);
    return bytes?.length === size ? bytes : null;
  } catch {
    return null;
  }
}

/** The content of the file at a path; null where there is no file, it is larger than `most`, or it cannot be read. */
export function readWhole(place: Buffer, most: number): Buffer | null {
  try {
    const file = openSync(place, OPEN_FLAGS);
    try {
      const stats = fstatSync(file);
      return stats.isFile() && stats.size <= most ? readOpen(file, stats.size) : null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function readOpen(file: number, size: number): Buffer | null {
  const bytes = Buffer.alloc(size);
  let filled = 0;
  for (let count = 1; count > 0 && filled < size; filled += count) {
    count = readSync(file, bytes, filled, size - filled, null);
  }
  return filled === size ? bytes : null;
}

function examineLink(place: Buffer, like: string): DiskFile {
  const target = readlinkSync(place, { encoding: 'buffer' });
  const hash = createHash(hashNameOf(like)).update(`blob ${target.length}\0`).update(target);
  return { kind: 'file', mode: '120000', id: hash.digest('hex'), size: target.length };
}

function examineFile(place: Buffer, like: string): DiskFile {
  const file = openSync(place, OPEN_FLAGS);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { kind: 'unread', because: `it is ${kindOf(stats)}, not a file` };
    if (stats.size > LARGEST_HASHED_BYTES) return { kind: 'too-large', size: stats.size };
    const id = hashFile(file, stats.size, like);
    if (id === null) return { kind: 'unread', because: 'it changed while it was read' };
    const mode = (stats.mode & constants.S_IXUSR) === 0 ? '100644' : '100755';
    return { kind: 'file', mode, id, size: stats.size };
  } finally {
    closeSync(file);
  }
}

function hashFile(file: number, size: number, like: string): string | null {
  const hash = createHash(hashNameOf(like)).update(`blob ${size}\0`);
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size + 1));
  let read = 0;
  for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
    read += count;
    if (read > size) return null;
    hash.update(chunk.subarray(0, count));
  }
  return read === size ? hash.digest('hex') : null;
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isDirectory() ? 'a folder' : 'a device';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : 'unknown error';
}

function whyNot(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it: check its permissions';
  if (code === 'ELOOP') return 'it changed while it was read';
  return `reading it failed (${code})`;
}
