import type { ImageUse, MakeStatement } from '../../domain/index.ts';
import { type Choice, evaluateMake, type Recipe } from '../../formats/make/evaluate.ts';
import { stemOf } from '../../formats/make/functions.ts';
import type { FileReader } from '../files.ts';
import { Asked, programOf } from './asked.ts';
import { BuildFiles } from './build-files.ts';
import type { KoCommand } from './ko-commands.ts';
import { type FoundBuild, type SubMake, walkRecipe } from './recipe-walk.ts';

/** How a makefile is started. */
export interface Started {
  readonly path: string;
  readonly variables?: ReadonlyMap<string, Choice>;
  readonly environment?: ReadonlyMap<string, Choice>;
  /** Targets that are made; absent for all. */
  readonly goals?: readonly string[];
}

/** What one makefile says, and all that it was read from. */
export interface Walked {
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

/** Two ways to start a makefile that are the same have the same key. */
export function keyOf({ path, variables, environment, goals }: Started): string {
  return JSON.stringify([path, [...(variables ?? [])], [...(environment ?? [])], goals ?? null]);
}

/** Both trees of a change, and each round of reading one, mostly hold the same makefiles. */
const remembered = new WeakMap<readonly MakeStatement[], Map<string, Walked>>();
const MOST_REMEMBERED = 64;

/** A makefile as it is started; undefined where it was not read. */
export function walkedMakefile(started: Started, reader: FileReader): Walked | undefined {
  const statements = programOf(reader, started.path);
  if (statements === undefined) return undefined;
  const ways = remembered.get(statements) ?? new Map<string, Walked>();
  remembered.set(statements, ways);
  const key = keyOf(started);
  const known = ways.get(key);
  if (known?.asked.isSame(reader)) return known;
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
    return nothingRead(started.path, `it could not be evaluated (${what})`, reader);
  }
}

function nothingRead(path: string, because: string, reader: FileReader): Walked {
  const nothing = new Map<string, never>();
  return {
    path,
    files: [path],
    builds: [],
    uses: [],
    makes: [],
    koCommands: [],
    koVersions: [],
    exports: nothing,
    variables: nothing,
    beyond: because,
    asked: new Asked(reader),
  };
}

/** Recipes twice: first for the files that each makes, then for what it builds out of those of all. */
function walkMakefile(started: Started, reader: FileReader): Walked {
  const asked = new Asked(reader);
  const has = (path: string): boolean => asked.has(path);
  const { goals, ...given } = started;
  const evaluated = evaluateMake(asked, given);
  const recipes = reached(evaluated.recipes(), goals);
  const exports = evaluated.exports();
  const around = {
    environment: new Map([...exports, ...(started.variables ?? [])]),
    script: (path: string) => asked.script(path),
  };
  const cost = { steps: 0, beyond: null };
  const all = new BuildFiles(has, cost);
  const first = recipes.map((recipe) => {
    const made = new BuildFiles(has, cost);
    const found = walkRecipe(recipe, evaluated.folder, made, around);
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
    builds.push(...walkRecipe(recipe, evaluated.folder, new BuildFiles(has, cost, all), around).builds);
  });
  return {
    path: started.path,
    files: evaluated.files,
    builds,
    uses,
    makes,
    koCommands: first.flatMap(({ koCommands }) => koCommands),
    koVersions: first.flatMap(({ koVersions }) => koVersions),
    exports,
    variables: started.variables ?? new Map(),
    // Which files are copied where only matters to what is built.
    beyond: evaluated.beyond() ?? (builds.length === 0 ? null : cost.beyond),
    asked,
  };
}

/** Recipes that the goals need; all where none are named. */
function reached(recipes: readonly Recipe[], goals: readonly string[] | undefined): readonly Recipe[] {
  if (goals === undefined) return recipes;
  const byTarget = Map.groupBy(recipes, ({ target }) => target);
  const patterns = recipes.filter(({ target }) => target.includes('%'));
  const taken = new Set<Recipe>();
  const wanted = [...goals];
  const seen = new Set(wanted);
  for (let goal = wanted.pop(); goal !== undefined; goal = wanted.pop()) {
    const name = goal;
    const fitting = [
      ...(byTarget.get(name) ?? []),
      ...patterns.filter(({ target }) => stemOf(target, name) !== null),
    ];
    for (const recipe of fitting) {
      if (taken.has(recipe)) continue;
      taken.add(recipe);
      for (const next of needsOf(recipe, name)) {
        if (seen.has(next)) continue;
        seen.add(next);
        wanted.push(next);
      }
    }
  }
  return recipes.filter((recipe) => taken.has(recipe));
}

/** What a goal needs by a rule: of a pattern, with what `%` stands for in the goal. */
function needsOf({ target, prerequisites }: Recipe, goal: string): readonly string[] {
  const stem = target.includes('%') ? stemOf(target, goal) : null;
  if (stem === null) return prerequisites;
  return prerequisites.flatMap((one) => (one.includes('%') ? [one, one.replace('%', () => stem)] : [one]));
}
