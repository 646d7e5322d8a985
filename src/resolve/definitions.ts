import type {
  BuildRecord,
  BuiltImage,
  DockerfileFact,
  Invocation,
  PathClass,
  Scope,
  UnreadPart,
  Value,
} from '../domain/index.ts';
import { folderOf } from '../domain/index.ts';
import { withBaseImages } from './base-images.ts';
import { BuilderNames } from './builders.ts';
import { startedStepInvocations } from './carriers/build-steps.ts';
import type { Carried } from './carriers.ts';
import { type DeclaredImage, declaredImages, printedImages } from './declared.ts';
import type { FileReader } from './files.ts';
import { buildImages, type ImageRequest, type Way } from './image.ts';
import type { ProjectPolicy } from './index.ts';
import { makeInvocations, startedInvocations } from './invocations/make.ts';
import { printedOnce } from './invocations/printed.ts';
import { scriptInvocations } from './invocations/script.ts';
import type { UnfoundBuild } from './invocations/unfound.ts';
import { imageNames, withTagged } from './names.ts';
import { builtWithTriggers } from './own-triggers.ts';
import { retaggedImages } from './retagged.ts';
import { withUnpackedRoots } from './unpacked-roots.ts';

export interface Definition {
  readonly path: string;
  readonly fact: DockerfileFact;
}

/** What a tree holds that decides how its definitions are built. */
export interface DefinitionSources {
  readonly dockerfiles: readonly Definition[];
  readonly makefiles: readonly string[];
  /** Scripts that may build images. */
  readonly scripts: readonly string[];
  /** Image references that manifests name. */
  readonly manifestImages: readonly string[];
  /** What the other kinds of build files say. */
  readonly carried: Carried;
  readonly unread: UnreadPart[];
}

/** The tip that a result is judged against: what only the result has makes nothing milder (SEMANTICS 2.2). */
export interface Tip {
  readonly builds: BuildRecord;
  /** The path that a file of the result had at the tip. */
  former(path: string): string;
}

/** Every definition under what builds it, or under its own defaults. */
export function buildDefinitions(
  sources: DefinitionSources,
  reader: FileReader,
  policy: ProjectPolicy,
  tip: Tip | null,
): { readonly images: readonly BuiltImage[]; readonly builds: BuildRecord } {
  const makefiles = sources.makefiles.filter((path) => policy.classOf(path) !== 'vendored');
  const paths = sources.dockerfiles.map(({ path }) => path);
  const scripts = sources.scripts.filter((path) => policy.classOf(path) !== 'vendored');
  const made = makeInvocations(makefiles, reader, paths);
  const scripted = scriptInvocations(scripts, reader, paths);
  const { carried } = sources;
  const started = startedInvocations(
    scripted.makes.map((make) => ({ make, environment: make.environment ?? new Map() })),
    reader,
    sources.makefiles,
    paths,
  );
  const uses = [...made.uses, ...scripted.uses, ...started.uses, ...carried.uses];
  const stepped = startedStepInvocations([...made.steps, ...scripted.steps, ...started.steps], reader, paths);
  const invocations = withTagged(
    [
      ...made.invocations,
      ...scripted.invocations,
      ...started.invocations,
      ...carried.invocations,
      ...stepped.invocations,
    ],
    uses,
  );
  const cut = [...made.unread, ...scripted.unread, ...started.unread, ...reader.cuts];
  sources.unread.push(...cut, ...carried.unread, ...stepped.unread);
  const hidden = [
    ...made.unread,
    ...scripted.unread.filter((part) => part.makesNothing !== true),
    ...started.unread,
  ];
  const definitions = [...sources.dockerfiles, ...otherDefinitions(paths, invocations, reader)];
  const builders = new BuilderNames({
    invocations,
    uses,
    definitions,
    manifestImages: sources.manifestImages,
  });
  const byDefinition = Map.groupBy(invocations, ({ definition }) => definition);
  const requests: ImageRequest[] = [];
  const builderPaths = new Set<string>();
  const restsOf = new Map<string, readonly string[]>();
  for (const { path, fact } of definitions) {
    const all = byDefinition.get(path) ?? [];
    const { ways: found, isBuilder } = waysOf(path, all, builders, tip);
    const ways = withBaseImages(path, fact, found, reader);
    if (isBuilder) builderPaths.add(path);
    const scope = isBuilder ? 'builder' : scopeOf(policy.classOf(path), all.length > 0);
    requests.push({ path, fact, scope, ways });
    const unsure = hidden.filter((part) => mayBuild(part.path, path, all)).map((part) => part.path);
    if (unsure.length > 0) restsOf.set(path, unsure);
  }
  const images = [
    ...builtWithTriggers(requests, policy, (request, triggersOf) => {
      const built: BuiltImage[] = [];
      guarded(sources.unread, request.path, () => {
        const rests = restsOf.get(request.path) ?? [];
        for (const image of buildImages(request, reader, policy.assess, triggersOf))
          built.push(rests.length === 0 ? image : { ...image, reads: [...image.reads, ...rests] });
      });
      return built;
    }),
  ];
  const printed = printedOnce([
    ...made.printed,
    ...scripted.printed,
    ...started.printed,
    ...(carried.printed ?? []),
  ]);
  const scopeFor = (one: Undefined): Scope => scopeOfUndefined(one, builders, builderPaths, policy, tip);
  for (const one of printed)
    guarded(sources.unread, one.path, () => {
      images.push(...printedImages(one, scopeFor({ ...one.way, ...one }), reader, policy.assess));
    });
  const declared = [
    ...carried.declared,
    ...unfoundImages([made, scripted, started, carried], scopeFor),
    ...retaggedImages(uses, invocations, images, {
      assess: policy.assess,
      scopeOf: (path) => scopeOf(policy.classOf(path), true),
    }),
  ];
  for (const one of declared)
    guarded(sources.unread, one.at.path, () => {
      images.push(...declaredImages(one, reader, policy.assess));
    });
  const builds = recordOf(definitions, invocations, builders, builderPaths);
  const known = [
    ...declared.map(({ at, names, inside }) => ({
      at,
      names: [...names, ...(inside === undefined ? [] : [inside])],
    })),
    ...printed.map(({ path, way }) => ({ at: { path }, names: way.tags })),
  ];
  return {
    images: withUnpackedRoots(images, uses, policy.assess),
    builds: withDeclared(builds, known),
  };
}

/** An image that no file of the tree defines, as commands name it. */
type Undefined = Pick<Invocation, 'at' | 'tags' | 'pushes'> & {
  readonly path: string;
  readonly within: string;
};

/** Its scope; what was shipped at the tip is no builder now (SEMANTICS 2.2). */
function scopeOfUndefined(
  one: Undefined,
  builders: BuilderNames,
  builderPaths: Set<string>,
  policy: ProjectPolicy,
  tip: Tip | null,
): Scope {
  const former = tip?.former(one.path) ?? one.path;
  const names = tip?.builds.names.get(former);
  const wasShipped =
    one.tags.flatMap(imageNames).some((name) => names?.has(name)) &&
    tip?.builds.builders.has(`${former}#${one.within}`) !== true;
  if (wasShipped || !builders.isBuilder(one)) return scopeOf(policy.classOf(one.path), true);
  builderPaths.add(`${one.path}#${one.within}`);
  return 'builder';
}

/** Builds of what the tree does not have, as images of which nothing is known. */
function unfoundImages(
  found: readonly { readonly unfound?: readonly UnfoundBuild[] }[],
  scopeFor: (one: Undefined) => Scope,
): readonly DeclaredImage[] {
  const builds = new Map<string, UnfoundBuild>();
  // A makefile that others start is read once for each way to start it.
  for (const one of found.flatMap(({ unfound = [] }) => unfound)) {
    const key = `${one.at.path}\0${one.at.start.line}\0${one.within}`;
    const known = builds.get(key);
    builds.set(key, known === undefined ? one : { ...known, pushes: known.pushes || one.pushes });
  }
  return [...builds.values()].map((one) => ({
    ...one,
    scope: scopeFor({ ...one, path: one.at.path, tags: one.names }),
    instructions: [],
    rests: [one.at],
  }));
}

/** A file that was not read to its end: what it builds rests on it, and what nobody is known to build below it. */
function mayBuild(cut: string, definition: string, known: readonly Invocation[]): boolean {
  if (known.length > 0) return known.some(({ at }) => at.path === cut);
  const folder = folderOf(cut);
  return folder === '' || definition.startsWith(`${folder}/`);
}

/** Files that a rule builds and whose names do not give them away (`docker build -f image.txt`). */
function otherDefinitions(
  known: readonly string[],
  invocations: readonly Invocation[],
  reader: FileReader,
): readonly Definition[] {
  const names = new Set(known);
  const others = new Set(invocations.map(({ definition }) => definition).filter((path) => !names.has(path)));
  return [...others].sort().flatMap((path) => {
    const fact = reader.read(path, 'dockerfile').find((one) => one.kind === 'dockerfile');
    return fact === undefined ? [] : [{ path, fact }];
  });
}

/**
 * The ways to build a definition that count. For a definition of the tip, its default stays one where only new rules build it, and what was
 * shipped then is no builder now. What a builder's rule builds of a file that is also shipped is not judged.
 */
function waysOf(
  path: string,
  invocations: readonly Invocation[],
  builders: BuilderNames,
  tip: Tip | null,
): { readonly ways: readonly Way[]; readonly isBuilder: boolean } {
  const old = tip?.builds.definitions.has(tip.former(path)) === true ? tip : null;
  const isKnown = (one: Invocation) => old?.builds.ways.has(formerWay(one, old)) === true;
  const isShippedBeside = (one: Invocation) =>
    invocations.some((other) => wayOf(other) === wayOf(one) && !builders.isBuilder(other));
  // A builder's stage that comes into a file which goes on being shipped was not shipped itself.
  const wasShipped = (one: Invocation) =>
    old !== null &&
    isKnown(one) &&
    !old.builds.builderWays.has(formerWay(one, old)) &&
    (old.builds.shippedStages.has(withStage(formerWay(one, old), one)) || !isShippedBeside(one));
  const shipped = withoutGuesses(invocations.filter((one) => !builders.isBuilder(one) || wasShipped(one)));
  const mayBeBuilder = old === null || old.builds.builders.has(old.former(path));
  if (invocations.length > 0 && shipped.length === 0 && mayBeBuilder)
    return { ways: invocations, isBuilder: true };
  const keepsDefault = shipped.every(isLocal) || (!mayBeBuilder && !invocations.some(isKnown));
  return { ways: keepsDefault ? [null, ...shipped] : shipped, isBuilder: false };
}

/** A way to build that does not show how the file is shipped: a service of compose, a stage that CI builds and keeps to itself. */
function isLocal({ workflow, target, pushes }: Invocation): boolean {
  return workflow === 'compose' || (workflow === 'actions' && target !== undefined && !pushes);
}

/** A file that several rules may build is built by the one that names it; a guess that gives it values counts as well. */
function withoutGuesses(invocations: readonly Invocation[]): readonly Invocation[] {
  const isSure = (one: Invocation) =>
    one.isGuess !== true || one.buildArguments.size > 0 || one.contexts.size > 0;
  const sure = invocations.filter(isSure);
  return sure.length === 0 ? invocations : sure;
}

/** A rule is the same as long as its file builds the definition, whatever its target is called. */
function wayOf({ at, definition }: Invocation): string {
  return `${at.path}\0${definition}`;
}

function withStage(way: string, { target }: Invocation): string {
  return `${way}\0${target ?? ''}`;
}

function formerWay({ at, definition }: Invocation, tip: Tip): string {
  return `${tip.former(at.path)}\0${tip.former(definition)}`;
}

function recordOf(
  definitions: readonly Definition[],
  invocations: readonly Invocation[],
  builders: BuilderNames,
  builderPaths: ReadonlySet<string>,
): BuildRecord {
  const names = new Map<string, Set<string>>();
  for (const { definition, tags } of invocations) {
    const known = names.get(definition) ?? new Set<string>();
    names.set(definition, known);
    for (const name of tags.flatMap(imageNames)) known.add(name);
  }
  return {
    definitions: new Set(definitions.map(({ path }) => path)),
    ways: new Set(invocations.map(wayOf)),
    shippedStages: new Set(
      invocations.filter((one) => !builders.isBuilder(one)).map((one) => withStage(wayOf(one), one)),
    ),
    builderWays: new Set(invocations.filter((one) => builders.isBuilder(one)).map(wayOf)),
    builders: builderPaths,
    names,
    builtOn: new Set(),
  };
}

/** What build files declare was built at a tip as well: by the path of the file that declares it. */
function withDeclared(
  builds: BuildRecord,
  declared: readonly { readonly at: { readonly path: string }; readonly names: readonly Value[] }[],
): BuildRecord {
  const names = new Map(builds.names);
  for (const { at, names: tags } of declared)
    names.set(at.path, new Set([...(names.get(at.path) ?? []), ...tags.flatMap(imageNames)]));
  const paths = declared.map(({ at }) => at.path);
  return { ...builds, names, definitions: new Set([...builds.definitions, ...paths]) };
}

/** A vendored file that a rule outside of its folder builds is ours (DOMAIN 5.6). */
function scopeOf(pathClass: PathClass, isBuilt: boolean): Scope {
  if (pathClass === 'ignored' || (pathClass === 'vendored' && isBuilt)) return 'release';
  return pathClass;
}

/** A definition that cannot be evaluated costs itself, is said, and leaves the others judged. */
export function guarded(unread: UnreadPart[], path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    unread.push({ path, because: `it could not be evaluated (${what})` });
  }
}
