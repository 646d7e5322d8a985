import type { GoModuleFact } from '../../domain/index.ts';
import { folderOf, joinPath } from '../../domain/index.ts';
import type { Placed } from '../carriers.ts';

/** The Go modules of a tree: where import paths lie, and what folders are called. */
export class GoPackages {
  /** Longest module path first, so that the nearest module of several is found. */
  readonly #modules: readonly { readonly module: string; readonly folder: string }[];

  constructor(modules: readonly Placed<GoModuleFact>[]) {
    this.#modules = modules
      .map(({ path, fact }) => ({ module: fact.module, folder: folderOf(path) }))
      .sort((a, b) => b.module.length - a.module.length);
  }

  /** The folder of an import path; undefined where no module of the tree holds it. */
  folderOf(importPath: string): string | undefined {
    const found = this.#modules.find(
      ({ module }) => importPath === module || importPath.startsWith(`${module}/`),
    );
    return found === undefined
      ? undefined
      : joinPath(found.folder, importPath.slice(found.module.length + 1));
  }

  /** The import path of a folder, by the nearest module above it. */
  importPathOf(folder: string): string | undefined {
    let best: { readonly module: string; readonly folder: string } | undefined;
    for (const one of this.#modules) {
      const holds = one.folder === '' || folder === one.folder || folder.startsWith(`${one.folder}/`);
      if (holds && (best === undefined || one.folder.length > best.folder.length)) best = one;
    }
    if (best === undefined) return undefined;
    const rest = best.folder === '' ? folder : folder.slice(best.folder.length + 1);
    return rest === '' ? best.module : `${best.module}/${rest}`;
  }
}
