import type { ContainerFact, EnvironmentSource, HookFact, Span, Word } from '../../domain/index.ts';
import {
  entriesOf,
  entryOf,
  isNull,
  listOf,
  mapOf,
  textOf,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
} from '../yaml/index.ts';
import { isOpenWord, mayBecome } from './open-text.ts';
import { branchesOf, execCommand, type Source, type StartWord, startWords, wordOf } from './words.ts';

export type ContainerRole = ContainerFact['role'];

/** Alternatives of one container that are kept: a template's branches repeat keys. */
const MOST_ALTERNATIVES = 16;

const LONGEST_KEY = 256;

/** Keys of a container that decide what it starts; repeated ones are alternatives. */
interface Choice {
  readonly image: YamlEntry | undefined;
  readonly command: YamlEntry | undefined;
  readonly args: YamlEntry | undefined;
}

/**
 * What a container says; more than one fact where keys are repeated, as the branches of a template's `if` do. Kubernetes
 * takes the last of repeated keys, other readers refuse them: each alternative is kept, so that the worst counts.
 */
export function containerFacts(
  map: YamlMap,
  { role, name }: { readonly role: ContainerRole; readonly name: string },
  source: Source,
): readonly ContainerFact[] {
  const envFrom = environmentSources(map, source);
  const openKeys = openKeysOf(map, source);
  const shared = {
    name: source.masked.restore(textOf(map, 'name') ?? name),
    role: role === 'init' && textOf(map, 'restartPolicy') === 'Always' ? 'sidecar' : role,
    span: map.span,
    env: environmentOf(map, source),
    ...(envFrom.length === 0 ? {} : { envFrom }),
    ...(openKeys.length === 0 ? {} : { openKeys }),
    hooks: hooksOf(map, source),
    mounts: mountsOf(map, source),
  } as const;
  return choicesOf(map)
    .flatMap((choice) =>
      startsOf(choice, source).map((start) => ({ ...shared, ...imageOf(choice, source), ...start })),
    )
    .slice(0, MOST_ALTERNATIVES);
}

/** Keys that may turn out to be `command` when a template is filled in. */
function openKeysOf(map: YamlMap, source: Source): readonly Word[] {
  return map.entries.flatMap(({ key }) => {
    if (key.kind !== 'scalar' || key.text.length > LONGEST_KEY) return [];
    const word = wordOf(key, source);
    return isOpenWord(word.text) && mayBecome(word.text, 'command') ? [word] : [];
  });
}

function choicesOf(map: YamlMap): readonly Choice[] {
  const images = entriesOf(map, 'image');
  const commands = entriesOf(map, 'command');
  const args = entriesOf(map, 'args');
  const longest = Math.max(1, images.length, commands.length, args.length);
  const paired = [images, commands, args].every((list) => list.length <= 1 || list.length === longest);
  const choices: Choice[] = [];
  if (paired) {
    const pick = (list: readonly YamlEntry[], index: number) => (list.length === 1 ? list[0] : list[index]);
    for (let index = 0; index < Math.min(longest, MOST_ALTERNATIVES); index++)
      choices.push({ image: pick(images, index), command: pick(commands, index), args: pick(args, index) });
    return choices;
  }
  for (const image of orNone(images))
    for (const command of orNone(commands))
      for (const one of orNone(args))
        if (choices.length < MOST_ALTERNATIVES) choices.push({ image, command, args: one });
  return choices;
}

function orNone(list: readonly YamlEntry[]): readonly (YamlEntry | undefined)[] {
  return list.length === 0 ? [undefined] : list.slice(0, MOST_ALTERNATIVES);
}

function imageOf({ image }: Choice, source: Source): Pick<ContainerFact, 'image'> {
  const value = image?.value;
  return value?.kind === 'scalar' && !isNull(value) ? { image: wordOf(value, source) } : {};
}

type Start = Pick<ContainerFact, 'command' | 'args' | 'startSpan' | 'start'>;

/** One start, or one for each branch of a template that begins with a program of its own. */
function startsOf({ command, args }: Choice, source: Source): readonly Start[] {
  const commandWords = startWords(command, source);
  const argWords = startWords(args, source);
  const first = commandWords === undefined ? args : command;
  if (first === undefined || (commandWords === undefined && argWords === undefined)) return [{}];
  if (command === undefined || commandWords === undefined)
    return [startOf({ argWords, span: first.span }, source)];
  return branchesOf(commandWords, command, source).map((words) =>
    startOf({ commandWords: words, argWords, span: first.span }, source),
  );
}

interface Words {
  readonly commandWords?: readonly StartWord[];
  readonly argWords: readonly StartWord[] | undefined;
  readonly span: Span;
}

function startOf({ commandWords, argWords, span }: Words, source: Source): Start {
  return {
    ...(commandWords === undefined ? {} : { command: commandWords.map(bare) }),
    ...(argWords === undefined ? {} : { args: argWords.map(bare) }),
    startSpan: span,
    start: execCommand([...(commandWords ?? []), ...(argWords ?? [])], span, source),
  };
}

function bare(word: { readonly text: string; readonly span: Span }) {
  return { text: word.text, span: word.span };
}

/** Literal values only: `valueFrom` is not known here. */
function environmentOf(map: YamlMap, source: Source): Readonly<Record<string, string>> {
  const environment: Record<string, string> = Object.create(null);
  for (const item of listOf(map, 'env')?.items ?? []) {
    const name = textOf(item, 'name');
    const value = textOf(item, 'value');
    if (name !== undefined && value !== undefined)
      environment[source.masked.restore(name)] = source.masked.restore(value);
  }
  return environment;
}

const REFERENCES = [
  ['configMapKeyRef', 'config-map'],
  ['secretKeyRef', 'secret'],
] as const;

const WHOLE_REFERENCES = [
  ['configMapRef', 'config-map'],
  ['secretRef', 'secret'],
] as const;

function environmentSources(map: YamlMap, source: Source): readonly EnvironmentSource[] {
  const { restore } = source.masked;
  const sources: EnvironmentSource[] = [];
  for (const item of listOf(map, 'envFrom')?.items ?? []) {
    const prefix = textOf(item, 'prefix');
    for (const [key, kind] of WHOLE_REFERENCES) {
      const object = textOf(mapOf(item, key), 'name');
      if (object === undefined) continue;
      const from = { source: kind, object: restore(object) } as const;
      sources.push(prefix === undefined ? from : { ...from, prefix: restore(prefix) });
    }
  }
  for (const item of listOf(map, 'env')?.items ?? []) {
    const name = textOf(item, 'name');
    const from = mapOf(item, 'valueFrom');
    if (name === undefined || from === undefined) continue;
    const [found] = REFERENCES.filter(([key]) => mapOf(from, key) !== undefined);
    const reference = found === undefined ? undefined : mapOf(from, found[0]);
    sources.push({
      name: restore(name),
      source: found?.[1] ?? 'other',
      object: restore(textOf(reference, 'name') ?? ''),
      key: restore(textOf(reference, 'key') ?? ''),
    });
  }
  return sources;
}

function mountsOf(map: YamlMap, source: Source): ContainerFact['mounts'] {
  const mounts: ContainerFact['mounts'][number][] = [];
  for (const item of listOf(map, 'volumeMounts')?.items ?? []) {
    const volume = textOf(item, 'name');
    const path = textOf(item, 'mountPath');
    const subPath = textOf(item, 'subPath');
    if (volume === undefined || path === undefined) continue;
    const mount = { volume: source.masked.restore(volume), path: source.masked.restore(path) };
    mounts.push(subPath === undefined ? mount : { ...mount, subPath: source.masked.restore(subPath) });
  }
  return mounts;
}

const PROBES = [
  ['livenessProbe', 'liveness'],
  ['readinessProbe', 'readiness'],
  ['startupProbe', 'startup'],
] as const;

const HANDLERS = [
  ['postStart', 'post-start'],
  ['preStop', 'pre-stop'],
] as const;

function hooksOf(map: YamlMap, source: Source): readonly HookFact[] {
  const hooks: HookFact[] = [];
  for (const [key, role] of PROBES) addHooks(hooks, map, key, role, source);
  for (const lifecycle of entriesOf(map, 'lifecycle')) {
    if (lifecycle.value.kind !== 'map') continue;
    for (const [key, role] of HANDLERS) addHooks(hooks, lifecycle.value, key, role, source);
  }
  return hooks;
}

function addHooks(
  hooks: HookFact[],
  map: YamlMap,
  key: string,
  role: HookFact['role'],
  source: Source,
): void {
  for (const { value } of entriesOf(map, key)) {
    const exec = value.kind === 'map' ? mapOf(value, 'exec') : undefined;
    const command = exec === undefined ? undefined : entryOf(exec, 'command');
    const words = startWords(command, source);
    if (command === undefined || words === undefined) continue;
    for (const branch of branchesOf(words, command, source).slice(0, MOST_ALTERNATIVES))
      hooks.push({ role, command: execCommand(branch, command.span, source) });
  }
}

/** True for what looks like a container; `strict` asks for a name and something to run, else either will do. */
export function isContainer(node: YamlNode, strict: boolean): node is YamlMap {
  if (node.kind !== 'map') return false;
  const has = (key: string) => entryOf(node, key) !== undefined;
  const runs = has('image') || has('command') || has('args');
  return strict ? has('name') && runs : has('name') || runs;
}
