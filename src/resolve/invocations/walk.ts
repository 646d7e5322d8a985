import type { GoBuild, ImageUse, Location, Value } from '../../domain/index.ts';
import { joinConditions, joinPath, programName } from '../../domain/index.ts';
import { treePath } from '../../formats/make/evaluate.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import type { BuildFiles, MadeFile } from './build-files.ts';
import { Containers } from './containers.ts';
import { FileCommands, printedFiles } from './file-commands.ts';
import { type ForeignBuild, foreignBuild, foreignBuildOf } from './foreign-commands.ts';
import { goBuildOf } from './go-builds.ts';
import { type ImageCommand, imageCommandOf, keptOf, movedImages } from './image-commands.ts';
import { innerCommands, printedCommands, readsCommands, scriptRunBy } from './inner-commands.ts';
import { type KoCommand, koCommandOf, koVersionOf } from './ko-commands.ts';
import { Pipe } from './pipe.ts';
import type { FoundBuild, SubMake, WalkResult } from './recipe-walk.ts';
import { plainProgram } from './shell/programs.ts';
import { type StartedSteps, startedStepsOf } from './started-steps.ts';
import { type BuildCommand, type CommandWord, wordFrom, wordOf, wordValue } from './words.ts';

/** Follows commands: where they stand, which files they make, which images they build. */
export class Walk implements WalkResult {
  readonly builds: FoundBuild[] = [];
  readonly uses: ImageUse[] = [];
  readonly makes: SubMake[] = [];
  readonly steps: StartedSteps[] = [];
  readonly goBuilds: GoBuild[] = [];
  readonly koCommands: KoCommand[] = [];
  readonly koVersions: string[] = [];
  cut: string | null = null;
  /** What `export NAME=value` gives the commands that follow. */
  readonly #exported: Map<string, CommandWord>;
  readonly #rule: string;
  readonly #start: string;
  readonly #files: BuildFiles;
  readonly #fileCommands: FileCommands;
  readonly #containers = new Containers();
  /** Folders to come back to. */
  #folders: string[] = [];
  #cwd: string;
  readonly #pipe = new Pipe();
  /** Commands that hold the one that is followed. */
  #depth = 0;

  constructor(
    rule: string,
    folder: string,
    files: BuildFiles,
    environment: ReadonlyMap<string, CommandWord> = new Map(),
  ) {
    this.#rule = rule;
    this.#exported = new Map(environment);
    this.#start = folder;
    this.#files = files;
    this.#cwd = folder;
    this.#fileCommands = new FileCommands(files, (word) => this.#path(word));
  }

  /** The folder that the next command stands in. */
  get folder(): string {
    return this.#cwd;
  }

  /** A shell begins where make, or whoever runs the script, stands. */
  begin(): void {
    this.#cwd = this.#start;
    this.#folders = [];
    this.#pipe.clear();
  }

  take(command: BuildCommand): void {
    if (command.boundary === 'enter') this.#folders.push(this.#cwd);
    if (command.boundary === 'leave') this.#cwd = this.#folders.pop() ?? this.#cwd;
    if (command.boundary !== undefined) return;
    this.#pipe.enter(command);
    const made = this.#command(command);
    if (command.writes !== null && made !== null) this.#write(command, made);
    this.#pipe.leave(command, made);
  }

  #path(word: CommandWord): string {
    return treePath(this.#cwd, word.text);
  }

  #write({ writes, when, appends }: BuildCommand, made: readonly MadeFile[]): void {
    if (writes === null) return;
    const path = this.#path(writes);
    if (appends === true) this.#files.append(path, made, when);
    else this.#files.write(path, made, [], when);
  }

  /** What a command prints, where that may be the content of a file; else null. */
  #command(command: BuildCommand): readonly MadeFile[] | null {
    const [first, ...rest] = command.words;
    if (first === undefined) return null;
    const input = this.#inputOf(command);
    const files = this.#fileCommands;
    switch (programName(first.text)) {
      case 'cd':
      case 'pushd':
        if (first.text === 'pushd') this.#folders.push(this.#cwd);
        if (rest[0] !== undefined) this.#cwd = this.#path(rest.find((word) => word.text !== '--') ?? rest[0]);
        return null;
      case 'popd':
        this.#cwd = this.#folders.pop() ?? this.#cwd;
        return null;
      case 'cat':
        return files.cat(rest, command, input);
      case 'tee':
        return files.tee(rest, command, input);
      case 'cp':
      case 'mv':
      case 'ln':
      case 'install':
        files.copy(rest, command.when);
        return null;
      case 'make':
      case 'gmake':
        this.#make(rest, command);
        return null;
      case 'xargs':
        return this.#given(command);
      case 'sed':
      case 'gsed':
      case 'perl':
        return files.sed(first, rest, command, input);
      case 'export':
        for (const word of rest) this.#export(word);
        return null;
      default:
        this.#go(command);
        if (this.#ko(command) || this.#image(command, input)) return null;
        this.#inside(command, input);
        return files.other(rest, command, input);
    }
  }

  /** xargs starts a program with words that it reads: what is copied so is taken for the files of the folder. */
  #given(command: BuildCommand): readonly MadeFile[] | null {
    const words = command.words.slice(plainProgram(command.words.map(({ text }) => text)).index);
    if (words.length === command.words.length) return null;
    if (programName(words[0]?.text ?? '') !== 'cp') return this.#command({ ...command, words });
    this.#fileCommands.copyFound(words.slice(1), this.#cwd, command.when);
    return null;
  }

  #inputOf(command: BuildCommand): readonly MadeFile[] {
    if (command.input !== undefined) return printedFiles(command.input, command);
    return command.readsFrom === null
      ? this.#pipe.files
      : this.#files.find(this.#path(command.readsFrom), command.when);
  }

  #export(word: CommandWord): void {
    const equals = word.text.indexOf('=');
    if (equals > 0) this.#exported.set(word.text.slice(0, equals), wordFrom(word, equals + 1));
  }

  #go(command: BuildCommand): void {
    const built = goBuildOf(command, this.#cwd);
    if (built !== null) this.goBuilds.push(built);
  }

  #ko(command: BuildCommand): boolean {
    const version = koVersionOf(command.words);
    if (version !== null) this.koVersions.push(version);
    const environment = new Map([
      ...this.#exported,
      ...exportedWords(command.environment, command),
      ...(command.assignments ?? []),
    ]);
    const ko = koCommandOf(command, { rule: this.#rule, folder: this.#cwd, environment });
    if (ko !== null) this.koCommands.push(ko);
    return ko !== null;
  }

  // ---- makes ---------------------------------------------------------------------------------------------

  #make(words: readonly CommandWord[], command: BuildCommand): void {
    const { options, variables, goals, wins } = makeWordsOf(words);
    const isFolder = ({ name }: MakeOption) => name === 'C' || name === 'directory';
    const environment = new Map(command.environment?.() ?? []);
    this.makes.push({
      folder: options.filter(isFolder).reduce((to, { value }) => treePath(to, value), this.#cwd),
      file: options.findLast((option) => !isFolder(option))?.value ?? null,
      variables,
      goals,
      when: command.when,
      ...(environment.size === 0 ? {} : { environment }),
      ...(wins ? { environmentWins: true } : {}),
    });
  }

  // ---- images --------------------------------------------------------------------------------------------

  #image(command: BuildCommand, input: readonly MadeFile[]): boolean {
    const exported = this.#containers.take(command, (word) => this.#path(word));
    if (exported !== null) {
      this.uses.push(exported);
      return false;
    }
    const image = imageCommandOf(command);
    if (image === null) {
      const started = startedStepsOf(command, this.#cwd);
      if (started !== null) this.steps.push(started);
      const foreign = foreignBuildOf(command, () => this.#inner(command));
      if (foreign !== null) this.#foreign(foreign, command);
      this.#keep(command);
      for (const word of movedImages(command))
        this.uses.push({ kind: 'move', at: command.at, image: wordValue(word, command.when) });
      return false;
    }
    if (image.kind === 'build') {
      this.#build(image, command, input);
      return true;
    }
    const { at, when } = command;
    const use = { kind: image.kind, at, image: wordValue(image.image, when) };
    this.uses.push(image.kind === 'tag' ? { ...use, becomes: wordValue(image.becomes, when) } : use);
    return image.kind !== 'run';
  }

  /** A container or an archive that becomes an image: what buildah keeps is a build, what an engine keeps matters where its name does. */
  #keep(command: BuildCommand): void {
    const kept = keptOf(command);
    if (kept === null) return;
    const { at, when } = command;
    const base = kept.container === null ? null : this.#containers.imageOf(kept.container);
    const { becomes, tool } = kept;
    if (tool.startsWith('buildah ')) {
      const named = { tool, names: [becomes], pushes: false, decides: '' };
      this.#foreign(base === null ? named : { ...named, base }, command);
      return;
    }
    const image = base === null ? openValue(tool, at) : wordValue(base, when);
    this.uses.push({ kind: 'tag', at, image, becomes: wordValue(becomes, when) });
  }

  /** Builds among the words of another command, which may stand elsewhere from there on. */
  #inside(command: BuildCommand, input: readonly MadeFile[]): void {
    if (this.#depth >= DEEPEST) return;
    const cwd = this.#cwd;
    const pipe = this.#pipe.files;
    const found = [...this.#inner(command), ...this.#toldBy(command, input)];
    this.#pipe.files = [];
    this.#depth++;
    for (const inner of found) this.#command(inner);
    this.#depth--;
    this.#pipe.files = pipe;
    this.#cwd = cwd;
  }

  #inner(command: BuildCommand): readonly BuildCommand[] {
    return this.#depth < DEEPEST ? innerCommands(command) : [];
  }

  /** What a shell reads from a pipe or a here-document, or from a file that was written before. */
  #toldBy(command: BuildCommand, input: readonly MadeFile[]): readonly BuildCommand[] {
    const script = scriptRunBy(command);
    const written = script === undefined ? [] : this.#files.find(this.#path(script), command.when);
    const read = readsCommands(command) ? input : [];
    return [...written, ...read].flatMap(({ printed, edits, when }) =>
      printed === undefined || edits.length > 0
        ? []
        : printedCommands(printed, { ...command, when: joinConditions(command.when, when) }),
    );
  }

  /** An image that nobody here follows into its making. */
  #foreign(foreign: ForeignBuild, command: BuildCommand): void {
    this.builds.push(foreignBuild(foreign, { ...command, rule: this.#rule }));
  }

  #build(
    image: Extract<ImageCommand, { kind: 'build' }>,
    command: BuildCommand,
    input: readonly MadeFile[],
  ): void {
    const { file, context } = image;
    const isRemote = context !== null && /^[a-z+]+:\/\/|^git@/.test(context.text);
    // xargs gives it a context that is not seen here.
    const folder = isRemote ? null : context === null ? this.#cwd : this.#path(context);
    const fromInput = file?.text === '-' || (file === null && context?.text === '-');
    const paths = this.#candidates(file, folder);
    const found = fromInput
      ? { path: '-', files: input }
      : (paths
          .map((path) => ({ path, files: this.#files.find(path, command.when) }))
          .find(({ files }) => files.length > 0) ?? { path: paths[0] ?? context?.text ?? '', files: [] });
    this.builds.push({
      rule: this.#rule,
      at: command.at,
      when: command.when,
      command: image,
      ...(command.beyond === undefined ? {} : { beyond: command.beyond }),
      context: context?.text === '-' ? null : folder,
      ...found,
      ...(image.argumentFiles.length === 0
        ? {}
        : { argumentFiles: image.argumentFiles.map((one) => ({ path: this.#path(one), at: one.at })) }),
      ...this.#environmentOf(image.buildArguments, command),
    });
  }

  /** `-f` is seen from where the command runs; old engines also look in the context. */
  #candidates(file: CommandWord | null, folder: string | null): readonly string[] {
    if (file !== null) {
      const paths = [this.#path(file)];
      if (folder !== null && !file.text.startsWith('/')) paths.push(treePath(folder, file.text));
      return paths;
    }
    return folder === null ? [] : [joinPath(folder, 'Dockerfile'), joinPath(folder, 'Containerfile')];
  }

  /** The environment of a command, where one of its build arguments has no value of its own. */
  #environmentOf(
    words: readonly CommandWord[],
    command: BuildCommand,
  ): { readonly environment?: ReadonlyMap<string, Choice> } {
    if (words.every(({ text }) => text.includes('='))) return {};
    if (command.environment !== undefined) return { environment: command.environment() };
    const given = [...this.#exported, ...(command.assignments ?? [])];
    return {
      environment: new Map(given.map(([name, { pieces }]) => [name, { options: [{ when: [], pieces }] }])),
    };
  }
}

const DEEPEST = 4;

function openValue(tool: string, at: Location): Value {
  const because = `what ${tool} keeps at ${at.path}:${at.start.line} is not known`;
  return { alternatives: [{ when: [], parts: [{ open: tool, because }], chain: [at] }], beyond: because };
}

/** `-C folder`, `-f file`, and their long names. */
interface MakeOption {
  readonly name: string;
  readonly value: string;
}

/** The words behind `make`, told apart; `wins` where the environment wins over what the makefile sets. */
function makeWordsOf(words: readonly CommandWord[]): {
  readonly options: readonly MakeOption[];
  readonly variables: ReadonlyMap<string, CommandWord>;
  readonly goals: readonly string[];
  readonly wins: boolean;
} {
  const options: MakeOption[] = [];
  const variables = new Map<string, CommandWord>();
  const goals: string[] = [];
  let wins = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) continue;
    if (ENVIRONMENT_WINS.test(word.text)) wins = true;
    // `-j 4` counts, where `-j` alone takes nothing.
    if (
      VALUED.test(word.text) ||
      (COUNTED.test(word.text) && /^[\d.]+$|\$/.test(words[at + 1]?.text ?? ''))
    ) {
      at++;
      continue;
    }
    const assigned = /^([A-Za-z_][\w.-]*)(?::{0,3}|\?)=/.exec(word.text);
    const option = /^(?:-[a-zB]*(C|f)|--(directory|file|makefile)(?:=|$))/.exec(word.text);
    if (assigned?.[1] !== undefined) variables.set(assigned[1], wordFrom(word, assigned[0].length));
    else if (option !== null) {
      const behind = wordFrom(word, option[0].length);
      const value = behind.text === '' ? words[++at] : behind;
      if (value !== undefined) options.push({ name: option[1] ?? option[2] ?? '', value: value.text });
    } else if (!word.text.startsWith('-')) goals.push(word.text);
  }
  return { options, variables, goals, wins };
}

/** Options whose value is the next word. Source: GNU make's manual, "Summary of Options". */
const VALUED = /^(?:-[a-zB]*[oIWE]|--(?:old-file|assume-old|include-dir|what-if|new-file|assume-new|eval))$/;
const COUNTED = /^(?:-[a-zB]*[jl]|--(?:jobs|load-average|max-load))$/;
const ENVIRONMENT_WINS = /^(?:-[a-df-z]*e[a-z]*|--environment-overrides)$/;

/** Of a variable that can be several things, the first. */
function exportedWords(
  environment: BuildCommand['environment'],
  { words, at }: BuildCommand,
): readonly (readonly [string, CommandWord])[] {
  if (environment === undefined || !words.some(({ text }) => /\bko\b/.test(text))) return [];
  return [...environment()].flatMap(([name, { options }]) =>
    options[0] === undefined ? [] : [[name, wordOf(options[0].pieces, at)] as const],
  );
}
