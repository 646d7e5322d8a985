import type { Condition, ImageUse, Location } from '../../domain/index.ts';
import { compatible, fileName, joinConditions, joinPath, programName } from '../../domain/index.ts';
import type { Recipe } from '../../formats/make/evaluate.ts';
import { treePath } from '../../formats/make/evaluate.ts';
import type { BuildFiles, MadeFile, Replacement } from './build-files.ts';
import { type ImageCommand, imageCommandOf } from './image-commands.ts';
import { type KoCommand, koCommandOf, koVersionOf } from './ko-commands.ts';
import { sedCallOf } from './sed.ts';
import { commandsOf } from './shell-lines.ts';
import { type BuildCommand, type CommandWord, wordFrom, wordValue } from './words.ts';

/** A build as one command says it, its file found. */
export interface FoundBuild {
  readonly rule: string;
  readonly at: Location;
  readonly when: readonly Condition[];
  readonly command: Extract<ImageCommand, { kind: 'build' }>;
  /** The bound that cut the line that builds. */
  readonly beyond?: string;
  readonly context: string | null;
  /** What the file that it builds holds; empty where none was found. */
  readonly files: readonly MadeFile[];
  /** The path that was looked for. */
  readonly path: string;
}

/** A make that a recipe starts. */
export interface SubMake {
  /** The folder it runs in. */
  readonly folder: string;
  /** `-f`; null for the usual names. */
  readonly file: string | null;
  /** `NAME=value` words. */
  readonly variables: ReadonlyMap<string, CommandWord>;
  readonly goals: readonly string[];
  readonly when: readonly Condition[];
}

export interface WalkResult {
  readonly builds: readonly FoundBuild[];
  readonly uses: readonly ImageUse[];
  readonly makes: readonly SubMake[];
  readonly koCommands: readonly KoCommand[];
  /** Versions of ko that commands run or install. */
  readonly koVersions: readonly string[];
}

/** Signs without which a line neither builds nor makes a file. */
const MATTERS = /build|push|run|tag|sed|cp|cat|tee|mv|ln|install|cd|make|\bko\b/;

/** Follows a recipe's commands in order: where they stand, which files they make, which images they build. */
export function walkRecipe(recipe: Recipe, folder: string, files: BuildFiles): WalkResult {
  const walk = new Walk(recipe.target, folder, files);
  for (const line of recipe.lines) {
    for (const option of line.options) {
      if (!MATTERS.test(option.text) && !option.text.includes('\ue200')) continue;
      walk.line(commandsOf(option, line.at, line.beyond));
    }
  }
  return walk;
}

/** Follows the commands of a script that runs in a folder, as one shell, with the environment that it is given. */
export function walkScript(
  rule: string,
  commands: readonly BuildCommand[],
  folder: string,
  files: BuildFiles,
  environment: ReadonlyMap<string, CommandWord> = new Map(),
): WalkResult {
  const walk = new Walk(rule, folder, files, environment);
  walk.line(commands);
  return walk;
}

class Walk implements WalkResult {
  readonly builds: FoundBuild[] = [];
  readonly uses: ImageUse[] = [];
  readonly makes: SubMake[] = [];
  readonly koCommands: KoCommand[] = [];
  readonly koVersions: string[] = [];
  /** What `export NAME=value` gives the commands that follow. */
  readonly #exported: Map<string, CommandWord>;
  readonly #rule: string;
  readonly #folder: string;
  readonly #files: BuildFiles;
  #cwd: string;
  #pipe: readonly MadeFile[] = [];

  constructor(
    rule: string,
    folder: string,
    files: BuildFiles,
    environment: ReadonlyMap<string, CommandWord> = new Map(),
  ) {
    this.#exported = new Map(environment);
    this.#rule = rule;
    this.#folder = folder;
    this.#files = files;
    this.#cwd = folder;
  }

  /** One line is one shell: it begins where make runs. */
  line(commands: readonly BuildCommand[]): void {
    this.#cwd = this.#folder;
    this.#pipe = [];
    for (const command of commands) {
      const { made, isContent } = this.#command(command);
      const output = isContent ? made : [];
      if (command.writes !== null && isContent)
        this.#files.write(this.#path(command.writes), output, [], command.when);
      this.#pipe = command.piped ? output : [];
    }
  }

  #path(word: CommandWord): string {
    return treePath(this.#cwd, word.text);
  }

  /** What a command prints, where that is the content of a file. */
  #command(command: BuildCommand): { readonly made: readonly MadeFile[]; readonly isContent: boolean } {
    const [first, ...rest] = command.words;
    const input = command.readsFrom === null ? this.#pipe : this.#find(command.readsFrom, command.when);
    const nothing = { made: [], isContent: false };
    if (first === undefined) return nothing;
    switch (programName(first.text)) {
      case 'cd':
      case 'pushd':
        if (rest[0] !== undefined && !command.substituted) this.#cwd = this.#path(rest[0]);
        return nothing;
      case 'cat':
        return {
          made: rest.length === 0 ? input : rest.flatMap((word) => this.#find(word, command.when)),
          isContent: true,
        };
      case 'tee':
        for (const word of plainWords(rest)) this.#files.write(this.#path(word), input, [], command.when);
        return { made: input, isContent: true };
      case 'cp':
      case 'mv':
      case 'ln':
      case 'install':
        this.#copy(rest, command.when);
        return nothing;
      case 'make':
      case 'gmake':
        this.#make(rest, command.when);
        return nothing;
      case 'xargs':
        this.#copyFound(rest);
        return nothing;
      case 'sed':
      case 'gsed':
        return this.#sed(rest, command, input);
      case 'export':
        for (const word of rest) this.#export(word);
        return nothing;
      default:
        if (!this.#ko(command)) this.#image(command, input);
        return nothing;
    }
  }

  #export(word: CommandWord): void {
    const equals = word.text.indexOf('=');
    if (equals > 0) this.#exported.set(word.text.slice(0, equals), wordFrom(word, equals + 1));
  }

  #ko(command: BuildCommand): boolean {
    const version = koVersionOf(command.words);
    if (version !== null) this.koVersions.push(version);
    const environment = new Map([...this.#exported, ...(command.assignments ?? [])]);
    const ko = koCommandOf(command, { rule: this.#rule, folder: this.#cwd, environment });
    if (ko !== null) this.koCommands.push(ko);
    return ko !== null;
  }

  #make(words: readonly CommandWord[], when: readonly Condition[]): void {
    const variables = new Map<string, CommandWord>();
    const goals: string[] = [];
    let folder = this.#cwd;
    let file: string | null = null;
    for (let at = 0; at < words.length; at++) {
      const word = words[at];
      const next = words[at + 1];
      if (word === undefined) continue;
      const assigned = /^([A-Za-z_][\w.-]*)=/.exec(word.text);
      const option = /^(?:-(C|f)|--(directory|file|makefile)=)/.exec(word.text);
      if (assigned?.[1] !== undefined) variables.set(assigned[1], wordFrom(word, assigned[0].length));
      else if (option !== null) {
        const behind = wordFrom(word, option[0].length);
        const value = behind.text === '' ? next : behind;
        if (behind.text === '') at++;
        if (value === undefined) continue;
        if (option[1] === 'C' || option[2] === 'directory') folder = this.#path(value);
        else file = value.text;
      } else if (!word.text.startsWith('-')) goals.push(word.text);
    }
    this.makes.push({ folder, file, variables, goals, when });
  }

  #find(word: CommandWord, when: readonly Condition[]): readonly MadeFile[] {
    return this.#files.find(this.#path(word), when);
  }

  #copy(words: readonly CommandWord[], when: readonly Condition[]): void {
    const plain = plainWords(words);
    const destination = plain.at(-1);
    if (destination === undefined || plain.length < 2) return;
    const to = this.#path(destination);
    for (const source of plain.slice(0, -1)) {
      const from = this.#path(source);
      if (fileName(source.text) === '*' || source.text === '.' || source.text.endsWith('/.')) {
        this.#files.copyFolder(fileName(from) === '*' ? joinPath(from, '..') : from, to);
        continue;
      }
      const made = this.#files.find(from, when);
      if (made.length === 0) {
        // A folder: it comes to lie inside an existing one, or takes its name.
        this.#files.copyFolder(from, joinPath(to, fileName(from)));
        if (plain.length === 2) this.#files.copyFolder(from, to);
        continue;
      }
      this.#files.write(joinPath(to, fileName(from)), made, [], when);
      if (plain.length === 2) this.#files.write(to, made, [], when);
    }
  }

  /** `find … | xargs cp … FOLDER`: the files of the folder come to lie in the other. */
  #copyFound(words: readonly CommandWord[]): void {
    const copy = words.findIndex((word) => word.text === 'cp');
    const destination = copy < 0 ? undefined : plainWords(words.slice(copy + 1)).at(-1);
    if (destination !== undefined && destination.text !== '{}')
      this.#files.copyFolder(this.#cwd, this.#path(destination));
  }

  #sed(
    words: readonly CommandWord[],
    command: BuildCommand,
    input: readonly MadeFile[],
  ): { readonly made: readonly MadeFile[]; readonly isContent: boolean } {
    const call = sedCallOf(words, command);
    if (call.inPlace) {
      for (const file of call.files) {
        const path = this.#path(file);
        this.#files.write(path, this.#files.find(path, command.when), call.replacements, command.when);
      }
      return { made: [], isContent: false };
    }
    const from =
      call.files.length === 0 ? input : call.files.flatMap((file) => this.#find(file, command.when));
    return { made: replaced(from, call.replacements, command.when), isContent: true };
  }

  // ---- images --------------------------------------------------------------------------------------------

  #image(command: BuildCommand, input: readonly MadeFile[]): void {
    const image = imageCommandOf(command);
    if (image === null) return;
    if (image.kind === 'build') {
      this.#build(image, command, input);
      return;
    }
    const { at, when } = command;
    const use = { kind: image.kind, at, image: wordValue(image.image, when) };
    this.uses.push(image.kind === 'tag' ? { ...use, becomes: wordValue(image.becomes, when) } : use);
  }

  #build(
    image: Extract<ImageCommand, { kind: 'build' }>,
    command: BuildCommand,
    input: readonly MadeFile[],
  ): void {
    const { file, context } = image;
    const folder = context === null || /^[a-z+]+:\/\//.test(context.text) ? null : this.#path(context);
    const fromInput = file?.text === '-' || (file === null && context?.text === '-');
    const paths = this.#candidates(file, folder);
    const found = fromInput
      ? { path: '-', files: input }
      : (paths
          .map((path) => ({ path, files: this.#files.find(path, command.when) }))
          .find(({ files }) => files.length > 0) ?? { path: paths[0] ?? '', files: [] });
    this.builds.push({
      rule: this.#rule,
      at: command.at,
      when: command.when,
      command: image,
      ...(command.beyond === undefined ? {} : { beyond: command.beyond }),
      context: context?.text === '-' ? null : folder,
      ...found,
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
}

function plainWords(words: readonly CommandWord[]): readonly CommandWord[] {
  return words.filter((word) => !word.text.startsWith('-') && word.text !== '');
}

function replaced(
  from: readonly MadeFile[],
  replacements: readonly Replacement[],
  when: readonly Condition[],
): readonly MadeFile[] {
  return from
    .filter((file) => compatible(file.when, when))
    .map((file) => ({
      source: file.source,
      replacements: [...file.replacements, ...replacements],
      when: joinConditions(file.when, when),
    }));
}
