import { programName } from '../../domain/index.ts';
import { plainProgram } from './shell/programs.ts';
import type { CommandWord } from './words.ts';

const ENGINES: ReadonlySet<string> = new Set(
  'docker podman nerdctl buildah img finch docker-buildx depot'.split(' '),
);
/** A script of one's own that stands in front of an engine: its name says so, and what follows is the engine's. */
const LIKE_ENGINE = /docker|podman|buildx|container|\boci\b/i;

/** True for a program that builds, runs and pushes images. */
export function isEngine(name: string): boolean {
  return ENGINES.has(name);
}

/** The words from the program on that a command is about. */
export function withoutWrappers(words: readonly CommandWord[]): readonly CommandWord[] {
  return words.slice(plainProgram(words.map(({ text }) => text)).index);
}

/** The words from the verb on, whatever stands in front of the engine and between it and the verb. */
export function verbAndRest(all: readonly CommandWord[]): readonly CommandWord[] | null {
  const plain = withoutWrappers(all);
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
  if (!/[/.]/.test(program.text) || !LIKE_ENGINE.test(programName(program.text))) return false;
  const verb = verbOf(rest);
  return (verb === 'build' && isToldWhat(rest)) || verb === 'push' || verb === 'tag';
}

/** Words of a build: options that only a build has, or a context. */
export function isToldWhat(words: readonly CommandWord[]): boolean {
  return words.some(({ text }) => /^(-t|-f|--tag|--file|--build-arg|\.$)/.test(text));
}

/** A program that stays open (`$(CONTAINER_ENGINE)`) is one where what follows is a build. */
export function mayBeEngine(program: CommandWord, rest: readonly CommandWord[]): boolean {
  const open = program.pieces.length > 0 && program.pieces.every((piece) => piece.open !== undefined);
  if (!open) return false;
  const isNamed = /DOCKER|CONTAINER|PODMAN|ENGINE|OCI/i.test(program.text);
  const verb = verbOf(isNamed ? rest : rest.slice(0, rest[0]?.text === 'buildx' ? 2 : 1));
  return verb === 'build' || verb === 'push' || verb === 'tag' || (verb === 'run' && isNamed);
}

function verbOf(words: readonly CommandWord[]): string | undefined {
  const [first, second] = withoutGlobalOptions(words);
  return first?.text === 'buildx' ? second?.text : first?.text;
}

/** Options in front of the verb that take no value. */
const SWITCHES =
  /^(-[Ddrvh]|--(debug|debug-full|tls|tlsverify|remote|syslog|trace|help|version|experimental))$/;

/** The words from the first on that is no option; what is not known takes the next word, unless that is a verb or an option itself. */
export function withoutGlobalOptions(words: readonly CommandWord[]): readonly CommandWord[] {
  let at = 0;
  while (words[at]?.text.startsWith('-') === true) {
    const text = words[at]?.text ?? '';
    const next = words[at + 1]?.text ?? '-';
    const isAlone = SWITCHES.test(text) || text.includes('=') || next.startsWith('-') || VERBS.has(next);
    at += isAlone ? 1 : 2;
  }
  return words.slice(at + openOptions(words.slice(at)));
}

/** `docker $(DOCKER_OPTS) build`: what stays open in front of a verb is options that some variable brings. */
function openOptions(words: readonly CommandWord[]): number {
  const verb = words.findIndex((word) => !isWhollyOpen(word));
  return verb > 0 && OPEN_BEFORE.has(words[verb]?.text ?? '') ? verb : 0;
}

const OPEN_BEFORE: ReadonlySet<string> = new Set('build buildx builder bud image push tag'.split(' '));
const VERBS: ReadonlySet<string> = new Set([
  ...OPEN_BEFORE,
  ...'b bake commit compose container cp create exec export images import load login manifest pull run save'.split(
    ' ',
  ),
]);

export function isWhollyOpen(word: CommandWord): boolean {
  return word.pieces.every((piece) => piece.open !== undefined);
}
