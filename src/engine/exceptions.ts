import type {
  Compared,
  ExceptedDefinition,
  ExceptedImage,
  Exceptions,
  ExceptionsInput,
} from '../decide/index.ts';
import { isSameName } from '../domain/image-reference.ts';
import type {
  ExceptionEntry,
  Grant,
  Policy,
  ReportImage,
  StatedException,
  Tree,
  UnreadPart,
  UsedException,
} from '../domain/index.ts';
import type { ImageOutline } from './image-outline.ts';
import type { BlobSource } from './ports.ts';
import { textOf } from './text.ts';

/** The exceptions file as it was read. */
export interface ExceptionsFile {
  readonly entries: readonly ExceptionEntry[];
  /** `PATH@BLOB` of the file (SEMANTICS 1.2); null where there is none. */
  readonly source: string | null;
  /** Why it could not be used: then nothing is excepted, and nothing is decided. */
  readonly unread: UnreadPart | null;
}

const NO_FILE: ExceptionsFile = { entries: [], source: null, unread: null };

/** Reads the exceptions file of a tree: of the tip, where there is one (SEMANTICS 2.1). */
export async function exceptionsOf(tree: Tree, policy: Policy, blobs: BlobSource): Promise<ExceptionsFile> {
  const path = policy.exceptions;
  const entry = tree.get(path);
  if (entry === undefined) return NO_FILE;
  const source = `${path}@${entry.id}`;
  const text = textOf((await blobs.read([entry.id])).get(entry.id));
  if ('unread' in text) return { entries: [], source, unread: { path, because: text.unread } };
  const read = policy.exceptionsOf({ from: path, text: text.text });
  if ('entries' in read) return { entries: read.entries, source, unread: null };
  const [first] = read.problems;
  const start = { line: first?.line ?? 1, column: first?.column ?? 1 };
  const rest = read.problems.length - 1;
  const more = rest > 0 ? ` (and ${rest} more)` : '';
  const because = `line ${start.line}, column ${start.column}: ${first?.message ?? 'it is not valid'}${more}`;
  return { entries: [], source, unread: { path, because, at: { path, start, end: start } } };
}

/** Those of the entries that cover something, in the file's order, then what was granted. */
export function usedExceptions(
  { entries }: ExceptionsFile,
  grants: readonly Grant[],
  covered: readonly { readonly exception?: string | null }[],
): readonly UsedException[] {
  const used = new Set(covered.map(({ exception }) => exception));
  return [
    ...entries.map((entry) => usedAs(entry)),
    ...grants.map(({ entry, by }) => ({ ...usedAs(entry), grantedBy: by })),
  ].filter(({ id }) => used.has(id));
}

function usedAs({ id, reason, text, owner, issue, expires }: StatedException): UsedException {
  return { id, reason, text, owner, issue, expires };
}

/** A finding with what was found. */
type Listed = Pick<Compared, 'rule' | 'problem' | 'state'>;

function placeOf({ source }: ExceptionsFile): string {
  return source?.split('@', 1)[0] ?? '';
}

/** What a reader should know of entries that ended, or say too little: a sentence each. */
export function exceptionNotes(
  file: ExceptionsFile,
  exceptions: Exceptions,
  listed: readonly Listed[],
  used: readonly UsedException[],
): readonly string[] {
  const ended = new Map(
    listed
      .filter(({ state }) => state !== 'fixed')
      .flatMap(({ rule, problem }) => exceptions.endedFor(rule, problem) ?? [])
      .map((entry) => [entry.id, entry]),
  );
  const place = placeOf(file);
  return [
    ...[...ended.values()].map(
      ({ id, expires, at }) =>
        `The exception ${id} (${place}:${at.line}) ended on ${expires}: what it covered counts again.`,
    ),
    ...used.flatMap(({ id, text, owner }) => {
      const missing = [...(text === '' ? ['reason in words'] : []), ...(owner === '' ? ['owner'] : [])];
      return missing.length === 0 ? [] : [`The exception ${id} has no ${missing.join(' and no ')}.`];
    }),
  ];
}

/** Entries of images that the change touches and that ask for nothing any more: a sentence each. What was not read may still ask for something. */
export function leftOverNotes(
  file: ExceptionsFile,
  exceptions: Exceptions,
  compared: readonly Listed[],
  images: readonly ReportImage[],
): readonly string[] {
  const isMeant = ({ identity }: ExceptionEntry): boolean =>
    images.some(({ path, name, change, before }) => {
      if (before === undefined || change === 'unchanged') return false;
      return 'image' in identity
        ? name !== null && isSameName(identity.image, name)
        : identity.path === path && identity.blob === undefined;
    });
  const meant = file.entries.filter(isMeant);
  if (meant.length === 0) return [];
  const covering = compared.flatMap(({ rule, problem, state }) =>
    state === 'fixed' ? [] : (exceptions.covering(rule, problem) ?? exceptions.endedFor(rule, problem) ?? []),
  );
  const used = new Set(covering.map(({ id }) => id));
  return meant
    .filter(({ id }) => !used.has(id))
    .map(
      ({ id, at }) =>
        `The exception ${id} (${placeOf(file)}:${at.line}) covers nothing once this is merged: remove it.`,
    );
}

interface Sides {
  readonly tip: readonly ImageOutline[] | null;
  readonly result: readonly ImageOutline[];
  /** Tip path → result path. */
  readonly renamed: ReadonlyMap<string, string>;
  /** By id in the result: programs that another file named at the tip, as they were there. */
  readonly movedPrograms: ReadonlyMap<string, ImageOutline>;
  readonly tipTree: Tree | null;
}

/** What entries are held against: images as they were at the tip, renames followed (SEMANTICS 2.3), and as they are. */
export function exceptedTree(sides: Sides, date: string): Omit<ExceptionsInput, 'entries' | 'granted'> {
  const { result, renamed, tipTree } = sides;
  const formerly = new Map([...renamed].map(([from, to]) => [to, from]));
  const then = (path: string): string => formerly.get(path) ?? path;
  const former = formerImages(sides, then);
  return {
    images: result.map((image) => exceptedImage(image, former(image))),
    date,
    formerPath: (path) => (tipTree === null || tipTree.has(then(path)) ? then(path) : null),
  };
}

/** What an image was at the tip; several that one place declares are not told from each other. */
function formerImages(
  { tip, result, movedPrograms }: Sides,
  then: (path: string) => string,
): (image: ImageOutline) => readonly ImageOutline[] {
  if (tip === null) return (image) => [image];
  const formerId = ({ path, id }: ImageOutline): string => then(path) + id.slice(path.length);
  const before = Map.groupBy(tip, ({ path }) => path);
  const after = Map.groupBy(result, formerId);
  return (image) => {
    const moved = movedPrograms.get(image.id);
    if (moved !== undefined) return [moved];
    const there = before.get(then(image.path)) ?? [];
    const same = there.filter(({ id }) => id === formerId(image));
    if (same.some((one) => shareName(one, image))) return same;
    // A stage that is added or renamed gives the images of a definition other ids: the one that has its name and is there no more is meant.
    const gone = there.filter(
      (one) => shareName(one, image) && !(after.get(one.id) ?? []).some((now) => shareName(one, now)),
    );
    return new Set(gone.map(({ id }) => id)).size === 1 ? gone : same;
  };
}

function shareName(one: ImageOutline, other: ImageOutline): boolean {
  return one.names.some((name) => other.names.some((same) => isSameName(name, same)));
}

function exceptedImage(image: ImageOutline, then: readonly ImageOutline[]): ExceptedImage {
  const { id, bases, bringsShell } = image;
  return {
    id,
    now: definitionOf([image]),
    formerly: definitionOf(then),
    bases: bases.map(({ assessment: { identity, standing } }) => ({ identity, standing })),
    bringsShell,
  };
}

function definitionOf(images: readonly ImageOutline[]): ExceptedDefinition | null {
  const [first] = images;
  if (first === undefined) return null;
  const target = first.id.slice(first.path.length).replace(/^#/, '');
  return {
    path: first.path,
    target: target === '' ? null : target,
    names: images.flatMap((one) => one.names),
  };
}
