import type { ImageUse, Invocation, Location, UnreadPart, Workflow } from '../../domain/index.ts';
import { joinPath } from '../../domain/index.ts';
import { isArchitecture, isArchitectureName } from '../../domain/placeholder.ts';
import type { Choice } from '../../formats/make/evaluate.ts';
import type { FileReader } from '../files.ts';
import { withArgumentFiles } from './argument-files.ts';
import { programOf } from './asked.ts';
import { ownBuilds, USUAL_NAMES } from './included-makefiles.ts';
import type { KoCommand } from './ko-commands.ts';
import { factsOf, invocationsOf } from './merge.ts';
import { MOST_MATCHES, pathsFitting } from './open-paths.ts';
import { type PrintedDefinition, printedDefinitions } from './printed.ts';
import type { FoundBuild, SubMake } from './recipe-walk.ts';
import type { StartedSteps } from './started-steps.ts';
import { switchedBuilds } from './switches.ts';
import { type UnfoundBuild, unfoundBuilds } from './unfound.ts';
import { keyOf, type Started, type Walked, walkedMakefile } from './walked-makefile.ts';
import { type CommandWord, closedText, wordOf } from './words.ts';

export interface FoundInvocations {
  readonly invocations: readonly Invocation[];
  readonly uses: readonly ImageUse[];
  /** Definitions that commands print. */
  readonly printed: readonly PrintedDefinition[];
  /** Builds of what the tree does not have. */
  readonly unfound: readonly UnfoundBuild[];
  /** Files that were not followed to their end. */
  readonly unread: readonly UnreadPart[];
  /** Build files of steps that they start with values of their own. */
  readonly steps: readonly StartedSteps[];
}

/** What builds come to. */
export function foundIn(
  workflow: Workflow,
  found: readonly FoundBuild[],
  reader: FileReader,
  definitions: readonly string[],
): Pick<FoundInvocations, 'invocations' | 'printed' | 'unfound'> {
  const builds = withArgumentFiles(found, reader);
  for (const build of builds)
    if (build.files.length === 0 && pathsFitting(build.path, definitions).length > MOST_MATCHES)
      reader.cut(build.at.path, `${build.path} may be more than ${MOST_MATCHES} files`);
  return {
    invocations: invocationsOf(workflow, builds, definitions, factsOf(reader)),
    printed: printedDefinitions(workflow, builds),
    unfound: unfoundBuilds(workflow, builds, (path) => pathsFitting(path, definitions).length > 0),
  };
}

const MOST_SUB_MAKES = 256;
/** Statements that makes which others start may read, all together. */
const MOST_SUB_STATEMENTS = 50_000;
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
  const { all, cut } = walkedMakefiles(paths, reader);
  return {
    ...foundInAll(all, reader, definitions),
    uses: all.flatMap(({ uses }) => uses),
    steps: all.flatMap(({ steps }) => steps),
    unread: [
      ...unreadOf(all),
      ...cut.map((path) => ({ path, because: 'it starts more makes than are followed' })),
    ],
  };
}

/** Of each makefile apart: names of its rules are its own. */
function foundInAll(
  walked: readonly Walked[],
  reader: FileReader,
  definitions: readonly string[],
): Pick<FoundInvocations, 'invocations' | 'printed' | 'unfound'> {
  const found = walked.map(({ builds }) => foundIn('make', builds, reader, definitions));
  return {
    invocations: found.flatMap(({ invocations }) => invocations),
    printed: found.flatMap(({ printed }) => printed),
    unfound: found.flatMap(({ unfound }) => unfound),
  };
}

/** What was cut, a file once for each reason. */
function unreadOf(walked: readonly Walked[]): readonly UnreadPart[] {
  const found = new Map<string, UnreadPart>();
  for (const { path, beyond } of walked)
    if (beyond !== null) found.set(`${path}\0${beyond}`, { path, because: beyond });
  return [...found.values()];
}

/** Calls of ko in makefiles, with what those export, and the versions of ko that they name. */
export function koCallsOfMakefiles(
  paths: readonly string[],
  reader: FileReader,
): { readonly commands: readonly KoCommand[]; readonly versions: readonly string[] } {
  const { all } = walkedMakefiles(paths, reader);
  return {
    commands: all.flatMap(koCommandsOf),
    versions: all.flatMap(({ koVersions }) => koVersions),
  };
}

function koCommandsOf({ koCommands, exports }: Walked): readonly KoCommand[] {
  return koCommands.map((one) => ({
    ...one,
    environment: new Map([...exportedWords(exports, one.at), ...one.environment]),
  }));
}

/** Of a variable that can be several things, the first. */
function exportedWords(exports: ReadonlyMap<string, Choice>, at: Location): Map<string, CommandWord> {
  const words = new Map<string, CommandWord>();
  for (const [name, { options }] of exports)
    if (options[0] !== undefined) words.set(name, wordOf(options[0].pieces, at));
  return words;
}

/** What makefiles came to, and those that start more than is followed. */
interface WalkedMakefiles {
  readonly key: string;
  readonly all: readonly Walked[];
  readonly cut: readonly string[];
}

const walkedOf = new WeakMap<FileReader, WalkedMakefiles>();

/** Each makefile that is a build of its own, and those again that recipes start. */
function walkedMakefiles(paths: readonly string[], reader: FileReader): WalkedMakefiles {
  const key = paths.join('\0');
  const known = walkedOf.get(reader);
  if (known?.key === key) return known;
  const found = ownBuilds(paths.flatMap((path) => walkedMakefile({ path }, reader) ?? []));
  const { found: started, cut } = startedBy(found, reader, paths);
  const usual = [...found, ...started];
  const all = { key, all: [...usual, ...switchedBuilds(found, usual, reader)], cut };
  walkedOf.set(reader, all);
  return all;
}

// ---- makes that recipes start --------------------------------------------------------------------------

/** What starts a make: a recipe, or a step of a CI system. */
type Caller = Pick<Walked, 'path' | 'makes' | 'exports' | 'variables'> & {
  /** A step of a build file or script: it has no makefile that is read as well. */
  readonly isStep?: true;
};

/** What makefiles build as a CI system starts them, with the environment that it gives. */
export function startedInvocations(
  callers: readonly {
    readonly make: SubMake;
    readonly environment: ReadonlyMap<string, Choice>;
    readonly from?: string;
  }[],
  reader: FileReader,
  makefiles: readonly string[],
  definitions: readonly string[],
): FoundInvocations & { readonly koCommands: readonly KoCommand[] } {
  const { found: started, cut } = startedBy(
    callers.map(({ make, environment, from }) => ({
      path: from ?? '',
      isStep: true as const,
      makes: [make],
      exports: environment,
      variables: new Map(),
    })),
    reader,
    makefiles,
  );
  return {
    ...foundInAll(started, reader, definitions),
    uses: started.flatMap(({ uses }) => uses),
    steps: started.flatMap(({ steps }) => steps),
    unread: [
      ...unreadOf(started),
      ...cut
        .filter((path) => path !== '')
        .map((path) => ({ path, because: 'it starts more makes than are followed' })),
    ],
    koCommands: started.flatMap(koCommandsOf),
  };
}

/** Makefiles as the recipes of others start them, as far as that differs from starting them alone. */
function startedBy(
  callers: readonly Caller[],
  reader: FileReader,
  makefiles: readonly string[],
): { readonly found: readonly Walked[]; readonly cut: readonly string[] } {
  const found: Walked[] = [];
  const cut = new Set<string>();
  const seen = new Set<string>();
  let statements = 0;
  let level = callers;
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: Walked[] = [];
    for (const caller of level) {
      for (const started of caller.makes.flatMap((make) => startsOf(make, caller, reader, makefiles))) {
        const key = keyOf(started);
        if (seen.has(key)) continue;
        if (seen.size >= MOST_SUB_MAKES || statements > MOST_SUB_STATEMENTS) {
          cut.add(caller.path);
          continue;
        }
        seen.add(key);
        const walked = walkedMakefile(started, reader);
        if (walked === undefined) continue;
        next.push(walked);
        for (const path of walked.files) statements += programOf(reader, path)?.length ?? 0;
      }
    }
    found.push(...next);
    level = next;
  }
  return { found, cut: [...cut].sort() };
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
    const text = closedText(word);
    if (text === undefined || (isArchitectureName(name) && isArchitecture(text))) continue;
    variables.set(name, { options: [{ when: make.when, pieces: word.pieces }] });
  }
  const exported = [...caller.exports, ...(make.environment ?? [])];
  const environment = new Map(exported.filter(([name]) => !isArchitectureName(name)));
  if (make.environmentWins === true)
    for (const [name, choice] of environment) if (!variables.has(name)) variables.set(name, choice);
  // Variables of the command line hold for its goals; what the environment gives may as well reach the rest.
  const isOpen =
    (variables.size === 0 && caller.isStep !== true) || make.goals.some((goal) => goal.includes('$('));
  const goals = isOpen ? {} : { goals: make.goals };
  return makefilesOf(make, reader, makefiles).flatMap((path) => {
    const isOther = path !== caller.path;
    // A makefile that is not read by itself is read as it is started here.
    const sees = variables.size > 0 || (isOther && (environment.size > 0 || !makefiles.includes(path)));
    return sees ? [{ path, variables, environment, ...goals }] : [];
  });
}

/** The makefile that is started; where its folder stays open, each that it can be. */
function makefilesOf(make: SubMake, reader: FileReader, makefiles: readonly string[]): readonly string[] {
  const names = make.file === null ? USUAL_NAMES : [make.file];
  const paths = names.map((name) => joinPath(make.folder, name));
  const there = paths.find((path) => reader.has(path));
  return there === undefined ? paths.flatMap((path) => pathsFitting(path, makefiles)) : [there];
}
