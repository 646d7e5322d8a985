import type {
  ChangedPath,
  ExceptionEntry,
  ExceptionsReading,
  Policy,
  Tree,
  WrittenExceptions,
  WrittenPolicy,
} from '../domain/index.ts';
import { isAboutSame, POLICY_PATH } from '../domain/index.ts';
import type { ExceptionsFile } from './exceptions.ts';
import type { BlobSource } from './ports.ts';
import { type BlobText, textOf } from './text.ts';

/** What a change leaves, and what reads it. */
export interface Written {
  readonly changes: readonly ChangedPath[];
  /** The merged result. */
  readonly tree: Tree;
  readonly blobs: BlobSource;
  readonly policy: Policy;
  /** The policy once the change is merged; null where it writes one that cannot be used. */
  readonly later: Policy | null;
}

/** What a change leaves, with the policy that it writes, if any, compiled. */
export async function writtenBy(change: Omit<Written, 'later'>): Promise<Written> {
  return { ...change, later: await laterPolicy(change) };
}

/** True where the change writes the policy file, or takes it away. */
export function isPolicyWritten({ changes }: Pick<Written, 'changes'>): boolean {
  return changes.some(({ path }) => path === POLICY_PATH);
}

/** What the policy file comes to that a change writes, as it would be merged; null where it writes none. */
export async function writtenPolicy(written: Written): Promise<WrittenPolicy | null> {
  const text = await writtenText(POLICY_PATH, written);
  if (text === null || 'unread' in text) return text;
  return { problems: written.policy.problemsOf(text.text) };
}

/** The exceptions file as it counts once the change is merged. */
export interface LaterExceptions {
  readonly path: string;
  /** How its entries differ from those in force; null where nothing of it changes. */
  readonly exceptions: WrittenExceptions | null;
  /** Those that only the change has. */
  readonly proposed: readonly ExceptionEntry[];
}

/** What the change makes of the exceptions file: by writing it, by naming another in the policy, or by having it read otherwise. */
export async function writtenExceptions(written: Written, before: ExceptionsFile): Promise<LaterExceptions> {
  const { policy, tree, changes } = written;
  // Where nobody can use the policy that is written, exceptions are read as now.
  const later: ExceptionsReading = written.later ?? policy;
  const path = later.exceptions;
  const isOther = path !== policy.exceptions;
  const isWritten = isOther || changes.some((change) => change.path === path);
  const nothing = { path, exceptions: null, proposed: [] };
  if (!isWritten && !isPolicyWritten(written)) return nothing;
  const text = tree.has(path) ? await resultText(path, written) : null;
  if (text === null)
    return isWritten ? { ...nothing, exceptions: differenceOf(before.entries, []) } : nothing;
  // What was so before the change is none of its matters.
  const isOld = !isWritten && before.unread !== null;
  if ('unread' in text) return isOld ? nothing : { ...nothing, exceptions: text };
  const read = later.exceptionsOf({ from: path, text: text.text });
  if ('problems' in read) return isOld ? nothing : { ...nothing, exceptions: read };
  if (!isWritten) return nothing;
  const then = new Set(before.entries.map(({ hash }) => hash));
  return {
    path,
    exceptions: differenceOf(before.entries, read.entries),
    proposed: read.entries.filter(({ hash }) => !then.has(hash)),
  };
}

async function laterPolicy(change: Omit<Written, 'later'>): Promise<Policy | null> {
  const { policy, tree } = change;
  if (!isPolicyWritten(change)) return policy;
  if (!tree.has(POLICY_PATH)) return policy.rewritten(null);
  const text = await resultText(POLICY_PATH, change);
  return 'text' in text ? policy.rewritten(text.text) : null;
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

async function writtenText(path: string, written: Written): Promise<BlobText | null> {
  const isWritten = written.tree.has(path) && written.changes.some((change) => change.path === path);
  return isWritten ? await resultText(path, written) : null;
}

/** The text that a path of the result has. */
async function resultText(path: string, { tree, blobs }: Pick<Written, 'tree' | 'blobs'>): Promise<BlobText> {
  const entry = tree.get(path);
  return textOf(entry === undefined ? undefined : (await blobs.read([entry.id])).get(entry.id));
}
