import { isUtf8 } from 'node:buffer';
import { type ChangedPath, dayAt, type FileMode, type TreeEntry } from '../../domain/index.ts';
import { decodePath, splitRecords } from './paths.ts';

/** A path of the index: its stage is 0, or 1 to 3 for the sides of a merge that is not finished. */
export interface IndexRecord {
  readonly path: string;
  readonly entry: TreeEntry;
  readonly stage: number;
}

/** A path whose file differs from the index, as `git diff-files` sees it. */
export interface DiskRecord {
  readonly path: string;
  readonly status: string;
  /** The mode on disk; null where the file is gone. */
  readonly mode: FileMode | null;
}

const TAB = 0x09;
const QUESTION_MARK = 0x3f;

/** `git ls-tree -r -z`: `<mode> <type> <id>\t<path>`. */
export function parseTree(listing: Buffer): Map<string, TreeEntry> {
  const tree = new Map<string, TreeEntry>();
  for (const { fields, path } of plainRecords(listing) ?? recordsOf(listing)) {
    const [mode = '', , id = ''] = fields;
    const known = fileMode(mode);
    if (known !== null) tree.set(path, { mode: known, id });
  }
  return tree;
}

interface SplitRecord {
  readonly fields: readonly string[];
  readonly path: string;
}

function* recordsOf(listing: Buffer): Generator<SplitRecord> {
  for (const record of splitRecords(listing)) yield splitAtTab(record);
}

/** The records of a listing whose paths need no decoding of their own, read as one text: four times as fast. Undefined for others. */
function plainRecords(listing: Buffer): Iterable<SplitRecord> | undefined {
  if (!isUtf8(listing)) return undefined;
  const text = listing.toString('utf8');
  return text.includes('\\x') ? undefined : recordsOfText(text);
}

function* recordsOfText(text: string): Generator<SplitRecord> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\0', from);
    const to = end < 0 ? text.length : end;
    const tab = text.indexOf('\t', from);
    yield { fields: text.slice(from, tab).split(' '), path: text.slice(tab + 1, to) };
    from = to + 1;
  }
}

/** `git ls-files -s -z`: `<mode> <id> <stage>\t<path>`. */
export function parseIndex(listing: Buffer): IndexRecord[] {
  return [...splitRecords(listing)].flatMap(indexRecord);
}

function indexRecord(record: Buffer): readonly IndexRecord[] {
  const { fields, path } = splitAtTab(record);
  const [mode = '', id = '', stage = ''] = fields;
  const known = fileMode(mode);
  return known === null ? [] : [{ path, entry: { mode: known, id }, stage: Number(stage) }];
}

/** `git ls-files -z -t -s -c -o`: `? <path>` for what is not tracked, else a letter and the record of the index. */
export function parseFiles(listing: Buffer): { readonly index: IndexRecord[]; readonly others: string[] } {
  const index: IndexRecord[] = [];
  const others: string[] = [];
  for (const record of splitRecords(listing)) {
    if (record[0] === QUESTION_MARK) others.push(decodePath(record.subarray(2)));
    else index.push(...indexRecord(record.subarray(2)));
  }
  return { index, others };
}

/** `git diff-tree -r -z --raw --no-renames`: `:<mode> <mode> <id> <id> <status>`, then the path as a record of its own. */
export function parseChanges(listing: Buffer): ChangedPath[] {
  const changes: ChangedPath[] = [];
  for (const { fields, path } of rawRecords(listing)) {
    const [baseMode = '', headMode = '', baseId = '', headId = ''] = fields;
    const base = entryOf(baseMode, baseId);
    const head = entryOf(headMode, headId);
    // Ancient modes such as 100664 are the plain one to git now, so only they may differ.
    if (base?.mode !== head?.mode || base?.id !== head?.id) changes.push({ path, base, head });
  }
  return changes;
}

/** `git diff-files -z --raw`: the same shape; the second mode is the file's on disk. */
export function parseDiskChanges(listing: Buffer): DiskRecord[] {
  return [...rawRecords(listing)].map(({ fields, path }) => ({
    path,
    status: fields[4] ?? '',
    mode: fileMode(fields[1] ?? ''),
  }));
}

function* rawRecords(listing: Buffer): Generator<{ fields: string[]; path: string }> {
  let fields: string[] | null = null;
  for (const record of splitRecords(listing)) {
    if (fields === null) fields = record.subarray(1).toString('latin1').split(' ');
    else {
      yield { fields, path: decodePath(record) };
      fields = null;
    }
  }
}

function splitAtTab(record: Buffer): { fields: string[]; path: string } {
  const tab = record.indexOf(TAB);
  return {
    fields: record.subarray(0, tab).toString('latin1').split(' '),
    path: decodePath(record.subarray(tab + 1)),
  };
}

function entryOf(mode: string, id: string): TreeEntry | null {
  const known = fileMode(mode);
  return known === null ? null : { mode: known, id };
}

function fileMode(mode: string): FileMode | null {
  if (mode === '120000' || mode === '160000') return mode;
  if (!mode.startsWith('100')) return null;
  // As git itself reads modes that old tools wrote: only the owner's right to execute counts.
  return (Number.parseInt(mode.slice(3), 8) & 0o100) === 0 ? '100644' : '100755';
}

/** `git blame --porcelain` of one line. Where a shallow clone begins, a line may be older than that: `boundary` says so. */
export function parseLineAge(
  listing: string,
  isShallow: boolean,
): { readonly commit: string; readonly day: string } | null {
  const [header = '', ...rest] = listing.split('\n');
  const end = rest.findIndex((text) => text.startsWith('\t'));
  const facts = rest.slice(0, end);
  const [commit = ''] = header.split(' ');
  const seconds = Number(facts.find((fact) => fact.startsWith('committer-time '))?.split(' ')[1]);
  if (!Number.isInteger(seconds) || (isShallow && facts.includes('boundary'))) return null;
  return { commit, day: dayAt(seconds * 1000) };
}
