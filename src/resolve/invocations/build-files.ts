import type { Condition } from '../../domain/index.ts';
import {
  alikeAsOne,
  compatible,
  isSameCondition,
  joinConditions,
  joinPath,
  sharedConditions,
} from '../../domain/index.ts';
import { isArchitectureName } from '../../domain/placeholder.ts';
import { divide, type Guards } from '../../formats/make/guards.ts';
import { keyOfPieces, type Piece, shown } from '../../formats/make/pieces.ts';
import { fitsPattern } from '../../formats/shell/patterns.ts';
import type { Edit } from './sed.ts';

/** A file that build commands made: out of one of the tree, or out of what they print. */
export interface MadeFile {
  /** The file of the tree that its text comes from; empty for a printed one. */
  readonly source: string;
  /** What was printed into it. */
  readonly printed?: readonly Piece[];
  /** What was changed in it since, in order. */
  readonly edits: readonly Edit[];
  readonly when: readonly Condition[];
}

const MOST_WAYS = 64;
const MOST_FOLDERS = 2048;
const DEEPEST = 8;
/** Places looked at for one file, and for all files of one makefile or script. */
const MOST_STEPS = 2000;
const MOST_STEPS_IN_ALL = 400_000;

/** What searches cost, over all rules of one file. */
export interface SearchCost {
  steps: number;
  /** The bound that cut one. */
  beyond: string | null;
}

/** Names of one folder that lie in another as well. */
interface CopiedFolder {
  readonly from: string;
  readonly to: string;
  /** Place in the order of copies. */
  readonly index: number;
  /** Which names; absent for all. */
  readonly pattern?: string;
  readonly when: readonly Condition[];
}

interface Search {
  readonly when: readonly Condition[];
  readonly seen: Set<string>;
  /** Copies that were gone back through. */
  readonly used: readonly CopiedFolder[];
}

/** What a rule's commands make of files: copies, and texts with words replaced. Paths are shown texts. */
export class BuildFiles {
  readonly #made = new Map<string, readonly MadeFile[]>();
  /** Paths whose last ways are not kept, which only matters where they are asked for. */
  readonly #overfull = new Set<string>();
  #copies = 0;
  /** Folders whose content was copied into another, in order, by where it lies. */
  readonly #foldersTo = new Map<string, readonly CopiedFolder[]>();
  readonly #has: (path: string) => boolean;
  readonly #elsewhere: BuildFiles | null;
  readonly #cost: SearchCost;
  /** Paths that were looked for and that nothing here makes. */
  readonly #missed = new Set<string>();

  /** `elsewhere` holds what the other rules of the makefile make. */
  constructor(has: (path: string) => boolean, cost: SearchCost, elsewhere: BuildFiles | null = null) {
    this.#has = has;
    this.#cost = cost;
    this.#elsewhere = elsewhere;
  }

  /** What a path holds: made here, made by another rule, or of the tree. */
  find(path: string, when: readonly Condition[]): readonly MadeFile[] {
    const own = this.#search(path, { when, seen: new Set<string>(), used: [] });
    if (own.length > 0 && casesOutside(when, own).length === 0) return own;
    if (own.length === 0) this.#missed.add(path);
    const made = this.#elsewhere?.find(path, when) ?? [];
    if (made.length > 0) return [...own, ...made];
    return this.#has(path) ? [...own, { source: path, edits: [], when: [] }] : own;
  }

  /** Made here, or copied here with its folder from where something is. */
  #search(path: string, search: Search): readonly MadeFile[] {
    if (search.used.length > DEEPEST || search.seen.has(path) || this.#isCut(search.seen)) return [];
    search.seen.add(path);
    const own = this.#made.get(path)?.filter((file) => compatible(file.when, search.when)) ?? [];
    if (own.length > 0 && this.#overfull.has(path))
      this.#cost.beyond ??= `${path} is made in more than ${MOST_WAYS} ways`;
    const found = [...own];
    let open = casesOutside(search.when, own);
    for (const copy of this.#copiesTo(path)) {
      if (open.length === 0) break;
      this.#cost.steps++;
      const isMeant = open.some((when) => compatible(when, copy.when));
      if (search.used.includes(copy) || !liesIn(path, copy) || !isMeant) continue;
      const there = this.#copied(path, copy, search).filter(({ when }) => compatible(when, copy.when));
      if (there.length === 0) continue;
      found.push(...there.map((file) => ({ ...file, when: joinConditions(file.when, copy.when) })));
      open = open.flatMap((when) => casesOutside(when, [copy]));
    }
    return found;
  }

  /** What lay in the other folder. */
  #copied(path: string, copy: CopiedFolder, search: Search): readonly MadeFile[] {
    const source = joinPath(copy.from, path.slice(copy.to.length + 1));
    const found = this.#search(source, { ...search, used: [...search.used, copy] });
    if (found.length > 0) return found;
    const there = this.#elsewhere?.find(source, search.when) ?? [];
    if (there.length > 0) return there;
    return this.#has(source) ? [{ source, edits: [], when: [] }] : [];
  }

  /** Copies into a folder that the path lies below, the last first. */
  #copiesTo(path: string): readonly CopiedFolder[] {
    const found: CopiedFolder[] = [];
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      found.push(...(this.#foldersTo.get(path.slice(0, end)) ?? []));
    return found.sort((one, other) => other.index - one.index);
  }

  #isCut(seen: ReadonlySet<string>): boolean {
    const isCut = seen.size > MOST_STEPS || this.#cost.steps > MOST_STEPS_IN_ALL;
    if (isCut) this.#cost.beyond ??= 'copies of folders that go in circles';
    return isCut;
  }

  /** True where others make a file that was looked for here and not found. */
  misses(others: BuildFiles): boolean {
    for (const path of this.#missed)
      if (others.#search(path, { when: [], seen: new Set(), used: [] }).length > 0) return true;
    return false;
  }

  copy(from: string, to: string, when: readonly Condition[]): void {
    this.write(to, this.find(from, when), [], when);
  }

  /** All names of a folder, or those that a pattern fits; they take the place of what was copied there before. */
  copyFolder(from: string, to: string, when: readonly Condition[], pattern?: string): void {
    const there = this.#foldersTo.get(to) ?? [];
    const known = there.find((one) => isSameCopy(one, { from, when, pattern }));
    if (known !== undefined && known === there.at(-1)) return;
    if (this.#copies >= MOST_FOLDERS) {
      this.#cost.beyond ??= `more than ${MOST_FOLDERS} copied folders`;
      return;
    }
    const copy = { from, to, when, index: this.#copies++, ...(pattern === undefined ? {} : { pattern }) };
    this.#foldersTo.set(to, [...there.filter((one) => one !== known), copy]);
  }

  /** Writes a file out of what another holds, changed further. */
  write(path: string, from: readonly MadeFile[], edits: readonly Edit[], when: readonly Condition[]): void {
    const before = this.#made.get(path)?.filter((file) => !covers(when, file.when)) ?? [];
    const written = from
      .filter((file) => compatible(file.when, when))
      .map((file) => ({
        ...file,
        edits: [...file.edits, ...edits],
        when: joinConditions(file.when, when),
      }));
    if (written.length > 0) this.#keep(path, [...before, ...written]);
  }

  /** Adds what is printed to a file. Instructions that cannot be told from those that were there count as a change that is not followed. */
  append(path: string, made: readonly MadeFile[], when: readonly Condition[]): void {
    const before = this.find(path, when);
    const [first] = made;
    if (before.length === 0 || first === undefined) {
      this.write(path, made, [], when);
      return;
    }
    const text = made
      .flatMap(({ printed }) => (printed === undefined ? ['RUN'] : [shown(printed)]))
      .join('\n');
    const isPrinted = before.every(({ printed, edits }) => printed !== undefined && edits.length === 0);
    const only = made.length === 1 ? first.printed : undefined;
    if (isPrinted && only !== undefined) {
      const longer = before.map((file) => ({ ...file, printed: [...(file.printed ?? []), ...only] }));
      this.write(path, longer, [], when);
      return;
    }
    const isPlain = text
      .split('\n')
      .every((line) => /^\s*(?:#|$|(?:LABEL|ENV|COPY|EXPOSE|MAINTAINER|WORKDIR|USER)\s)/i.test(line));
    const added = made.map(({ printed, source }) => (printed === undefined ? source : shown(printed)));
    const by = `text that is added to it (${added.join(', ').slice(0, 60).trim()})`;
    this.write(path, before, isPlain ? [] : [{ kind: 'unknown', by, when }], when);
  }

  #keep(path: string, files: readonly MadeFile[]): void {
    // Once ways were lost, it does not matter which are kept.
    const isOver = files.length > MOST_WAYS && !this.#overfull.has(path);
    const kept = isOver ? withoutRepeats(files) : files;
    if (kept.length > MOST_WAYS) this.#overfull.add(path);
    this.#made.set(path, kept.slice(0, MOST_WAYS));
  }

  /** Takes over what another rule made. */
  absorb(other: BuildFiles): void {
    for (const path of other.#overfull) this.#overfull.add(path);
    for (const [path, files] of other.#made) {
      this.#keep(path, [...(this.#made.get(path) ?? []), ...files]);
    }
    const folders = [...other.#foldersTo.values()].flat().sort((one, two) => one.index - two.index);
    for (const copy of folders) {
      const there = this.#foldersTo.get(copy.to) ?? [];
      if (!there.some((one) => isSameCopy(one, copy)))
        this.copyFolder(copy.from, copy.to, copy.when, copy.pattern);
    }
  }
}

function isSameCopy(
  one: CopiedFolder,
  other: Pick<CopiedFolder, 'from' | 'when'> & { readonly pattern?: string | undefined },
): boolean {
  return (
    one.from === other.from &&
    one.pattern === other.pattern &&
    covers(one.when, other.when) &&
    covers(other.when, one.when)
  );
}

/** More ways to make a file are taken for all that there are. */
const MOST_CASES = 8;

/** Cases in which none of the files is made. What is made for each architecture that is named leaves no case for others. */
function casesOutside(
  when: readonly Condition[],
  files: readonly { readonly when: readonly Condition[] }[],
): Guards {
  if (files.length > MOST_CASES) return [];
  const guards = files.map((file) => file.when);
  return divide(when, guards).outside.filter(
    (rest) =>
      !rest.some(
        (one) =>
          'except' in one &&
          isArchitectureName(one.subject) &&
          !when.some(({ subject }) => subject === one.subject),
      ),
  );
}

/** True for a path of a folder that was copied there; the tree's root has no name. */
function liesIn(path: string, { to, pattern }: CopiedFolder): boolean {
  if (to === '' || !path.startsWith(`${to}/`)) return false;
  const rest = path.slice(to.length + 1);
  return pattern === undefined || fitsPattern(pattern, rest.split('/', 1)[0] ?? '');
}

/** True where what is written under `when` takes the place of what was written under `old`. */
function covers(when: readonly Condition[], old: readonly Condition[]): boolean {
  return when.every((condition) => old.some((other) => isSameCondition(condition, other)));
}

/** Files that are made the same way as one, which may be there wherever any of them is. */
function withoutRepeats(files: readonly MadeFile[]): readonly MadeFile[] {
  return alikeAsOne(files, keyOfFile, joined);
}

function keyOfFile({ source, printed, edits }: MadeFile): string {
  return [source, printed === undefined ? '' : keyOfPieces(printed), ...edits.map(keyOfEdit)].join('\0');
}

const keysOfEdits = new WeakMap<Edit, string>();

function keyOfEdit(edit: Edit): string {
  const key = keysOfEdits.get(edit) ?? JSON.stringify({ ...edit, when: [] });
  keysOfEdits.set(edit, key);
  return key;
}

function joined(one: MadeFile, other: MadeFile): MadeFile {
  const edits = one.edits.map((edit, index) => ({
    ...edit,
    when: sharedConditions(edit.when, other.edits[index]?.when ?? []),
  }));
  return { ...one, edits, when: sharedConditions(one.when, other.when) };
}
