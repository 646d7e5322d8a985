// Commands that have a build file of steps followed with values of their own: Cloud Build's, compose's.
import type { Condition, Location } from '../../domain/index.ts';
import { joinPath, programName } from '../../domain/index.ts';
import { treePath } from '../../formats/make/evaluate.ts';
import { verbAndRest, withoutWrappers } from './engines.ts';
import { wordsBehind } from './other-engines.ts';
import { type BuildCommand, type CommandWord, wordFrom, wordOf } from './words.ts';

/** A build file that a command starts, with what it gives that. */
export interface StartedSteps {
  readonly notation: 'cloudbuild' | 'compose' | 'actions';
  /** Paths of the build file; the first that is there counts, or for compose all that are named. */
  readonly files: readonly string[];
  readonly named: boolean;
  /** Substitutions; what its environment gives. */
  readonly values: ReadonlyMap<string, CommandWord>;
  /** `NAME=value` of `--build-arg`, for every build of the file. */
  readonly buildArguments: readonly CommandWord[];
  /** Files of variables, by their paths in the tree. */
  readonly variableFiles?: readonly string[];
  /** What the programs of its steps find in their environment. */
  readonly environment?: ReadonlyMap<string, CommandWord>;
  readonly at: Location;
  readonly when: readonly Condition[];
}

const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The build file that a command starts, where it gives it values; null for any other command. */
export function startedStepsOf(command: BuildCommand, folder: string): StartedSteps | null {
  const words = withoutWrappers(command.words);
  const [program, ...rest] = words;
  if (program === undefined) return null;
  if (programName(program.text) === 'gcloud') {
    const submitted = wordsBehind(rest, ['builds', 'submit']);
    return submitted === null ? null : submittedOf(submitted, command, folder);
  }
  const composed =
    programName(program.text) === 'docker-compose' || programName(program.text) === 'podman-compose'
      ? rest
      : wordsBehind(verbAndRest(words)?.slice(0, 1) ?? [], ['compose']) === null
        ? null
        : (verbAndRest(words)?.slice(1) ?? null);
  return composed === null ? null : composedOf(composed, command, folder);
}

function valuesOf(words: readonly CommandWord[], option: RegExp): readonly CommandWord[] {
  return words.flatMap((word, at) => {
    const match = option.exec(word.text);
    if (match === null) return [];
    if (word.text.length > match[0].length) return [wordFrom(word, match[0].length)];
    return words[at + 1] ?? [];
  });
}

function submittedOf(
  words: readonly CommandWord[],
  { at, when }: BuildCommand,
  folder: string,
): StartedSteps | null {
  const values = new Map<string, CommandWord>();
  for (const word of valuesOf(words, /^--substitutions(?:=|$)/)) {
    let from = 0;
    for (const part of word.text.split(',')) {
      const name = /^([A-Z_]\w{0,99})=/.exec(part)?.[1];
      if (name !== undefined) values.set(name, wordFrom(word, from + name.length + 1, from + part.length));
      from += part.length + 1;
    }
  }
  const config = valuesOf(words, /^--config(?:=|$)/).at(-1);
  if (values.size === 0 && config === undefined) return null;
  const files = [treePath(folder, config?.text ?? 'cloudbuild.yaml')];
  return { notation: 'cloudbuild', files, named: true, values, buildArguments: [], at, when };
}

function composedOf(
  words: readonly CommandWord[],
  command: BuildCommand,
  folder: string,
): StartedSteps | null {
  const verb = words.findIndex(({ text }) => /^(build|up|create|run)$/.test(text));
  if (verb < 0) return null;
  const front = words.slice(0, verb);
  const named = valuesOf(front, /^(?:-f|--file)(?:=|$)/).map(({ text }) => treePath(folder, text));
  const project = valuesOf(front, /^--project-directory(?:=|$)/).at(-1);
  const own = project === undefined ? folder : treePath(folder, project.text);
  const buildArguments = valuesOf(words.slice(verb + 1), /^--build-arg(?:=|$)/);
  const { at, when } = command;
  const values = environmentOf(command);
  const variableFiles = valuesOf(front, /^--env-file(?:=|$)/).map(({ text }) => treePath(folder, text));
  if (buildArguments.length + values.size + named.length + variableFiles.length === 0) return null;
  const files = named.length > 0 ? named : COMPOSE_FILES.map((name) => joinPath(own, name));
  return {
    notation: 'compose',
    files,
    named: named.length > 0,
    values,
    buildArguments,
    variableFiles,
    at,
    when,
  };
}

/** What a command's shell exports to it; of a variable that can be several things, the first. */
function environmentOf({ environment, assignments, at }: BuildCommand): ReadonlyMap<string, CommandWord> {
  const exported = [...(environment?.() ?? [])].flatMap(([name, { options }]) =>
    options[0] === undefined ? [] : [[name, wordOf(options[0].pieces, at)] as const],
  );
  return new Map([...exported, ...(assignments ?? [])]);
}
