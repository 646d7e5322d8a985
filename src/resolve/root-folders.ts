import type { Location } from '../domain/index.ts';
import { fileName, isProgramFolder } from '../domain/index.ts';
import { isRedundantOnDistroless } from '../domain/package-managers.ts';
import type { LandedCopy } from './copies.ts';
import type { Layer } from './layers.ts';
import type { Filled } from './run-files.ts';
import { isShellPackage } from './shell-files.ts';
import { below } from './stage-state.ts';

/** Folders above those that programs lie in: what lands there whole may be a system of its own. */
const ABOVE_PROGRAMS: ReadonlySet<string> = new Set(['/', '/usr', '/usr/local']);
/** Folders of a system by their names, which tell a folder from a file where nothing else does. */
const SYSTEM_NAMES: ReadonlySet<string> = new Set(
  'bin sbin lib lib32 lib64 libexec usr local etc opt var rootfs root'.split(' '),
);
/** What people call a folder that becomes the root of an image. */
const ROOT_NAME = /(^|[/_.-])(root_?-?fs|sys_?-?root|chroot)([/_.*-]|$)/i;

const MOST_FILLED = 256;

/** What lies in a stage that no file read here spells out. */
export interface FilledSources {
  /** Folders that were filled in the stage that `--from` names; undefined for an image. */
  filledIn(from: string): readonly Filled[] | undefined;
  /** True where the stage's instructions all show how the folder came to be. */
  isSpelledOut(from: string, folder: string): boolean;
  /** Files of the build context at or below a path; null where the tree has none there. */
  inContext(source: string): readonly string[] | null;
}

/** Folders of a stage that hold what no file read here spells out: filled by its own layers, or copied from where they were. */
export function filledBy(layers: readonly Layer[], sources: FilledSources): readonly Filled[] {
  const found: Filled[] = [];
  for (const { copies, run } of layers) {
    if (found.length > MOST_FILLED) break;
    found.push(...(run?.filled ?? []).filter(mayHoldShell));
    for (const copy of copies) found.push(...filledByCopy(copy, sources));
  }
  return boundedFilled(found);
}

/** Behind the bound, anything may have been filled. */
export function boundedFilled(filled: readonly Filled[]): readonly Filled[] {
  const last = filled[MOST_FILLED];
  if (last === undefined) return filled;
  const rest = {
    at: last.at,
    folder: '/',
    by: `the last of more than ${MOST_FILLED} copies`,
    packages: null,
  };
  return [...filled.slice(0, MOST_FILLED - 1), { ...rest, unpacks: false }];
}

function filledByCopy(copy: LandedCopy, sources: FilledSources): readonly Filled[] {
  const { at, source, destination } = copy;
  if (copy.unpacked)
    return [{ at, folder: destination, by: `the archive ${source}`, packages: null, unpacks: true }];
  const filled = copy.from === undefined ? [] : sources.filledIn(copy.from);
  const from = below('', source.replace(/\/?\*$/, ''));
  const carried = (filled ?? []).flatMap((one) => carriedTo(one, from, copy));
  if (carried.length > 0 || !ABOVE_PROGRAMS.has(destination) || !ROOT_NAME.test(source)) return carried;
  return isUnseen(copy, filled === undefined, from, sources)
    ? [{ at, folder: destination, by: `the folder ${source}`, packages: null, unpacks: false }]
    : [];
}

/** A folder whose name says that it is a root file system, where nothing shows what is in it. */
function isUnseen(copy: LandedCopy, isImage: boolean, folder: string, sources: FilledSources): boolean {
  if (/\.[a-z0-9]{1,4}$/i.test(copy.source)) return false;
  if (copy.from === undefined) return sources.inContext(copy.source) === null;
  return isImage || !sources.isSpelledOut(copy.from, folder);
}

/** Where a filled folder comes to lie by a copy of it, of a folder above it, or of one of its own folders. */
function carriedTo(filled: Filled, from: string, copy: LandedCopy): readonly Filled[] {
  const { at, destination } = copy;
  if (filled.folder === from || from === '/' || filled.folder.startsWith(`${from}/`)) {
    const inside = from === '/' ? filled.folder : filled.folder.slice(from.length);
    return [{ ...filled, at, folder: below(destination, inside) }];
  }
  const isInside = filled.folder === '/' || from.startsWith(`${filled.folder}/`);
  if (!isInside || filled.unpacks || !mayBeFolder(copy, from)) return [];
  return [{ ...filled, at, folder: destination }];
}

function mayBeFolder({ source, destination }: LandedCopy, from: string): boolean {
  return /\/\.?$|\*$/.test(source) || SYSTEM_NAMES.has(fileName(from)) || ABOVE_PROGRAMS.has(destination);
}

/** Packages that distroless/static holds anyway bring nothing; those that are a shell are found by their names. */
function mayHoldShell({ packages }: Filled): boolean {
  return packages === null || !(isRedundantOnDistroless(packages) || packages.some(isShellPackage));
}

/** A reason why the root of an image is not known, for each place that fills it. */
export interface UnseenRoot {
  readonly at: Location;
  readonly by: string;
  readonly reason: string;
}

/** Filled folders among which a system's programs are looked up. */
export function unseenRoots(filled: readonly Filled[]): readonly UnseenRoot[] {
  return filled
    .filter(({ folder }) => ABOVE_PROGRAMS.has(folder) || isProgramFolder(folder))
    .map(({ at, folder, by, unpacks }) => {
      const where = folder === '/' ? 'the root' : folder;
      const does = by.startsWith('the ')
        ? unpacks
          ? 'is unpacked onto'
          : 'is copied onto'
        : 'fills what becomes';
      return { at, by, reason: `${by} ${does} ${where}, and no file read here says what it holds` };
    });
}

// ---- what shows how a folder came to be -----------------------------------------------------------------

/** Programs whose words show what they do to a folder, and builds of the project itself. */
const UNDERSTOOD: ReadonlySet<string> = new Set(
  (
    'mkdir cp ln mv install rsync touch chmod chown chgrp rm rmdir echo printf cat tee sed ls find test [ cd true : stat du strip upx ' +
    'setcap go cargo make cmake ninja meson npm yarn mount umount export set ldd xargs dirname basename sort uniq head grep awk cut tr'
  ).split(' '),
);

/** True where layers name a folder, and only in ways that show what comes to lie in it. */
export function isSpelledOut(layers: Iterable<Layer>, folder: string): boolean {
  let isNamed = false;
  for (const { step, copies, run } of layers) {
    const programs = run?.programsNaming(folder) ?? [];
    if (programs.some((program) => !UNDERSTOOD.has(program))) return false;
    isNamed ||= programs.length > 0;
    isNamed ||= copies.some(
      ({ destination }) => destination === folder || destination.startsWith(`${folder}/`),
    );
    isNamed ||= step.instruction.kind === 'workdir' && step.instruction.value.text.startsWith(folder);
  }
  return isNamed;
}
