import type { ImageUse, Invocation, MakeStatement } from '../../domain/index.ts';
import { evaluateMake } from '../../formats/make/evaluate.ts';
import type { FileReader } from '../files.ts';
import { BuildFiles } from './build-files.ts';
import { invocationsOf } from './merge.ts';
import { type FoundBuild, walkRecipe } from './recipe-walk.ts';

export interface FoundInvocations {
  readonly invocations: readonly Invocation[];
  readonly uses: readonly ImageUse[];
}

/** What makefiles build: each that no other includes is read as make would, from its own folder. */
export function makeInvocations(
  paths: readonly string[],
  reader: FileReader,
  definitions: readonly string[],
): FoundInvocations {
  const walked = paths.flatMap((path) => walkedMakefile(path, reader) ?? []);
  const included = new Set(walked.flatMap(({ files }) => files.slice(1)));
  const found = walked.filter(({ files }) => !included.has(files[0] ?? ''));
  return {
    invocations: found.flatMap(({ builds }) => invocationsOf('make', builds, definitions)),
    uses: found.flatMap(({ uses }) => uses),
  };
}

/** What one makefile says, and all that it was read from. */
interface Walked {
  readonly path: string;
  readonly files: readonly string[];
  readonly builds: readonly FoundBuild[];
  readonly uses: readonly ImageUse[];
  readonly asked: Asked;
}

/** What was asked of a tree, with its answers: where they are the same, so is what follows from them. */
interface Asked {
  readonly programs: ReadonlyMap<string, readonly MakeStatement[] | undefined>;
  readonly files: ReadonlyMap<string, boolean>;
}

/** Both trees of a change, and each round of reading one, mostly hold the same makefiles. */
const remembered = new WeakMap<readonly MakeStatement[], Walked>();

function walkedMakefile(path: string, reader: FileReader): Walked | undefined {
  const statements = programOf(reader, path);
  if (statements === undefined) return undefined;
  const known = remembered.get(statements);
  if (known !== undefined && known.path === path && isSame(known.asked, reader)) return known;
  const walked = walkMakefile(path, reader);
  remembered.set(statements, walked);
  return walked;
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
function walkMakefile(path: string, reader: FileReader): Walked {
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
  const evaluated = evaluateMake({ program, has }, { path });
  const recipes = evaluated.recipes();
  const all = new BuildFiles(has);
  const first = recipes.map((recipe) => {
    const made = new BuildFiles(has);
    const found = walkRecipe(recipe, evaluated.folder, made);
    all.absorb(made);
    return found;
  });
  const builds: FoundBuild[] = [];
  const uses: ImageUse[] = [];
  recipes.forEach((recipe, index) => {
    const found = first[index];
    if (found === undefined) return;
    uses.push(...found.uses);
    if (found.builds.length === 0) return;
    builds.push(...walkRecipe(recipe, evaluated.folder, new BuildFiles(has, all)).builds);
  });
  return { path, files: evaluated.files, builds, uses, asked: { programs, files } };
}
