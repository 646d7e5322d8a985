import { type Effect, MANAGERS, type Manager } from './package-manager-table.ts';
import { programName, startedPrograms } from './program.ts';

/** What a command does with a package manager. */
export interface PackageUse {
  /** The program's name as written: `apt-get`, `apk`, `pip3`; `gcloud components` for that subcommand. */
  readonly manager: string;
  /**
   * Names without versions, empty where nothing is added (`apt-get update`, `apk del`); null where they cannot be listed from the words
   * (a variable, a requirements file, an upgrade of everything, names from standard input).
   */
  readonly packages: readonly string[] | null;
}

/**
 * What a simple command installs into the image, or null where it uses no package manager (DOMAIN 5.8). `words` are the command's words with
 * quotes removed and expansions as written. Prefixes such as `sudo`, `env A=1`, `timeout 5` are passed. Compilers that fetch sources
 * (`go install`, `cargo install`, `make install`) are builds, not package managers.
 */
export function installedPackages(words: readonly string[]): PackageUse | null {
  const started = startedPrograms(words);
  const program = started.at(-1);
  if (program === undefined) return null;
  const use = useOf(program.name, words.slice(program.index + 1));
  const fromInput = use !== null && started.some(({ name }) => name === 'xargs');
  return fromInput ? { manager: use.manager, packages: null } : use;
}

/** True where every package is one whose files distroless/static already holds (DOMAIN 2); false for an empty or unknown list. */
export function isRedundantOnDistroless(packages: readonly string[] | null): boolean {
  return packages !== null && packages.length > 0 && packages.every((name) => IN_DISTROLESS.has(name));
}

const IN_DISTROLESS: ReadonlySet<string> = new Set([
  'ca-certificates',
  'ca-certificates-bundle',
  'tzdata',
  'netbase',
  'base-files',
  'mailcap',
  'media-types',
]);

function useOf(program: string, rest: readonly string[]): PackageUse | null {
  if (program === 'rpm' || program === 'dpkg' || program === 'pacman') return useByOption(program, rest);
  if (/^python[0-9.]*$/.test(program)) return useOfPython(rest);
  if (program === 'gcloud') return useOfGcloud(rest);
  if (program === 'yarn' && rest[0] === 'global') return useOf(program, rest.slice(1));
  const manager = MANAGERS.get(/^pip[0-9.]*$/.test(program) ? 'pip' : program);
  return manager === undefined ? null : useBySubcommand(program, manager, rest);
}

function useOfPython(rest: readonly string[]): PackageUse | null {
  const module = rest.indexOf('-m');
  const name = rest[module + 1];
  const isModule = module >= 0 && rest.slice(0, module).every((word) => word.startsWith('-'));
  return isModule && name !== undefined && (name === 'pip' || name === 'easy_install')
    ? useOf(name, rest.slice(module + 2))
    : null;
}

function useOfGcloud(rest: readonly string[]): PackageUse | null {
  const group = rest.findIndex((word) => !word.startsWith('-'));
  const after = rest[group] === 'alpha' || rest[group] === 'beta' ? group + 1 : group;
  return rest[after] === 'components' ? useBySubcommandOf('gcloud components', rest.slice(after + 1)) : null;
}

function useBySubcommandOf(name: string, rest: readonly string[]): PackageUse | null {
  const manager = MANAGERS.get(name);
  return manager === undefined ? null : useBySubcommand(name, manager, rest);
}

function useBySubcommand(name: string, manager: Manager, rest: readonly string[]): PackageUse | null {
  const { operands, lists } = operandsOf(rest, manager);
  const at = operands.findIndex((word) => manager.subcommands.has(word));
  const subcommand = operands[at];
  // Only an open word (`apt-get $OPTIONS install`) may stand in front of the subcommand: `npm run install` is none.
  const isSubcommand = at >= 0 && operands.slice(0, at).every(isOpen);
  const named = operands.slice(isSubcommand && manager.bare !== 'install' ? at + 1 : 0);
  const effect =
    isSubcommand && subcommand !== undefined
      ? manager.subcommands.get(subcommand)
      : bareEffect(manager, named);
  if (effect === undefined) return null;
  return { manager: name, packages: lists && effect !== 'keep' ? null : packagesFor(effect, named) };
}

/** `yarn build` runs a script; only `yarn` alone installs. */
function bareEffect(manager: Manager, operands: readonly string[]): Effect | undefined {
  return manager.bare === 'all' && operands.length > 0 ? undefined : manager.bare;
}

function packagesFor(effect: Effect, named: readonly string[]): readonly string[] | null {
  if (effect === 'keep') return [];
  if (effect === 'all' || (effect === 'maybe-all' && named.length === 0)) return null;
  return packageNames(named);
}

/** The words that are neither options nor their values. */
function operandsOf(
  words: readonly string[],
  { valued, lists }: Pick<Manager, 'valued' | 'lists'>,
): { operands: readonly string[]; lists: boolean } {
  const operands: string[] = [];
  let namesElsewhere = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      operands.push(...words.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    if ([...lists].some((option) => word === option || isGlued(word, option))) namesElsewhere = true;
    if (valued.has(word) || lists.has(word)) index++;
  }
  return { operands, lists: namesElsewhere };
}

/** `-rrequirements.txt`, `--requirement=requirements.txt`. */
function isGlued(word: string, option: string): boolean {
  return option.startsWith('--') ? word.startsWith(`${option}=`) : word.startsWith(option) && word.length > 2;
}

function packageNames(words: readonly string[]): readonly string[] | null {
  const names: string[] = [];
  for (const word of words) {
    if (word === '' || word.endsWith('-')) continue;
    const name = packageName(word);
    if (isOpen(name)) return null;
    names.push(name);
  }
  return names;
}

/** Without version, architecture, release and extras: `git=1:2.1`, `libc6:amd64`, `vim/stable`, `six[x]>=1`, `yarn@1.2`, `.deps`. */
function packageName(word: string): string {
  if (/^[./~]|:\/\//.test(word)) return word;
  const scoped = word.startsWith('@');
  const rest = scoped ? word.slice(1) : word;
  const end = rest.search(scoped ? /[@=<>~!;[ ]/ : /[@=<>~!;[ :/]/);
  return (scoped ? '@' : '') + (end < 0 ? rest : rest.slice(0, end));
}

/** A text whose value is not known here: an expansion, a template's action, a glob. */
function isOpen(word: string): boolean {
  return /[$`*?{]/.test(word);
}

interface OptionManager {
  readonly install: RegExp;
  readonly keep: RegExp;
  readonly valued: readonly string[];
}

/** Managers whose verb is an option. */
const BY_OPTION: Readonly<Record<'rpm' | 'dpkg' | 'pacman', OptionManager>> = {
  rpm: {
    install: /^(-[A-Za-z]{0,32}[iUF][A-Za-z]{0,32}|--install|--upgrade|--freshen|--reinstall)$/,
    keep: /^(-e[A-Za-z]*|--erase)$/,
    valued: ['--root', '-r', '--prefix', '--dbpath', '-D', '--define'],
  },
  dpkg: {
    install: /^(-i|--install|--unpack)$/,
    keep: /^(-r|-P|--remove|--purge)$/,
    valued: ['--root', '--admindir', '--instdir'],
  },
  pacman: {
    install: /^(-[SU][A-Za-z]*|--sync|--upgrade)$/,
    keep: /^(-R[A-Za-z]*|--remove)$/,
    valued: ['-r', '--root', '-b', '--dbpath', '--config', '--cachedir', '--ignore'],
  },
};

/** `rpm -qi` and `pacman -Ss` ask, they install nothing. */
const QUERIES =
  /^(-[A-Za-z]{0,32}q[A-Za-z]{0,32}|-S[A-Za-z]{0,32}[sigl][A-Za-z]{0,32}|--query|-V[A-Za-z]*|-K[A-Za-z]*|--import)$/;

function useByOption(program: 'rpm' | 'dpkg' | 'pacman', rest: readonly string[]): PackageUse | null {
  const { install, keep, valued } = BY_OPTION[program];
  if (program !== 'dpkg' && rest.some((word) => QUERIES.test(word))) return null;
  const { operands } = operandsOf(rest, { valued: new Set(valued), lists: new Set() });
  const verb = rest.find((word) => install.test(word));
  if (verb !== undefined) {
    const upgradesAll = program === 'pacman' && /^-S[A-Za-z]*u/.test(verb);
    return { manager: program, packages: upgradesAll ? null : files(operands) };
  }
  return rest.some((word) => keep.test(word)) ? { manager: program, packages: [] } : null;
}

/** Packages named by their file count under the file's name: `/tmp/tini_0.18_amd64.deb` is `tini`. */
function files(operands: readonly string[]): readonly string[] | null {
  if (operands.some(isOpen)) return null;
  return operands.map((word) =>
    /\.(deb|rpm|pkg\.tar\.\w+)$/.test(word) ? fileStem(word) : packageName(word),
  );
}

function fileStem(file: string): string {
  const name = programName(file);
  const end = name.search(/_|-\d|\.(deb|rpm|pkg)/);
  return end < 0 ? name : name.slice(0, end);
}
