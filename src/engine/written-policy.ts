import type {
  ChangedPath,
  ExceptionEntry,
  Policy,
  Tree,
  WrittenExceptions,
  WrittenPolicy,
} from '../domain/index.ts';
import { POLICY_PATH } from '../domain/index.ts';
import type { ExceptionsFile } from './exceptions.ts';
import type { BlobSource } from './ports.ts';
import { textOf } from './text.ts';

/** What a change leaves, and what reads it. */
interface Written {
  readonly changes: readonly ChangedPath[];
  /** The merged result. */
  readonly tree: Tree;
  readonly blobs: BlobSource;
  readonly policy: Policy;
}

/** What the policy file comes to that a change writes, as it would be merged; null where it writes none. */
export async function writtenPolicy(written: Written): Promise<WrittenPolicy | null> {
  const text = await writtenText(POLICY_PATH, written);
  if (text === null || 'unread' in text) return text;
  return { problems: written.policy.problemsOf(text.text) };
}

/** The exceptions file likewise, and how its entries differ from those in force; `proposed` are those that only the change has. */
export async function writtenExceptions(
  written: Written,
  before: ExceptionsFile,
): Promise<{ readonly exceptions: WrittenExceptions | null; readonly proposed: readonly ExceptionEntry[] }> {
  const { policy } = written;
  const text = await writtenText(policy.exceptions, written);
  if (text === null || 'unread' in text) return { exceptions: text, proposed: [] };
  const read = policy.exceptionsOf({ from: policy.exceptions, text: text.text });
  if ('problems' in read) return { exceptions: read, proposed: [] };
  const then = new Set(before.entries.map(({ hash }) => hash));
  return {
    exceptions: differenceOf(before.entries, read.entries),
    proposed: read.entries.filter(({ hash }) => !then.has(hash)),
  };
}

function differenceOf(
  before: readonly ExceptionEntry[],
  after: readonly ExceptionEntry[],
): { readonly added: string[]; readonly changed: string[]; readonly removed: string[] } {
  const then = new Map(before.map((entry) => [entry.id, entry.hash]));
  const now = new Set(after.map(({ id }) => id));
  const ids = (entries: readonly ExceptionEntry[]): string[] => entries.map(({ id }) => id);
  return {
    added: ids(after.filter(({ id }) => !then.has(id))),
    changed: ids(after.filter(({ id, hash }) => then.has(id) && then.get(id) !== hash)),
    removed: ids(before.filter(({ id }) => !now.has(id))),
  };
}

async function writtenText(
  path: string,
  { changes, tree, blobs }: Written,
): Promise<{ readonly text: string } | { readonly unread: string } | null> {
  const entry = tree.get(path);
  if (entry === undefined || !changes.some((change) => change.path === path)) return null;
  return textOf((await blobs.read([entry.id])).get(entry.id));
}
