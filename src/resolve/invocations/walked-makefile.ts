import type { ImageUse, MakeStatement } from '../../domain/index.ts';
import { type Choice, evaluateMake, type MakeGoals, type Recipe } from '../../formats/make/evaluate.ts';
import { stemOf } from '../../formats/make/functions.ts';
import { declaredVariables } from '../declared-values.ts';
import type { FileReader } from '../files.ts';
import { Asked, programOf, SPENT } from './asked.ts';
import { BuildFiles } from './build-files.ts';
import { type FoundBuild, type SubMake, type WalkResult, walkRecipe, withGoBuilds } from './recipe-walk.ts';

/** How a makefile is started. */
export interface Started {
  readonly path: string;
  readonly variables?: ReadonlyMap<string, Choice>;
  readonly environment?: ReadonlyMap<string, Choice>;
  /** Targets that are made, none for what make makes by default; absent for all. */
  readonly goals?: readonly string[];
}

/** What one makefile says, and all that it was read from. */
export interface Walked extends Omit<WalkResult, 'goBuilds' | 'cut'> {
  readonly path: string;
  readonly files: readonly string[];
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
export function walkedMakefile(given: Started, reader: FileReader): Walked | undefined {
  const started = withDeclared(given, reader);
  const statements = programOf(reader, started.path);
  if (statements === undefined) return undefined;
  const ways = remembered.get(statements) ?? new Map<string, Walked>();
  remembered.set(statements, ways);
  const key = keyOf(started);
  const known = ways.get(key);
  if (reader.isSpent) return nothingRead(started.path, SPENT, reader);
  const isKnown = known?.asked.isSame(reader) === true;
  const walked = isKnown ? known : readableMakefile(started, reader);
  reader.charge(walked, walked.asked.steps);
  if (isKnown) return walked;
  if (ways.size < MOST_REMEMBERED || ways.has(key)) ways.set(key, walked);
  return walked;
}

/** What the policy declares stands on the command line of whoever starts it, unless that says otherwise. */
function withDeclared(started: Started, reader: FileReader): Started {
  const declared = declaredVariables(reader.declared, started.path);
  if (declared.size === 0) return started;
  return { ...started, variables: new Map([...declared, ...(started.variables ?? [])]) };
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
    steps: [],
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
  const recipes = reached(evaluated.recipes(), evaluated.goals(), goals);
  const exports = evaluated.exports();
  const around = asked.surroundings(new Map([...exports, ...(started.variables ?? [])]));
  const cost = { steps: 0, beyond: null };
  const all = new BuildFiles(has, cost);
  const first = recipes.map((recipe) => {
    const made = new BuildFiles(has, cost);
    const found = walkRecipe(recipe, evaluated.folder, made, around);
    all.absorb(made);
    return { found, made };
  });
  const builds: FoundBuild[] = [];
  const uses: ImageUse[] = [];
  const makes: SubMake[] = [];
  recipes.forEach((recipe, index) => {
    const one = first[index];
    if (one === undefined) return;
    const { found, made } = one;
    uses.push(...found.uses);
    makes.push(...found.makes);
    if (found.builds.length === 0) return;
    const again = !asked.isPending && made.misses(all);
    const files = new BuildFiles(has, cost, all);
    builds.push(...(again ? walkRecipe(recipe, evaluated.folder, files, around) : found).builds);
  });
  const cut = first.find(({ found }) => found.cut !== null)?.found.cut;
  return {
    path: started.path,
    files: evaluated.files,
    builds: withGoBuilds(
      builds,
      first.flatMap(({ found }) => found.goBuilds),
    ),
    uses,
    makes,
    steps: first.flatMap(({ found }) => found.steps),
    koCommands: first.flatMap(({ found }) => found.koCommands),
    koVersions: first.flatMap(({ found }) => found.koVersions),
    exports,
    variables: started.variables ?? new Map(),
    // Which files are copied where only matters to what is built.
    beyond: evaluated.beyond() ?? cut ?? (builds.length === 0 ? null : cost.beyond),
    asked,
  };
}

/** Recipes that the goals need: of the default goal for an empty list, all where it is absent or nothing tells. */
function reached(
  recipes: readonly Recipe[],
  { byDefault, prerequisites }: MakeGoals,
  goals: readonly string[] | undefined,
): readonly Recipe[] {
  const named = goals?.length === 0 ? byDefault : goals;
  if (named === undefined || named === null) return recipes;
  const targets = new Set([...recipes.map(({ target }) => target), ...prerequisites.keys()]);
  const patterns = [...targets].filter((target) => target.includes('%'));
  // A goal that no rule makes is no goal: what was taken for one, or the rules, are not as they seem.
  const isMade = (goal: string) =>
    targets.has(goal) || patterns.some((pattern) => stemOf(pattern, goal) !== null);
  if (!named.every(isMade)) return recipes;
  const made = new Set(recipes.map(({ target }) => target));
  const taken = new Set(named);
  const wanted = [...named];
  for (let goal = wanted.pop(); goal !== undefined; goal = wanted.pop()) {
    const name = goal;
    // It may be any target.
    if (name.includes('$(')) return recipes;
    // A recipe of its own goes before that of a pattern.
    const fitting = made.has(name) ? [] : patterns.filter((pattern) => stemOf(pattern, name) !== null);
    for (const pattern of fitting) taken.add(pattern);
    for (const target of [name, ...fitting]) {
      for (const next of needsOf(target, prerequisites.get(target) ?? [], name)) {
        if (taken.has(next)) continue;
        taken.add(next);
        wanted.push(next);
      }
    }
  }
  return recipes.filter(({ target }) => taken.has(target) || target.includes('$('));
}

/** What a goal needs by a rule: of a pattern, with what `%` stands for in the goal. */
function needsOf(target: string, prerequisites: readonly string[], goal: string): readonly string[] {
  const stem = target.includes('%') ? stemOf(target, goal) : null;
  if (stem === null) return prerequisites;
  return prerequisites.flatMap((one) => (one.includes('%') ? [one, one.replace('%', () => stem)] : [one]));
}
