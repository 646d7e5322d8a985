import type { Brings, EffectiveBase, Instruction, Location, Value } from '../domain/index.ts';
import {
  closedText,
  fileName,
  folderOf,
  isProgramFolder,
  isShell,
  joinPath,
  programName,
} from '../domain/index.ts';
import { installedPackages } from '../domain/package-managers.ts';
import type { LandedCopy } from './copies.ts';
import type { Layer } from './layers.ts';
import { below } from './stage-state.ts';

/** Folders above those that programs lie in: copied whole, they may hold any of them. */
const ABOVE_PROGRAMS: ReadonlySet<string> = new Set(['/', '/usr', '/usr/local']);

/** What an image's layers are read with. */
export interface Brought {
  readonly layers: readonly Layer[];
  readonly shell: Location | undefined;
  readonly bases: readonly EffectiveBase[];
  /** The PATH in force at the end. */
  readonly path: Value | undefined;
  /** Files of the build context at or below a path, relative to it; null where the tree has none there. */
  readonly inContext: (source: string) => readonly string[] | null;
}

interface Collected {
  readonly programs: Set<string>;
  more: boolean;
  unseen?: Location;
}

/** What the image's own layers bring on top of its base: a shell, programs by name, and more that is not named. */
export function broughtBy({ layers, shell, bases, path, inContext }: Brought): Brings {
  const found: Collected = { programs: new Set(), more: false };
  const canInstall = bases.some(mayInstall);
  const folders = pathFolders(path);
  const isSearched = (folder: string) => isProgramFolder(folder) || folders.has(folder);
  for (const { step, copies } of layers) {
    if (step.instruction.kind === 'run') collectInstalled(found, step.instruction, canInstall);
    if (step.instruction.kind === 'packages') {
      collectPackages(found, step.instruction.packages);
      found.more = true;
    }
    for (const copy of copies) collectCopied(found, copy, isSearched, inContext);
  }
  return { ...found, ...(shell === undefined ? {} : { shell }) };
}

/** What several ways to build an image bring: a shell that one brings is there, a program that one lacks may be missing. */
export function joinBrings(all: readonly Brings[]): Brings {
  const [first, ...others] = all;
  if (first === undefined) return { programs: new Set(), more: false };
  return others.reduce<Brings>(
    (a, b) => ({
      ...(a.shell === undefined && b.shell === undefined ? {} : { shell: a.shell ?? b.shell }),
      ...(a.unseen === undefined && b.unseen === undefined ? {} : { unseen: a.unseen ?? b.unseen }),
      programs: a.programs.union(b.programs),
      more: a.more || b.more,
    }),
    first,
  );
}

/** A package manager works where a base has one; of an unresolved base nobody knows. */
function mayInstall({ assessment, unresolved }: EffectiveBase): boolean {
  return unresolved !== undefined || !assessment.contents.known || assessment.contents.packageManager;
}

/** Folders of the image's own PATH; a part of it that stays open is the base's. */
function pathFolders(path: Value | undefined): ReadonlySet<string> {
  const texts = path?.alternatives.map(
    (one) => closedText(one) ?? one.parts.map((part) => (typeof part === 'string' ? part : '')).join(''),
  );
  return new Set(texts?.flatMap((text) => text.split(':')).filter((folder) => folder.startsWith('/')));
}

function collectCopied(
  found: Collected,
  copy: LandedCopy,
  isSearched: (folder: string) => boolean,
  inContext: Brought['inContext'],
): void {
  found.programs.add(fileName(copy.file));
  const { destination } = copy;
  const isAmong = isSearched(destination) || ABOVE_PROGRAMS.has(destination);
  if (copy.unpacked) {
    found.more ||= isAmong;
    return;
  }
  const files = copy.from === undefined && isAmong ? inContext(copy.source) : null;
  if (files !== null) {
    for (const file of files)
      if (isSearched(folderOf(below(destination, file)))) found.programs.add(fileName(file));
  } else if (copy.open && (isAmong || isSearched(folderOf(copy.file)))) {
    found.unseen ??= copy.at;
  } else if (isAmong) {
    const at = joinPath('/', copy.source);
    // A system's own folder brings the system's programs.
    if (copy.from !== undefined && (isProgramFolder(at) || ABOVE_PROGRAMS.has(at))) found.more = true;
    else if (/\/\.?$|[*?]|^\.$/.test(copy.source)) found.unseen ??= copy.at;
  }
}

function collectInstalled(
  found: Collected,
  instruction: Extract<Instruction, { kind: 'run' }>,
  canInstall: boolean,
): void {
  for (const command of instruction.command.script?.commands ?? []) {
    const installed = installedPackages(command.words.map((word) => word.text));
    if (installed === null) continue;
    found.more ||= canInstall;
    collectPackages(found, installed.packages ?? []);
  }
}

function collectPackages(found: Collected, names: readonly string[]): void {
  for (const name of names) {
    found.programs.add(programName(name));
    if (isShell(name)) found.programs.add('sh');
  }
}
