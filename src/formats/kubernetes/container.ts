import type { ContainerFact, HookFact, Span } from '../../domain/index.ts';
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
import { execCommand, type Source, startWords, wordOf } from './words.ts';

type Role = ContainerFact['role'];

/** Alternatives of one container that are kept: a template's branches repeat keys. */
const MOST_ALTERNATIVES = 16;

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
export function containerFacts(map: YamlMap, role: Role, source: Source): readonly ContainerFact[] {
  const shared = {
    name: source.masked.restore(textOf(map, 'name') ?? ''),
    role: role === 'init' && textOf(map, 'restartPolicy') === 'Always' ? 'sidecar' : role,
    span: map.span,
    env: environmentOf(map, source),
    hooks: hooksOf(map, source),
    mounts: mountsOf(map, source),
  } as const;
  return choicesOf(map).map((choice) => ({
    ...shared,
    ...imageOf(choice, source),
    ...startOf(choice, source),
  }));
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

function startOf({ command, args }: Choice, source: Source): Start {
  const commandWords = startWords(command, source);
  const argWords = startWords(args, source);
  const first = commandWords === undefined ? args : command;
  if (first === undefined || (commandWords === undefined && argWords === undefined)) return {};
  const span = first.span;
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
    if (name !== undefined && value !== undefined) environment[name] = source.masked.restore(value);
  }
  return environment;
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
    hooks.push({ role, command: execCommand(words, command.span, source) });
  }
}

/** True for what looks like a container; `strict` asks for a name and something to run, else either will do. */
export function isContainer(node: YamlNode, strict: boolean): node is YamlMap {
  if (node.kind !== 'map') return false;
  const has = (key: string) => entryOf(node, key) !== undefined;
  const runs = has('image') || has('command') || has('args');
  return strict ? has('name') && runs : has('name') || runs;
}
