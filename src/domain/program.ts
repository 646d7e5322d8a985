import { folderOf } from './paths.ts';

/** Programs that read commands from text: the shells that an image or a manifest may name. */
const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'ksh',
  'mksh',
  'zsh',
  'csh',
  'tcsh',
  'fish',
  'rbash',
  'busybox-sh',
  'pwsh',
  'powershell',
  'powershell.exe',
  'cmd.exe',
]);

/** Shells of Windows: not to be had from a distroless image, and never offered one. */
const WINDOWS_SHELLS: ReadonlySet<string> = new Set([
  'pwsh',
  'powershell',
  'powershell.exe',
  'cmd.exe',
  'cmd',
]);

/** Options of a wrapper that take a value in the next word. */
interface Wrapper {
  readonly valued: readonly string[];
  /** Words of its own before the program: `timeout 5 CMD`, `chroot DIR CMD`. */
  readonly operands: number;
}

/** Programs that start another one: a need themselves, and they pass on the need of what they start (DOMAIN 4). */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  ['env', { valued: ['-u', '--unset', '-C', '--chdir', '-S', '--split-string'], operands: 0 }],
  ['timeout', { valued: ['-s', '--signal', '-k', '--kill-after'], operands: 1 }],
  ['nohup', { valued: [], operands: 0 }],
  ['nice', { valued: ['-n', '--adjustment'], operands: 0 }],
  ['ionice', { valued: ['-c', '-n', '-p'], operands: 0 }],
  ['setsid', { valued: [], operands: 0 }],
  ['stdbuf', { valued: ['-i', '-o', '-e'], operands: 0 }],
  ['time', { valued: ['-f', '-o'], operands: 0 }],
  ['xargs', { valued: ['-I', '-n', '-P', '-L', '-d', '-a'], operands: 0 }],
  ['watch', { valued: ['-n', '--interval'], operands: 0 }],
  ['flock', { valued: ['-w', '--timeout', '-E'], operands: 1 }],
  ['tini', { valued: ['-p', '-e'], operands: 0 }],
  ['tini-static', { valued: ['-p', '-e'], operands: 0 }],
  ['dumb-init', { valued: ['-r', '--rewrite'], operands: 0 }],
  ['catatonit', { valued: [], operands: 0 }],
  ['gosu', { valued: [], operands: 1 }],
  ['su-exec', { valued: [], operands: 1 }],
  [
    'sudo',
    {
      valued:
        '-u -g -C -h -D -R -T -U -p -r -t --user --group --close-from --host --chdir --chroot --prompt --role --type'.split(
          ' ',
        ),
      operands: 0,
    },
  ],
  ['doas', { valued: ['-u', '-C'], operands: 0 }],
  ['runuser', { valued: ['-u', '-g', '-G'], operands: 0 }],
  ['setpriv', { valued: ['--reuid', '--regid', '--groups'], operands: 0 }],
  ['unshare', { valued: [], operands: 0 }],
  ['nsenter', { valued: ['-t', '--target', '-S', '--setuid', '-G', '--setgid'], operands: 0 }],
  ['chroot', { valued: [], operands: 1 }],
  ['busybox', { valued: [], operands: 0 }],
  ['toybox', { valued: [], operands: 0 }],
  ['exec', { valued: ['-a'], operands: 0 }],
  ['command', { valued: [], operands: 0 }],
  ['kube-log-runner', { valued: [], operands: 0 }],
  ['go-runner', { valued: [], operands: 0 }],
  ['strace', { valued: ['-e', '-o', '-p', '-s', '-u'], operands: 0 }],
]);

/** The last part of a program's path: `/usr/bin/env` is `env`. Windows separators count too. */
export function programName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Shells whose names programs of one's own bear too: they count by their bare name, or in a folder of the system. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['dash', 'ash', 'fish']);
/** Folders that a program without a path is looked up in. */
const PROGRAM_FOLDERS: ReadonlySet<string> = new Set([
  '/bin',
  '/sbin',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/busybox',
]);
/** `bash-static`, `bash5`, `zsh-5.9`: another build of the same shell. */
const BUILD_SUFFIX = /(-static)?([-.]?\d[\d.]*)?$/;

const LONGEST_SHELL_NAME = 64;

/** True for a folder in which a system keeps its programs. */
export function isProgramFolder(folder: string): boolean {
  return PROGRAM_FOLDERS.has(folder);
}

/** True for a word that names a shell, with or without its folder. */
export function isShell(program: string): boolean {
  const written = programName(program);
  if (written.length > LONGEST_SHELL_NAME || !/sh|cmd/i.test(written)) return false;
  const name = written.toLowerCase().replace(BUILD_SUFFIX, '');
  if (!SHELLS.has(name)) return false;
  return !AMBIGUOUS.has(name) || !/[/\\]/.test(program) || isProgramFolder(folderOf(program));
}

/** True where a name that begins and ends like this, with something unknown between, may be a shell's. */
export function mayNameShell(start: string, end: string): boolean {
  const head = start.toLowerCase();
  const tail = end.toLowerCase();
  for (const name of SHELLS)
    if (name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length) return true;
  return false;
}

/** True for cmd and PowerShell, which a Windows base brings. */
export function isWindowsShell(program: string): boolean {
  return WINDOWS_SHELLS.has(programName(program).toLowerCase());
}

/** One program of a start: the first is what the kernel starts, each next one is started by the one before. */
export interface StartedProgram {
  readonly name: string;
  /** Its word's index. */
  readonly index: number;
  /** The program as written; another text than its word's where `env -S` splits that. */
  readonly text: string;
}

/**
 * The programs that a list of words starts, outermost first: `env A=1 timeout 5 /bin/sh -c x` gives env, timeout, sh.
 * Stops at a shell: what its text starts is the shell's business.
 */
export function startedPrograms(words: readonly string[]): readonly StartedProgram[] {
  const started: StartedProgram[] = [];
  let index = 0;
  while (index < words.length) {
    const word = words[index];
    if (word === undefined || word === '') break;
    const name = programName(word);
    started.push({ name, index, text: word });
    const wrapper = isShell(word) ? undefined : WRAPPERS.get(name);
    if (wrapper === undefined) break;
    const split = name === 'env' ? splitProgram(words, index + 1) : undefined;
    if (split !== undefined) {
      started.push(split);
      break;
    }
    index = afterWrapper(words, index + 1, wrapper);
  }
  return started;
}

/** `env -S "sh -c x"` splits the text itself; what it starts stands inside that word. */
function splitProgram(words: readonly string[], from: number): StartedProgram | undefined {
  for (let index = from; index < words.length; index++) {
    const word = words[index] ?? '';
    const joined = /^(?:-[iv0]*S|--split-string=)(.+)$/s.exec(word)?.[1];
    const isNext = /^-[iv0]*S$|^--split-string$/.test(word);
    if (joined === undefined && !isNext) {
      if (!word.startsWith('-') && !isAssignment(word)) return undefined;
      if (word === '-u' || word === '-C' || word === '--unset' || word === '--chdir') index++;
      continue;
    }
    const at = isNext ? index + 1 : index;
    const program = (joined ?? words[at] ?? '')
      .trim()
      .split(/\s+/)
      .find((part) => !isAssignment(part) && !part.startsWith('-'));
    return program === undefined || program === ''
      ? undefined
      : { name: programName(program), index: at, text: program };
  }
  return undefined;
}

function afterWrapper(words: readonly string[], from: number, wrapper: Wrapper): number {
  let index = from;
  let operands = wrapper.operands;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') return index + 1 + operands;
    if (word.startsWith('-') && word !== '-') {
      if (wrapper.valued.includes(word)) index++;
      continue;
    }
    if (isAssignment(word)) continue;
    if (operands === 0) return index;
    operands--;
  }
  return index;
}

function isAssignment(word: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*=/.test(word);
}

/** The index of the first shell that the words start, directly or through wrappers; null where they start none. */
export function shellIndex(words: readonly string[]): number | null {
  const last = startedPrograms(words).at(-1);
  if (last === undefined) return null;
  return isShell(last.text) || isCommandPrompt(words, last.index) ? last.index : null;
}

/** `cmd /c …`: programs of one's own are called cmd too, so only its options tell. */
function isCommandPrompt(words: readonly string[], index: number): boolean {
  return programName(words[index] ?? '').toLowerCase() === 'cmd' && /^\/[a-z]$/i.test(words[index + 1] ?? '');
}

/** The index of the text that a shell among the words is told to run (`sh -c TEXT`); null where there is none. */
export function shellTextIndex(words: readonly string[]): number | null {
  const shell = shellIndex(words);
  return shell === null ? null : textIndexAfter(words, shell);
}

/**
 * The index of the text after the shell at `shell`: the word behind an option that ends in `c` (`-c`, `-ec`, `-xc`), options such as
 * `-o pipefail` passed; for cmd and PowerShell behind `/c`, `/s /c`, `-Command`.
 */
export function textIndexAfter(words: readonly string[], shell: number): number | null {
  const windows = isWindowsShell(words[shell] ?? '');
  for (let index = shell + 1; index < words.length; index++) {
    const word = words[index] ?? '';
    if (windows) {
      if (/^(\/c|-c|-command)$/i.test(word)) return index + 1 < words.length ? index + 1 : null;
      continue;
    }
    if (word === '-o' || word === '+o' || word === '-O' || word === '--rcfile' || word === '--init-file') {
      index++;
      continue;
    }
    if (/^[-+][A-Za-z]*$/.test(word) && word.length > 1) {
      if (word.startsWith('-') && word.includes('c')) return firstOperand(words, index + 1);
      continue;
    }
    if (word.startsWith('--')) continue;
    return null;
  }
  return null;
}

/** sh takes further options between `-c` and the text: `sh -c -e TEXT`. */
function firstOperand(words: readonly string[], from: number): number | null {
  for (let index = from; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') return index + 1 < words.length ? index + 1 : null;
    if (word === '-o' || word === '+o') {
      index++;
      continue;
    }
    if (!/^[-+][A-Za-z]+$/.test(word)) return index;
  }
  return null;
}

/** The script file that a shell among the words is told to run (`sh /x.sh`, `bash -e run.sh`); null where there is none. */
export function shellScriptIndex(words: readonly string[]): number | null {
  const shell = shellIndex(words);
  if (shell === null || shellTextIndex(words) !== null) return null;
  for (let index = shell + 1; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-o' || word === '+o' || word === '-O') {
      index++;
      continue;
    }
    if (word === '--') return index + 1 < words.length ? index + 1 : null;
    if (!word.startsWith('-') && !word.startsWith('+')) return index;
  }
  return null;
}
