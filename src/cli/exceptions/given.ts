import { readFileSync } from 'node:fs';
import { blobIdOf } from '../../domain/blob-id.ts';
import { AppError, type Policy, type Tree } from '../../domain/index.ts';
import { type ExceptionsFile, exceptionsOf } from '../../engine/exceptions.ts';
import type { BlobSource, GivenExceptions } from '../../engine/ports.ts';
import { textOf } from '../../engine/text.ts';
import { problemLines } from '../inputs.ts';

/** The entries of the file that `--exceptions` names, which count instead of the repository's; undefined where it names none. */
export function exceptionsGiven(file: string | undefined, policy: Policy): GivenExceptions | undefined {
  if (file === undefined) return undefined;
  const bytes = bytesOf(file);
  const text = textOf({ kind: 'bytes', bytes });
  if ('unread' in text) throw cannotBeUsed(file, ` ${text.unread}`);
  const read = policy.exceptionsOf({ from: file, text: text.text });
  if ('problems' in read) throw cannotBeUsed(file, `\n${problemLines(read.problems)}`);
  // Spelled unlike the repository's own, so that a replay knows which of both it was.
  const from = file === policy.exceptions ? `./${file}` : file;
  return { entries: read.entries, source: `${from}@${blobIdOf(bytes)}` };
}

/** The exceptions file of a tree. Throws `exceptions-invalid` for one that cannot be used. */
export async function exceptionsInTree(
  tree: Tree,
  policy: Policy,
  blobs: BlobSource,
): Promise<ExceptionsFile> {
  const file = await exceptionsOf(tree, policy, blobs);
  if (file.unread !== null) throw cannotBeUsed(file.unread.path, ` ${file.unread.because}`);
  return file;
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new AppError('file-unread', `the exceptions file ${file} could not be read`, { cause });
  }
}

function cannotBeUsed(file: string, because: string): AppError {
  return new AppError('exceptions-invalid', `${file} cannot be used:${because}`);
}
