import type {
  Alternative,
  Condition,
  Invocation,
  Substitution,
  Value,
  Workflow,
} from '../../domain/index.ts';
import { bounded, closedText as closedAlternative, compatible, joinConditions } from '../../domain/index.ts';
import { isArchitectureName } from '../../domain/placeholder.ts';
import type { MadeFile } from './build-files.ts';
import { pathsFitting } from './open-paths.ts';
import type { FoundBuild } from './recipe-walk.ts';
import { type CommandWord, wordFrom, wordValue } from './words.ts';

/** Turns what commands say into invocations, one for each rule, place and definition, whatever the conditions. */
export function invocationsOf(
  workflow: Workflow,
  builds: readonly FoundBuild[],
  definitions: readonly string[],
): readonly Invocation[] {
  const groups = new Map<string, Invocation[]>();
  for (const build of builds) {
    for (const invocation of invocationsOfBuild(workflow, build, definitions)) {
      const { at, rule, definition, target, buildArguments } = invocation;
      const names = [...buildArguments.keys()].sort();
      const key = JSON.stringify([at.path, at.start, rule, definition, target, names]);
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
): readonly Invocation[] {
  const files =
    build.files.length > 0
      ? build.files
      : pathsFitting(build.path, definitions).map(
          (source): MadeFile => ({ source, replacements: [], when: [] }),
        );
  const bySource = new Map<string, MadeFile[]>();
  for (const file of files) bySource.set(file.source, [...(bySource.get(file.source) ?? []), file]);
  const { command, when } = build;
  const target = command.target?.text;
  return [...bySource].map(([definition, made]) => ({
    workflow,
    at: build.at,
    rule: build.rule,
    definition,
    context: build.context,
    buildArguments: namedValues(command.buildArguments, build),
    substitutions: substitutionsOf(made, when),
    ...(target === undefined ? {} : { target }),
    tags: command.tags.map((tag) => wordValue(tag, when, build.beyond)),
    contexts: namedValues(command.contexts, build),
    ...(build.files.length === 0 ? { isGuess: true as const } : {}),
    pushes: command.pushes,
  }));
}

/** `NAME=value` words; one without a value takes it from the environment, which nobody knows. */
function namedValues(
  words: readonly CommandWord[],
  { when, beyond }: Pick<FoundBuild, 'when' | 'beyond'>,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const word of words) {
    const equals = word.text.indexOf('=');
    if (equals > 0)
      values.set(word.text.slice(0, equals), wordValue(wordFrom(word, equals + 1), when, beyond));
  }
  return values;
}

function substitutionsOf(files: readonly MadeFile[], when: readonly Condition[]): readonly Substitution[] {
  const values = new Map<string, Value[]>();
  for (const file of files) {
    if (!compatible(file.when, when)) continue;
    const seen = new Set<string>();
    for (const { from, to, beyond } of file.replacements) {
      if (seen.has(from)) continue;
      seen.add(from);
      const value = wordValue(to, joinConditions(when, file.when), beyond);
      values.set(from, [...(values.get(from) ?? []), value]);
    }
  }
  return [...values].map(([from, all]) => ({ from, to: withoutStrangers(union(all)) }));
}

// ---- merging -------------------------------------------------------------------------------------------

function merged(group: readonly Invocation[]): Invocation {
  const [first, ...rest] = group;
  if (first === undefined) throw new RangeError('an empty group');
  const buildArguments = mergedMaps([first, ...rest].map((one) => one.buildArguments));
  const contexts = mergedMaps([first, ...rest].map((one) => one.contexts));
  const froms = [...new Set(group.flatMap((one) => one.substitutions.map(({ from }) => from)))];
  const substitutions = froms.map((from) => {
    const values = group.flatMap((one) => one.substitutions.filter((other) => other.from === from));
    return { from, to: withoutStrangers(union(values.map(({ to }) => to))) };
  });
  const tags = distinct(group.flatMap((one) => one.tags));
  return { ...first, buildArguments, contexts, substitutions, tags, pushes: group.some((one) => one.pushes) };
}

function mergedMaps(maps: readonly ReadonlyMap<string, Value>[]): ReadonlyMap<string, Value> {
  const names = new Set(maps.flatMap((map) => [...map.keys()]));
  const entries = [...names].map((name) => {
    const values = maps.flatMap((map) => map.get(name) ?? []);
    return [name, withoutStrangers(union(values))] as const;
  });
  return new Map(entries);
}

function distinct(values: readonly Value[]): readonly Value[] {
  const seen = new Map<string, Value>();
  for (const value of values) {
    const key = JSON.stringify(value.alternatives.map(({ parts }) => parts));
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}

/** All that several values can be. */
function union(values: readonly Value[]): Value {
  const alternatives = new Map<string, Alternative>();
  for (const value of values) {
    for (const one of value.alternatives)
      alternatives.set(JSON.stringify([one.parts, one.when, one.chain.at(-1)]), one);
  }
  return bounded([...alternatives.values()], values.find((value) => value.beyond !== undefined)?.beyond);
}

/**
 * A value that is there for each architecture that a file names leaves no case for others: what stays open only under "none of these
 * architectures" is not built.
 */
function withoutStrangers(value: Value): Value {
  const known = new Set(
    value.alternatives
      .filter((one) => closedAlternative(one) !== undefined)
      .flatMap(({ when }) => when.filter((condition) => 'equals' in condition).map(({ subject }) => subject)),
  );
  const isStranger = (one: Alternative): boolean =>
    one.parts.some((part) => typeof part !== 'string' && !isArchitectureName(part.open)) &&
    one.when.some(
      (condition) =>
        'except' in condition && isArchitectureName(condition.subject) && known.has(condition.subject),
    );
  const kept = value.alternatives.filter((one) => !isStranger(one));
  return kept.length === value.alternatives.length || kept.length === 0 ? value : bounded(kept, value.beyond);
}
