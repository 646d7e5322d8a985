import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../domain/index.ts';
import { isDamage, unavailable } from './errors.ts';
import { isSqliteBusy, translateSqliteError } from './sqlite-errors.ts';

/** What Plinth keeps can hold private code's facts: nobody else reads it. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const WRITABLE_BY_OTHERS = 0o022;

/** A data folder that this process alone holds. */
export interface LockedFolder {
  /** The database file, `0600`, present (maybe empty). */
  readonly database: string;
  /** The rebuildable database file, `0600`, present. */
  readonly cache: string;
  /** True where the lock file remembers a store here: an empty database file is then damage, not a beginning. */
  readonly wasBorn: boolean;
  /** Puts an empty rebuildable file in place of the one there. */
  renewCache(): void;
  /** Remembers that a store lives here. */
  markBorn(): void;
  unlock(): void;
}

/**
 * Makes the folder private and locks it for this process.
 *
 * The lock is a SQLite file in exclusive mode, so the kernel frees it with the process, a killed one too.
 * Throws `store-unsafe-folder`, `store-locked`, `store-damaged` or `store-unavailable`.
 */
export function lockFolder(folder: string): LockedFolder {
  makePrivate(folder);
  const lockFile = join(folder, 'lock.sqlite');
  makePrivateFile(lockFile, folder);
  const lock = takeLock(lockFile, folder);
  try {
    const database = join(folder, 'plinth.sqlite');
    const cache = join(folder, 'cache.sqlite');
    makePrivateFile(database, folder);
    makePrivateFile(cache, folder);
    return {
      database,
      cache,
      renewCache() {
        removeDatabase(cache);
        makePrivateFile(cache, folder);
      },
      wasBorn: lock.prepare('select count(*) as n from born').get()?.n === 1,
      markBorn: () => lock.exec('insert into born select 1 where not exists (select 1 from born)'),
      unlock: () => lock.close(),
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function makePrivate(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false }) ?? makeFolder(folder);
  if (!found.isDirectory())
    throw new AppError('store-unsafe-folder', `The data folder ${folder} is not a folder.`);
  if ((found.mode & WRITABLE_BY_OTHERS) !== 0)
    throw new AppError(
      'store-unsafe-folder',
      `The data folder ${folder} can be written by other users (mode ${octal(found.mode)}); ` +
        `give it to Plinth's user alone (chmod 700 ${folder}).`,
    );
  if ((found.mode & 0o777) !== PRIVATE_FOLDER) restrict(folder, PRIVATE_FOLDER);
}

function makeFolder(folder: string): Stats {
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    return statSync(folder);
  } catch (cause) {
    throw unavailable(folder, 'has no folder, and none could be made', cause);
  }
}

/** Made before SQLite makes it, because SQLite would follow the umask; its side files take the same mode. */
function makePrivateFile(file: string, folder: string): void {
  try {
    closeSync(openSync(file, 'a', PRIVATE_FILE));
  } catch (cause) {
    throw unavailable(folder, 'cannot be written', cause);
  }
  const found = lstatSync(file);
  if (!found.isFile())
    throw new AppError('store-unsafe-folder', `${file} is not a plain file; move it out of the data folder.`);
  if ((found.mode & 0o777) !== PRIVATE_FILE) restrict(file, PRIVATE_FILE);
}

function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (cause) {
    throw new AppError(
      'store-unsafe-folder',
      `${path} can be read by other users and belongs to another one; give it to Plinth's user (mode ${octal(mode)}).`,
      { cause },
    );
  }
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8);
}

function takeLock(file: string, folder: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    // In this mode the lock of the first write is kept until the file is closed or the process ends.
    lock.exec('pragma locking_mode = exclusive; pragma journal_mode = delete');
    lock.exec('begin exclusive; create table if not exists born (yes integer); commit');
    return lock;
  } catch (cause) {
    lock?.close();
    if (!isSqliteBusy(cause)) throw translateSqliteError(cause, folder);
    throw new AppError(
      'store-locked',
      `The data folder ${folder} is in use by another Plinth process; stop that one, or give this one a folder of its own.`,
      { cause },
    );
  }
}

/** Removes a database file and its side files. */
function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

/**
 * Moves a damaged store aside, so that the next start begins with an empty one.
 *
 * `suffix` tells this time from others (`damaged-20300101`). Throws `store-locked` where a process runs on the folder.
 */
export function setStoreAside(folder: string, suffix: string): void {
  makePrivate(folder);
  const lockFile = join(folder, 'lock.sqlite');
  makePrivateFile(lockFile, folder);
  let lock: DatabaseSync;
  try {
    lock = takeLock(lockFile, folder);
  } catch (error) {
    if (!isDamage(error)) throw error;
    removeDatabase(lockFile);
    makePrivateFile(lockFile, folder);
    lock = takeLock(lockFile, folder);
  }
  try {
    for (const name of ['plinth.sqlite', 'plinth.sqlite-wal', 'plinth.sqlite-shm']) {
      const from = join(folder, name);
      if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${from}.${suffix}`);
    }
    removeDatabase(join(folder, 'cache.sqlite'));
    lock.exec('delete from born');
  } finally {
    lock.close();
  }
}
