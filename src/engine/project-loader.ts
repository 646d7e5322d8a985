import type {
  BuildRecord,
  Fact,
  PathClass,
  Policy,
  ProjectModel,
  Tree,
  TreeEntry,
  UnreadPart,
} from '../domain/index.ts';
import { BOUNDS, compareText, folderOf, isRegularFile } from '../domain/index.ts';
import { firstFrom } from '../domain/sorted.ts';
import type { Format } from '../formats/format.ts';
import { type ClaimedFormat, formatById, formatOf, formatsOf, programFormat } from '../formats/index.ts';
import { buildProject, type ProjectFiles, type Tip, type Want } from '../resolve/index.ts';
import { type FactLoader, type FactRequest, followLink } from './fact-loader.ts';
import type { BlobSource } from './ports.ts';

/** A tree read and understood. */
export interface LoadedProject {
  readonly model: ProjectModel;
  /** Files whose facts it is made of. */
  readonly filesRead: number;
  /** Symbolic links that were read as what they lead to. */
  readonly links: readonly ReadLink[];
}

/** A symbolic link that was read as what it leads to; plain data. */
export interface ReadLink {
  readonly path: string;
  /** Each path behind it in turn, the last one maybe no file of the tree. */
  readonly through: readonly string[];
  /** What was read in its place. */
  readonly blob: string;
}

/** What decides how a tree's files are read, besides their names. */
export interface TreeSelection {
  /** Paths that the change touches: some formats (Go) are read only there. */
  readonly changed: ReadonlySet<string>;
  /** From a path of this tree to what it was called at the tip: a path's class is the stricter of both (SEMANTICS 2.1). */
  readonly formerly: ReadonlyMap<string, string>;
  /** How the tip's definitions are built, where the tree is a result (SEMANTICS 2.2). */
  readonly builds?: BuildRecord;
}

/** Strictest first. */
const CLASSES: readonly PathClass[] = ['release', 'test', 'example', 'vendored', 'ignored'];

function stricter(a: PathClass, b: PathClass): PathClass {
  return CLASSES.indexOf(a) <= CLASSES.indexOf(b) ? a : b;
}

/** The class of a path, the stricter one where it had another name at the tip. */
function classAt(path: string, { formerly }: TreeSelection, policy: Policy): PathClass {
  const former = formerly.get(path);
  const own = policy.classOf(path);
  return former === undefined ? own : stricter(own, policy.classOf(former));
}

/** A path's class is asked for several times, and each time tries some dozen globs. */
function remembered(classOf: (path: string) => PathClass): (path: string) => PathClass {
  const known = new Map<string, PathClass>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const found = classOf(path);
    known.set(path, found);
    return found;
  };
}

/** Reads a tree's files in rounds until `resolve` wants nothing more (SEMANTICS 3.2: at most eight). */
export async function loadProject(
  tree: Tree,
  selection: TreeSelection,
  policy: Policy,
  loader: FactLoader,
  blobs: BlobSource,
): Promise<LoadedProject> {
  const claimed = new Map<string, FactRequest>();
  const asked = new Map<string, FactRequest | null>();
  const unread: UnreadPart[] = [];
  const links = new Map<string, ReadLink>();
  const classOf = remembered((path) => classAt(path, selection, policy));
  const questions = {
    assess: policy.assess,
    servedName: policy.servedName,
    governs: policy.governs,
    governedBy: policy.governedBy,
    classOf,
    declared: policy.declared,
  };
  for (const [path, entry] of [...tree].sort(([a], [b]) => compareText(a, b)))
    for (const { format, profile } of claimsOf(path, entry, selection, classOf))
      await claim({ claimed, unread, links }, { tree, path, entry, format, profile, classOf }, blobs);
  const ahead = neededBefore(tree, claimed, loader);
  await loader.load([...claimed.values(), ...ahead.values()]);
  const tip = tipOf(selection);
  const files = new LoadedFiles(tree, { claimed, asked, ahead }, loader);
  const first = new Set(claimed.keys());
  let built = buildProject(files, questions, tip);
  for (let round = 1; built.wants.length > 0 && round < BOUNDS.rounds; round++) {
    await follow(built.wants, { tree, claimed, asked, unread, links, loader, blobs, classOf });
    built = buildProject(files, questions, tip);
  }
  for (const want of built.wants)
    unread.push({
      path: want.path,
      because: `references were followed for ${BOUNDS.rounds} rounds and still go on`,
    });
  if (built.wants.length === 0) rememberNeeded(claimed, first, loader);
  return {
    model: { ...built.model, unread: [...built.model.unread, ...unread] },
    filesRead: claimed.size,
    links: [...links.values()],
  };
}

/** Files that the other tree of a change needed: here they are there from the first round, and claimed once they are asked for. */
function neededBefore(
  tree: Tree,
  claimed: ReadonlyMap<string, FactRequest>,
  loader: FactLoader,
): Map<string, FactRequest> {
  const ahead = new Map<string, FactRequest>();
  for (const [key, { path, format }] of loader.needed) {
    const entry = tree.get(path);
    if (entry === undefined || !isRegularFile(entry) || claimed.has(key)) continue;
    ahead.set(key, { path, entry, format, profile: format.profileOf(path) ?? format.id });
  }
  return ahead;
}

/** Tells the loader of what was asked for, which the other tree will ask for as well. */
function rememberNeeded(
  claimed: ReadonlyMap<string, FactRequest>,
  first: ReadonlySet<string>,
  loader: FactLoader,
): void {
  for (const [key, { path, format }] of claimed)
    if (!first.has(key)) loader.needed.set(key, { path, format });
}

/** The formats under which a file of a tree is read at first, before anything refers to it. */
function claimsOf(
  path: string,
  entry: TreeEntry,
  { changed }: TreeSelection,
  classOf: (path: string) => PathClass,
): readonly ClaimedFormat[] {
  const program = entry.mode === '100755' ? programFormat(path) : undefined;
  const claimed = program === undefined ? formatsOf(path) : [program];
  const found = claimed.filter(({ when }) => when === 'always' || (when === 'changed' && changed.has(path)));
  return found.length === 0 || classOf(path) === 'ignored' ? [] : found;
}

function tipOf({ builds, formerly }: TreeSelection): Tip | null {
  return builds === undefined ? null : { builds, former: (path) => formerly.get(path) ?? path };
}

interface Claim {
  readonly tree: Tree;
  readonly path: string;
  readonly entry: TreeEntry;
  readonly format: Format;
  readonly profile: string;
  readonly classOf: (path: string) => PathClass;
}

/** What is read, what cannot be, and the links that were followed. */
interface Claimed {
  readonly claimed: Map<string, FactRequest>;
  readonly unread: UnreadPart[];
  readonly links: Map<string, ReadLink>;
}

async function claim({ claimed, unread, links }: Claimed, given: Claim, blobs: BlobSource): Promise<void> {
  const { tree, path, entry, format, profile } = given;
  const key = keyOf(path, format.id);
  if (isRegularFile(entry)) {
    claimed.set(key, { path, entry, format, profile });
    return;
  }
  if (entry.mode === '160000') return;
  const target = await followLink(tree, path, entry, blobs);
  links.set(path, { path, through: target.through, blob: target.entry.id });
  if (target.unread !== undefined) unread.push({ path, because: target.unread });
  else if (!isJudgedItself(target.through.at(-1) ?? path, given))
    claimed.set(key, { path, entry: target.entry, format, profile });
}

/** A link to a file that is read anyway, under a class no milder than the link's own, says nothing new, but for what it is the build of. */
function isJudgedItself(target: string, { tree, path, format, classOf }: Claim): boolean {
  if (format.isPlaced === true && hasDefinition(tree, folderOf(path))) return false;
  const found = formatsOf(target).find((one) => one.format.id === format.id);
  if (found?.when !== 'always') return false;
  return stricter(classOf(target), classOf(path)) === classOf(target);
}

function hasDefinition(tree: Tree, folder: string): boolean {
  for (const path of tree.keys())
    if (folderOf(path) === folder && formatOf(path)?.format.id === 'dockerfile') return true;
  return false;
}

interface Following extends Claimed {
  readonly tree: Tree;
  /** What was asked for and is not claimed by its own name: the file that a link leads to, or null where there is none. */
  readonly asked: Map<string, FactRequest | null>;
  readonly loader: FactLoader;
  readonly blobs: BlobSource;
  readonly classOf: (path: string) => PathClass;
}

async function follow(wants: readonly Want[], given: Following): Promise<void> {
  const { tree, claimed, asked, loader, blobs, classOf } = given;
  const requests: FactRequest[] = [];
  for (const { path, format: id } of wants) {
    const entry = tree.get(path);
    const format = formatById(id);
    if (entry === undefined || format === undefined) continue;
    const profile = format.profileOf(path) ?? format.id;
    await claim(given, { tree, path, entry, format, profile, classOf }, blobs);
    const request = claimed.get(keyOf(path, id)) ?? (await linkedRequest(path, entry, id, given));
    if (request === null) asked.set(keyOf(path, id), null);
    else requests.push(request);
  }
  await loader.load(requests);
}

/** A file that is read anyway under its own name, for what asks for it by a link's; null where there is none. */
async function linkedRequest(
  path: string,
  entry: TreeEntry,
  format: string,
  { tree, claimed, asked, blobs }: Following,
): Promise<FactRequest | null> {
  if (isRegularFile(entry) || entry.mode === '160000') return null;
  const target = await followLink(tree, path, entry, blobs);
  const request = claimed.get(keyOf(target.through.at(-1) ?? path, format));
  if (request !== undefined) asked.set(keyOf(path, format), request);
  return request ?? null;
}

/** Files of a tree that were asked to be read, by path and format. */
interface Requests {
  readonly claimed: Map<string, FactRequest>;
  readonly asked: ReadonlyMap<string, FactRequest | null>;
  readonly ahead: ReadonlyMap<string, FactRequest>;
}

class LoadedFiles implements ProjectFiles {
  readonly claimed: readonly { readonly path: string; readonly format: string }[];
  readonly #tree: Tree;
  readonly #requests: Requests;
  readonly #loader: FactLoader;
  #sorted: readonly string[] | undefined;

  constructor(tree: Tree, requests: Requests, loader: FactLoader) {
    this.#tree = tree;
    this.#requests = requests;
    this.#loader = loader;
    this.claimed = [...requests.claimed.values()].map(({ path, format }) => ({ path, format: format.id }));
  }

  has(path: string): boolean {
    const entry = this.#tree.get(path);
    return entry !== undefined && entry.mode !== '160000';
  }

  below(folder: string, most: number): readonly string[] {
    this.#sorted ??= [...this.#tree]
      .filter(([, entry]) => entry.mode !== '160000')
      .map(([path]) => path)
      .sort(compareText);
    const prefix = folder === '' ? '' : `${folder}/`;
    const start = firstFrom(this.#sorted, (path) => compareText(path, prefix) < 0);
    const found: string[] = [];
    for (let at = start; found.length < most; at++) {
      const path = this.#sorted[at];
      if (path?.startsWith(prefix) !== true) break;
      found.push(path);
    }
    return found;
  }

  facts(path: string, format: string): readonly Fact[] | undefined {
    const key = keyOf(path, format);
    const { claimed, asked, ahead } = this.#requests;
    const early = ahead.get(key);
    if (early !== undefined && !claimed.has(key)) claimed.set(key, early);
    const request = claimed.get(key) ?? asked.get(key);
    // What could not be read although it was asked for has been said to be unread.
    if (request === null) return [];
    return request === undefined ? undefined : this.#loader.get(request);
  }
}

function keyOf(path: string, format: string): string {
  return `${format}\0${path}`;
}
