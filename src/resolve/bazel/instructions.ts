import type { Command, Instruction, Location, Word } from '../../domain/index.ts';
import { joinPath, shellTextIndex } from '../../domain/index.ts';
import { readShell } from '../../formats/shell/index.ts';
import type { PlacedInstruction } from '../declared.ts';
import type { Given } from './arguments.ts';
import { parseLabel } from './labels.ts';
import type { ImageRule } from './rule-sets.ts';
import { labelsIn, type PlacedTarget, type Targets } from './targets.ts';
import { list, plainText, type StarlarkValue, text } from './values.ts';

/** What an image rule's own attributes do to the image, in order of effect. */
export function instructionsOf(
  target: PlacedTarget,
  rule: ImageRule,
  targets: Targets,
): readonly PlacedInstruction[] {
  const given = (name: string) => target.attributes.get(name);
  return [
    ...environment(given('env')),
    ...folder(given('workdir')),
    ...contents(target, targets, new Set()),
    ...commits(given('commands')),
    ...program(target, rule),
    ...user(given('user')),
    ...command('entrypoint', given('entrypoint')),
    ...command('cmd', given('cmd')),
    ...cleared('entrypoint', given('null_entrypoint')),
    ...cleared('cmd', given('null_cmd')),
  ];
}

/** Packages of other repositories that a rule unpacks: what the tree packs itself is its own program. */
export function packagesOf(target: PlacedTarget): readonly string[] {
  return labelsIn(target.attributes.get('debs')?.value)
    .filter(isForeign)
    .map((label) => packageName(label, parseLabel(label)?.repository ?? ''));
}

/** `@busybox_deb//file` is busybox, `@debian//curl/amd64` is curl. */
function packageName(label: string, repository: string): string {
  const below = /\/\/([\w.+-]+)/.exec(label)?.[1];
  if (below !== undefined && below !== 'file') return below;
  return repository.replace(/_deb$|^deb_/, '');
}

// ---- contents ------------------------------------------------------------------------------------------

function contents(
  target: PlacedTarget,
  targets: Targets,
  seen: Set<PlacedTarget>,
): readonly PlacedInstruction[] {
  if (seen.has(target)) return [];
  seen.add(target);
  const { attributes } = target;
  const directory = plainText(attributes.get('directory')?.value) ?? '/';
  const layers = labelsIn(attributes.get('layers')?.value).flatMap((label) =>
    targets.meant(label, target.folder),
  );
  return [
    ...layers.flatMap((layer) => contents(layer, targets, seen)),
    ...packages(target),
    ...copies(attributes.get('files'), target, directory),
    ...copies(attributes.get('tars'), target, directory, '/'),
    ...copies(ownPackages(attributes.get('debs')), target, '/', '/'),
    ...copies(attributes.get('layers'), target, directory, '/'),
    ...links(attributes.get('symlinks')),
  ];
}

/** Packages that the tree itself builds: archives like any other. */
function ownPackages(given: Given | undefined): Given | undefined {
  if (given === undefined) return undefined;
  const own = labelsIn(given.value).filter((label) => !isForeign(label));
  return { at: given.at, value: list(own.map((label) => text(label))) };
}

function isForeign(label: string): boolean {
  return (parseLabel(label)?.repository ?? '') !== '';
}

function packages(target: PlacedTarget): readonly PlacedInstruction[] {
  const given = target.attributes.get('debs');
  const names = packagesOf(target);
  if (given === undefined || names.length === 0) return [];
  const at = headOf(given, 'debs');
  return [{ at, instruction: { kind: 'packages', by: 'debs', packages: names, span: at } }];
}

/** Files land in the rule's folder; `ending` marks what is unpacked there. */
function copies(
  given: Given | undefined,
  target: PlacedTarget,
  directory: string,
  ending = '',
): readonly PlacedInstruction[] {
  if (given === undefined) return [];
  const sources = labelsIn(given.value).map((label) => `${sourceOf(label, target)}${ending}`);
  if (sources.length === 0) return [];
  const at = given.at;
  const words = sources.map((text): Word => ({ text, span: at }));
  const destination: Word = { text: `${directory.replace(/\/$/, '')}/`, span: at };
  return [{ at, instruction: { kind: 'copy', sources: words, destination, span: at } }];
}

/** The file that a label names, as a path of the tree. */
function sourceOf(label: string, target: PlacedTarget): string {
  const parsed = parseLabel(label);
  if (parsed === null) return 'file';
  return joinPath(parsed.folder ?? target.folder, parsed.name);
}

function links(given: Given | undefined): readonly PlacedInstruction[] {
  if (given?.value.kind !== 'dict') return [];
  return [...given.value.entries.values()].flatMap(({ key, value }) => {
    const [link, to] = [plainText(key), plainText(value)];
    if (link === undefined || to === undefined) return [];
    const at = given.at;
    const instruction: Instruction = {
      kind: 'copy',
      sources: [{ text: to.replace(/^\//, ''), span: at }],
      destination: { text: link, span: at },
      span: at,
    };
    return [{ at, instruction }];
  });
}

/** The program that a language's rule packs and starts. */
function program(target: PlacedTarget, { program: starts }: ImageRule): readonly PlacedInstruction[] {
  if (starts !== true) return [];
  const { at } = target;
  const path = joinPath('/app', target.folder, `${target.name}.binary`);
  const word: Word = { text: path, span: at };
  return [
    {
      at,
      instruction: {
        kind: 'copy',
        sources: [{ text: `${target.name}.binary`, span: at }],
        destination: word,
        span: at,
      },
    },
    { at, instruction: { kind: 'entrypoint', command: { form: 'exec', words: [word], span: at }, span: at } },
  ];
}

// ---- settings ------------------------------------------------------------------------------------------

function environment(given: Given | undefined): readonly PlacedInstruction[] {
  if (given?.value.kind !== 'dict') return [];
  const at = given.at;
  const variables = [...given.value.entries.values()].flatMap(({ key, value }) => {
    const [name, text] = [plainText(key), plainText(value)];
    return name === undefined || text === undefined ? [] : [{ name, value: { text, span: at } }];
  });
  return variables.length === 0 ? [] : [{ at, instruction: { kind: 'env', variables, span: at } }];
}

function folder(given: Given | undefined): readonly PlacedInstruction[] {
  const text = plainText(given?.value);
  if (given === undefined || text === undefined || text === '') return [];
  const { at } = given;
  return [{ at, instruction: { kind: 'workdir', value: { text, span: at }, span: at } }];
}

function user(given: Given | undefined): readonly PlacedInstruction[] {
  if (given === undefined) return [];
  const text = given.value.kind === 'number' ? String(given.value.value) : plainText(given.value);
  if (text === undefined || text === '') return [];
  const { at } = given;
  return [{ at, instruction: { kind: 'user', value: { text, span: at }, span: at } }];
}

function cleared(kind: 'cmd' | 'entrypoint', given: Given | undefined): readonly PlacedInstruction[] {
  if (given?.value.kind !== 'boolean' || !given.value.value) return [];
  const { at } = given;
  return [{ at, instruction: { kind, command: { form: 'exec', words: [], span: at }, span: at } }];
}

/** A list is exec form; one text is given to a shell. */
function command(kind: 'cmd' | 'entrypoint', given: Given | undefined): readonly PlacedInstruction[] {
  if (given === undefined) return [];
  const value = given.value.kind === 'choice' ? given.value.alternatives[0]?.value : given.value;
  if (value === undefined) return [];
  const plain = plainText(value);
  if (plain !== undefined) return plain === '' ? [] : [placed(kind, shellForm(plain, given.at))];
  if (value.kind !== 'list' && value.kind !== 'tuple') return [];
  const words = value.items.map((item) => wordOf(item, given.at));
  return [placed(kind, execForm(words, value.items.length === 0 ? given.at : spanning(words)))];
}

function placed(
  kind: 'cmd' | 'entrypoint',
  command: Command & { readonly span: Location },
): PlacedInstruction {
  return { at: command.span, instruction: { kind, command, span: command.span } };
}

type PlacedWord = Word & { readonly span: Location };

/** What is not known of a word stands in it as a variable would. */
function wordOf(value: StarlarkValue, otherwise: Location): PlacedWord {
  if (value.kind !== 'text')
    return { text: `\${${value.kind === 'unknown' ? value.name : value.kind}}`, span: otherwise };
  const text = value.pieces.map((piece) => ('text' in piece ? piece.text : `\${${piece.open}}`)).join('');
  const first = value.pieces.find((piece) => 'text' in piece && piece.at !== null);
  const at = first !== undefined && 'at' in first ? first.at : null;
  return { text, span: at ?? otherwise };
}

function execForm(words: readonly PlacedWord[], span: Location): Command & { readonly span: Location } {
  const index = shellTextIndex(words.map(({ text }) => text));
  const told = index === null ? undefined : words[index];
  if (told === undefined) return { form: 'exec', words, span };
  return { form: 'exec', words, span, script: readShell(told.text, () => told.span.start) };
}

function shellForm(text: string, span: Location): Command & { readonly span: Location } {
  return { form: 'shell', text, script: readShell(text, () => span.start), span };
}

/** From the first word to the last where both stand in one file, else the first. */
function spanning(words: readonly PlacedWord[]): Location {
  const first = words[0]?.span;
  const last = words.at(-1)?.span;
  if (first === undefined || last === undefined)
    throw new RangeError('a command without words has no span of its own');
  return last.path === first.path && last.end.line >= first.start.line ? { ...first, end: last.end } : first;
}

/** What `container_run_and_commit` runs. */
function commits(given: Given | undefined): readonly PlacedInstruction[] {
  if (given?.value.kind !== 'list') return [];
  return given.value.items.flatMap((item) => {
    const word = wordOf(item, given.at);
    const instruction: Instruction = {
      kind: 'run',
      command: shellForm(word.text, word.span),
      mounts: [],
      span: word.span,
    };
    return [{ at: word.span, instruction }];
  });
}

function headOf({ at }: Given, name: string): Location {
  return { ...at, end: { line: at.start.line, column: at.start.column + name.length } };
}
