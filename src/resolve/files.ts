import { type DeclaredValue, type Fact, fileName } from '../domain/index.ts';

/** The files of one tree as `resolve` sees them. */
export interface ProjectFiles {
  has(path: string): boolean;
  /** Paths of files below a folder (empty for the root), sorted, at most so many; absent where a tree is not listed. */
  below?(folder: string, most: number): readonly string[];
  /** Facts of a file under a format; undefined where the engine has not read it under that format yet. */
  facts(path: string, format: string): readonly Fact[] | undefined;
  /** Every path whose name a format claims, sorted. */
  readonly claimed: readonly { readonly path: string; readonly format: string }[];
}

/** A file that the project needs to see and that no name gave away. */
export interface Want {
  readonly path: string;
  readonly format: string;
}

/** A folder with more files than this is not one that somebody keeps a root file system in. */
const MOST_LISTED = 10_000;

/** Steps of commands that are followed in one tree; the largest trees of persons that are known take half of them. */
const MOST_STEPS = 3_000_000;

/** Asks for files while a project is built; what is missing is wanted in the next round. */
export class FileReader {
  /** Values that the policy declares. */
  readonly declared: readonly DeclaredValue[];
  readonly #files: ProjectFiles;
  readonly #wants = new Map<string, Want>();
  readonly #unread = new Map<string, string>();
  readonly #cuts = new Map<string, { readonly path: string; readonly because: string }>();
  readonly #charged = new WeakSet<object>();
  #steps = 0;
  #names: ReadonlySet<string> | undefined;

  constructor(files: ProjectFiles, declared: readonly DeclaredValue[] = []) {
    this.#files = files;
    this.declared = declared;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Counts what following a script or makefile took, each once: what was followed before, for another tree, counts the same. */
  charge(followed: object, steps: number): void {
    if (this.#charged.has(followed)) return;
    this.#charged.add(followed);
    this.#steps += steps;
  }

  /** Tells that a file was not followed to its end: what it decides is not decided. */
  cut(path: string, because: string): void {
    this.#cuts.set(`${path}\0${because}`, { path, because });
  }

  /** Files that were not followed to their end, with the bound that each met. */
  get cuts(): readonly { readonly path: string; readonly because: string }[] {
    return [...this.#cuts.values()];
  }

  /** True once nothing more is followed. */
  get isSpent(): boolean {
    return this.#steps > MOST_STEPS;
  }

  /** True for a file that is there and that the next round reads. */
  isPending(path: string, format: string): boolean {
    return this.#files.has(path) && this.#files.facts(path, format) === undefined;
  }

  /** Files below a folder, relative to it; null where there are none, or more than are looked at. */
  below(folder: string): readonly string[] | null {
    const paths = this.#files.below?.(folder, MOST_LISTED + 1) ?? [];
    if (paths.length === 0 || paths.length > MOST_LISTED) return null;
    const start = folder === '' ? 0 : folder.length + 1;
    return paths.map((path) => path.slice(start));
  }

  /** True where a file of the tree, in whatever folder, has this name, or may have where the tree is not listed. */
  holdsName(name: string): boolean {
    if (this.#files.below === undefined) return true;
    this.#names ??= new Set(this.#files.below('', Number.MAX_SAFE_INTEGER).map(fileName));
    return this.#names.has(name);
  }

  /** Facts of the file where it exists and was read; an empty list, and a want, where it was not read yet. */
  read(path: string, format: string): readonly Fact[] {
    if (!this.#files.has(path)) return [];
    const facts = this.#files.facts(path, format);
    const lost = facts?.find((fact) => fact.kind === 'unreadable' && fact.binary !== true);
    if (lost?.kind === 'unreadable') this.#unread.set(path, lost.because);
    if (facts === undefined) this.#wants.set(`${format}\0${path}`, { path, format });
    return facts ?? [];
  }

  /** Text files that were asked for and could not be read, with the reason. */
  get unread(): readonly { readonly path: string; readonly because: string }[] {
    return [...this.#unread].map(([path, because]) => ({ path, because }));
  }

  get wants(): readonly Want[] {
    return [...this.#wants.values()];
  }
}
