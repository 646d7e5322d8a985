// Commands of a makefile that are off by default: `DEV ?= false` above `ifeq ($(DEV),true)`.
import type { MakeStatement, MakeTest, Word } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import type { Choice } from '../../formats/make/evaluate.ts';
import type { FileReader } from '../files.ts';
import { programOf } from './asked.ts';
import type { FoundBuild } from './recipe-walk.ts';
import { type Walked, walkedMakefile } from './walked-makefile.ts';

const MOST_SWITCHES = 4;

/**
 * What makefiles build only where somebody turns a switch of theirs: of files and targets that nothing else builds, for which it is the one thing
 * that says how they are built. What the default builds otherwise stays what counts (SEMANTICS 3.1).
 */
export function switchedBuilds(
  makefiles: readonly Walked[],
  usual: readonly Walked[],
  reader: FileReader,
): readonly Walked[] {
  const known = new Set(usual.flatMap(({ builds }) => builds.flatMap(builtBy)));
  return makefiles.flatMap(({ path, files }) =>
    switchesOf(files, reader).flatMap((variables) => {
      const walked = walkedMakefile({ path, variables }, reader);
      const builds = walked?.builds.filter((one) => builtBy(one).some((built) => !known.has(built))) ?? [];
      if (walked === undefined || builds.length === 0) return [];
      for (const built of builds.flatMap(builtBy)) known.add(built);
      return [{ ...walked, builds, uses: [], makes: [], koCommands: [], koVersions: [] }];
    }),
  );
}

/** The files of the tree that a build builds, each with its target. */
function builtBy({ files, command }: FoundBuild): readonly string[] {
  return files.flatMap(({ source }) => (source === '' ? [] : [`${source}\0${command.target?.text ?? ''}`]));
}

type Variables = ReadonlyMap<string, Choice>;

/** Variables that turn on commands which build, one set for each place that has some. */
function switchesOf(files: readonly string[], reader: FileReader): readonly Variables[] {
  const found = new Map<string, Variables>();
  for (const path of files) {
    const statements = programOf(reader, path) ?? [];
    const defaults = defaultsOf(statements);
    const frames: Variables[] = [];
    for (const statement of statements) {
      if (statement.kind === 'if') frames.push(turnedOn(statement.test, defaults, path));
      else if (statement.kind === 'else-if') frames.splice(-1, 1, turnedOn(statement.test, defaults, path));
      else if (statement.kind === 'else') frames.splice(-1, 1, new Map());
      else if (statement.kind === 'endif') frames.pop();
      else if (statement.kind === 'recipe' && BUILDS.test(statement.text.text)) {
        const variables = new Map(frames.flatMap((frame) => [...frame]));
        if (variables.size > 0) found.set(JSON.stringify([...variables]), variables);
      }
    }
  }
  return [...found.values()].slice(0, MOST_SWITCHES);
}

const BUILDS = /\b(?:build|buildx|bud)\b/;

/** Variables that the makefile gives a plain default. */
function defaultsOf(statements: readonly MakeStatement[]): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const statement of statements)
    if (statement.kind === 'assignment' && statement.operator === '?=' && !statement.value.text.includes('$'))
      defaults.set(statement.name, statement.value.text.trim());
  return defaults;
}

/** What a test waits for, where it is another value than a variable's default. */
function turnedOn(test: MakeTest, defaults: ReadonlyMap<string, string>, path: string): Variables {
  if (test.kind !== 'equal' || test.negated) return new Map();
  return new Map([
    ...waitsFor(test.left, test.right, defaults, path),
    ...waitsFor(test.right, test.left, defaults, path),
  ]);
}

function waitsFor(
  variable: Word,
  value: Word,
  defaults: ReadonlyMap<string, string>,
  path: string,
): readonly (readonly [string, Choice])[] {
  const name = /^\s*\$[({](\w+)[)}]\s*$/.exec(variable.text)?.[1];
  const text = value.text.trim();
  const usual = name === undefined ? undefined : defaults.get(name);
  if (name === undefined || usual === undefined || text === '' || text.includes('$') || text === usual)
    return [];
  return [[name, { options: [{ when: [], pieces: [{ text, chain: [locate(path, value.span)] }] }] }]];
}
