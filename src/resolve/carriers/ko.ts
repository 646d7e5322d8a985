// Images that ko builds: one for each Go program that its settings, a command or a manifest name.
import type { KoFact, Location, Value } from '../../domain/index.ts';
import { folderOf, joinPath, literal, locate } from '../../domain/index.ts';
import { treePath } from '../../formats/make/evaluate.ts';
import type { Carried, CarrierSources, Placed } from '../carriers.ts';
import type { DeclaredImage } from '../declared.ts';
import type { KoCommand } from '../invocations/ko-commands.ts';
import { koCallsOfMakefiles } from '../invocations/make.ts';
import { koCallsOfScripts } from '../invocations/script.ts';
import { type CommandWord, closedText, wordFrom, wordValue } from '../invocations/words.ts';
import { scopeOfClass } from '../path-scope.ts';
import { stepMakes } from './build-steps.ts';
import { GoPackages } from './go-packages.ts';
import { type KoDefault, koDefault } from './ko-default.ts';
import { KO_SCHEME, koReference } from './ko-references.ts';
import { stepCommands } from './steps.ts';

/** A program that ko builds, from whatever says so. */
interface Program {
  /** Its folder in the tree, else its import path. */
  readonly key: string;
  readonly importPath: string | undefined;
  readonly settings: Placed<KoFact> | undefined;
  /** What says that it is built. */
  readonly at: Location;
  readonly command?: KoCommand;
}

/** Images that ko builds. */
export function koCarrier(sources: CarrierSources): Carried {
  const settings = sources.facts('ko');
  const modules = sources.facts('go-module');
  const calls = callsOf(sources);
  const packages = new GoPackages(modules);
  const programs = [
    ...settings.flatMap((one) => programsOfSettings(one, packages)),
    ...calls.commands.flatMap((command) => programsOfCommand(command, settings, packages)),
    ...programsOfManifests(sources, settings, packages),
  ];
  const fallback = koDefault(
    modules.map(({ fact }) => fact),
    calls.versions,
  );
  const byImage = Map.groupBy(programs, ({ key, settings: one, at }) => `${one?.path ?? at.path}\0${key}`);
  const declared = [...byImage.values()].map((those) => declaredOf(those, fallback, sources));
  return { invocations: [], uses: [], declared, unread: [] };
}

function callsOf(sources: CarrierSources) {
  const made = koCallsOfMakefiles(pathsOf(sources, 'program'), sources.reader);
  const scripted = koCallsOfScripts(pathsOf(sources, 'script'), sources.reader);
  const stepped = stepCommands(sources);
  return {
    commands: [
      ...made.commands,
      ...scripted.commands,
      ...stepped.koCommands,
      ...stepMakes(sources).koCommands,
    ],
    versions: [...made.versions, ...scripted.versions, ...stepped.koVersions],
  };
}

function pathsOf(sources: CarrierSources, kind: 'program' | 'script'): readonly string[] {
  return [...new Set(sources.facts(kind).map(({ path }) => path))];
}

// ---- programs ------------------------------------------------------------------------------------------

function programsOfSettings(settings: Placed<KoFact>, packages: GoPackages): readonly Program[] {
  const { path, fact } = settings;
  const overridden = fact.overrides.map(
    ({ importPath, span }): Program => ({ ...named(importPath, packages), settings, at: locate(path, span) }),
  );
  const built = fact.builds.flatMap((build): readonly Program[] => {
    const folder = joinPath(folderOf(path), build.folder, build.main);
    if (/[{$*]/.test(folder)) return [];
    const key = folder.endsWith('.go') ? folderOf(folder) : folder;
    const importPath = packages.importPathOf(key) ?? pathEndingIn(key, fact);
    return [{ key: keyOf(importPath, packages) ?? key, importPath, settings, at: locate(path, build.span) }];
  });
  return [...overridden, ...built];
}

/** Without a go.mod, an entry that ends in a program's folder is that program's. */
function pathEndingIn(folder: string, { overrides }: KoFact): string | undefined {
  return overrides.find(({ importPath }) => importPath.endsWith(`/${folder}`))?.importPath;
}

function named(importPath: string, packages: GoPackages): Pick<Program, 'key' | 'importPath'> {
  return { key: keyOf(importPath, packages) ?? importPath, importPath };
}

function keyOf(importPath: string | undefined, packages: GoPackages): string | undefined {
  return importPath === undefined ? undefined : (packages.folderOf(importPath) ?? importPath);
}

function programsOfCommand(
  command: KoCommand,
  settings: readonly Placed<KoFact>[],
  packages: GoPackages,
): readonly Program[] {
  const own = settings.find(({ path }) => folderOf(path) === command.folder);
  return command.packages.flatMap((word): readonly Program[] => {
    const text = closedText(word)?.replace(/^ko:\/\//, '');
    // `./...` is each program there is, which the settings and manifests name anyway.
    if (text === undefined || text.includes('...') || text.includes('*')) return [];
    const isFolder = /^[./]/.test(text) || (!/^[^/]*\./.test(text) && packages.folderOf(text) === undefined);
    const folder = isFolder ? treePath(command.folder, text.replace(/\/$/, '')) : undefined;
    const importPath = folder === undefined ? text : packages.importPathOf(folder);
    const key = folder ?? keyOf(importPath, packages) ?? text;
    return [{ key, importPath, settings: own, at: command.at, command }];
  });
}

/** `image: ko://import/path`, built with the settings at the root, else with those nearest to the program. */
function programsOfManifests(
  sources: CarrierSources,
  settings: readonly Placed<KoFact>[],
  packages: GoPackages,
): readonly Program[] {
  return sources.facts('workload').flatMap(({ path, fact }) =>
    fact.containers.flatMap(({ image }): readonly Program[] => {
      if (image?.text.startsWith(KO_SCHEME) !== true) return [];
      const program = named(image.text.slice(KO_SCHEME.length), packages);
      const nearest = settings.filter((one) => isBelow(program.key, folderOf(one.path)));
      const own = settings.find((one) => folderOf(one.path) === '') ?? nearest.at(-1);
      return [{ ...program, settings: own, at: locate(path, image.span) }];
    }),
  );
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

// ---- images --------------------------------------------------------------------------------------------

function declaredOf(
  programs: readonly Program[],
  fallback: KoDefault,
  sources: CarrierSources,
): DeclaredImage {
  const [first] = programs;
  if (first === undefined) throw new RangeError('an empty group');
  const importPath = programs.find((one) => one.importPath !== undefined)?.importPath;
  const { settings } = first;
  const override = settings?.fact.overrides.find(
    (one) => one.importPath.toLowerCase() === importPath?.toLowerCase(),
  );
  const at = placeOf(first, settings, override?.span);
  const commands = programs.flatMap(({ command }) => command ?? []);
  const base = baseOf(at, settings, override?.image, commands, fallback);
  return {
    workflow: 'ko',
    at,
    within: first.key,
    scope: scopeOfClass(sources.classOf(at.path)),
    base: base.value,
    ...(base.note === undefined ? {} : { note: base.note }),
    instructions: [],
    names: commands.flatMap((command) => namesOf(command, importPath ?? first.key)),
    ...(importPath === undefined ? {} : { inside: literal(koReference(importPath), [at]) }),
    pushes: commands.some(({ pushes }) => pushes),
    rests: [at, ...programs.map((program) => program.at)],
  };
}

/** The settings' line that speaks of it, else what says that it is built. */
function placeOf(
  { at }: Program,
  settings: Placed<KoFact> | undefined,
  override: Location | KoFact['overrides'][number]['span'] | undefined,
): Location {
  if (settings === undefined || at.path === settings.path) return at;
  const origin = { line: 1, column: 1 };
  const span = override ?? settings.fact.defaultBase?.span ?? { start: origin, end: origin };
  return locate(settings.path, span);
}

/** An entry for the import path, else the environment's default, else the settings' one, else ko's own. */
function baseOf(
  at: Location,
  settings: Placed<KoFact> | undefined,
  override: KoFact['overrides'][number]['image'] | undefined,
  commands: readonly KoCommand[],
  fallback: KoDefault,
): { readonly value: Value; readonly note?: string } {
  if (settings !== undefined && override !== undefined)
    return { value: literal(override.text, [locate(settings.path, override.span)]) };
  const given = commands.flatMap((command) => {
    const word = command.environment.get('KO_DEFAULTBASEIMAGE');
    return word === undefined ? [] : [wordValue(word, command.when)];
  });
  const fixed = settings?.fact.defaultBase;
  const others = commands.length === 0 || given.length < commands.length;
  const own =
    settings !== undefined && fixed !== undefined
      ? literal(fixed.text, [locate(settings.path, fixed.span)])
      : ownDefault(fallback, at);
  const [first, ...rest] = [...given, ...(others ? [own] : [])].flatMap(({ alternatives }) => alternatives);
  if (first === undefined) return { value: own };
  const value: Value = { alternatives: [first, ...rest] };
  return others && fixed === undefined ? { value, note: fallback.because } : { value };
}

function ownDefault({ references: [first, ...rest] }: KoDefault, at: Location): Value {
  const others = rest.flatMap((reference) => literal(reference, [at]).alternatives);
  return { alternatives: [...literal(first, [at]).alternatives, ...others] };
}

function namesOf(command: KoCommand, program: string): readonly Value[] {
  const repository = command.environment.get('KO_DOCKER_REPO');
  if (repository === undefined) return [];
  const suffix = suffixOf(command.naming, program);
  if (suffix === undefined) return [];
  const name = extended(repository, suffix);
  const tags = command.tags.flatMap((word) => listed(word));
  const values = tags.length === 0 ? [name] : tags.map((tag) => extended(extended(name, ':'), tag));
  return values.map((word) => wordValue(word, command.when));
}

function suffixOf(naming: KoCommand['naming'], program: string): string | undefined {
  if (naming === 'bare') return '';
  if (naming === 'last') return `/${program.slice(program.lastIndexOf('/') + 1)}`;
  return naming === 'whole' ? `/${program}` : undefined;
}

function extended(word: CommandWord, more: string | CommandWord): CommandWord {
  const pieces = typeof more === 'string' ? [{ text: more, chain: [word.at] }] : more.pieces;
  const text = typeof more === 'string' ? more : more.text;
  return { ...word, text: word.text + text, pieces: [...word.pieces, ...pieces] };
}

/** `a,b` as two words. */
function listed(word: CommandWord): readonly CommandWord[] {
  const parts: CommandWord[] = [];
  let from = 0;
  for (let at = 0; at <= word.text.length; at++) {
    if (at < word.text.length && word.text[at] !== ',') continue;
    if (at > from) parts.push(wordFrom(word, from, at));
    from = at + 1;
  }
  return parts;
}
