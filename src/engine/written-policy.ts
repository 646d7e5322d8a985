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
import { isAboutSame } from './grants.ts';
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

/** An entry is another's later form where it has its id, or, both ids gone or new, is about the same: a later end gives it another id. */
function differenceOf(
  before: readonly ExceptionEntry[],
  after: readonly ExceptionEntry[],
): { readonly added: string[]; readonly changed: string[]; readonly removed: string[] } {
  const then = new Map(before.map((entry) => [entry.id, entry]));
  const now = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !now.has(id));
  const come = after.filter(({ id }) => !then.has(id));
  const moved = new Map<ExceptionEntry, ExceptionEntry>();
  for (const entry of come) {
    const earlier = gone.find((one) => isAboutSame(one, entry) && !moved.has(one));
    if (earlier !== undefined) moved.set(earlier, entry);
  }
  const later = new Set(moved.values());
  const isChanged = (entry: ExceptionEntry): boolean => {
    const earlier = then.get(entry.id);
    return later.has(entry) || (earlier !== undefined && earlier.hash !== entry.hash);
  };
  const ids = (entries: readonly ExceptionEntry[]): string[] => entries.map(({ id }) => id);
  return {
    added: ids(come.filter((entry) => !later.has(entry))),
    changed: ids(after.filter(isChanged)),
    removed: ids(gone.filter((entry) => !moved.has(entry))),
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
