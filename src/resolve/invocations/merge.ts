import type {
  Alternative,
  Condition,
  DockerfileFact,
  Invocation,
  Span,
  Substitution,
  Value,
  Workflow,
} from '../../domain/index.ts';
import {
  bounded,
  closedText as closedAlternative,
  compatible,
  fromCaller,
  joinConditions,
  locate,
} from '../../domain/index.ts';
import { isArchitectureName } from '../../domain/placeholder.ts';
import { reachedFrom, shown, toValue, under } from '../../formats/make/pieces.ts';
import type { FileReader } from '../files.ts';
import type { MadeFile } from './build-files.ts';
import { type EditedDefinition, editedDefinition } from './definition-edits.ts';
import { openPartIn, pathsFitting } from './open-paths.ts';
import type { FoundBuild } from './recipe-walk.ts';
import { type CommandWord, wordFrom, wordOf, wordValue } from './words.ts';

/** The definition that a file of the tree holds. */
export type FactOf = (path: string) => DockerfileFact | undefined;

/** The definitions of a tree by their paths. */
export function factsOf(reader: FileReader): FactOf {
  return (path) =>
    reader.read(path, 'dockerfile').find((one): one is DockerfileFact => one.kind === 'dockerfile');
}

/** Turns what commands say into invocations, one for each rule, place and definition, whatever the conditions. */
export function invocationsOf(
  workflow: Workflow,
  builds: readonly FoundBuild[],
  definitions: readonly string[],
  factOf: FactOf = () => undefined,
): readonly Invocation[] {
  const groups = new Map<string, Invocation[]>();
  for (const build of builds) {
    for (const invocation of invocationsOfBuild(workflow, build, definitions, factOf)) {
      const { at, rule, definition, target, buildArguments, from } = invocation;
      const names = [...buildArguments.keys()].sort();
      const key = JSON.stringify([at.path, at.start, rule, definition, target, names, from === undefined]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [invocation]);
      else group.push(invocation);
    }
  }
  return [...groups.values()].map(merged);
}

function invocationsOfBuild(
  workflow: Workflow,
  build: FoundBuild,
  definitions: readonly string[],
  factOf: FactOf,
): readonly Invocation[] {
  if (build.foreign !== undefined) return [];
  const files =
    build.files.length > 0
      ? build.files.filter(({ printed }) => printed === undefined)
      : pathsFitting(build.path, definitions).map((source): MadeFile => ({ source, edits: [], when: [] }));
  const bySource = new Map<string, MadeFile[]>();
  for (const file of files) bySource.set(file.source, [...(bySource.get(file.source) ?? []), file]);
  return [...bySource].map(([definition, made]) => {
    const meant = build.files.length === 0 ? meaning(definition, build) : build;
    const { command, when } = meant;
    const target = command.target?.text;
    return {
      workflow,
      at: build.at,
      rule: build.rule,
      definition,
      context: build.context,
      ...changesOf(definition, made, meant, factOf),
      ...(target === undefined ? {} : { target }),
      tags: command.tags.map((tag) => wordValue(tag, when, build.beyond)),
      contexts: namedValues(command.contexts, meant),
      ...(command.from === null ? {} : { from: wordValue(command.from, when, build.beyond) }),
      ...(build.goBuilds === undefined ? {} : { goBuilds: build.goBuilds }),
      ...(build.files.length === 0 ? { isGuess: true as const } : {}),
      pushes: command.pushes,
    };
  });
}

/** The build as it is where its open path means a file: what stands for the open part there stands for it in its other words. */
function meaning(definition: string, build: FoundBuild): FoundBuild {
  const part = openPartIn(build.path, definition);
  if (part === undefined || isArchitectureName(part.name)) return build;
  const written = `$(${part.name})`;
  const told = (word: CommandWord): CommandWord =>
    word.text.includes(written)
      ? wordOf(
          word.pieces.map((piece) =>
            piece.open !== undefined && shown([piece]) === written
              ? { text: part.text, chain: piece.chain }
              : piece,
          ),
          word.at,
        )
      : word;
  const { command } = build;
  return {
    ...build,
    command: {
      ...command,
      target: command.target === null ? null : told(command.target),
      tags: command.tags.map(told),
      buildArguments: command.buildArguments.map(told),
      contexts: command.contexts.map(told),
      from: command.from === null ? null : told(command.from),
    },
  };
}

/** Build arguments, and what is changed in the definition before it is built. */
function changesOf(
  definition: string,
  made: readonly MadeFile[],
  build: FoundBuild,
  factOf: FactOf,
): Pick<Invocation, 'buildArguments' | 'substitutions'> {
  const given = namedValues(build.command.buildArguments, build);
  const fact = made.some(({ edits }) => edits.length > 0) ? factOf(definition) : undefined;
  const edited = made
    .filter((file) => compatible(file.when, build.when))
    .map((file) => {
      const when = joinConditions(build.when, file.when);
      const around = { path: definition, edits: file.edits, when };
      return fact === undefined
        ? { substitutions: [], defaults: new Map<string, Value>() }
        : editedDefinition(fact, build.beyond === undefined ? around : { ...around, beyond: build.beyond });
    });
  const plain = made
    .filter((file) => file.edits.length === 0 && compatible(file.when, build.when))
    .map((file) => asWritten(definition, fact, edited, joinConditions(build.when, file.when)));
  const ways = [...edited, ...plain];
  const defaults = mergedMaps(ways.map((one) => one.defaults));
  const whole = mergedSubstitutions(ways.flatMap(({ substitutions }) => substitutions));
  return {
    buildArguments: new Map([...defaults, ...given]),
    substitutions: [...whole, ...substitutionsOf(made, build.when)],
  };
}

/** An image's name; words that are there to be replaced have capitals. */
const IMAGE_NAME = /^[a-z0-9][a-z0-9._/:-]*(?::[\w.-]+)?(?:@sha256:[a-f0-9]+)?$/;

/** What others change in a definition, as it stands there: it is built so as well. */
function asWritten(
  path: string,
  fact: DockerfileFact | undefined,
  edited: readonly EditedDefinition[],
  when: readonly Condition[],
): EditedDefinition {
  const writtenValue = ({ text, span }: { readonly text: string; readonly span: Span }): Value => ({
    alternatives: [{ when, parts: [text], chain: [locate(path, span)] }],
  });
  const froms = new Set(edited.flatMap(({ substitutions }) => substitutions.map(({ from }) => from)));
  const names = new Set(edited.flatMap(({ defaults }) => [...defaults.keys()]));
  const substitutions = (fact?.stages ?? []).flatMap(({ base }): readonly Substitution[] =>
    froms.has(base.text) && IMAGE_NAME.test(base.text)
      ? [{ from: base.text, to: writtenValue(base), whole: true }]
      : [],
  );
  const defaults = (fact?.globalArguments ?? []).flatMap(({ name, default: given }) =>
    names.has(name) && given !== undefined && IMAGE_NAME.test(given.text)
      ? [[name, writtenValue(given)] as const]
      : [],
  );
  return { substitutions, defaults: new Map(defaults) };
}

/** `NAME=value` words; one without a value takes it from the environment of the command, or of the caller. */
export function namedValues(
  words: readonly CommandWord[],
  { when, beyond, environment }: Pick<FoundBuild, 'when' | 'beyond' | 'environment'>,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const word of words) {
    const equals = word.text.indexOf('=');
    if (equals > 0)
      values.set(word.text.slice(0, equals), wordValue(wordFrom(word, equals + 1), when, beyond));
    else if (/^\w+$/.test(word.text)) {
      const exported = environment?.get(word.text);
      const value =
        exported === undefined
          ? fromCaller(word.text, [word.at])
          : toValue(under(reachedFrom(exported, word.at), when));
      values.set(word.text, value);
    }
  }
  return values;
}

/** Plain texts that are replaced anywhere in the definition. */
function substitutionsOf(files: readonly MadeFile[], when: readonly Condition[]): readonly Substitution[] {
  const values = new Map<string, Value[]>();
  for (const file of files) {
    if (!compatible(file.when, when)) continue;
    const seen = new Set<string>();
    for (const edit of file.edits) {
      if (edit.kind !== 'replace' || edit.plain === null || seen.has(edit.plain)) continue;
      seen.add(edit.plain);
      const value = wordValue(unescaped(edit.to), joinConditions(when, file.when), edit.beyond);
      values.set(edit.plain, [...(values.get(edit.plain) ?? []), value]);
    }
  }
  return [...values].map(([from, all]) => ({ from, to: withoutStrangers(unionOf(all)) }));
}

/** In a replacement a backslash only protects the next character. */
function unescaped(word: CommandWord): CommandWord {
  if (!word.text.includes('\\')) return word;
  const pieces = word.pieces.map((piece) =>
    piece.open === undefined ? { ...piece, text: piece.text.replace(/\\([^\w])/g, '$1') } : piece,
  );
  return wordOf(pieces, word.at);
}

/** Each text that is replaced once, with all that it may become. */
function mergedSubstitutions(all: readonly Substitution[]): readonly Substitution[] {
  const groups = Map.groupBy(all, ({ from, whole }) => `${whole === true}\0${from}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [{ ...first, to: withoutStrangers(unionOf(group.map(({ to }) => to))) }];
  });
}

// ---- merging -------------------------------------------------------------------------------------------

function merged(group: readonly Invocation[]): Invocation {
  const [first, ...rest] = group;
  if (first === undefined) throw new RangeError('an empty group');
  const buildArguments = mergedMaps([first, ...rest].map((one) => one.buildArguments));
  const contexts = mergedMaps([first, ...rest].map((one) => one.contexts));
  const substitutions = mergedSubstitutions(group.flatMap((one) => one.substitutions));
  const tags = distinct(group.flatMap((one) => one.tags));
  const from = group.flatMap((one) => one.from ?? []);
  return {
    ...first,
    buildArguments,
    contexts,
    substitutions,
    tags,
    ...(from.length === 0 ? {} : { from: unionOf(from) }),
    pushes: group.some((one) => one.pushes),
  };
}

function mergedMaps(maps: readonly ReadonlyMap<string, Value>[]): ReadonlyMap<string, Value> {
  const names = new Set(maps.flatMap((map) => [...map.keys()]));
  const entries = [...names].map((name) => {
    const values = maps.flatMap((map) => map.get(name) ?? []);
    return [name, withoutStrangers(unionOf(values))] as const;
  });
  return new Map(entries);
}

/** Values that say the same as one. */
export function distinct(values: readonly Value[]): readonly Value[] {
  const seen = new Map<string, Value>();
  for (const value of values) {
    const key = JSON.stringify(value.alternatives.map(({ parts }) => parts));
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

/** All that several values can be; where somebody gives an argument, that nobody else does is no way of its own. */
export function unionOf(values: readonly Value[]): Value {
  const alternatives = new Map<string, Alternative>();
  for (const value of values) {
    for (const one of value.alternatives)
      alternatives.set(JSON.stringify([one.parts, one.when, one.chain.at(-1)]), one);
  }
  const all = [...alternatives.values()];
  const given = all.filter((one) => !isUngiven(one));
  return bounded(
    given.length === 0 ? all : given,
    values.find((value) => value.beyond !== undefined)?.beyond,
  );
}

/** It holds an argument of a function or script that nothing gives. */
export function isUngiven({ parts }: Alternative): boolean {
  return parts.some((part) => typeof part !== 'string' && /\bargument(?:s @| \d+)/.test(part.open));
}

/**
 * A value that is there for each architecture that a file names leaves no case for others: what nothing sets under "none of these
 * architectures" is not built.
 */
function withoutStrangers(value: Value): Value {
  const known = new Set(
    value.alternatives
      .filter((one) => closedAlternative(one) !== undefined)
      .flatMap(({ when }) => when.filter((condition) => 'equals' in condition).map(({ subject }) => subject)),
  );
  const isStranger = (one: Alternative): boolean => {
    const open = one.parts.filter((part) => typeof part !== 'string' && !isArchitectureName(part.open));
    return (
      open.length > 0 &&
      open.every((part) => typeof part !== 'string' && part.elsewhere === true) &&
      one.when.some(
        (condition) =>
          'except' in condition && isArchitectureName(condition.subject) && known.has(condition.subject),
      )
    );
  };
  const kept = value.alternatives.filter((one) => !isStranger(one));
  return kept.length === value.alternatives.length || kept.length === 0 ? value : bounded(kept, value.beyond);
}
