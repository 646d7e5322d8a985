import { AppError } from '../../domain/index.ts';
import { damaged, unavailable } from './errors.ts';

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html); extended ones hold them in the low byte. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** By shape, not by class: in a test's sandbox Node's own errors have another `Error` above them. */
function primaryCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (!('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** True where another process holds the database at this moment. */
export function isSqliteBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

/** Says in our terms what SQLite met; what is a fault of ours passes unchanged. */
export function translateSqliteError(error: unknown, folder: string): unknown {
  if (error instanceof AppError) return error;
  switch (primaryCode(error)) {
    case CORRUPT:
    case NOTADB:
      return damaged(folder, error);
    case FULL:
      return unavailable(folder, 'cannot grow: the disk is full', error);
    case READONLY:
      return unavailable(folder, 'is read-only', error);
    case BUSY:
    case LOCKED:
      return unavailable(folder, 'is busy', error);
    case IOERR:
    case CANTOPEN:
      return unavailable(folder, 'cannot be read or written', error);
    default:
      return error;
  }
}
