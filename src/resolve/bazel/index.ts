// Bazel: what the build files of a tree declare becomes images.
// In: the programs of BUILD, WORKSPACE, MODULE and extensions. Out: declared images with their bases, names and instructions.
// Not here: how a file is parsed (formats/bazel), what a base is worth (policy).
import type { Location, PathClass, StarlarkFact, UnreadPart, Value } from '../../domain/index.ts';
import { bounded, fileName, folderOf, isNonEmpty, joinPath } from '../../domain/index.ts';
import type { Carried, CarrierSources, Placed } from '../carriers.ts';
import type { DeclaredImage, PlacedInstruction } from '../declared.ts';
import { scopeOfClass } from '../path-scope.ts';
import { BaseResolver } from './bases.ts';
import { Workspaces } from './labels.ts';
import { Loader } from './loader.ts';
import { type Publication, publications } from './names.ts';
import { Pulls } from './pulls.ts';
import { IMAGE_RULES, NAMED_AS_IMAGE } from './rule-sets.ts';
import { MOST_TARGETS, type PlacedTarget, Targets } from './targets.ts';
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
  if (targets.cut !== null) reader.cut(targets.cut, `more than ${MOST_TARGETS} targets`);
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
    const key = `${target.site.path}\0${withoutArchitecture(target.name)}`;
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
  const given = alike.flatMap((one) => published.get(one) ?? []);
  const rule = resolver.ruleOf(first);
  const note = rule === null ? undefined : resolver.noteOf(first, rule);
  return {
    workflow: 'bazel',
    at: first.site,
    within: withoutArchitecture(first.name),
    scope: scopeOfClass(classOf(first.site.path)),
    base: merged(
      resolved.map((one) => one.base),
      first.site,
    ),
    ...(note === undefined ? {} : { note }),
    instructions: once(resolved.flatMap(({ instructions }) => instructions)),
    names: given.flatMap(({ names }) => names),
    pushes: given.some(({ pushes }) => pushes),
    rests: alike.flatMap((one) => [one.site, one.at]),
  };
}

const ARCHITECTURE =
  /[-_.](?:linux[-_])?(?:amd64|x86_64|arm64|arm64v8|aarch64|arm|armv7|arm32v7|ppc64le|s390x|386|riscv64)$/;

/** An image of each architecture is one definition with a base for each (SEMANTICS 4.4). */
function withoutArchitecture(name: string): string {
  return name.replace(ARCHITECTURE, '');
}

/** The same line does the same to the image of each architecture. */
function once(all: readonly PlacedInstruction[]): readonly PlacedInstruction[] {
  const seen = new Set<string>();
  return all.filter(({ at, instruction }) => {
    const key = `${at.path}\0${at.start.line}\0${JSON.stringify(instruction)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** All that the bases may be, each once; the definition's own place stands at the head of every chain already. */
function merged(bases: readonly Value[], site: Location): Value {
  const seen = new Set<string>();
  const all = bases
    .flatMap(({ alternatives }) => alternatives)
    .map((one) => ({ ...one, chain: withoutSite(one.chain, site) }))
    .filter(({ parts, chain }) => {
      const last = chain.at(-1);
      const key = JSON.stringify([parts, last?.path, last?.start]);
      return !seen.has(key) && seen.add(key);
    });
  return bounded(all, bases.find(({ beyond }) => beyond !== undefined)?.beyond);
}

function withoutSite(chain: readonly Location[], site: Location): readonly Location[] {
  return chain.filter(
    (link, index) =>
      index === chain.length - 1 || link.path !== site.path || link.start.line !== site.start.line,
  );
}
