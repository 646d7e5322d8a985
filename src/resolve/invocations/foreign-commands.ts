// Commands that make an image without a definition that is read here: known by their tool, never guessed.
import { programName } from '../../domain/index.ts';
import { verbAndRest, withoutWrappers } from './engines.ts';
import { buildOf } from './image-commands.ts';
import { onlyTells } from './inner-commands.ts';
import { asDockerBuild, wordsBehind } from './other-engines.ts';
import type { FoundBuild } from './recipe-walk.ts';
import type { BuildCommand, CommandWord } from './words.ts';

/** An image that a command makes: of a base that it names, or of one that nothing here decides. */
export interface ForeignBuild {
  /** What the command is called: `docker buildx bake`. */
  readonly tool: string;
  readonly names: readonly CommandWord[];
  readonly pushes: boolean;
  /** The image that it is made of, where the command says so. */
  readonly base?: CommandWord;
  /** Its words that may decide the base, as written. */
  readonly decides: string;
}

/** An image that nobody here follows into its making, as a build of no definition. */
export function foreignBuild(
  foreign: ForeignBuild,
  { rule, at, when, beyond }: Pick<FoundBuild, 'rule' | 'at' | 'when' | 'beyond'>,
): FoundBuild {
  return {
    rule,
    at,
    when,
    command: { ...buildOf([]), tags: foreign.names, pushes: foreign.pushes },
    ...(beyond === undefined ? {} : { beyond }),
    context: null,
    files: [],
    path: foreign.tool,
    foreign,
  };
}

/** The image that a command makes in a way that is not followed; null for any other command. `inner` tells the builds among its words. */
export function foreignBuildOf(
  command: Pick<BuildCommand, 'words'>,
  inner: () => readonly BuildCommand[],
): ForeignBuild | null {
  const words = withoutWrappers(command.words);
  const [program, ...rest] = words;
  if (program === undefined || asDockerBuild(words) !== null) return null;
  const name = programName(program.text);
  const known = verbAndRest(words);
  if (known?.[0]?.text === 'bake') return bakeOf(program, rest);
  switch (name) {
    case 'buildctl':
    case 'buildctl-daemonless.sh':
      return wordsBehind(rest, ['build']) === null ? null : unknown('buildctl build', rest);
    case 'gcloud': {
      const submitted = wordsBehind(rest, ['builds', 'submit']);
      return submitted?.some(({ text }) => text.startsWith('--pack')) === true
        ? unknown('gcloud builds submit --pack', submitted)
        : null;
    }
    case 'pack':
    case 's2i':
    case 'skaffold':
      return rest[0]?.text === 'build' ? unknown(`${name} build`, rest, namesBehind(rest, name)) : null;
    case 'earthly':
      return rest.some(({ text }) => /^[\w./-]*\+[\w-]+$/.test(text)) ? unknown('earthly', rest) : null;
    case 'crane':
      return craneOf(rest);
    default:
      return known === null && hasArguments(rest) && !isKnownElsewhere(name) && !isHandedOn(rest, inner())
        ? unknown(`${name} ${rest[0]?.text ?? ''}`.trim(), rest)
        : null;
  }
}

/** What prints its words, and compose, whose files are followed. */
function isKnownElsewhere(name: string): boolean {
  return onlyTells(name) || /^(docker|podman)-compose$/.test(name);
}

/** Whoever takes build arguments builds an image. */
function hasArguments(words: readonly CommandWord[]): boolean {
  return words.some(
    ({ text }, at) =>
      /^--build-args?=\w+=/.test(text) ||
      (/^--build-args?$/.test(text) && /^\w+=/.test(words[at + 1]?.text ?? '')),
  );
}

/** Its arguments are those of builds among its words (`retry 3 docker build …`), and none of these is filled in later (`{}`). */
function isHandedOn(words: readonly CommandWord[], inner: readonly BuildCommand[]): boolean {
  const handed = new Set(inner.flatMap((build) => build.words));
  return (
    !hasArguments(words.filter((word) => !handed.has(word))) &&
    ![...handed].some(({ text }) => text.includes('{}'))
  );
}

function bakeOf(program: CommandWord, rest: readonly CommandWord[]): ForeignBuild | null {
  if (rest.some(({ text }) => /^--(print|list|check)\b/.test(text))) return null;
  const isPlugin = rest.some(({ text }) => text === 'buildx');
  const tool = `${programName(program.text)}${isPlugin ? ' buildx' : ''} bake`;
  const pushes = rest.some(({ text }) => text === '--push' || /output=.*(registry|push=true)/.test(text));
  return { ...unknown(tool, rest), pushes };
}

/** Options that may name a base, a file that does, or what builds. */
const DECIDES =
  /^(-f|-B|--(file|set|build-arg|builder|run-image|opt|frontend|pack|profile|filename|image|tag|[A-Z]\w*))(=|$)/;

function unknown(
  tool: string,
  words: readonly CommandWord[],
  names: readonly CommandWord[] = [],
): ForeignBuild {
  const decides = words.flatMap(({ text }, at) => {
    if (!DECIDES.test(text)) return [];
    const next = words[at + 1]?.text;
    return [text.includes('=') || next === undefined ? text : `${text} ${next}`];
  });
  return { tool, names, pushes: false, decides: decides.join(' ').slice(0, 200) };
}

/** `pack build NAME`; `s2i build SOURCE BUILDER NAME`. */
function namesBehind([, ...words]: readonly CommandWord[], tool: string): readonly CommandWord[] {
  const plain = words.filter(({ text }) => !text.startsWith('-'));
  const name = tool === 'pack' ? plain[0] : tool === 's2i' ? plain[2] : undefined;
  return name === undefined ? [] : [name];
}

const CRANE_BASES: ReadonlyMap<string, RegExp> = new Map([
  ['append', /^(?:-b|--base)$/],
  ['rebase', /^--new_base$/],
  ['mutate', /^(?!)/],
]);

/** `crane append -b BASE -t NAME`, `crane mutate BASE -t NAME`, `crane rebase IMAGE --new_base BASE -t NAME`. */
function craneOf([verb, ...words]: readonly CommandWord[]): ForeignBuild | null {
  const pattern = CRANE_BASES.get(verb?.text ?? '');
  if (verb === undefined || pattern === undefined) return null;
  const valued = (option: RegExp) => words[words.findIndex(({ text }) => option.test(text)) + 1];
  const has = (option: RegExp) => words.some(({ text }) => option.test(text));
  const base = has(pattern) ? valued(pattern) : verb.text === 'mutate' ? words[0] : undefined;
  const name = has(/^(-t|--tag|--new_tag)$/) ? valued(/^(-t|--tag|--new_tag)$/) : words[0];
  if (name === undefined || (base !== undefined && base.text === name.text)) return null;
  const made = { ...unknown(`crane ${verb.text}`, words, [name]), pushes: true };
  return base === undefined ? made : { ...made, base };
}
