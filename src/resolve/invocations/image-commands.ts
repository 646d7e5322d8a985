import { programName } from '../../domain/index.ts';
import { asDockerBuild } from './kaniko.ts';
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
      readonly pushes: boolean;
    }
  | { readonly kind: 'push' | 'run'; readonly image: CommandWord }
  | { readonly kind: 'tag'; readonly image: CommandWord; readonly becomes: CommandWord };

const ENGINES: ReadonlySet<string> = new Set(
  'docker podman nerdctl buildah img finch docker-buildx'.split(' '),
);
/** A script of one's own that stands in front of an engine: its name says so, and what follows is the engine's. */
const LIKE_ENGINE = /docker|podman|buildx|container|\boci\b/i;

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
  const words = verbAndRest(asDockerBuild(command.words) ?? command.words);
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

/** The words from the verb on, whatever stands in front of the engine and between it and the verb. */
function verbAndRest(all: readonly CommandWord[]): readonly CommandWord[] | null {
  const plain = all.slice(plainProgram(all.map(({ text }) => text)).index);
  // `$(SUDO) docker build`: what stays open in front of an engine is none.
  const engine = plain.findIndex((word) => !isWhollyOpen(word));
  const words = ENGINES.has(programName(plain[engine]?.text ?? '')) ? plain.slice(engine) : plain;
  const [program] = words;
  if (program === undefined) return null;
  let rest: readonly CommandWord[] = words.slice(1);
  const name = programName(program.text);
  if (name === 'gcloud') {
    const docker = rest.findIndex((word) => word.text === 'docker');
    if (docker < 0) return null;
    rest = rest.slice(docker + 1).filter((word) => word.text !== '--');
  } else if (!ENGINES.has(name) && !mayBeEngine(program, rest) && !isLikeEngine(program, rest)) {
    return null;
  }
  rest = withoutGlobalOptions(rest);
  const [first, second] = rest;
  if (first?.text === 'b') return name === 'docker-buildx' ? rest : null;
  if (first?.text === 'buildx' || first?.text === 'image' || first?.text === 'builder') {
    return second === undefined ? null : withoutGlobalOptions(rest.slice(1));
  }
  return rest;
}

/** `./hack/docker.sh build -t x .` */
function isLikeEngine(program: CommandWord, rest: readonly CommandWord[]): boolean {
  const verb = rest[0]?.text === 'buildx' ? rest[1]?.text : rest[0]?.text;
  if (!/[/.]/.test(program.text) || !LIKE_ENGINE.test(programName(program.text))) return false;
  const isBuild =
    verb === 'build' && rest.some(({ text }) => /^(-t|-f|--tag|--file|--build-arg|\.$)/.test(text));
  return isBuild || verb === 'push' || verb === 'tag';
}

/** A program that stays open (`$(CONTAINER_ENGINE)`) is one where what follows is a build. */
function mayBeEngine(program: CommandWord, rest: readonly CommandWord[]): boolean {
  const open = program.pieces.length > 0 && program.pieces.every((piece) => piece.open !== undefined);
  if (!open) return false;
  const verb = rest[0]?.text === 'buildx' ? rest[1]?.text : rest[0]?.text;
  return (
    verb === 'build' ||
    verb === 'push' ||
    verb === 'tag' ||
    (verb === 'run' && /DOCKER|CONTAINER|PODMAN|ENGINE|OCI/i.test(program.text))
  );
}

function withoutGlobalOptions(words: readonly CommandWord[]): readonly CommandWord[] {
  let at = 0;
  while (words[at]?.text.startsWith('-') === true) {
    const text = words[at]?.text ?? '';
    at += /^(-H|-c|-l|--(host|context|config|log-level|root|storage-driver|builder|namespace|address))$/.test(
      text,
    )
      ? 2
      : 1;
  }
  return words.slice(at + openOptions(words.slice(at)));
}

/** `docker $(DOCKER_OPTS) build`: what stays open in front of a verb is options that some variable brings. */
function openOptions(words: readonly CommandWord[]): number {
  const verb = words.findIndex((word) => !isWhollyOpen(word));
  return verb > 0 && VERBS.has(words[verb]?.text ?? '') ? verb : 0;
}

const VERBS: ReadonlySet<string> = new Set('build buildx builder bud image push tag'.split(' '));

// ---- build ---------------------------------------------------------------------------------------------

interface Found {
  file: CommandWord | null;
  target: CommandWord | null;
  readonly tags: CommandWord[];
  readonly buildArguments: CommandWord[];
  readonly contexts: CommandWord[];
  readonly platforms: CommandWord[];
  readonly plain: CommandWord[];
  pushes: boolean;
}

function buildOf(words: readonly CommandWord[]): ImageCommand {
  const found: Found = {
    file: null,
    target: null,
    tags: [],
    buildArguments: [],
    contexts: [],
    platforms: [],
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

function isWhollyOpen(word: CommandWord): boolean {
  return word.pieces.every((piece) => piece.open !== undefined);
}

// ---- containers ----------------------------------------------------------------------------------------

/** A container that a command makes of an image, with its name where it gives one. */
export function namedContainerOf(
  command: Pick<BuildCommand, 'words'>,
): { readonly name: CommandWord | null; readonly image: CommandWord } | null {
  const [verb, ...rest] = withoutNoun(verbAndRest(command.words) ?? [], 'container');
  if (verb?.text !== 'create' && verb?.text !== 'run') return null;
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
  if (ENGINES.has(name) || mayBeEngine(program, rest)) {
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
