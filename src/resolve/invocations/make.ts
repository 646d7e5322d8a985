import type { ImageUse, Invocation, MakeStatement } from '../../domain/index.ts';
import { type EvaluatedMake, evaluateMake } from '../../formats/make/evaluate.ts';
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
  const tree = {
    program: (path: string): readonly MakeStatement[] | undefined => programOf(reader, path),
    has: (path: string): boolean => reader.has(path),
  };
  const evaluated = paths.map((path) => evaluateMake(tree, { path }));
  const included = new Set(evaluated.flatMap(({ files }) => files.slice(1)));
  const invocations: Invocation[] = [];
  const uses: ImageUse[] = [];
  for (const one of evaluated) {
    if (included.has(one.files[0] ?? '')) continue;
    const found = walkMakefile(one, reader);
    invocations.push(...invocationsOf('make', found.builds, definitions));
    uses.push(...found.uses);
  }
  return { invocations, uses };
}

function programOf(reader: FileReader, path: string): readonly MakeStatement[] | undefined {
  for (const fact of reader.read(path, 'make')) if (fact.kind === 'program') return fact.statements;
  return undefined;
}

/** Recipes twice: first for the files that each makes, then for what it builds out of those of all. */
function walkMakefile(
  evaluated: EvaluatedMake,
  reader: FileReader,
): { readonly builds: readonly FoundBuild[]; readonly uses: readonly ImageUse[] } {
  const has = (path: string): boolean => reader.has(path);
  const recipes = evaluated.recipes();
  const all = new BuildFiles(has);
  const first = recipes.map((recipe) => {
    const files = new BuildFiles(has);
    const found = walkRecipe(recipe, evaluated.folder, files);
    all.absorb(files);
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
  return { builds, uses };
}
