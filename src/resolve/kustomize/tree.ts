import type { KustomizationFact } from '../../domain/index.ts';
import { folderOf, joinPath } from '../../domain/index.ts';

/** A kustomization of the tree. */
export interface Kustomization {
  readonly path: string;
  readonly folder: string;
  readonly fact: KustomizationFact;
}

const NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
/** Files that one kustomization reaches, and kustomizations that reach one file, as far as they are looked at. */
const MOST_FILES = 2000;
const MOST_REACHING = 64;

/** The kustomizations of a tree: which files each of them puts together. */
export class KustomizeTree {
  readonly all: readonly Kustomization[];
  readonly #byPath: ReadonlyMap<string, Kustomization>;
  readonly #files = new Map<Kustomization, ReadonlySet<string>>();
  readonly #reaching = new Map<string, Kustomization[]>();
  readonly #parents = new Map<string, Kustomization[]>();

  readonly #cut: (path: string, because: string) => void;

  constructor(
    found: readonly { readonly path: string; readonly fact: KustomizationFact }[],
    cut: (path: string, because: string) => void,
  ) {
    this.#cut = cut;
    this.all = found.map(({ path, fact }) => ({ path, folder: folderOf(path), fact }));
    this.#byPath = new Map(this.all.map((one) => [one.path, one]));
    for (const one of this.all) {
      for (const { path } of this.#kustomizations(one, one.fact.components)) {
        const known = this.#parents.get(path);
        if (known === undefined) this.#parents.set(path, [one]);
        else known.push(one);
      }
    }
    for (const one of this.all) {
      for (const path of this.filesOf(one)) {
        const known = this.#reaching.get(path);
        if (known === undefined) this.#reaching.set(path, [one]);
        else if (known.length < MOST_REACHING) known.push(one);
        else this.#cut(path, `more than ${MOST_REACHING} kustomizations take it`);
      }
    }
  }

  /** Every file of the tree that a kustomization puts together, itself and those below it included; a component has those of who takes it. */
  filesOf(one: Kustomization): ReadonlySet<string> {
    const known = this.#files.get(one);
    if (known !== undefined) return known;
    const files = new Set<string>();
    const seen = new Set([one, ...(this.#parents.get(one.path) ?? [])]);
    for (const each of seen) {
      files.add(each.path);
      const { resources, components } = each.fact;
      for (const word of resources) if (files.size < MOST_FILES) files.add(joinPath(each.folder, word.text));
      for (const below of this.#kustomizations(each, [...resources, ...components]))
        if (seen.size < MOST_FILES) seen.add(below);
    }
    if (files.size >= MOST_FILES || seen.size >= MOST_FILES)
      this.#cut(one.path, `it puts more than ${MOST_FILES} files together`);
    this.#files.set(one, files);
    return files;
  }

  /** The kustomizations that put a file together with others, those nearest to it first. */
  reaching(path: string): readonly Kustomization[] {
    const found = this.#reaching.get(path) ?? [];
    return found.length < 2 ? found : [...found].sort((a, b) => this.filesOf(a).size - this.filesOf(b).size);
  }

  #kustomizations(
    { folder }: Kustomization,
    words: readonly { readonly text: string }[],
  ): readonly Kustomization[] {
    return words.flatMap(({ text }) => {
      if (text.includes('://')) return [];
      const below = joinPath(folder, text);
      const path = NAMES.map((name) => joinPath(below, name)).find((one) => this.#byPath.has(one));
      const found = path === undefined ? undefined : this.#byPath.get(path);
      return found === undefined ? [] : [found];
    });
  }
}
