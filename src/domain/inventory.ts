// The list of a tree's images, `plinth-images/1`. The terms are those of its published JSON schema.
import type { Standing } from './bases.ts';
import type { Scope, Workflow } from './project.ts';
import type { ReportBase, UnreadFile } from './report.ts';

/** All images of a tree, each with its bases. */
export interface Inventory {
  readonly schema: 'plinth-images/1';
  readonly engine: { readonly version: string };
  readonly policy: { readonly name: string; readonly digest: string };
  /** The commit that the tree belongs to; null for a working tree. */
  readonly commit: string | null;
  readonly images: readonly ListedImage[];
  /** Files that could not be read: what they define is missing. */
  readonly unread: readonly Pick<UnreadFile, 'path' | 'because'>[];
}

/** One image of the list. */
export interface ListedImage {
  /** Definition, plus `#target` where a file defines several. */
  readonly id: string;
  readonly path: string;
  readonly line: number;
  /** The first of `tags`, without its tag; null where nothing says what it is published as. */
  readonly name: string | null;
  /** References that build rules give it. */
  readonly tags: readonly string[];
  readonly workflow: Workflow;
  readonly scope: Scope;
  /** The worst of its bases (SEMANTICS 3.3). */
  readonly standing: Standing;
  readonly bases: readonly ListedBase[];
}

/** One base of a listed image. */
export interface ListedBase extends ReportBase {
  /** Why it is unresolved, and how far it got. */
  readonly unresolved?: string;
  /** Images of the same tree that it is built on, by id, outermost first. */
  readonly through: readonly string[];
}
