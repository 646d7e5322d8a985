import { programName } from '../../domain/index.ts';
import { asDockerBuild } from './kaniko.ts';
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
const PREFIXES: ReadonlySet<string> = new Set('sudo env exec time command nice nohup'.split(' '));

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
function verbAndRest(words: readonly CommandWord[]): readonly CommandWord[] | null {
  let at = 0;
  while (at < words.length && isPrefix(words[at]?.text ?? '')) at++;
  const program = words[at];
  if (program === undefined) return null;
  let rest: readonly CommandWord[] = words.slice(at + 1);
  const name = programName(program.text);
  if (name === 'gcloud') {
    const docker = rest.findIndex((word) => word.text === 'docker');
    if (docker < 0) return null;
    rest = rest.slice(docker + 1).filter((word) => word.text !== '--');
  } else if (!ENGINES.has(name) && !mayBeEngine(program, rest)) {
    return null;
  }
  rest = withoutGlobalOptions(rest);
  const [first, second] = rest;
  if (first?.text === 'buildx' || first?.text === 'image' || first?.text === 'builder') {
    return second === undefined ? null : withoutGlobalOptions(rest.slice(1));
  }
  return rest;
}

function isPrefix(text: string): boolean {
  return PREFIXES.has(text) || /^[A-Za-z_]\w*=/.test(text) || text === '-E';
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
  return words.slice(at);
}

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
  const equals = text.indexOf('=');
  if (text.startsWith('--')) {
    const name = text.slice(2, equals < 0 ? undefined : equals);
    if (equals >= 0) return { name, value: wordFrom(word, equals + 1), usesNext: false };
    if (switches.has(name)) return { name, value: null, usesNext: false };
    return { name, value: next ?? null, usesNext: next !== undefined };
  }
  const letter = text[1] ?? '';
  if (isSwitch(letter)) {
    // `-it`, and `-ite NAME=value`: the last letter may take a value.
    const last = text.at(-1) ?? '';
    const takes = text.length > 2 && !isSwitch(last);
    return {
      name: takes ? last : letter,
      value: takes ? (next ?? null) : null,
      usesNext: takes && next !== undefined,
    };
  }
  if (text.length > 2) return { name: letter, value: wordFrom(word, equals === 2 ? 3 : 2), usesNext: false };
  return { name: letter, value: next ?? null, usesNext: next !== undefined };
}

/** A word of which nothing is left where make takes what is not set for empty. */
function isNothing(word: CommandWord): boolean {
  return word.pieces.every((piece) => piece.open === 'unset');
}

function isWhollyOpen(word: CommandWord): boolean {
  return word.pieces.every((piece) => piece.open !== undefined);
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
