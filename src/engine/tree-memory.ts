import { createHash } from 'node:crypto';
import type { BuildRecord, Policy, PolicyText, Tree } from '../domain/index.ts';
import { formatsOf } from '../formats/index.ts';
import type { TreeFindings } from './judged-tree.ts';
import type { TextMemory } from './ports.ts';
import type { TreeSelection } from './project-loader.ts';
import type { WatchedBlobs } from './watched-blobs.ts';

/** Smaller trees are judged in less time than it takes to remember them. */
const WORTH_KEEPING = 256;

/**
 * What was found in trees before, by a digest of everything that it is a function of but the program itself, which is the store's to tell apart:
 * every path with its mode and blob, how the tree was read, and the policy. What rests on a blob that could not be had, or on a rule that
 * failed, is not kept: next time it may be otherwise.
 */
export class TreeMemory {
  readonly #store: TextMemory;
  readonly #policy: string;
  readonly #watched: WatchedBlobs;

  constructor(store: TextMemory, policy: Policy, texts: readonly PolicyText[], watched: WatchedBlobs) {
    this.#store = store;
    this.#policy = JSON.stringify([policy.digest, policy.sources, texts]);
    this.#watched = watched;
  }

  async recall(tree: Tree, selection: TreeSelection): Promise<TreeFindings | undefined> {
    if (tree.size < WORTH_KEEPING) return undefined;
    const text = await this.#store.get(this.#keyOf(tree, selection));
    return text === undefined ? undefined : decode(text);
  }

  async keep(tree: Tree, selection: TreeSelection, findings: TreeFindings): Promise<void> {
    if (tree.size < WORTH_KEEPING || this.#watched.hasGaps || findings.failedRules.length > 0) return;
    await this.#store.put(this.#keyOf(tree, selection), encode(findings));
  }

  #keyOf(tree: Tree, selection: TreeSelection): string {
    const hash = createHash('sha256').update(`${this.#policy}\n${readingOf(selection)}\n`);
    let part = '';
    for (const [path, { mode, id }] of tree) {
      part += `${mode} ${id} ${path}\0`;
      if (part.length < PART) continue;
      hash.update(part);
      part = '';
    }
    return hash.update(part).digest('hex');
  }
}

const PART = 65_536;

/** Of the changed paths only those count that are read because they are changed. */
function readingOf({ changed, formerly, builds }: TreeSelection): string {
  const read = [...changed].filter((path) => formatsOf(path).some(({ when }) => when === 'changed')).sort();
  return JSON.stringify([read, [...formerly], builds === undefined ? null : plainBuilds(builds)]);
}

// ---- as text -------------------------------------------------------------------------------------------

interface PlainBuilds {
  readonly definitions: readonly string[];
  readonly ways: readonly string[];
  readonly shippedStages: readonly string[];
  readonly builderWays: readonly string[];
  readonly builders: readonly string[];
  readonly names: readonly (readonly [string, readonly string[]])[];
  readonly builtOn: readonly string[];
}

type Encoded = Omit<TreeFindings, 'builds'> & { readonly builds?: PlainBuilds };

function encode({ builds, ...rest }: TreeFindings): string {
  const encoded: Encoded = { ...rest, ...(builds === undefined ? {} : { builds: plainBuilds(builds) }) };
  return JSON.stringify(encoded);
}

/** Of a text that `encode` gave: the store vouches for it. */
function decode(text: string): TreeFindings {
  const { builds, ...rest } = JSON.parse(text) as Encoded;
  return { ...rest, ...(builds === undefined ? {} : { builds: recordOf(builds) }) };
}

function plainBuilds({
  definitions,
  ways,
  shippedStages,
  builderWays,
  builders,
  names,
  builtOn,
}: BuildRecord): PlainBuilds {
  return {
    definitions: [...definitions],
    ways: [...ways],
    shippedStages: [...shippedStages],
    builderWays: [...builderWays],
    builders: [...builders],
    names: [...names].map(([definition, all]) => [definition, [...all]]),
    builtOn: [...builtOn],
  };
}

function recordOf({
  definitions,
  ways,
  shippedStages,
  builderWays,
  builders,
  names,
  builtOn,
}: PlainBuilds): BuildRecord {
  return {
    definitions: new Set(definitions),
    ways: new Set(ways),
    shippedStages: new Set(shippedStages),
    builderWays: new Set(builderWays),
    builders: new Set(builders),
    names: new Map(names.map(([definition, all]) => [definition, new Set(all)])),
    builtOn: new Set(builtOn),
  };
}
