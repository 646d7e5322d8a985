import { fileName, folderOf, type Location } from '../../domain/index.ts';
import type { FoundBuild } from './recipe-walk.ts';
import type { Walked } from './walked-makefile.ts';

/** In the order in which make looks for them. */
export const USUAL_NAMES: readonly string[] = ['GNUmakefile', 'makefile', 'Makefile'];

/**
 * Makefiles that are builds of their own, of all as read from their own folders. One that another includes is a part of that one; only where make finds
 * it by its name in a folder of its own, and a command of it finds there the file that it builds and nowhere else, it runs there.
 */
export function ownBuilds(walked: readonly Walked[]): readonly Walked[] {
  const included = new Set(walked.flatMap(({ files }) => files.slice(1)));
  const shared = new Set(walked.flatMap(sharedBy));
  const including = walked.filter(({ path }) => !included.has(path));
  const there = linesOf(including);
  const alone = walked
    .filter(({ path }) => shared.has(path))
    .map((one) => ({
      ...one,
      builds: one.builds.filter((build) => finds(build) && !there.has(lineOf(build))),
    }))
    .filter(({ builds }) => builds.length > 0);
  const working = linesOf(alone);
  return [
    ...alone,
    ...including.map((one) => ({
      ...one,
      builds: one.builds.filter((build) => finds(build) || !working.has(lineOf(build))),
    })),
  ];
}

/** The makefiles of other folders that one includes and that make finds there by their name. */
function sharedBy({ path, files }: Walked): readonly string[] {
  return files
    .slice(1)
    .filter((one) => USUAL_NAMES.includes(fileName(one)) && folderOf(one) !== folderOf(path));
}

function linesOf(walked: readonly Walked[]): ReadonlySet<string> {
  return new Set(walked.flatMap(({ builds }) => builds.filter(finds).map(lineOf)));
}

function finds({ files }: FoundBuild): boolean {
  return files.length > 0;
}

function lineOf({ at }: { readonly at: Location }): string {
  return `${at.start.line}\0${at.path}`;
}
