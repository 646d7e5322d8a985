import { imageName, isSameName } from '../domain/image-reference.ts';
import type { ConcernedImages, ExceptionEntry, Problem, RuleId, Standing } from '../domain/index.ts';
import { isBaseRule, rulesAskingAbout } from '../domain/index.ts';

/** An image of the judged tree as exceptions see it. */
export interface ExceptedImage {
  /** As problems name it; several that one place declares have one id. */
  readonly id: string;
  /** What the definition is in the judged tree; null where nobody knows. */
  readonly now: ExceptedDefinition | null;
  /** What the definition was at the tip (SEMANTICS 2.3); null where it was not there, so that no entry names it. */
  readonly formerly: ExceptedDefinition | null;
  /** Each base as policies name it. */
  readonly bases: readonly ExceptedBase[];
  /** True where a shell is copied into it. */
  readonly bringsShell: boolean;
}

/** A definition as entries name it. */
export interface ExceptedDefinition {
  readonly path: string;
  /** The stage that is built, where it is not the last. */
  readonly target: string | null;
  /** All names that its image is published under. */
  readonly names: readonly string[];
}

/** A base of an image as exceptions see it. */
export interface ExceptedBase {
  readonly identity: string;
  readonly standing: Standing;
}

/** An entry that was granted, for definitions at these paths; null where any will do. */
export interface GrantedEntry {
  readonly entry: ExceptionEntry;
  readonly paths: readonly string[] | null;
}

/** What entries are held against. */
export interface ExceptionsInput {
  /** Those of the file of the tip. */
  readonly entries: readonly ExceptionEntry[];
  /** Those that were granted to this change: they cover what the judged tree has, new definitions too (SEMANTICS 2.3). */
  readonly granted: readonly GrantedEntry[];
  readonly images: readonly ExceptedImage[];
  /** UTC, `YYYY-MM-DD`. */
  readonly date: string;
  /** The path that a file of the judged tree had at the tip; null where it was not there. */
  readonly formerPath: (path: string) => string | null;
}

/** True on the last day too (SEMANTICS 7.1). */
export function isInForce({ expires }: ExceptionEntry, date: string): boolean {
  return expires === null || expires >= date;
}

/** The one place that says what an entry covers (SEMANTICS 7.1, 2.3). */
export class Exceptions {
  readonly #inForce: readonly ExceptionEntry[];
  readonly #given: ExceptionsInput;
  readonly #images: ReadonlyMap<string, readonly ExceptedImage[]>;
  readonly #granted: ReadonlyMap<ExceptionEntry, GrantedEntry['paths']>;

  constructor(given: ExceptionsInput) {
    this.#given = given;
    this.#granted = new Map(given.granted.map(({ entry, paths }) => [entry, paths]));
    this.#inForce = [...given.entries, ...this.#granted.keys()].filter((entry) =>
      isInForce(entry, given.date),
    );
    this.#images = Map.groupBy(given.images, ({ id }) => id);
  }

  /** The entry that covers a problem; undefined where none does. */
  covering(rule: RuleId, problem: Problem): ExceptionEntry | undefined {
    return this.#covering(rule, problem, this.#inForce);
  }

  /** The ended entry that would cover a problem which no other covers. */
  endedFor(rule: RuleId, problem: Problem): ExceptionEntry | undefined {
    const ended = this.#given.entries.filter((entry) => !this.#inForce.includes(entry));
    return this.covering(rule, problem) === undefined ? this.#covering(rule, problem, ended) : undefined;
  }

  /** The entry for a file that could not be read: of that path, and of what it holds now. */
  coveringUnread(path: string, blob: string | undefined): ExceptionEntry | undefined {
    return this.#inForce.find(
      ({ rule, identity }) =>
        rule === 'unread-file' && 'path' in identity && identity.path === path && identity.blob === blob,
    );
  }

  #covering(rule: RuleId, problem: Problem, entries: readonly ExceptionEntry[]): ExceptionEntry | undefined {
    const { concerns } = problem;
    const ofPath = entries.find(
      (entry) => entry.rule === rule && entry.base === null && this.#isAt(entry, problem.path),
    );
    if (concerns === undefined || concerns.built.length + (concerns.run === undefined ? 0 : 1) === 0)
      return ofPath;
    // The definition of a workload is its file, whatever it runs.
    if (problem.kind === 'use' && ofPath !== undefined) return ofPath;
    const { base } = concerns;
    const fitting = entries.filter((entry) =>
      base === undefined
        ? coversNeeds(entry.rule) || entry.rule === rule
        : entry.rule === rule && isOnBase(entry, base),
    );
    const covers = concerns.built.flatMap((id) =>
      this.#built(id, base).map((image) => {
        const own = fitting.filter((entry) =>
          this.#granted.has(entry) ? this.#isGrantedTo(entry, image) : isFor(entry, image),
        );
        return forImage(image, { rule, base }, own);
      }),
    );
    if (concerns.run !== undefined) covers.push(this.#forRun(concerns.run, { rule, problem }, fitting));
    // A problem of several images is covered where it is for each.
    return covers.includes(undefined) ? undefined : covers[0];
  }

  /** What a problem means by an id: those on the base that it is about; of images that are not known, one that no entry names. */
  #built(id: string, base: string | undefined): readonly ExceptedImage[] {
    const images = this.#images.get(id) ?? [{ id, ...UNKNOWN }];
    const those = images.filter(({ bases }) => bases.some(({ identity }) => identity === base));
    return those.length === 0 ? images : those;
  }

  /**
   * What is run by its name is that name, wherever it is run; a path names what one manifest runs. Where nothing tells its base, only an
   * exception to the rule itself is meant.
   */
  #forRun(
    { reference, base }: NonNullable<ConcernedImages['run']>,
    { rule, problem }: { readonly rule: RuleId; readonly problem: Problem },
    entries: readonly ExceptionEntry[],
  ): ExceptionEntry | undefined {
    const { path, standing } = problem;
    const isAsked = (entry: ExceptionEntry): boolean =>
      base === null || standing === undefined
        ? entry.rule === rule && entry.base === base
        : isForNeed(entry, rule, { identity: base, standing, bringsShell: false });
    return entries.find(
      (entry) =>
        isAsked(entry) &&
        ('image' in entry.identity ? isSameName(entry.identity.image, reference) : this.#isAt(entry, path)),
    );
  }

  /** What somebody grants is granted to what they looked at. */
  #isGrantedTo(entry: ExceptionEntry, { now }: ExceptedImage): boolean {
    const paths = this.#granted.get(entry) ?? null;
    return names(entry, now) && (paths === null || now === null || paths.includes(now.path));
  }

  /** True for an entry that means the file, and no stage of it. */
  #isAt(entry: ExceptionEntry, path: string): boolean {
    const { identity } = entry;
    const there = this.#granted.has(entry) ? path : this.#given.formerPath(path);
    return 'path' in identity && identity.target === undefined && identity.path === there;
  }
}

const UNKNOWN: Omit<ExceptedImage, 'id'> = { now: null, formerly: null, bases: [], bringsShell: false };

/** A need is covered where each base of the image is: on any other it stays what it is. */
function forImage(
  image: ExceptedImage,
  { rule, base }: { readonly rule: RuleId; readonly base: string | undefined },
  own: readonly ExceptionEntry[],
): ExceptionEntry | undefined {
  if (base !== undefined) return own[0];
  const [first, ...rest] = image.bases.map((one) =>
    own.find((entry) => isForNeed(entry, rule, { ...one, bringsShell: image.bringsShell })),
  );
  return rest.includes(undefined) ? undefined : first;
}

/** What asks about an allowed base that is as good as one which needs an exception, since a shell is copied onto it (SEMANTICS 4.1). */
const COPIED_SHELL: RuleId = 'shell-copied-into-image';

/** A base that something is needed of, under the image that needs it. */
interface NeededBase extends ExceptedBase {
  readonly bringsShell: boolean;
}

/** True for an exception to the need itself, or to the base that it stands on. */
function isForNeed(
  entry: ExceptionEntry,
  rule: RuleId,
  { identity, standing, bringsShell }: NeededBase,
): boolean {
  if (!isOnBase(entry, identity)) return false;
  if (entry.rule === COPIED_SHELL && standing === 'allowed' && bringsShell) return true;
  // An exception to a rule that does not ask about the base does not allow it.
  return entry.rule === rule || rulesAskingAbout(standing).includes(entry.rule);
}

/** True for an entry that names the base, or none. A name that no table knows may stand with its tag, which decides nothing. */
function isOnBase({ base }: ExceptionEntry, identity: string): boolean {
  return base === null || base === identity || withoutTag(base) === withoutTag(identity);
}

function withoutTag(base: string): string {
  return base.replace(/:[^/}]*$/, '');
}

/** An exception to a base, or to the shell that makes an allowed one as good as such a base, covers the needs on it. */
function coversNeeds(rule: RuleId): boolean {
  return rule === COPIED_SHELL || isBaseRule(rule);
}

/** A name is the image's that it had at the tip and still has: what ships under another name is another image. */
function isFor(entry: ExceptionEntry, { now, formerly }: ExceptedImage): boolean {
  if (!('image' in entry.identity)) return names(entry, formerly);
  return names(entry, formerly) && names(entry, now) && !hasNewName(now, formerly);
}

/** An image that ships under a name which it had not at the tip is another one under that name. */
function hasNewName(now: ExceptedDefinition | null, formerly: ExceptedDefinition | null): boolean {
  const known = new Set((formerly?.names ?? []).map(imageName));
  return (now?.names ?? []).some((name) => !known.has(imageName(name)));
}

function names({ identity }: ExceptionEntry, definition: ExceptedDefinition | null): boolean {
  if (definition === null) return false;
  if ('image' in identity) return definition.names.some((name) => isSameName(identity.image, name));
  return identity.path === definition.path && (identity.target ?? null) === definition.target;
}
