import type {
  BuiltImage,
  EffectiveBase,
  Inventory,
  ListedBase,
  ListedImage,
  Location,
  Policy,
  ReportLocation,
  Tree,
  UnreadPart,
} from '../domain/index.ts';
import { compareText, worstStanding } from '../domain/index.ts';
import type { AnalysisPorts } from './analyse.ts';
import { FactLoader } from './fact-loader.ts';
import { loadProject } from './project-loader.ts';
import { blobsBehind, Sources } from './sources.ts';
import { ENGINE_VERSION } from './version.ts';

/** A tree whose images are listed. */
export interface InventoryRequest {
  readonly tree: Tree;
  /** The tree's commit; null for a working tree. */
  readonly commit: string | null;
}

/** Every image that a tree builds, with its bases and what could not be read. */
export async function listImages(
  { tree, commit }: InventoryRequest,
  policy: Policy,
  ports: AnalysisPorts,
): Promise<Inventory> {
  return (await readInventory({ tree, commit }, policy, ports)).inventory;
}

/** A list of images, and what each of its lines was made of. */
export interface ReadInventory {
  readonly inventory: Inventory;
  /** In the order of the list. */
  readonly images: readonly { readonly built: BuiltImage; readonly listed: ListedImage }[];
}

/** The list of a tree's images, with the images themselves for what the list does not say. */
export async function readInventory(
  { tree, commit }: InventoryRequest,
  policy: Policy,
  ports: AnalysisPorts,
): Promise<ReadInventory> {
  const loader = new FactLoader(ports.blobs, ports.cache, ports);
  const selection = { changed: new Set<string>(), formerly: new Map<string, string>() };
  const { model, links } = await loadProject(tree, selection, policy, loader, ports.blobs);
  const sources = new Sources(tree, ports.blobs, blobsBehind(links));
  await sources.read(
    model.images.flatMap(({ bases }) => bases.flatMap(({ chain }) => chain.map(({ path }) => path))),
  );
  const images = model.images
    .map((built) => ({ built, listed: listed(built, sources) }))
    .sort(({ listed: a }, { listed: b }) => byPlace(a, b));
  const inventory: Inventory = {
    schema: 'plinth-images/1',
    engine: { version: ENGINE_VERSION },
    policy: { name: policy.name, digest: policy.digest },
    commit,
    images: images.map((one) => one.listed),
    unread: unreadOf(model.unread),
  };
  return { inventory, images };
}

function byPlace(a: ListedImage, b: ListedImage): number {
  return compareText(a.path, b.path) || a.line - b.line || compareText(a.id, b.id);
}

/** Each file once, by its first reason. */
function unreadOf(parts: readonly UnreadPart[]): Inventory['unread'] {
  const first = new Map(parts.toReversed().map(({ path, because }) => [path, { path, because }]));
  return [...first.values()].sort((a, b) => compareText(a.path, b.path));
}

function listed(image: BuiltImage, sources: Sources): ListedImage {
  const { id, path, at, name, workflow, scope, bases } = image;
  return {
    id,
    path,
    line: at.start.line,
    name,
    tags: image.tags ?? [],
    workflow,
    scope,
    standing: worstStanding(bases.map(({ assessment }) => assessment.standing)),
    bases: bases.map((base) => baseOf(base, sources)),
  };
}

function baseOf(
  { reference, platform, assessment, chain, ...base }: EffectiveBase,
  sources: Sources,
): ListedBase {
  const { family, standing, basis } = assessment;
  return {
    reference,
    platform,
    family,
    standing,
    basis,
    chain: chain.map((link) => placeOf(link, sources)),
    through: base.through ?? [],
    ...(base.unresolved === undefined ? {} : { unresolved: base.unresolved }),
  };
}

function placeOf({ path, start, end }: Location, sources: Sources): ReportLocation {
  const text = sources.lines(path)[start.line - 1]?.trim().slice(0, 500);
  return {
    path,
    line: start.line,
    endLine: end.line,
    column: start.column,
    endColumn: end.column,
    ...(text === undefined ? {} : { text }),
  };
}
