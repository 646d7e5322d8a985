import type { ChangedPath, Location, Problem, Rest } from '../domain/index.ts';
import type { ImageOutline } from './image-outline.ts';
import type { JudgedTree } from './judged-tree.ts';
import type { Side } from './placer.ts';
import { TouchedLines } from './touched-lines.ts';

/** What `Touch` looks at. */
interface Change {
  readonly tip: JudgedTree | null;
  readonly result: JudgedTree;
  readonly judgement: { readonly changes: readonly ChangedPath[] };
  /** Tip path → result path. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * Which images and manifests a change touches (SEMANTICS 5.1): a file that they rest on as a whole is in it, or one of the lines of another file that
 * they rest on, or their bases come out otherwise than before.
 */
export class Touch {
  readonly #given: Change;
  readonly #paths: ReadonlySet<string>;
  readonly #lines: Record<Side, Map<string, TouchedLines>> = { head: new Map(), tip: new Map() };
  /** Definitions whose bases come out otherwise: by path, or, of a file that declares many, by what the image rests on. */
  readonly #otherwise: ReadonlySet<string | readonly Rest[]>;

  constructor(given: Change) {
    this.#given = given;
    this.#paths = changedPaths(given);
    this.#otherwise = new Set(changedBases(given));
  }

  /** Compares the texts of changed files that something rests on by lines. */
  async read(): Promise<void> {
    const { tip, result, renamed } = this.#given;
    if (tip === null) return;
    const rests = { head: locatedRests(result), tip: locatedRests(tip) };
    const before = new Map([...renamed].map(([from, to]) => [to, from]));
    const formerly = (path: string) => before.get(path) ?? path;
    const paths = [...this.#paths].filter(
      (path) => rests.head.has(path) || rests.tip.has(path) || rests.tip.has(formerly(path)),
    );
    await result.sources.read(paths);
    await tip.sources.read(paths.map(formerly));
    for (const path of paths) {
      const was = formerly(path);
      const old = { lines: tip.sources.lines(was), rests: rests.tip.get(was) ?? [] };
      const now = { lines: result.sources.lines(path), rests: rests.head.get(path) ?? [] };
      this.#lines.head.set(path, new TouchedLines(now, old));
      this.#lines.tip.set(was, new TouchedLines(old, now));
    }
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  isTouched(rests: readonly Rest[], side: Side): boolean {
    return rests.some((rest) =>
      typeof rest === 'string' ? this.#paths.has(rest) : this.#areLinesTouched(rest, side),
    );
  }

  isProblemTouched(problem: Problem, side: Side): boolean {
    return this.#areBasesOtherwise(problem.path, problem.rests) || this.isTouched(problem.rests, side);
  }

  isImageTouched(image: ImageOutline, side: Side): boolean {
    return this.#areBasesOtherwise(image.path, image.reads) || this.isTouched(image.reads, side);
  }

  #areBasesOtherwise(path: string, rests: readonly Rest[]): boolean {
    return this.#otherwise.has(path) || this.#otherwise.has(rests);
  }

  #areLinesTouched(at: Location, side: Side): boolean {
    return this.#lines[side].get(at.path)?.touches(at) ?? false;
  }
}

/** What the change changes, moves, or changes behind a symbolic link. */
function changedPaths({ judgement, renamed, tip, result }: Change): ReadonlySet<string> {
  const changed = new Set([...judgement.changes.map(({ path }) => path), ...renamed.values()]);
  const links = [...(tip?.links ?? []), ...result.links];
  const moved = links.filter(({ through }) => through.some((path) => changed.has(path)));
  return new Set([...changed, ...moved.map(({ path }) => path)]);
}

/** Lines that images and problems of a tree rest on, by path. */
function locatedRests({ images, judged }: JudgedTree): ReadonlyMap<string, readonly Location[]> {
  const located = new Map<string, Location[]>();
  const rests = [...images.flatMap(({ reads }) => reads), ...judged.flatMap(({ problem }) => problem.rests)];
  for (const rest of rests) {
    if (typeof rest === 'string') continue;
    const here = located.get(rest.path);
    if (here === undefined) located.set(rest.path, [rest]);
    else here.push(rest);
  }
  return located;
}

/**
 * Definitions whose bases come out otherwise than at the tip: by their path in the result; an image that rests on lines of the file that
 * declares it, by those, since its neighbours stay as they are.
 */
function* changedBases({ tip, result, renamed }: Change): Iterable<string | readonly Rest[]> {
  if (tip === null) return;
  const before = referencesById(
    tip.images,
    (image) => (renamed.get(image.path) ?? image.path) + image.id.slice(image.path.length),
  );
  const now = referencesById(result.images, ({ id }) => id);
  for (const image of result.images) {
    const then = before.get(image.id);
    if (then === undefined || then === now.get(image.id)) continue;
    yield image.reads.includes(image.path) ? image.path : image.reads;
  }
}

/** The bases of all images that have one id: of several that one place declares, none is told from the others. */
function referencesById(
  images: readonly ImageOutline[],
  idOf: (image: ImageOutline) => string,
): ReadonlyMap<string, string> {
  const groups = Map.groupBy(images, idOf);
  return new Map([...groups].map(([id, group]) => [id, referencesOf(group)]));
}

function referencesOf(images: readonly ImageOutline[]): string {
  const references = images.flatMap(({ bases }) => bases.map(({ reference }) => reference));
  return [...new Set(references)].sort().join('\0');
}
