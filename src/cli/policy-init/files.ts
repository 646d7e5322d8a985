import { lstat, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Repository } from '../../adapters/git/index.ts';
import { AppError, EXCEPTIONS_PATH, POLICY_PATH } from '../../domain/index.ts';
import type { InitOptions } from './options.ts';

/** The texts that are written. */
export interface InitFiles {
  readonly policy: string;
  readonly exceptions: string;
}

/** Where files go: below a folder, or to standard output. */
export interface Destination {
  readonly folder: string | null;
}

/** The work tree that is judged, or the folder that was named. Throws where a file is there already, unless `--force` is given. */
export async function destinationOf(
  { workTree }: Repository,
  { outputDir, rev, force }: InitOptions,
): Promise<Destination> {
  const folder = outputDir ?? (rev === undefined ? workTree : null);
  if (folder !== null)
    for (const path of [POLICY_PATH, EXCEPTIONS_PATH]) await refuseWhatIsThere(folder, path, force === true);
  return { folder };
}

/** Writes both files below a folder. */
export async function writeFiles(folder: string, files: InitFiles, force: boolean): Promise<void> {
  await writeBelow(folder, POLICY_PATH, files.policy, force);
  await writeBelow(folder, EXCEPTIONS_PATH, files.exceptions, force);
}

/** Both texts, each under its path; the comments keep the whole YAML. */
export function printedFiles({ policy, exceptions }: InitFiles): string {
  return `# ---- ${POLICY_PATH}\n${policy}\n# ---- ${EXCEPTIONS_PATH}\n${exceptions}`;
}

async function refuseWhatIsThere(folder: string, path: string, force: boolean): Promise<void> {
  const above = await kindOf(join(folder, dirname(path)));
  if (above !== 'nothing' && above !== 'folder')
    throw new AppError(
      'file-there',
      `${dirname(path)} is no folder of its own: nothing is written through it`,
    );
  const there = await kindOf(join(folder, path));
  if (there === 'nothing' || (there === 'file' && force)) return;
  throw new AppError(
    'file-there',
    there === 'file'
      ? `${path} is there already: --force writes over it, --output-dir DIR writes elsewhere`
      : `${path} is there already and no plain file: remove it first`,
  );
}

async function kindOf(path: string): Promise<'nothing' | 'file' | 'folder' | 'other'> {
  try {
    const found = await lstat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return 'nothing';
    throw new AppError('file-unread', `${path} could not be looked at`, { cause });
  }
}

async function writeBelow(folder: string, path: string, text: string, force: boolean): Promise<void> {
  const file = join(folder, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    if (!force) return await writeFile(file, text, { flag: 'wx' });
    // In its place, so that nothing is written through a link.
    const beside = `${file}.new`;
    await writeFile(beside, text, { flag: 'wx' });
    await rename(beside, file);
  } catch (cause) {
    throw new AppError('file-unwritten', `${file} could not be written`, { cause });
  }
}
