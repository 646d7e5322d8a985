import {
  type ContainerFact,
  type EnvironmentSource,
  type HookFact,
  isShell,
  type Span,
  type Word,
} from '../../domain/index.ts';
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
import {
  beyondBound,
  branchesOf,
  broughtLines,
  execCommand,
  type Source,
  type StartWord,
  scriptOf,
  startWords,
  wordOf,
} from './words.ts';

export type ContainerRole = ContainerFact['role'];

/** Combinations of repeated keys that are looked at: a template's branches repeat them. */
const MOST_COMBINATIONS = 64;

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
  {
    role,
    name,
    isStep = false,
  }: { readonly role: ContainerRole; readonly name: string; readonly isStep?: boolean },
  source: Source,
): readonly ContainerFact[] {
  const envFrom = environmentSources(map, source);
  const openKeys = openKeysOf(map, source);
  const brought = broughtHooksOf(map, source);
  const lines = broughtLines(map, source);
  const shared = {
    name: source.masked.restore(textOf(map, 'name') ?? name),
    role: role === 'init' && textOf(map, 'restartPolicy') === 'Always' ? 'sidecar' : role,
    span: map.span,
    env: environmentOf(map, source),
    ...(envFrom.length === 0 ? {} : { envFrom }),
    ...(openKeys.length === 0 ? {} : { openKeys }),
    hooks: hooksOf(map, source),
    ...(brought.length === 0 ? {} : { broughtHooks: brought }),
    ...(lines.length === 0 ? {} : { broughtLines: lines }),
    mounts: mountsOf(map, source),
  } as const;
  const { choices, more } = choicesOf(map);
  const written = isStep ? writtenStart(map, source) : undefined;
  const facts = choices.flatMap((choice) =>
    (written === undefined ? startsOf(choice, source) : [written]).map((start) => ({
      ...shared,
      ...imageOf(choice, source),
      ...start,
    })),
  );
  const last = choices.at(-1);
  const key = last?.command ?? last?.args ?? last?.image;
  if (!more || last === undefined || key === undefined) return facts;
  const beyond = startOf(
    { commandWords: [beyondBound(key, source)], argWords: undefined, span: key.span },
    source,
  );
  return [...facts, { ...shared, ...imageOf(last, source), ...beyond }];
}

/** Keys that may turn out to be `command` when a template is filled in. */
function openKeysOf(map: YamlMap, source: Source): readonly Word[] {
  return map.entries.flatMap(({ key }) => {
    if (key.kind !== 'scalar' || key.text.length > LONGEST_KEY) return [];
    const word = wordOf(key, source);
    return isOpenWord(word.text) && mayBecome(word.text, 'command') ? [word] : [];
  });
}

/** `more`: keys are repeated in more combinations than are looked at. */
function choicesOf(map: YamlMap): { readonly choices: readonly Choice[]; readonly more: boolean } {
  const images = entriesOf(map, 'image');
  const commands = entriesOf(map, 'command');
  const args = entriesOf(map, 'args');
  const longest = Math.max(1, images.length, commands.length, args.length);
  const paired = [images, commands, args].every((list) => list.length <= 1 || list.length === longest);
  const choices: Choice[] = [];
  if (paired) {
    const pick = (list: readonly YamlEntry[], index: number) => (list.length === 1 ? list[0] : list[index]);
    for (let index = 0; index < Math.min(longest, MOST_COMBINATIONS); index++)
      choices.push({ image: pick(images, index), command: pick(commands, index), args: pick(args, index) });
    return { choices, more: longest > MOST_COMBINATIONS };
  }
  for (const image of orNone(images))
    for (const command of orNone(commands))
      for (const one of orNone(args)) {
        if (choices.length === MOST_COMBINATIONS) return { choices, more: true };
        choices.push({ image, command, args: one });
      }
  return { choices, more: false };
}

function orNone(list: readonly YamlEntry[]): readonly (YamlEntry | undefined)[] {
  return list.length === 0 ? [undefined] : list;
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

/** A script of Tekton: its `#!` line names what runs it, else `/bin/sh` does. Source: https://tekton.dev/docs/pipelines/tasks */
function writtenStart(map: YamlMap, source: Source): Start | undefined {
  const entry = entryOf(map, 'script');
  const scalar = entry?.value;
  if (entry === undefined || scalar?.kind !== 'scalar' || isNull(scalar)) return undefined;
  const line = /^#![ \t]*([^\n]{1,200})/.exec(source.masked.restore(scalar.text))?.[1] ?? '/bin/sh';
  const words = line
    .trim()
    .split(/\s+/)
    .map((text) => ({ text, span: scalar.span }));
  const script = words.some(({ text }) => isShell(text)) ? { script: scriptOf(scalar, source) } : {};
  const start = { form: 'exec', words, span: entry.span, ...script } as const;
  return { command: words, startSpan: entry.span, start };
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
    if (name === undefined || value === undefined) continue;
    const known = environment[source.masked.restore(name)];
    // Kubernetes takes the last of repeated names; of the branches of a template any may be written, so a shell counts.
    if (known !== undefined && source.masked.actions.length > 0 && isShell(known)) continue;
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

/** Probes and handlers of which a template's action writes all. */
function broughtHooksOf(map: YamlMap, source: Source): NonNullable<ContainerFact['broughtHooks']> {
  if (source.masked.actions.length === 0) return [];
  return [...PROBES.map(([key]) => key), 'lifecycle'].flatMap((key) =>
    entriesOf(map, key).flatMap((entry) => {
      const words = entry.value.kind === 'scalar' ? startWords(entry, source) : undefined;
      return (words ?? []).flatMap(({ text, span }) =>
        text.startsWith('{{') ? [{ key, action: { text, span } }] : [],
      );
    }),
  );
}

function addHooks(
  hooks: HookFact[],
  map: YamlMap,
  key: string,
  role: HookFact['role'],
  source: Source,
): void {
  for (const { value } of entriesOf(map, key)) {
    const handlers = value.kind === 'map' ? entriesOf(value, 'exec') : [];
    for (const command of handlers.flatMap((one) => commandsOf(one.value))) {
      const words = startWords(command, source);
      for (const branch of words === undefined ? [] : branchesOf(words, command, source))
        hooks.push({ role, command: execCommand(branch, command.span, source) });
    }
  }
}

function commandsOf(exec: YamlNode): readonly YamlEntry[] {
  return exec.kind === 'map' ? entriesOf(exec, 'command') : [];
}

/** True for what looks like a container; `strict` asks for a name and something to run, else either will do. */
export function isContainer(node: YamlNode, strict: boolean): node is YamlMap {
  if (node.kind !== 'map') return false;
  const has = (key: string) => entryOf(node, key) !== undefined;
  const runs = has('image') || has('command') || has('args');
  return strict ? has('name') && runs : has('name') || runs;
}
