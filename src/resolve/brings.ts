import type { BaseAssessment, Brings, DockerfileFact, Instruction, Location, Step } from '../domain/index.ts';
import { fileName, isShell, joinPath, programName } from '../domain/index.ts';
import { installedPackages } from '../domain/package-managers.ts';
import { stageIndex } from './stages.ts';

/** Folders that a program without a path is looked up in, and those above them. */
const PROGRAM_FOLDERS: ReadonlySet<string> = new Set([
  '/',
  '/bin',
  '/sbin',
  '/usr',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/busybox',
]);
/** Files that are a shell wherever they lie. */
const SHELL_FILES = /^(busybox|toybox)([-._].*)?$|^(bash|dash|ash|sh|ksh|zsh)-static([-._].*)?$/;

interface Collected {
  shell?: Location;
  readonly programs: Set<string>;
  more: boolean;
}

/** What the image's own layers bring on top of its base: shells, programs by name, and more that is not named. */
export function broughtBy(
  steps: readonly Step[],
  fact: DockerfileFact,
  final: number,
  assess: (reference: string) => BaseAssessment,
): Brings {
  const found: Collected = { programs: new Set(), more: false };
  let workdir = '/';
  for (const step of steps) {
    const { instruction } = step;
    if (instruction.kind === 'workdir')
      workdir = joinPath('/', instruction.value.text.startsWith('/') ? '' : workdir, instruction.value.text);
    else if (instruction.kind === 'copy' || instruction.kind === 'add') {
      const hasShell =
        instruction.from === undefined ? false : sourceHasShell(instruction.from.text, fact, final, assess);
      collectCopy(found, step.at, instruction, workdir, hasShell);
    } else if (instruction.kind === 'run') collectInstalled(found, instruction);
    else if (instruction.kind === 'env' && instruction.variables.some((variable) => variable.name === 'PATH'))
      found.more = true;
  }
  return found;
}

function collectCopy(
  found: Collected,
  at: Location,
  instruction: Extract<Instruction, { kind: 'copy' | 'add' }>,
  workdir: string,
  sourceHasShell: boolean,
): void {
  const text = instruction.destination.text;
  const destination = joinPath('/', text.startsWith('/') ? '' : workdir, text);
  const intoFolder = text.endsWith('/') || instruction.sources.length > 1 || PROGRAM_FOLDERS.has(destination);
  for (const source of instruction.sources) {
    const name = fileName(source.text.replace(/\/$/, ''));
    const target = intoFolder ? name : fileName(destination);
    const wholeFolder =
      PROGRAM_FOLDERS.has(destination) &&
      (source.text.endsWith('/') ||
        /[*?]/.test(source.text) ||
        PROGRAM_FOLDERS.has(joinPath('/', source.text)));
    found.programs.add(target);
    if (wholeFolder) found.more = true;
    if (
      isShellFile(source.text, intoFolder ? joinPath(destination, target) : destination) ||
      (wholeFolder && sourceHasShell && isProgramFolder(source.text))
    )
      found.shell ??= at;
  }
}

function isShellFile(source: string, destination: string): boolean {
  return SHELL_FILES.test(fileName(source)) || isShell(joinPath('/', source)) || isShell(destination);
}

function isProgramFolder(source: string): boolean {
  const folder = joinPath('/', source.replace(/[*?].*$/, ''));
  return PROGRAM_FOLDERS.has(folder) && folder !== '/usr/local' && folder !== '/usr/local/bin';
}

/** Whether `--from` names a stage or image whose base has a shell. */
function sourceHasShell(
  from: string,
  fact: DockerfileFact,
  final: number,
  assess: (reference: string) => BaseAssessment,
): boolean {
  const index = stageIndex(fact, from, final);
  const reference = index === undefined ? from : (fact.stages[index]?.base.text ?? '');
  const { contents } = assess(reference);
  return contents.shell || !contents.known;
}

function collectInstalled(found: Collected, instruction: Extract<Instruction, { kind: 'run' }>): void {
  for (const command of instruction.command.script?.commands ?? []) {
    const words = command.words.map((word) => word.text);
    const installed = installedPackages(words);
    if (installed === null) continue;
    found.more = true;
    for (const name of installed.packages ?? []) {
      found.programs.add(programName(name));
      if (isShell(name)) found.programs.add('sh');
    }
  }
}
