import { compileGlob, isGlobFault } from '../domain/glob.ts';
import type {
  BaseAssessment,
  DockerfileFact,
  Instruction,
  Location,
  Span,
  Value,
  Word,
} from '../domain/index.ts';
import { closedText, fileName, isShell, joinPath, literal, locate, programName } from '../domain/index.ts';
import { expand } from '../formats/dockerfile/evaluate.ts';
import { stageIndex } from './stages.ts';

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

/** Programs that give a file another name or place. */
const MOVERS: ReadonlySet<string> = new Set(['cp', 'ln', 'mv', 'install', 'link']);

const MOST_PATHS = 256;
/** Comparisons of sources with paths for one definition. No hand writes that many; a copy beyond them brings a shell if it can. */
const MOST_COMPARISONS = 200_000;

/** How many comparisons one definition may still cause. */
interface Work {
  left: number;
}
const LONGEST_PATH = 4096;

/** What one stage's own layers, and those of the stages below, hold of shells. */
interface StageShells {
  /** Absolute paths of files that are shells, whatever they are called. */
  readonly paths: Set<string>;
  /** Whether its base has a shell at the usual places. */
  readonly usual: boolean;
  /** The first instruction that copies one in. */
  first?: Span;
}

type Copy = Extract<Instruction, { kind: 'copy' | 'add' }>;

/** Follows shells through the stages of a definition: copied, renamed, linked, in folders and behind patterns (DOMAIN 5.3). */
export class ShellFiles {
  readonly #path: string;
  readonly #fact: DockerfileFact;
  readonly #scope: (name: string) => Value | undefined;
  readonly #assess: (reference: string) => BaseAssessment;
  readonly #stages = new Map<number, StageShells>();
  readonly #work: Work = { left: MOST_COMPARISONS };

  constructor(
    path: string,
    fact: DockerfileFact,
    scope: (name: string) => Value | undefined,
    assess: (reference: string) => BaseAssessment,
  ) {
    this.#path = path;
    this.#fact = fact;
    this.#scope = scope;
    this.#assess = assess;
    // Stages only use those above them, so one pass in order is enough.
    for (const stage of fact.stages) this.#stages.set(stage.index, this.#read(stage.index));
  }

  /** The first instruction, of the stage or of those that it is built on, that copies a shell into it. */
  broughtTo(index: number): Location | undefined {
    const first = this.#stages.get(index)?.first;
    return first === undefined ? undefined : locate(this.#path, first);
  }

  #read(index: number): StageShells {
    const stage = this.#fact.stages[index];
    if (stage === undefined) return { paths: new Set(), usual: false };
    const shells = this.#below(index, stage.base);
    const variables = new Variables(this.#scope, locate(this.#path, stage.span));
    let workdir = '/';
    for (const instruction of stage.instructions) {
      variables.see(instruction);
      if (instruction.kind === 'workdir') workdir = absolute(instruction.value.text, workdir);
      else if (instruction.kind === 'copy' || instruction.kind === 'add')
        this.#copy(shells, instruction, { index, workdir, variables });
      else if (instruction.kind === 'run') move(shells, instruction, workdir);
    }
    return shells;
  }

  #below(index: number, base: Word): StageShells {
    const at = locate(this.#path, base.span);
    let usual = false;
    for (const alternative of expand(base.text, this.#scope, at).alternatives) {
      const name = closedText(alternative);
      // What is not decided may have one.
      if (name === undefined) {
        usual = true;
        continue;
      }
      const below = this.#fact.stages
        .slice(0, index)
        .findLastIndex((stage) => stage.name === name.toLowerCase());
      const shells = this.#stages.get(below);
      if (shells !== undefined) return { ...shells, paths: new Set(shells.paths) };
      usual ||= mayHaveShell(this.#assess(name));
    }
    return { paths: new Set(), usual };
  }

  #copy(
    shells: StageShells,
    copy: Copy,
    given: { index: number; workdir: string; variables: Variables },
  ): void {
    const source = copy.from === undefined ? undefined : this.#source(copy.from.text, given.index);
    for (const destinationText of given.variables.textsOf(copy.destination)) {
      const destination = absolute(destinationText, given.workdir);
      const intoFolder = /(^|\/)\.?$/.test(destinationText) || copy.sources.length > 1;
      for (const word of copy.sources) {
        for (const text of given.variables.textsOf(word))
          note(shells, copy.span, arrivals(text, destination, intoFolder, source, this.#work));
      }
    }
  }

  #source(from: string, before: number): StageShells {
    const index = stageIndex(this.#fact, from, before);
    const stage = index === undefined ? undefined : this.#stages.get(index);
    if (stage !== undefined) return stage;
    return { paths: new Set(), usual: mayHaveShell(this.#assess(from)) };
  }
}

function mayHaveShell({ contents, standing }: BaseAssessment): boolean {
  return contents.shell || !contents.known || standing === 'unresolved';
}

function note(shells: StageShells, span: Span, arrived: readonly string[]): void {
  if (arrived.length === 0) return;
  shells.first ??= span;
  for (const path of arrived) if (shells.paths.size < MOST_PATHS) shells.paths.add(path);
}

function absolute(path: string, workdir: string): string {
  return joinPath('/', path.startsWith('/') ? '' : workdir, path);
}

function isShellPath(path: string): boolean {
  return SHELL_FILES.test(fileName(path)) || isShell(path);
}

/** Where shells come to lie when `text` is copied; none where it holds none. */
function arrivals(
  text: string,
  destination: string,
  intoFolder: boolean,
  source: StageShells | undefined,
  work: Work,
): readonly string[] {
  if (text.length > LONGEST_PATH || text.startsWith('<<')) return [];
  const from = joinPath('/', text);
  const inFolder = joinPath(destination, fileName(from));
  if (isShellPath(from)) return [intoFolder ? inFolder : destination, inFolder];
  if (isShellPath(destination) && !intoFolder) return [destination];
  if (source === undefined) return isShellPath(inFolder) && intoFolder ? [inFolder] : [];
  const candidates = [...source.paths, ...(source.usual ? USUAL_PLACES : [])];
  work.left -= candidates.length;
  if (work.left < 0) return candidates.length === 0 ? [] : [destination];
  const covers = coverOf(from, work);
  return candidates.flatMap((path) => {
    const prefix = covers(path);
    if (prefix === undefined) return [];
    const inside = path.slice(prefix.length);
    return inside === ''
      ? [destination, joinPath(destination, fileName(path))]
      : [joinPath(destination, inside)];
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

/** `RUN cp /bin/busybox /out/app`, `ln -s`, `mv`, `install`: the new name is a shell too. */
function move(shells: StageShells, run: Extract<Instruction, { kind: 'run' }>, workdir: string): void {
  const lists = run.command.script?.commands.map((command) => command.words.map((word) => word.text)) ?? [];
  if (run.command.form === 'exec') lists.push(run.command.words.map((word) => word.text));
  for (const [program, ...rest] of lists) {
    if (program === undefined || !MOVERS.has(programName(program))) continue;
    const operands = rest.filter((word) => !word.startsWith('-') && word.length <= LONGEST_PATH);
    const target = operands.at(-1);
    if (target === undefined || operands.length < 2) continue;
    for (const operand of operands.slice(0, -1)) {
      const from = absolute(operand, workdir);
      if (!isShellPath(from) && !shells.paths.has(from)) continue;
      const to = absolute(target, workdir);
      for (const path of [to, joinPath(to, fileName(from))])
        if (shells.paths.size < MOST_PATHS) shells.paths.add(path);
    }
  }
}

/** The variables of a stage, as far as its instructions have been seen. */
class Variables {
  readonly #known = new Map<string, Value>();
  readonly #scope: (name: string) => Value | undefined;
  readonly #at: Location;

  constructor(scope: (name: string) => Value | undefined, at: Location) {
    this.#scope = scope;
    this.#at = at;
  }

  see(instruction: Instruction): void {
    if (instruction.kind === 'env') {
      for (const { name, value } of instruction.variables) this.#known.set(name, this.#valueOf(value.text));
    } else if (instruction.kind === 'arg') {
      for (const { name, default: given } of instruction.declarations) {
        const value = given === undefined ? this.#scope(name) : this.#valueOf(given.text);
        if (value !== undefined) this.#known.set(name, value);
      }
    }
  }

  /** What a word can be; as written where a variable stays open. */
  textsOf(word: Word): readonly string[] {
    if (!/[$\\"']/.test(word.text)) return [word.text];
    return this.#valueOf(word.text).alternatives.map((one) => closedText(one) ?? word.text);
  }

  #valueOf(text: string): Value {
    return text.includes('$') || /[\\"']/.test(text)
      ? expand(text, (name) => this.#known.get(name), this.#at)
      : literal(text);
  }
}
