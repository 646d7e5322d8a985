import type { Instruction, Location } from '../domain/index.ts';
import { programName, startedPrograms } from '../domain/index.ts';
import { installedPackages } from '../domain/package-managers.ts';
import { below, type StageState } from './stage-state.ts';

/** A file or folder that a RUN gives another name or place. Paths are absolute; `from` may be a pattern. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** A mount as a RUN sees it: what lies under `source` of `from` (a stage or image; absent for the build context) is under `target`. */
export interface SeenMount {
  readonly from?: string;
  readonly source: string;
  readonly target: string;
}

/** A folder that a RUN fills with a root file system, or with packages, that no file read here spells out. */
export interface Filled {
  readonly at: Location;
  readonly folder: string;
  /** The program that does it, as one would say it: `debootstrap`, `apk --root`. */
  readonly by: string;
  /** Packages by name; null where they are not listed, and for what is no package manager. */
  readonly packages: readonly string[] | null;
  /** An archive is unpacked there. */
  readonly unpacks: boolean;
}

/** What a RUN does to files, as far as Plinth follows it. */
export interface RunFiles {
  readonly moves: readonly Move[];
  readonly mounts: readonly SeenMount[];
  readonly filled: readonly Filled[];
  /** Programs of its commands that name a folder, or what lies in it. */
  readonly programsNaming: (folder: string) => readonly string[];
}

type Run = Extract<Instruction, { kind: 'run' }>;

/** Programs that give a file another name or place. */
const MOVERS: ReadonlySet<string> = new Set(['cp', 'ln', 'mv', 'install', 'link', 'rsync']);

const LONGEST_WORD = 4096;
const MOST_WORDS = 256;

const NONE: RunFiles = { moves: [], mounts: [], filled: [], programsNaming: () => [] };

/** Reads the commands of a RUN in order, `cd` included; linear in their length. */
export function runFiles(run: Run, at: Location, state: StageState): RunFiles {
  const lists = run.command.script?.commands.map(({ words }) => words.map(({ text }) => text)) ?? [];
  if (run.command.form === 'exec') lists.push(run.command.words.map(({ text }) => text));
  const reader = new RunReader(at, state);
  for (const words of lists) reader.read(words);
  const { moves, filled } = reader;
  const mounts = moves.length === 0 ? [] : mountsOf(run, at, state);
  if (moves.length === 0 && filled.length === 0 && lists.length === 0) return NONE;
  return { moves, mounts, filled, programsNaming: (folder) => programsNaming(folder, lists) };
}

function mountsOf(run: Run, at: Location, state: StageState): readonly SeenMount[] {
  return run.mounts.flatMap(({ type, from, source = '/', target }): readonly SeenMount[] => {
    if (target === undefined || (type !== 'bind' && type !== 'cache')) return [];
    const [first = ''] = from === undefined ? [undefined] : state.decide(from, at).texts;
    return [
      {
        ...(from === undefined ? {} : { from: first }),
        source: below('', state.decide(source, at).texts[0] ?? source),
        target: state.place(state.decide(target, at)).path,
      },
    ];
  });
}

class RunReader {
  readonly moves: Move[] = [];
  readonly filled: Filled[] = [];
  readonly #at: Location;
  readonly #state: StageState;
  #folder: string;

  constructor(at: Location, state: StageState) {
    this.#at = at;
    this.#state = state;
    this.#folder = state.workdir.path;
  }

  read(words: readonly string[]): void {
    const started = words.length > MOST_WORDS ? [] : startedPrograms(words);
    const last = started.at(-1);
    if (last === undefined) return;
    const rest = words.slice(last.index + 1);
    if (last.name === 'cd') this.#folder = this.#path(rest.find((word) => !word.startsWith('-')) ?? '/');
    else if (MOVERS.has(last.name)) this.#move(rest);
    else if (last.name === 'dd') this.#copyByOptions(rest);
    else if (started.some(({ name }) => name === 'busybox')) this.#install(words);
    else this.#fill(last.name, rest, words);
  }

  /** Shell words as Docker's variables give them; the program that `$(which …)` finds. */
  #path(written: string): string {
    const found = /^\$\((?:which|command -v|type -p)\s+([\w.+-]{1,64})\)$/.exec(written)?.[1];
    if (found !== undefined) return `/bin/${found}`;
    const text = written.includes('$')
      ? (this.#state.decide(written, this.#at).texts[0] ?? written)
      : written;
    return below(text.startsWith('/') ? '' : this.#folder, text);
  }

  #move(rest: readonly string[]): void {
    const operands: string[] = [];
    let target: string | undefined;
    for (let index = 0; index < rest.length; index++) {
      const word = rest[index] ?? '';
      const glued = /^(?:-t|--target-directory=)(.+)$/s.exec(word)?.[1];
      if (glued !== undefined) target = glued;
      else if (word === '-t' || word === '--target-directory') target = rest[++index];
      else if (/^-[mogS]$/.test(word)) index++;
      else if (!word.startsWith('-') && word.length <= LONGEST_WORD) operands.push(word);
    }
    target ??= operands.pop();
    if (target === undefined) return;
    const to = this.#path(target);
    for (const operand of operands) {
      // `SRC/.` and rsync's `SRC/` mean what is in the folder.
      const isContent = /\/\.?$/.test(operand) && operand !== '/';
      this.moves.push({ from: this.#path(operand) + (isContent ? '/.' : ''), to });
    }
  }

  #copyByOptions(rest: readonly string[]): void {
    const from = rest.find((word) => word.startsWith('if='))?.slice(3);
    const to = rest.find((word) => word.startsWith('of='))?.slice(3);
    if (from !== undefined && to !== undefined)
      this.moves.push({ from: this.#path(from), to: this.#path(to) });
  }

  /** `busybox --install -s DIR` links every applet there, the shell too. */
  #install(words: readonly string[]): void {
    const at = words.indexOf('--install');
    if (at < 0) return;
    const folder = words.slice(at + 1).find((word) => !word.startsWith('-')) ?? '/bin';
    const program = words.slice(0, at).find((word) => programName(word) === 'busybox') ?? 'busybox';
    const from = program.includes('/') ? this.#path(program) : '/bin/busybox';
    this.moves.push({ from, to: below(this.#path(folder), 'sh') });
  }

  #fill(program: string, rest: readonly string[], words: readonly string[]): void {
    const found = FILLERS.get(program)?.(rest);
    if (found === undefined || found === null || this.filled.length >= MOST_WORDS) return;
    const packages = found.installs === true ? (installedPackages(words)?.packages ?? null) : null;
    if (found.installs === true && packages?.length === 0) return;
    this.filled.push({
      at: this.#at,
      folder: this.#path(found.folder),
      by: found.by,
      packages,
      unpacks: found.unpacks === true,
    });
  }
}

function programsNaming(folder: string, lists: readonly (readonly string[])[]): readonly string[] {
  const named = lists.filter((words) => words.some((word) => mentions(word, folder)));
  return named.flatMap((words) => startedPrograms(words.slice(0, MOST_WORDS)).at(-1)?.name ?? []);
}

function mentions(word: string, folder: string): boolean {
  const at = word.length > LONGEST_WORD ? -1 : word.indexOf(folder);
  return at >= 0 && /^(\/|$|:)/.test(word.slice(at + folder.length, at + folder.length + 1));
}

// ---- what fills a folder -------------------------------------------------------------------------------

interface Filling {
  readonly folder: string;
  readonly by: string;
  readonly installs?: true;
  readonly unpacks?: true;
}

type Filler = (rest: readonly string[]) => Filling | null;

/** The value of an option, glued with `=`, glued as it is (short ones), or in the next word. */
function optionValue(rest: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, word] of rest.entries()) {
    for (const name of names) {
      if (word === name) return rest[index + 1];
      if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
      if (/^-[A-Z]$/.test(name) && word.startsWith(name) && word.length > name.length)
        return word.slice(name.length);
    }
  }
  return undefined;
}

function byOption(program: string, ...names: readonly string[]): Filler {
  return (rest) => {
    const folder = optionValue(rest, ...names);
    return folder === undefined ? null : { folder, by: `${program} ${names[0]}`, installs: true };
  };
}

/** `debootstrap [OPTIONS] SUITE TARGET [MIRROR]`. */
function byOperand(program: string, index: number): Filler {
  return (rest) => {
    const folder = rest.filter((word) => !word.startsWith('-'))[index];
    return folder === undefined ? null : { folder, by: program };
  };
}

/** Where nothing says otherwise, archives are unpacked into the folder that the command runs in. */
function byExtraction(program: string, ...names: readonly string[]): Filler {
  return (rest) => {
    const [first = ''] = rest;
    const isOld = program.endsWith('tar') && /^[A-Za-z]+$/.test(first);
    const clusters = rest.filter((word, index) => /^-[A-Za-z]+$/.test(word) || (isOld && index === 0));
    const extracts =
      !program.endsWith('tar') ||
      clusters.some((word) => word.includes('x')) ||
      rest.some((word) => word === '--extract' || word === '--get');
    if (!extracts) return null;
    const cluster = rest.findIndex(
      (word) => clusters.includes(word) && word.endsWith('C') && word.length > 2,
    );
    const folder = optionValue(rest, ...names) ?? (cluster < 0 ? undefined : rest[cluster + 1]) ?? '.';
    return { folder, by: program, unpacks: true };
  };
}

function ofDpkg(rest: readonly string[]): Filling | null {
  const root = optionValue(rest, '--root', '--instdir');
  if (root !== undefined) return { folder: root, by: 'dpkg --root', installs: true };
  const verb = rest.findIndex((word) => /^(-x|-X|--extract|--vextract)$/.test(word));
  const folder = verb < 0 ? undefined : rest[verb + 2];
  return folder === undefined ? null : { folder, by: 'dpkg -x' };
}

/** Installers of whole systems, package managers that are told another root, and unpackers. */
const FILLERS: ReadonlyMap<string, Filler> = new Map<string, Filler>([
  ['debootstrap', byOperand('debootstrap', 1)],
  ['qemu-debootstrap', byOperand('qemu-debootstrap', 1)],
  ['cdebootstrap', byOperand('cdebootstrap', 1)],
  ['mmdebstrap', byOperand('mmdebstrap', 1)],
  ['multistrap', byOption('multistrap', '-d', '--dir')],
  ['pacstrap', byOperand('pacstrap', 0)],
  ['febootstrap', byOperand('febootstrap', 1)],
  ['apk', byOption('apk', '--root', '-p')],
  ['dnf', byOption('dnf', '--installroot')],
  ['dnf5', byOption('dnf5', '--installroot')],
  ['yum', byOption('yum', '--installroot')],
  ['microdnf', byOption('microdnf', '--installroot')],
  ['tdnf', byOption('tdnf', '--installroot')],
  ['zypper', byOption('zypper', '--root', '--installroot', '-R')],
  ['rpm', byOption('rpm', '--root', '-r')],
  ['pacman', byOption('pacman', '--root', '-r', '--sysroot')],
  ['opkg', byOption('opkg', '--offline-root', '-o')],
  ['dpkg', ofDpkg],
  ['dpkg-deb', ofDpkg],
  ['tar', byExtraction('tar', '-C', '--directory')],
  ['bsdtar', byExtraction('bsdtar', '-C', '--directory')],
  ['unzip', byExtraction('unzip', '-d')],
  ['unsquashfs', byExtraction('unsquashfs', '-d', '-dest')],
  ['cpio', byExtraction('cpio', '-D', '--directory')],
  ['umoci', byOperand('umoci', 1)],
]);
