import { programName } from '../../domain/index.ts';
import { isEngine, isWhollyOpen, mayBeEngine, verbAndRest, withoutWrappers } from './engines.ts';
import { asDockerBuild } from './other-engines.ts';
import { plainProgram } from './shell/programs.ts';
import { type BuildCommand, type CommandWord, wordFrom } from './words.ts';

/** A command that builds, names, publishes or runs an image, its words told apart but not yet resolved. */
export type ImageCommand =
  | {
      readonly kind: 'build';
      readonly file: CommandWord | null;
      readonly context: CommandWord | null;
      readonly target: CommandWord | null;
      readonly tags: readonly CommandWord[];
      readonly buildArguments: readonly CommandWord[];
      readonly contexts: readonly CommandWord[];
      readonly platforms: readonly CommandWord[];
      /** Files of build arguments. */
      readonly argumentFiles: readonly CommandWord[];
      /** Takes the place of what the first FROM names. */
      readonly from: CommandWord | null;
      readonly pushes: boolean;
    }
  | { readonly kind: 'push' | 'run'; readonly image: CommandWord }
  | { readonly kind: 'tag'; readonly image: CommandWord; readonly becomes: CommandWord };

/** Options of `build` that take no value; every other long option takes one. */
const BUILD_SWITCHES: ReadonlySet<string> = new Set(
  (
    'no-cache pull push load quiet rm force-rm compress squash disable-content-trust check help debug layers no-hosts ' +
    'squash-all stdin tls-verify omit-history skip-unused-stages identity-label inherit-labels'
  ).split(' '),
);
const BUILD_SHORT_VALUES = 'tfcmoav';

const RUN_SWITCHES: ReadonlySet<string> = new Set(
  (
    'rm detach interactive tty privileged init read-only publish-all no-healthcheck oom-kill-disable sig-proxy quiet help ' +
    'disable-content-trust replace tls-verify'
  ).split(' '),
);
const RUN_SHORT_SWITCHES = 'itdPq';

/** The image command that a command is; null for anything else. */
export function imageCommandOf(command: BuildCommand): ImageCommand | null {
  const plain = withoutWrappers(command.words);
  const words = verbAndRest(asDockerBuild(plain) ?? command.words);
  const [verb, ...rest] = words ?? [];
  if (verb === undefined) return null;
  switch (verb.text) {
    case 'build':
    case 'b':
    case 'bud':
      return buildOf(rest);
    case 'push':
      return publishOf(rest);
    case 'run':
      return runOf(rest);
    case 'tag':
      return tagOf(rest);
    default:
      return null;
  }
}

// ---- build ---------------------------------------------------------------------------------------------

interface Found {
  file: CommandWord | null;
  target: CommandWord | null;
  readonly tags: CommandWord[];
  readonly buildArguments: CommandWord[];
  readonly contexts: CommandWord[];
  readonly platforms: CommandWord[];
  readonly argumentFiles: CommandWord[];
  from: CommandWord | null;
  readonly plain: CommandWord[];
  pushes: boolean;
}

/** What the words behind `docker build` say. */
export function buildOf(words: readonly CommandWord[]): Extract<ImageCommand, { kind: 'build' }> {
  const found: Found = {
    file: null,
    target: null,
    tags: [],
    buildArguments: [],
    contexts: [],
    platforms: [],
    argumentFiles: [],
    from: null,
    plain: [],
    pushes: false,
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || isNothing(word)) continue;
    const option = optionOf(
      word,
      words[at + 1],
      BUILD_SWITCHES,
      (letter) => !BUILD_SHORT_VALUES.includes(letter),
    );
    if (option === null) {
      found.plain.push(word);
      continue;
    }
    if (option.usesNext) at++;
    note(found, option.name, option.value);
  }
  const { plain, ...rest } = found;
  // An open word in front of the context is options that some variable brings.
  const context = plain.findLast((word) => !isWhollyOpen(word)) ?? plain.at(-1) ?? null;
  return { kind: 'build', ...rest, context };
}

function note(found: Found, name: string, value: CommandWord | null): void {
  if (name === 'push') found.pushes = true;
  if (value === null) return;
  if (name === 'f' || name === 'file') found.file = value;
  else if (name === 't' || name === 'tag') found.tags.push(value);
  else if (name === 'build-arg') found.buildArguments.push(value);
  else if (name === 'target') found.target = value;
  else if (name === 'build-context') found.contexts.push(value);
  else if (name === 'platform') found.platforms.push(value);
  else if (name === 'build-arg-file') found.argumentFiles.push(value);
  else if (name === 'from') found.from = value;
  else if ((name === 'o' || name === 'output') && /type=registry|push=true/.test(value.text))
    found.pushes = true;
}

interface Given {
  readonly name: string;
  readonly value: CommandWord | null;
  readonly usesNext: boolean;
}

/** An option with its value; null for a plain word. */
function optionOf(
  word: CommandWord,
  next: CommandWord | undefined,
  switches: ReadonlySet<string>,
  isSwitch: (letter: string) => boolean,
): Given | null {
  const { text } = word;
  if (!text.startsWith('-') || text === '-') return null;
  if (text.startsWith('--')) return longOptionOf(word, next, switches);
  const letter = text[1] ?? '';
  if (isSwitch(letter)) {
    // `-it`, and `-ite NAME=value`: the last letter may take a value.
    const last = text.at(-1) ?? '';
    return text.length > 2 && !isSwitch(last) ? valueBehind(last, next) : switchedOn(letter);
  }
  if (text.length === 2) return valueBehind(letter, next);
  return { name: letter, value: wordFrom(word, text.indexOf('=') === 2 ? 3 : 2), usesNext: false };
}

/** `--name=value`, `--name value`, `--name`. */
function longOptionOf(
  word: CommandWord,
  next: CommandWord | undefined,
  switches: ReadonlySet<string>,
): Given {
  const { text } = word;
  const equals = text.indexOf('=');
  const name = text.slice(2, equals < 0 ? undefined : equals);
  if (equals >= 0) return { name, value: wordFrom(word, equals + 1), usesNext: false };
  // What is not known takes the next word, unless that is an option itself.
  return switches.has(name) || /^-./.test(next?.text ?? '') ? switchedOn(name) : valueBehind(name, next);
}

function switchedOn(name: string): Given {
  return { name, value: null, usesNext: false };
}

function valueBehind(name: string, next: CommandWord | undefined): Given {
  return { name, value: next ?? null, usesNext: next !== undefined };
}

/** A word of which nothing is left where make takes what is not set for empty. */
function isNothing(word: CommandWord): boolean {
  return word.pieces.every((piece) => piece.open === 'unset');
}

// ---- containers ----------------------------------------------------------------------------------------

/** A container that a command makes of an image, with its name where it gives one. */
export function namedContainerOf(
  command: Pick<BuildCommand, 'words'>,
): { readonly name: CommandWord | null; readonly image: CommandWord } | null {
  const [verb, ...rest] = withoutNoun(verbAndRest(command.words) ?? [], 'container');
  if (!/^(create|run|from)$/.test(verb?.text ?? '')) return null;
  const run = runOf(rest);
  if (run === null || run.kind !== 'run') return null;
  const at = rest.findIndex(({ text }) => text === '--name' || text.startsWith('--name='));
  const option = rest[at];
  const name =
    option === undefined
      ? null
      : option.text === '--name'
        ? (rest[at + 1] ?? null)
        : wordFrom(option, '--name='.length);
  return { name, image: run.image };
}

/** The container whose file system a command writes, and the file where an option names one. */
export function exportOf(
  command: Pick<BuildCommand, 'words'>,
): { readonly container: CommandWord; readonly file: CommandWord | null } | null {
  const [verb, ...rest] = withoutNoun(verbAndRest(command.words) ?? [], 'container');
  if (verb?.text !== 'export') return null;
  let file: CommandWord | null = null;
  let container: CommandWord | null = null;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at];
    if (word === undefined) continue;
    const joined = /^(?:--output=|-o=?(?=.))/.exec(word.text)?.[0];
    if (word.text === '-o' || word.text === '--output') file = rest[++at] ?? null;
    else if (joined !== undefined) file = wordFrom(word, joined.length);
    else if (!word.text.startsWith('-')) container ??= word;
  }
  return container === null ? null : { container, file };
}

/** The image that a container, or an archive, is kept as; `container` is null for an archive. */
export function keptOf(
  command: Pick<BuildCommand, 'words'>,
): { readonly container: CommandWord | null; readonly becomes: CommandWord; readonly tool: string } | null {
  const [verb, ...rest] = withoutNoun(verbAndRest(command.words) ?? [], 'container');
  if (verb?.text !== 'commit' && verb?.text !== 'import') return null;
  const plain: CommandWord[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at];
    if (word === undefined) continue;
    const option = optionOf(word, rest[at + 1], KEEP_SWITCHES, (letter) => /[pq]/.test(letter));
    if (option === null) plain.push(word);
    else if (option.usesNext) at++;
  }
  const [from, becomes] = plain;
  if (from === undefined || becomes === undefined) return null;
  const tool = `${programName(withoutWrappers(command.words)[0]?.text ?? '')} ${verb.text}`;
  const container = verb.text === 'commit' ? from : null;
  return { container, becomes: withoutTransport(becomes), tool };
}

const KEEP_SWITCHES: ReadonlySet<string> = new Set(
  'pause quiet rm squash include-volumes disable-compression omit-timestamp omit-history tls-verify'.split(
    ' ',
  ),
);

/** `docker container create` is `docker create`. */
function withoutNoun(words: readonly CommandWord[], noun: string): readonly CommandWord[] {
  return words[0]?.text === noun ? words.slice(1) : words;
}

// ---- images that go elsewhere --------------------------------------------------------------------------

const MOST_WORDS = 32;

/** Images that a command takes somewhere else without a push: what is saved, committed, copied, loaded, or handed to a script. */
export function movedImages({ words: all }: Pick<BuildCommand, 'words'>): readonly CommandWord[] {
  const words = all.slice(plainProgram(all.map(({ text }) => text)).index);
  const [program, ...rest] = words;
  if (program === undefined) return [];
  const name = programName(program.text);
  const plain = rest.filter(({ text }) => text !== '' && !text.startsWith('-')).slice(0, MOST_WORDS);
  const [verb] = plain;
  if (isEngine(name) || mayBeEngine(program, rest)) {
    const isOfImage = verb?.text === 'image' ? plain[1]?.text : verb?.text;
    return /^(save|commit|export|load)$/.test(isOfImage ?? '') ? plain.slice(1) : [];
  }
  if (name === 'skopeo' || name === 'crane' || name === 'oras' || name === 'regctl')
    return verb?.text === 'copy' || verb?.text === 'push' || verb?.text === 'cp'
      ? plain.slice(1).map(withoutTransport)
      : [];
  if (name === 'kind' || name === 'minikube' || name === 'k3d' || name === 'ctr')
    return plain.some(({ text }) => /^(load|import)$/.test(text)) ? plain.slice(1) : [];
  const isScript = /\//.test(program.text) || /\.(sh|py|bash)$/.test(name);
  return isScript &&
    plain.length > 0 &&
    /push|publish|release|deploy|upload|ship|promote/i.test(all.map(({ text }) => text).join(' '))
    ? plain
    : [];
}

/** `docker-daemon:tool:latest` is the image `tool:latest`. */
function withoutTransport(word: CommandWord): CommandWord {
  const length = /^(?:docker-daemon:|docker:\/\/|containers-storage:|docker-archive:)/.exec(word.text)?.[0]
    .length;
  return length === undefined ? word : wordFrom(word, length);
}

// ---- the others ----------------------------------------------------------------------------------------

function publishOf(words: readonly CommandWord[]): ImageCommand | null {
  const image = words.find((word) => !word.text.startsWith('-') && !isNothing(word));
  return image === undefined ? null : { kind: 'push', image };
}

function tagOf(words: readonly CommandWord[]): ImageCommand | null {
  const [image, becomes] = words.filter((word) => !word.text.startsWith('-'));
  return image === undefined || becomes === undefined ? null : { kind: 'tag', image, becomes };
}

function runOf(words: readonly CommandWord[]): ImageCommand | null {
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || isNothing(word)) continue;
    const option = optionOf(word, words[at + 1], RUN_SWITCHES, (letter) =>
      RUN_SHORT_SWITCHES.includes(letter),
    );
    if (option === null) return { kind: 'run', image: word };
    if (option.usesNext) at++;
  }
  return null;
}
