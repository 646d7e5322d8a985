import type { ImageUse, Invocation, Location, MakeStatement, UnreadPart } from '../../domain/index.ts';
import { joinPath } from '../../domain/index.ts';
import { isArchitectureName } from '../../domain/placeholder.ts';
import { type Choice, evaluateMake, type Recipe } from '../../formats/make/evaluate.ts';
import { stemOf } from '../../formats/make/functions.ts';
import type { FileReader } from '../files.ts';
import { BuildFiles } from './build-files.ts';
import type { KoCommand } from './ko-commands.ts';
import { invocationsOf } from './merge.ts';
import { pathsFitting } from './open-paths.ts';
import { type FoundBuild, type SubMake, walkRecipe } from './recipe-walk.ts';
import { type CommandWord, closedText, wordOf } from './words.ts';

export interface FoundInvocations {
  readonly invocations: readonly Invocation[];
  readonly uses: readonly ImageUse[];
  /** Files that were not followed to their end. */
  readonly unread: readonly UnreadPart[];
}

const MOST_SUB_MAKES = 256;
const DEEPEST = 4;

/**
 * What makefiles build: each that no other includes is read as make would, from its own folder; and once more as another starts it, where that gives it
 * variables.
 */
export function makeInvocations(
  paths: readonly string[],
  reader: FileReader,
  definitions: readonly string[],
): FoundInvocations {
  const all = walkedMakefiles(paths, reader);
  return {
    invocations: all.flatMap(({ builds }) => invocationsOf('make', builds, definitions)),
    uses: all.flatMap(({ uses }) => uses),
    unread: all.flatMap(({ path, beyond }) => (beyond === null ? [] : [{ path, because: beyond }])),
  };
}

/** Calls of ko in makefiles, with what those export, and the versions of ko that they name. */
export function koCallsOfMakefiles(
  paths: readonly string[],
  reader: FileReader,
): { readonly commands: readonly KoCommand[]; readonly versions: readonly string[] } {
  const all = walkedMakefiles(paths, reader);
  return {
    commands: all.flatMap(({ koCommands, exports }) =>
      koCommands.map((one) => ({
        ...one,
        environment: new Map([...exportedWords(exports, one.at), ...one.environment]),
      })),
    ),
    versions: all.flatMap(({ koVersions }) => koVersions),
  };
}

/** Of a variable that can be several things, the first. */
function exportedWords(exports: ReadonlyMap<string, Choice>, at: Location): Map<string, CommandWord> {
  const words = new Map<string, CommandWord>();
  for (const [name, { options }] of exports)
    if (options[0] !== undefined) words.set(name, wordOf(options[0].pieces, at));
  return words;
}

const walkedOf = new WeakMap<FileReader, { readonly key: string; readonly all: readonly Walked[] }>();

/** Each makefile that no other includes, and those again that recipes start. */
function walkedMakefiles(paths: readonly string[], reader: FileReader): readonly Walked[] {
  const key = paths.join('\0');
  const known = walkedOf.get(reader);
  if (known?.key === key) return known.all;
  const walked = paths.flatMap((path) => walkedMakefile({ path }, reader) ?? []);
  const included = new Set(walked.flatMap(({ files }) => files.slice(1)));
  const found = walked.filter(({ files }) => !included.has(files[0] ?? ''));
  const all = [...found, ...startedBy(found, reader, paths)];
  walkedOf.set(reader, { key, all });
  return all;
}

/** How a makefile is started. */
interface Started {
  readonly path: string;
  readonly variables?: ReadonlyMap<string, Choice>;
  readonly environment?: ReadonlyMap<string, Choice>;
  /** Targets that are made; absent for all. */
  readonly goals?: readonly string[];
}

/** What one makefile says, and all that it was read from. */
interface Walked {
  readonly path: string;
  readonly files: readonly string[];
  readonly builds: readonly FoundBuild[];
  readonly uses: readonly ImageUse[];
  readonly makes: readonly SubMake[];
  readonly koCommands: readonly KoCommand[];
  readonly koVersions: readonly string[];
  readonly exports: ReadonlyMap<string, Choice>;
  readonly variables: ReadonlyMap<string, Choice>;
  readonly beyond: string | null;
  readonly asked: Asked;
}

// ---- makes that recipes start --------------------------------------------------------------------------

/** What starts a make: a recipe, or a step of a CI system. */
type Caller = Pick<Walked, 'path' | 'makes' | 'exports' | 'variables'>;

/** What makefiles build as a CI system starts them, with the environment that it gives. */
export function startedInvocations(
  callers: readonly { readonly make: SubMake; readonly environment: ReadonlyMap<string, Choice> }[],
  reader: FileReader,
  makefiles: readonly string[],
  definitions: readonly string[],
): FoundInvocations & { readonly koCommands: readonly KoCommand[] } {
  const started = startedBy(
    callers.map(({ make, environment }) => ({
      path: '',
      makes: [make],
      exports: environment,
      variables: new Map(),
    })),
    reader,
    makefiles,
  );
  return {
    invocations: started.flatMap(({ builds }) => invocationsOf('make', builds, definitions)),
    uses: started.flatMap(({ uses }) => uses),
    unread: [],
    koCommands: started.flatMap(({ koCommands }) => koCommands),
  };
}

/** Makefiles as the recipes of others start them, as far as that differs from starting them alone. */
function startedBy(
  callers: readonly Caller[],
  reader: FileReader,
  makefiles: readonly string[],
): readonly Walked[] {
  const found: Walked[] = [];
  const seen = new Set<string>();
  let level: readonly Caller[] = callers;
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: Walked[] = [];
    for (const caller of level) {
      for (const started of caller.makes.flatMap((make) => startsOf(make, caller, reader, makefiles))) {
        const key = keyOf(started);
        if (seen.has(key) || seen.size >= MOST_SUB_MAKES) continue;
        seen.add(key);
        const walked = walkedMakefile(started, reader);
        if (walked !== undefined) next.push(walked);
      }
    }
    found.push(...next);
    level = next;
  }
  return found;
}

/** None where the make that is started sees nothing that it would not see alone, or its makefile is not there. */
function startsOf(
  make: SubMake,
  caller: Caller,
  reader: FileReader,
  makefiles: readonly string[],
): readonly Started[] {
  const variables = new Map(caller.variables);
  for (const [name, word] of make.variables) {
    if (isArchitectureName(name) || closedText(word) === undefined) continue;
    variables.set(name, { options: [{ when: make.when, pieces: word.pieces }] });
  }
  const environment = new Map([...caller.exports].filter(([name]) => !isArchitectureName(name)));
  // Variables of the command line hold for its goals; what the environment gives may as well reach the rest.
  const isOpen =
    (variables.size === 0 && caller.path !== '') || make.goals.some((goal) => goal.includes('$('));
  const goals = isOpen ? [] : make.goals;
  return makefilesOf(make, reader, makefiles).flatMap((path) => {
    const sees = variables.size > 0 || (environment.size > 0 && path !== caller.path);
    return sees ? [{ path, variables, environment, ...(goals.length === 0 ? {} : { goals }) }] : [];
  });
}

/** The makefile that is started; where its folder stays open, each that it can be. */
function makefilesOf(make: SubMake, reader: FileReader, makefiles: readonly string[]): readonly string[] {
  const names = make.file === null ? ['GNUmakefile', 'makefile', 'Makefile'] : [make.file];
  const paths = names.map((name) => joinPath(make.folder, name));
  const there = paths.find((path) => reader.has(path));
  return there === undefined ? paths.flatMap((path) => pathsFitting(path, makefiles)) : [there];
}

function keyOf({ path, variables, environment, goals }: Started): string {
  return JSON.stringify([path, [...(variables ?? [])], [...(environment ?? [])], goals ?? null]);
}

// ---- one makefile --------------------------------------------------------------------------------------

/** What was asked of a tree, with its answers: where they are the same, so is what follows from them. */
interface Asked {
  readonly programs: ReadonlyMap<string, readonly MakeStatement[] | undefined>;
  readonly files: ReadonlyMap<string, boolean>;
}

/** Both trees of a change, and each round of reading one, mostly hold the same makefiles. */
const remembered = new WeakMap<readonly MakeStatement[], Map<string, Walked>>();
const MOST_REMEMBERED = 64;

function walkedMakefile(started: Started, reader: FileReader): Walked | undefined {
  const statements = programOf(reader, started.path);
  if (statements === undefined) return undefined;
  const ways = remembered.get(statements) ?? new Map<string, Walked>();
  remembered.set(statements, ways);
  const key = keyOf(started);
  const known = ways.get(key);
  if (known !== undefined && isSame(known.asked, reader)) return known;
  const walked = readableMakefile(started, reader);
  if (ways.size < MOST_REMEMBERED || ways.has(key)) ways.set(key, walked);
  return walked;
}

/** A makefile that cannot be evaluated costs itself, and is said: the other files are judged. */
function readableMakefile(started: Started, reader: FileReader): Walked {
  try {
    return walkMakefile(started, reader);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const nothing = new Map<string, never>();
    return {
      path: started.path,
      files: [started.path],
      builds: [],
      uses: [],
      makes: [],
      koCommands: [],
      koVersions: [],
      exports: nothing,
      variables: nothing,
      beyond: `it could not be evaluated (${what})`,
      asked: { programs: nothing, files: nothing },
    };
  }
}

function isSame(asked: Asked, reader: FileReader): boolean {
  for (const [path, there] of asked.files) if (reader.has(path) !== there) return false;
  for (const [path, program] of asked.programs) if (programOf(reader, path) !== program) return false;
  return true;
}

function programOf(reader: FileReader, path: string): readonly MakeStatement[] | undefined {
  for (const fact of reader.read(path, 'make')) if (fact.kind === 'program') return fact.statements;
  return undefined;
}

/** Recipes twice: first for the files that each makes, then for what it builds out of those of all. */
function walkMakefile(started: Started, reader: FileReader): Walked {
  const programs = new Map<string, readonly MakeStatement[] | undefined>();
  const files = new Map<string, boolean>();
  const has = (name: string): boolean => {
    const there = files.get(name) ?? reader.has(name);
    files.set(name, there);
    return there;
  };
  const program = (name: string): readonly MakeStatement[] | undefined => {
    const statements = programOf(reader, name);
    programs.set(name, statements);
    return statements;
  };
  const { goals, ...given } = started;
  const evaluated = evaluateMake({ program, has }, given);
  const recipes = reached(evaluated.recipes(), goals);
  const all = new BuildFiles(has);
  const first = recipes.map((recipe) => {
    const made = new BuildFiles(has);
    const found = walkRecipe(recipe, evaluated.folder, made);
    all.absorb(made);
    return found;
  });
  const builds: FoundBuild[] = [];
  const uses: ImageUse[] = [];
  const makes: SubMake[] = [];
  recipes.forEach((recipe, index) => {
    const found = first[index];
    if (found === undefined) return;
    uses.push(...found.uses);
    makes.push(...found.makes);
    if (found.builds.length === 0) return;
    builds.push(...walkRecipe(recipe, evaluated.folder, new BuildFiles(has, all)).builds);
  });
  return {
    path: started.path,
    files: evaluated.files,
    builds,
    uses,
    makes,
    koCommands: first.flatMap(({ koCommands }) => koCommands),
    koVersions: first.flatMap(({ koVersions }) => koVersions),
    exports: evaluated.exports(),
    variables: started.variables ?? new Map(),
    beyond: evaluated.beyond(),
    asked: { programs, files },
  };
}

/** Recipes that the goals need; all where none are named. */
function reached(recipes: readonly Recipe[], goals: readonly string[] | undefined): readonly Recipe[] {
  if (goals === undefined) return recipes;
  const wanted = new Set(goals);
  const taken = new Set<Recipe>();
  let grew = true;
  while (grew) {
    grew = false;
    for (const recipe of recipes) {
      if (taken.has(recipe) || ![...wanted].some((goal) => stemOf(recipe.target, goal) !== null)) continue;
      taken.add(recipe);
      grew = true;
      for (const name of recipe.prerequisites) wanted.add(name);
    }
  }
  return recipes.filter((recipe) => taken.has(recipe));
}
