import { compileGlob, isGlobFault } from '../domain/glob.ts';
import type { BaseAssessment, Location } from '../domain/index.ts';
import { fileName, folderOf, isProgramFolder, isShell } from '../domain/index.ts';
import type { LandedCopy } from './copies.ts';
import type { Layer } from './layers.ts';
import type { Filled, Move, RunFiles } from './run-files.ts';
import { below } from './stage-state.ts';

/** Files that are a shell wherever they lie. */
const SHELL_FILES = /^(busybox|toybox)([-._].*)?$|^(bash|dash|ash|sh|ksh|zsh)-static([-._].*)?$/;

/** Where a base that has a shell keeps it; names and folders alike are found by these. */
const USUAL_PLACES: readonly string[] = [
  '/bin/sh',
  '/bin/bash',
  '/usr/bin/bash',
  '/usr/bin/dash',
  '/busybox/sh',
];

const MOST_PATHS = 256;
/** Comparisons of sources with paths for one definition. No hand writes that many; a copy beyond them brings a shell if it can. */
const MOST_COMPARISONS = 1_000_000;

/** How many comparisons one definition may still cause. */
export interface Work {
  left: number;
}

export function workForDefinition(): Work {
  return { left: MOST_COMPARISONS };
}

/** What one stage's own layers, and those of the stages below, hold of shells. */
export interface StageShells {
  /** Absolute paths of files that are shells, whatever they are called. */
  readonly paths: ReadonlySet<string>;
  /** Whether its base has, or may have, a shell at the usual places. */
  readonly usual: boolean;
  /** The first instruction that brings one in. */
  readonly first?: Location;
}

/** Where shells lie that a stage's instructions can reach: files of another stage or image by what `--from` names. */
export interface ShellSources {
  /** Shells of what `--from` names. */
  of(from: string): StageShells;
  /** Files of the build context at or below a path, relative to it; null where the tree has none there. */
  inContext(source: string): readonly string[] | null;
  readonly work: Work;
}

export function mayHaveShell({ contents, standing }: BaseAssessment): boolean {
  return contents.shell || !contents.known || standing === 'unresolved';
}

/** Follows shells through a stage's layers: copied, renamed, linked, in folders and behind patterns (DOMAIN 5.3). */
export function shellsAfter(
  start: StageShells,
  layers: readonly Layer[],
  sources: ShellSources,
): StageShells {
  const paths = new Set(start.paths);
  let { first } = start;
  const note = (at: Location, arrived: readonly string[], isNew: boolean): void => {
    if (arrived.length > 0 && isNew) first ??= at;
    for (const path of arrived) if (paths.size < MOST_PATHS) paths.add(path);
  };
  for (const { step, copies, run } of layers) {
    for (const copy of copies) note(copy.at, arrivals(copy, sources), true);
    if (run === undefined) continue;
    for (const move of run.moves) {
      const moved = movedShells(move, run, { paths, usual: start.usual }, sources);
      note(step.at, moved.arrived, moved.isNew && !start.usual);
    }
    for (const filled of run.filled) note(step.at, shellsInstalled(filled), false);
  }
  return { paths, usual: start.usual, ...(first === undefined ? {} : { first }) };
}

function isShellPath(path: string): boolean {
  return SHELL_FILES.test(fileName(path)) || isShell(path);
}

// ---- copies --------------------------------------------------------------------------------------------

/** Where shells come to lie by a copy; none where it holds none. */
function arrivals(copy: LandedCopy, sources: ShellSources): readonly string[] {
  const { source, destination, intoFolder } = copy;
  if (source.startsWith('<<')) return [];
  const from = below('', source);
  const inFolder = below(destination, fileName(from));
  if (copy.from === undefined) {
    const inside = folderArrivals(copy, sources);
    if (inside !== null) return inside;
  }
  if (isShellPath(from)) return [intoFolder ? inFolder : destination, inFolder];
  if (isShellPath(destination) && !intoFolder) return [destination];
  if (copy.from === undefined) return isShellPath(inFolder) && intoFolder ? [inFolder] : [];
  const held = sources.of(copy.from);
  const candidates = [...held.paths, ...(held.usual ? USUAL_PLACES : [])];
  return landings(candidates, { from, to: destination }, sources.work);
}

/** Shells by name in a folder of the build context that lands where programs are; null where the source is no folder of the tree. */
function folderArrivals(
  { source, destination }: LandedCopy,
  sources: ShellSources,
): readonly string[] | null {
  const files = sources.inContext(source);
  if (files === null) return null;
  return files
    .map((file) => below(destination, file))
    .filter((path) => isProgramFolder(folderOf(path)) && isShellPath(path));
}

/** Where candidates come to lie that a source takes along: as the destination itself, or in it. */
function landings(candidates: readonly string[], { from, to }: Move, work: Work): readonly string[] {
  work.left -= candidates.length;
  if (work.left < 0) return candidates.length === 0 ? [] : [to];
  const covers = coverOf(from, work);
  return candidates.flatMap((path) => {
    const prefix = covers(path);
    if (prefix === undefined) return [];
    const inside = path.slice(prefix.length);
    return inside === '' ? [to, below(to, fileName(path))] : [below(to, inside)];
  });
}

/** Tells which leading part of a path a source takes along: the path itself, or a folder above it. */
function coverOf(source: string, work: Work): (path: string) => string | undefined {
  if (!/[*?[\\]/.test(source)) {
    const folder = source === '/' ? '/' : `${source}/`;
    return (path) => (path === source || path.startsWith(folder) ? source.replace(/\/$/, '') : undefined);
  }
  // A class is any character here, and so is what is no pattern to Docker: rather one shell too many than one too few.
  const pattern = source
    .replace(/\[[^[\]]*\]/g, '?')
    .replace(/\\(.)/g, '$1')
    .replace(/[{}![\]\\]/g, '?')
    .replaceAll('**', '*');
  const glob = compileGlob(pattern);
  if (isGlobFault(glob)) return (path) => path;
  return (path) => {
    const prefixes = prefixesOf(path);
    work.left -= prefixes.length;
    return prefixes.find((prefix) => glob.matches(prefix));
  };
}

/** `/bin/sh` gives `/bin` and `/bin/sh`. */
function prefixesOf(path: string): readonly string[] {
  const prefixes: string[] = [];
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1))
    prefixes.push(path.slice(0, at));
  return [...prefixes, path];
}

// ---- commands ------------------------------------------------------------------------------------------

/** `RUN cp /bin/busybox /out/app`, `ln -s`, `mv`, `install`: the new name is a shell too; a mount may be where it comes from. */
function movedShells(
  { from, to }: Move,
  run: RunFiles,
  { paths, usual }: Pick<StageShells, 'paths' | 'usual'>,
  sources: ShellSources,
): { readonly arrived: readonly string[]; readonly isNew: boolean } {
  if (run.mounts.some(({ target }) => isWithin(to, target))) return { arrived: [], isNew: false };
  const isContent = from.endsWith('/.');
  const source = isContent ? from.slice(0, -2) || '/' : from;
  const mounted = run.mounts.flatMap((mount) => {
    const named = isShellPath(source) && isWithin(source, mount.target) ? [source] : [];
    if (mount.from === undefined) return named;
    const held = sources.of(mount.from);
    if (held.usual && named.length > 0) return named;
    const candidates = [...held.paths, ...(held.usual ? USUAL_PLACES : [])];
    return landings(candidates, { from: mount.source, to: mount.target }, sources.work);
  });
  const own = [...paths, ...(usual ? USUAL_PLACES : [])];
  if (mounted.length === 0 && own.length === 0 && !isShellPath(source)) return { arrived: [], isNew: false };
  const land = (candidates: readonly string[]) => [
    ...landings(candidates, { from: source, to }, sources.work),
    // Where the target is a folder that is there already, a folder lands in it under its own name.
    ...(isContent
      ? []
      : landings(candidates, { from: source, to: below(to, fileName(source)) }, sources.work)),
  ];
  const byMount = land(mounted);
  const byName = isShellPath(source) ? [to, below(to, fileName(source))] : [];
  return { arrived: [...byMount, ...byName, ...land(own)], isNew: byMount.length > 0 };
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** Packages that are a shell, or hold one, wherever they are installed. */
const SHELL_PACKAGES: ReadonlySet<string> = new Set([
  'alpine-base',
  'alpine-baselayout',
  'busybox-static',
  'busybox-binsh',
  'bash-static',
]);

/** True for a package that puts a shell where it is installed. */
export function isShellPackage(name: string): boolean {
  return SHELL_PACKAGES.has(name) || isShellPath(name);
}

function shellsInstalled({ folder, packages }: Filled): readonly string[] {
  return packages?.some(isShellPackage) === true ? [below(folder, 'bin/sh')] : [];
}
