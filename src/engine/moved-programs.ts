import type { Judged } from '../decide/index.ts';
import type { Problem } from '../domain/index.ts';
import type { ImageOutline } from './image-outline.ts';
import type { JudgedTree } from './judged-tree.ts';

/** A tip whose programs are named as the result names them. */
export interface MovedTip {
  readonly tip: JudgedTree;
  /** By id in the result: what moved programs were at the tip. */
  readonly asTheyWere: ReadonlyMap<string, ImageOutline>;
}

/**
 * The tip as if each program that ko builds had been named by the file that names it now: with settings that is their file, without any the
 * one that calls ko. The program is what is defined, so that settings which come or go make no other definition of it (SEMANTICS 4.3).
 */
export function withMovedPrograms(tip: JudgedTree, result: JudgedTree): MovedTip {
  const moves = movesBetween(tip.images, result.images);
  if (moves.size === 0) return { tip, asTheyWere: new Map() };
  return {
    tip: {
      ...tip,
      images: tip.images.map((image) => {
        const to = moves.get(image);
        return to === undefined ? image : { ...image, id: to.id, path: to.path };
      }),
      judged: tip.judged.map((one) => movedProblem(one, moves)),
    },
    asTheyWere: new Map([...moves].map(([from, to]) => [to.id, from])),
  };
}

/** Programs that one side has under one file alone and the other under another. Several that were built unlike each other are told apart. */
function movesBetween(
  tip: readonly ImageOutline[],
  result: readonly ImageOutline[],
): ReadonlyMap<ImageOutline, ImageOutline> {
  const ids = (images: readonly ImageOutline[]) => new Set(images.map(({ id }) => id));
  const [before, after] = [ids(tip), ids(result)];
  const gone = byProgram(tip.filter(({ id }) => !after.has(id)));
  const come = byProgram(result.filter(({ id }) => !before.has(id)));
  const moves = new Map<ImageOutline, ImageOutline>();
  for (const [program, those] of gone) {
    const [to, ...others] = come.get(program) ?? [];
    const isOne = new Set(those.map(basesOf)).size === 1;
    if (to === undefined || others.length > 0 || !isOne) continue;
    for (const from of those) moves.set(from, to);
  }
  return moves;
}

function byProgram(images: readonly ImageOutline[]): ReadonlyMap<string, readonly ImageOutline[]> {
  return Map.groupBy(
    images.filter(({ workflow }) => workflow === 'ko'),
    programOf,
  );
}

function programOf({ id, path }: Pick<ImageOutline, 'id' | 'path'>): string {
  return id.slice(path.length);
}

function basesOf({ bases }: ImageOutline): string {
  return JSON.stringify(bases.map(({ reference }) => reference));
}

function movedProblem(judged: Judged, moves: ReadonlyMap<ImageOutline, ImageOutline>): Judged {
  const { problem } = judged;
  for (const [from, to] of moves)
    if (isOf(problem, from)) return { ...judged, problem: { ...problem, path: to.path } };
  return judged;
}

function isOf({ path, subject }: Problem, image: ImageOutline): boolean {
  const program = programOf(image);
  return path === image.path && (subject === program || subject.startsWith(`${program} `));
}
