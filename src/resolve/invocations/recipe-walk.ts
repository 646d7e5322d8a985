import type { Condition, GoBuild, ImageUse, Location } from '../../domain/index.ts';
import { fileName } from '../../domain/index.ts';
import { type Recipe, type RecipeLine, type RecipeText, treePath } from '../../formats/make/evaluate.ts';
import { hasMark } from '../../formats/make/marks.ts';
import { type Choice, EMPTY, shown } from '../../formats/make/pieces.ts';
import { mayStartBuilds, placeIn } from '../../formats/shell/index.ts';
import type { BuildFiles, MadeFile } from './build-files.ts';
import type { ForeignBuild } from './foreign-commands.ts';
import type { ImageCommand } from './image-commands.ts';
import type { KoCommand } from './ko-commands.ts';
import { runShell, type ShellText, TOO_LONG, UNPARSED } from './shell/run.ts';
import { commandsOf, lineAt } from './shell-lines.ts';
import type { StartedSteps } from './started-steps.ts';
import { Walk } from './walk.ts';
import type { BuildCommand, CommandWord } from './words.ts';

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
  /** Programs that the file which holds the command builds. */
  readonly goBuilds?: readonly GoBuild[];
  /** Files of build arguments, by their paths in the tree. */
  readonly argumentFiles?: readonly { readonly path: string; readonly at: Location }[];
  /** Set where no definition is built that is read here. */
  readonly foreign?: ForeignBuild;
  /** What `--build-arg NAME` finds in the environment of the command. */
  readonly environment?: ReadonlyMap<string, Choice>;
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
  /** What the shell in front of it exports. */
  readonly environment?: ReadonlyMap<string, Choice>;
  /** `-e`: the environment beats the makefile. */
  readonly environmentWins?: true;
}

export interface WalkResult {
  readonly builds: readonly FoundBuild[];
  readonly uses: readonly ImageUse[];
  readonly makes: readonly SubMake[];
  /** Build files of steps that commands start with values of their own. */
  readonly steps: readonly StartedSteps[];
  readonly goBuilds: readonly GoBuild[];
  readonly koCommands: readonly KoCommand[];
  /** Versions of ko that commands run or install. */
  readonly koVersions: readonly string[];
  /** The bound behind which commands were not followed; null where all were. */
  readonly cut: string | null;
}

/** What stands around commands that are followed. */
export interface Surroundings {
  /** Variables that their shell is given. */
  readonly environment: ReadonlyMap<string, Choice>;
  /** A script of the tree by its path; undefined where there is none. */
  script(path: string): ShellText | undefined;
  /** Paths of the tree below a folder, relative to it; null where they are not listed. */
  below?(folder: string): readonly string[] | null;
  /** True where a file of the tree, in whatever folder, has this name. */
  holdsName?(name: string): boolean;
  /** True once a script was asked for that is only read in the next round. */
  isPending?(): boolean;
  /** Told of the commands that were followed. */
  spend?(steps: number): void;
}

/** Builds with the programs that the same file builds. */
export function withGoBuilds(
  builds: readonly FoundBuild[],
  goBuilds: readonly GoBuild[],
): readonly FoundBuild[] {
  return goBuilds.length === 0 ? builds : builds.map((build) => ({ ...build, goBuilds }));
}

const ALONE: Surroundings = { environment: new Map(), script: () => undefined };

/** Signs without which a line neither builds nor makes a file. */
const MATTERS =
  /build|push|run|tag|sed|cp|cat|tee|mv|ln|install|cd|make|\bko\b|>|\.sh|bash|save|load|commit|copy|\beval\b|perl|\$/;

/** Follows a recipe's commands in order: where they stand, which files they make, which images they build. */
export function walkRecipe(
  recipe: Recipe,
  folder: string,
  files: BuildFiles,
  around: Surroundings = ALONE,
): WalkResult {
  const walk = new Walk(recipe.target, folder, files);
  for (const line of recipe.oneShell === true ? inOneShell(recipe.lines) : recipe.lines) {
    for (const option of line.options) {
      // Of what is too long nothing is left: it may have built.
      if (line.beyond !== undefined && isLost(option)) walk.cut = line.beyond;
      if (!MATTERS.test(option.text) && !hasMark(option.text)) continue;
      walkLine(walk, option, line, around);
    }
  }
  return walk;
}

function isLost({ text, marks }: RecipeText): boolean {
  const [first, ...rest] = marks.read(text, []);
  return rest.length === 0 && first?.open === 'computed' && first.text === '?';
}

/** A line is a shell of its own; one that cannot be parsed is read as far as it goes. */
function walkLine(walk: Walk, option: RecipeText, line: RecipeLine, around: Surroundings): void {
  walk.begin();
  const lineOf = placeIn(option.text);
  const text: ShellText = {
    path: line.at.path,
    text: option.text,
    place: (offset) => line.places?.(lineOf(offset).line - 1) ?? lineAt(line.at, lineOf(offset).line - 1),
  };
  const emit = (command: BuildCommand): void =>
    walk.take(line.beyond === undefined ? command : { ...command, beyond: line.beyond });
  const world = { ...worldOf(walk, around), marks: option.marks, emit };
  const beyond = runShell(world, text, { positional: EMPTY, when: option.when });
  if (
    beyond === TOO_LONG ||
    (beyond !== null && beyond !== UNPARSED && mayStartBuilds(shown(option.marks.read(option.text, []))))
  )
    walk.cut = beyond;
  if (beyond === UNPARSED) for (const command of commandsOf(option, line.at, line.beyond)) walk.take(command);
}

/** Paths of scripts are seen from where the commands stand. */
function worldOf(walk: Walk, { environment, script, below, holdsName, isPending, spend }: Surroundings) {
  return {
    environment,
    spend: (steps: number) => spend?.(steps),
    isPending: () => isPending?.() === true,
    folder: () => walk.folder,
    script: (path: string) => script(treePath(walk.folder, path)),
    below: (folder: string) => below?.(treePath(walk.folder, folder)) ?? null,
    holdsName: (name: string) => holdsName?.(name) !== false,
  };
}

/** `.ONESHELL`: all lines as one text, where each can be only one thing. */
function inOneShell(lines: readonly RecipeLine[]): readonly RecipeLine[] {
  const [first] = lines;
  const marks = first?.options[0]?.marks;
  if (first === undefined || marks === undefined || lines.some(({ options }) => options.length !== 1))
    return lines;
  const texts = lines.map(({ options }) => options[0]?.text ?? '');
  const starts: { readonly from: number; readonly at: Location }[] = [];
  let from = 0;
  texts.forEach((text, index) => {
    starts.push({ from, at: lines[index]?.at ?? first.at });
    from += text.split('\n').length;
  });
  const places = (line: number): Location => {
    const start = starts.findLast((one) => one.from <= line);
    return start === undefined ? first.at : lineAt(start.at, line - start.from);
  };
  const beyond = lines.find((line) => line.beyond !== undefined)?.beyond;
  const option: RecipeText = { when: first.options[0]?.when ?? [], text: texts.join('\n'), marks };
  return [{ at: first.at, options: [option], places, ...(beyond === undefined ? {} : { beyond }) }];
}

/** Follows commands that run in a folder, as one shell with the variables that it is given. */
export function walkScript(
  rule: string,
  commands: readonly BuildCommand[],
  folder: string,
  files: BuildFiles,
  environment: ReadonlyMap<string, CommandWord> = new Map(),
): WalkResult {
  const walk = new Walk(rule, folder, files, environment);
  walk.begin();
  for (const command of commands) walk.take(command);
  return walk;
}

/** Follows a script file, or a text that a build file names by its rule, that runs in a folder; null where it cannot be parsed. */
export function walkProgram(
  text: ShellText,
  folder: string,
  files: BuildFiles,
  around: Surroundings &
    Pick<Parameters<typeof runShell>[0], 'marks' | 'array'> & {
      readonly rule?: string;
      readonly when?: readonly Condition[];
    },
): { readonly result: WalkResult; readonly beyond: string | null } | null {
  const walk = new Walk(around.rule ?? fileName(text.path), folder, files);
  walk.begin();
  const world = {
    ...around,
    ...worldOf(walk, around),
    emit: (command: BuildCommand) => walk.take(command),
  };
  const beyond = runShell(world, text, { positional: null, when: around.when ?? [] });
  return beyond === UNPARSED ? null : { result: walk, beyond };
}
