import { shippedPolicies } from '../adapters/shipped/index.ts';
import { compileGlob, type Glob, isGlobFault } from '../domain/glob.ts';
import type { Inventory, ListedImage } from '../domain/index.ts';
import { AppError } from '../domain/index.ts';
import { nearest } from '../domain/nearest.ts';
import { textWidth } from '../domain/text-width.ts';
import { listImages } from '../engine/inventory.ts';
import { pathSelector } from '../engine/selection.ts';
import { familyNames } from '../policy/index.ts';
import { type InventoryFormat, inventoryGraph, renderInventory } from '../present/inventory/index.ts';
import { policyOf, policyTexts } from './inputs.ts';
import { treePath } from './judge.ts';
import { type TreeOptions, withTree } from './open-tree.ts';
import { print } from './terminal.ts';

/** What `plinth images` was asked for; the names are those of its options. */
export interface ImagesOptions extends Filters, TreeOptions {
  readonly policy?: string;
  readonly organisation?: string;
  readonly format: InventoryFormat;
  readonly graph?: boolean;
}

interface Filters {
  readonly standing?: readonly string[];
  readonly family?: readonly string[];
  readonly workflow?: readonly string[];
  readonly scope?: readonly string[];
  readonly name?: string;
}

/** `plinth images`: lists what a tree builds. Exit code 0, whatever stands where: it is a list, no verdict. */
export async function images(paths: readonly string[], options: ImagesOptions): Promise<void> {
  refuseUnknownFamilies(options.family ?? []);
  const shown = await withTree(options, async ({ repository, change: { headTree, head: commit }, ports }) => {
    const policy = policyOf(await policyTexts(options, repository, headTree, { commit }));
    const inventory = await listImages({ tree: headTree, commit }, policy, ports);
    return filtered(
      inventory,
      paths.map((path) => treePath(path, repository)),
      options,
    );
  });
  const text =
    options.graph === true ? inventoryGraph(shown) : renderInventory(shown, options.format, terminalWidth());
  await print(text);
}

/** Columns of the terminal; null for a pipe or a file, where each row stays a line. */
function terminalWidth(): number | null {
  const width = textWidth(process.stdout.columns, { pipe: 0, widest: Number.POSITIVE_INFINITY });
  return width === 0 ? null : width;
}

/** The images that every filter lets through; what could not be read is said all the same. */
function filtered(inventory: Inventory, paths: readonly string[], filters: Filters): Inventory {
  const selects = pathSelector(paths.length === 0 ? undefined : paths);
  const name = filters.name === undefined ? null : globOf(filters.name);
  const isShown = (image: ListedImage): boolean =>
    selects(image.path) &&
    isOneOf(filters.workflow, [image.workflow]) &&
    isOneOf(filters.scope, [image.scope]) &&
    isOneOf(filters.standing, [image.standing]) &&
    isOneOf(
      filters.family,
      image.bases.map(({ family }) => family ?? NO_FAMILY),
    ) &&
    (name === null || name.matches(image.name ?? image.id));
  return {
    ...inventory,
    images: inventory.images.filter(isShown),
    unread: inventory.unread.filter(({ path }) => selects(path)),
  };
}

/** The word for bases that no table knows. */
const NO_FAMILY = 'none';

function refuseUnknownFamilies(wanted: readonly string[]): void {
  const known = [...familyNames({ basesText: shippedPolicies().bases }), NO_FAMILY];
  const unknown = wanted.find((family) => !known.includes(family));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const hint = near === undefined ? `the families are ${known.join(', ')}` : `did you mean ${near}?`;
  throw new AppError('usage', `--family ${unknown}: no table has a family of that name; ${hint}`);
}

function isOneOf(wanted: readonly string[] | undefined, values: readonly string[]): boolean {
  return wanted === undefined || wanted.length === 0 || values.some((value) => wanted.includes(value));
}

function globOf(text: string): Glob {
  const glob = compileGlob(text);
  if (isGlobFault(glob)) throw new AppError('usage', `--name ${text} is no pattern: ${glob.because}`);
  return glob;
}
