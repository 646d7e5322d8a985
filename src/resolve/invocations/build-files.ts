import type { Condition } from '../../domain/index.ts';
import { compatible, joinConditions, joinPath } from '../../domain/index.ts';
import type { CommandWord } from './words.ts';

/** A replacement that a command makes in a text. */
export interface Replacement {
  readonly from: string;
  readonly to: CommandWord;
  readonly when: readonly Condition[];
  /** The bound that cut the line that it stands on. */
  readonly beyond?: string;
}

/** A file that build commands made out of one of the tree. */
export interface MadeFile {
  /** The file of the tree that its text comes from. */
  readonly source: string;
  readonly replacements: readonly Replacement[];
  readonly when: readonly Condition[];
}

const MOST_WAYS = 64;
const DEEPEST = 8;

/** What a rule's commands make of files: copies, and texts with words replaced. Paths are shown texts. */
export class BuildFiles {
  readonly #made = new Map<string, readonly MadeFile[]>();
  /** Folders whose content was copied into another, in order. */
  readonly #folders: { readonly from: string; readonly to: string }[] = [];
  readonly #has: (path: string) => boolean;
  readonly #elsewhere: BuildFiles | null;

  /** `elsewhere` holds what the other rules of the makefile make. */
  constructor(has: (path: string) => boolean, elsewhere: BuildFiles | null = null) {
    this.#has = has;
    this.#elsewhere = elsewhere;
  }

  /** What a path holds: made here, made by another rule, or of the tree. */
  find(path: string, when: readonly Condition[], depth = 0): readonly MadeFile[] {
    if (depth > DEEPEST) return [];
    const own = this.#made.get(path)?.filter((file) => compatible(file.when, when)) ?? [];
    if (own.length > 0) return own;
    for (const { from, to } of this.#folders.toReversed()) {
      if (!path.startsWith(`${to}/`)) continue;
      const found = this.find(joinPath(from, path.slice(to.length + 1)), when, depth + 1);
      if (found.length > 0) return found;
    }
    const made = this.#elsewhere?.find(path, when, depth + 1) ?? [];
    if (made.length > 0) return made;
    return this.#has(path) ? [{ source: path, replacements: [], when: [] }] : [];
  }

  copy(from: string, to: string, when: readonly Condition[]): void {
    this.write(to, this.find(from, when), [], when);
  }

  copyFolder(from: string, to: string): void {
    if (this.#folders.length < MOST_WAYS) this.#folders.push({ from, to });
  }

  /** Writes a file out of what another holds, further words replaced. */
  write(
    path: string,
    from: readonly MadeFile[],
    replacements: readonly Replacement[],
    when: readonly Condition[],
  ): void {
    const before = this.#made.get(path)?.filter((file) => !covers(when, file.when)) ?? [];
    const written = from
      .filter((file) => compatible(file.when, when))
      .map((file) => ({
        source: file.source,
        replacements: [...file.replacements, ...replacements],
        when: joinConditions(file.when, when),
      }));
    if (written.length > 0) this.#made.set(path, [...before, ...written].slice(0, MOST_WAYS));
  }

  /** Takes over what another rule made. */
  absorb(other: BuildFiles): void {
    for (const [path, files] of other.#made) {
      const known = this.#made.get(path) ?? [];
      this.#made.set(path, [...known, ...files].slice(0, MOST_WAYS));
    }
    for (const { from, to } of other.#folders) this.copyFolder(from, to);
  }
}

/** True where what is written under `when` takes the place of what was written under `old`. */
function covers(when: readonly Condition[], old: readonly Condition[]): boolean {
  return when.every((condition) => old.some((other) => JSON.stringify(other) === JSON.stringify(condition)));
}
