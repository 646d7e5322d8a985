import { folderOf, foldersUpward, joinPath } from '../../domain/index.ts';

/** A target's label: `@repository//package:name`. */
export interface Label {
  /** The repository; null for the one that the label stands in. */
  readonly repository: string | null;
  /** The package's folder; null where it is that of the file. */
  readonly folder: string | null;
  readonly name: string;
}

const LONGEST = 1024;

/** Reads a label as it is written; null for what is none. */
export function parseLabel(text: string): Label | null {
  if (text === '' || text.length > LONGEST || /[\s{}$]/.test(text)) return null;
  if (text.startsWith('@')) {
    const slashes = text.indexOf('//');
    const repository = (slashes < 0 ? text : text.slice(0, slashes)).replace(/^@+/, '').replace(/~$/, '');
    if (slashes < 0) return { repository, folder: '', name: repository };
    const rest = localLabel(text.slice(slashes + 2));
    return { ...rest, repository, name: rest.name === '' ? repository : rest.name };
  }
  if (text.startsWith('//')) return { repository: null, ...localLabel(text.slice(2)) };
  const name = text.startsWith(':') ? text.slice(1) : text;
  return name === '' ? null : { repository: null, folder: null, name };
}

function localLabel(text: string): { readonly folder: string; readonly name: string } {
  const colon = text.indexOf(':');
  const folder = colon < 0 ? text : text.slice(0, colon);
  const name = colon < 0 ? folder.slice(folder.lastIndexOf('/') + 1) : text.slice(colon + 1);
  return { folder, name };
}

const MARKERS: readonly string[] = ['WORKSPACE', 'WORKSPACE.bazel', 'MODULE.bazel', 'REPO.bazel'];

/** Where the workspaces of a tree begin. */
export class Workspaces {
  readonly #has: (path: string) => boolean;
  /** Names that workspaces of the tree give themselves. */
  readonly #own = new Set<string>();
  readonly #roots = new Map<string, readonly string[]>();

  constructor(has: (path: string) => boolean) {
    this.#has = has;
  }

  name(own: string): void {
    this.#own.add(own);
  }

  /** True for the repository that a file of the tree stands in, whatever its name there. */
  isOwn(repository: string | null): boolean {
    return repository === null || repository === '' || this.#own.has(repository);
  }

  /** Folders that a label without repository may count from, the nearest workspace first, the tree's root last. */
  rootsOf(path: string): readonly string[] {
    const folder = folderOf(path);
    const known = this.#roots.get(folder);
    if (known !== undefined) return known;
    const roots = foldersUpward(folder).filter(
      (one) => one === '' || MARKERS.some((marker) => this.#has(joinPath(one, marker))),
    );
    this.#roots.set(folder, roots);
    return roots;
  }

  /** Files of the tree that a label may mean, the likeliest first; null where it names another repository. */
  filesOf(label: string, from: string): readonly string[] | null {
    const parsed = parseLabel(label);
    if (parsed === null || !this.isOwn(parsed.repository)) return null;
    if (parsed.folder === null) return [joinPath(folderOf(from), parsed.name)];
    const below = joinPath(parsed.folder, parsed.name);
    return this.rootsOf(from)
      .map((root) => joinPath(root, below))
      .filter((path) => this.#has(path));
  }

  /** Folders of the package that a label may mean, with the target's name. */
  packagesOf(label: Label, folder: string): readonly string[] {
    if (label.folder === null) return [folder];
    const { folder: below } = label;
    return this.rootsOf(joinPath(folder, 'BUILD')).map((root) => joinPath(root, below));
  }
}
