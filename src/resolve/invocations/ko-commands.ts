import type { Condition, Location } from '../../domain/index.ts';
import { fileName } from '../../domain/index.ts';
import { type BuildCommand, type CommandWord, wordFrom } from './words.ts';

/** A call of ko that builds images, its words told apart but not yet resolved. */
export interface KoCommand {
  readonly at: Location;
  readonly rule: string;
  readonly when: readonly Condition[];
  /** Where it runs: ko reads its settings there. */
  readonly folder: string;
  /** Import paths and folders that it builds; none where it reads manifests. */
  readonly packages: readonly CommandWord[];
  readonly tags: readonly CommandWord[];
  /** How it names what it builds; `hashed` adds a digest of the import path, which nobody writes down. */
  readonly naming: 'bare' | 'last' | 'whole' | 'hashed';
  readonly pushes: boolean;
  /** KO_DOCKER_REPO, KO_DEFAULTBASEIMAGE and other variables of its environment. */
  readonly environment: ReadonlyMap<string, CommandWord>;
}

const VERBS: ReadonlySet<string> = new Set(['build', 'publish', 'resolve', 'apply', 'create', 'run']);
const SOURCE = /^github\.com\/(?:google|ko-build)\/ko(?:@(.*))?$/;

const SWITCHES: ReadonlySet<string> = new Set(
  (
    'base-import-paths B bare preserve-import-paths P local L insecure-registry disable-optimizations debug tag-only recursive R ' +
    'watch W strict verbose v help h disable-entrypoint'
  ).split(' '),
);

/** The words behind ko; null for a command that is none. A program that stays open is ko where its name says so. */
function behindKo(words: readonly CommandWord[]): readonly CommandWord[] | null {
  const [first, second] = words;
  if (first === undefined) return null;
  if (fileName(first.text) === 'ko' || /^\$\([A-Z_]*KO(_BIN)?\)$/.test(first.text)) return words.slice(1);
  if (fileName(first.text) !== 'go' || (second?.text !== 'run' && second?.text !== 'tool')) return null;
  const program = words.findIndex(({ text }, at) => at > 1 && (SOURCE.test(text) || text === 'ko'));
  return program < 0 ? null : words.slice(program + 1);
}

interface Options {
  readonly packages: CommandWord[];
  readonly tags: CommandWord[];
  naming: KoCommand['naming'];
  pushes: boolean;
}

/** The call of ko that a command is; null for anything else. */
export function koCommandOf(
  command: BuildCommand,
  around: Pick<KoCommand, 'rule' | 'folder' | 'environment'>,
): KoCommand | null {
  const [verb, ...words] = behindKo(command.words) ?? [];
  if (verb === undefined || !VERBS.has(verb.text)) return null;
  const options: Options = { packages: [], tags: [], naming: 'hashed', pushes: true };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || word.text === '--') break;
    const option = /^--?([A-Za-z][A-Za-z-]*)(?:=(.*))?$/s.exec(word.text);
    if (option?.[1] === undefined) {
      if (!word.text.startsWith('-') && word.text !== '') options.packages.push(word);
      continue;
    }
    const takesNext = option[2] === undefined && !SWITCHES.has(option[1]) && option[1] !== 'push';
    const value = takesNext ? words[++at] : wordFrom(word, word.text.indexOf('=') + 1);
    note(options, option[1], value);
  }
  const { at, when } = command;
  const isBuild = verb.text === 'build' || verb.text === 'publish' || verb.text === 'run';
  return { ...around, at, when, ...options, packages: isBuild ? options.packages : [] };
}

function note(options: Options, name: string, value: CommandWord | undefined): void {
  if (name === 'bare') options.naming = 'bare';
  else if (name === 'base-import-paths' || name === 'B') options.naming = 'last';
  else if (name === 'preserve-import-paths' || name === 'P') options.naming = 'whole';
  else if (name === 'local' || name === 'L') options.pushes = false;
  else if (name === 'push' && value?.text === 'false') options.pushes = false;
  else if ((name === 'tags' || name === 't') && value !== undefined) options.tags.push(value);
}

/** The version of ko that a command runs or installs: `go run github.com/google/ko@v0.18.0`. */
export function koVersionOf(words: readonly CommandWord[]): string | null {
  if (fileName(words[0]?.text ?? '') !== 'go') return null;
  for (const { text } of words) {
    const version = SOURCE.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  return null;
}
