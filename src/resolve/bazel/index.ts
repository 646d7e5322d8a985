// Bazel: what the build files of a tree declare becomes images.
// In: the programs of BUILD, WORKSPACE, MODULE and extensions. Out: declared images with their bases, names and instructions.
// Not here: how a file is parsed (formats/bazel), what a base is worth (policy).
import type { Location, PathClass, Scope, StarlarkFact, UnreadPart, Value } from '../../domain/index.ts';
import { bounded, fileName, folderOf, isNonEmpty, joinPath } from '../../domain/index.ts';
import type { Carried, CarrierSources, Placed } from '../carriers.ts';
import type { DeclaredImage } from '../declared.ts';
import { BaseResolver } from './bases.ts';
import { Workspaces } from './labels.ts';
import { Loader } from './loader.ts';
import { type Publication, publications } from './names.ts';
import { Pulls } from './pulls.ts';
import { IMAGE_RULES, NAMED_AS_IMAGE } from './rule-sets.ts';
import { type PlacedTarget, Targets } from './targets.ts';
import { pinnedVersion, workspaceNames } from './workspace.ts';

/** The images that Bazel files declare. */
export function bazelCarrier({ facts, reader, classOf }: CarrierSources): Carried {
  const programs = facts('starlark');
  if (programs.length === 0) return { invocations: [], uses: [], declared: [], unread: [] };
  const workspaces = new Workspaces((path) => reader.has(path));
  for (const name of programs.flatMap(({ fact }) => workspaceNames(fact))) workspaces.name(name);
  const loader = new Loader(reader, workspaces);
  const targets = new Targets(workspaces);
  for (const { path, fact } of buildFiles(programs)) loader.build(path, fact, targets.recorder(path));
  const resolver = new BaseResolver({
    targets,
    pulls: new Pulls(workspaces, targets.all),
    workspaces,
    rulesVersion: pinnedVersion(targets.all),
  });
  const { declared, unread } = imagesOf(targets, resolver, classOf);
  return { invocations: [], uses: [], declared, unread: [...loader.unread, ...unread] };
}

/** Extensions are evaluated where something loads them; of `BUILD` and `BUILD.bazel` in one folder the second counts. */
function buildFiles(programs: readonly Placed<StarlarkFact>[]): readonly Placed<StarlarkFact>[] {
  const paths = new Set(programs.map(({ path }) => path));
  return programs.filter(({ path }) => {
    const name = fileName(path);
    if (name.endsWith('.bzl')) return false;
    return (
      !(name === 'BUILD' || name === 'WORKSPACE') || !paths.has(joinPath(folderOf(path), `${name}.bazel`))
    );
  });
}

function imagesOf(
  targets: Targets,
  resolver: BaseResolver,
  classOf: (path: string) => PathClass,
): { readonly declared: readonly DeclaredImage[]; readonly unread: readonly UnreadPart[] } {
  const unread: UnreadPart[] = [];
  const published = publications(targets);
  const images = new Map<string, PlacedTarget[]>();
  const below = new Set<PlacedTarget>();
  for (const target of targets.all) {
    const rule = resolver.ruleOf(target);
    if (rule === null) {
      if (isUnknownImage(target)) unread.push(unknownImage(target));
      continue;
    }
    for (const inner of resolver.resolve(target, rule).below) below.add(inner);
    const key = `${target.site.path}\0${target.name}`;
    images.set(key, [...(images.get(key) ?? []), target]);
  }
  const declared = [...images.values()].flatMap((alike) => {
    const isInner = alike.every((one) => below.has(one) && !published.has(one));
    return isInner || !isNonEmpty(alike) ? [] : [declaredImage(alike, resolver, published, classOf)];
  });
  return { declared, unread };
}

function isUnknownImage({ from, rule, attributes }: PlacedTarget): boolean {
  return from !== null && attributes.has('name') && NAMED_AS_IMAGE.test(rule) && !IMAGE_RULES.has(rule);
}

function unknownImage({ site, rule, from, name }: PlacedTarget): UnreadPart {
  const because = `the image ${name} is made by ${rule} of ${from}, which is not in the tree, and it names no base`;
  return { path: site.path, at: site, because };
}

/** One image of the targets that a name may mean: more than one only where a condition nothing decides chooses. */
function declaredImage(
  alike: readonly [PlacedTarget, ...PlacedTarget[]],
  resolver: BaseResolver,
  published: ReadonlyMap<PlacedTarget, Publication>,
  classOf: (path: string) => PathClass,
): DeclaredImage {
  const [first] = alike;
  const resolved = alike.flatMap((one) => {
    const rule = resolver.ruleOf(one);
    return rule === null ? [] : [resolver.resolve(one, rule)];
  });
  const [base, ...others] = resolved.map((one) => one.base);
  const given = alike.flatMap((one) => published.get(one) ?? []);
  return {
    workflow: 'bazel',
    at: first.site,
    within: first.name,
    scope: scopeOf(classOf(first.site.path)),
    base: base === undefined ? null : withoutSite(merged(base, others), first.site),
    instructions: [...new Set(resolved.flatMap(({ instructions }) => instructions))],
    names: given.flatMap(({ names }) => names),
    pushes: given.some(({ pushes }) => pushes),
    rests: alike.flatMap((one) => [one.site, one.at]),
  };
}

/** The definition's own place stands at the head of every chain already. */
function withoutSite(base: Value, site: Location): Value {
  const [first, ...rest] = base.alternatives.map((one) => {
    const chain = one.chain.filter((link, index) => link !== site || index === one.chain.length - 1);
    return { ...one, chain };
  });
  return first === undefined ? base : { ...base, alternatives: [first, ...rest] };
}

/** All that the bases may be. */
function merged(base: Value, others: readonly Value[]): Value {
  if (others.length === 0) return base;
  return bounded([base, ...others].flatMap(({ alternatives }) => alternatives));
}

function scopeOf(pathClass: PathClass): Scope {
  return pathClass === 'ignored' ? 'release' : pathClass;
}
