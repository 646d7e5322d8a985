// Builders that are no engine of containers, in the words of the `docker build` that says the same.
import { programName } from '../../domain/index.ts';
import { ROOT } from '../../formats/make/evaluate.ts';
import { type CommandWord, wordAt, wordFrom } from './words.ts';

/** The words of `docker build` that say what a call of another builder says; null for any other program. */
export function asDockerBuild(words: readonly CommandWord[]): readonly CommandWord[] | null {
  const [program] = words;
  if (program === undefined) return null;
  const name = programName(program.text);
  if (name === 'kaniko' || /(^|\/)kaniko\/executor$/.test(program.text))
    return kanikoBuild(program, words.slice(1));
  const behind = (...verb: readonly string[]) => wordsBehind(words.slice(1), verb);
  switch (name) {
    case 'buildctl':
    case 'buildctl-daemonless.sh': {
      const rest = behind('build');
      return rest === null ? null : buildkitBuild(program, rest);
    }
    case 'az': {
      const rest = behind('acr', 'build');
      return rest === null ? null : plainBuild(program, rest, AZURE);
    }
    case 'minikube': {
      const rest = behind('image', 'build');
      return rest === null ? null : plainBuild(program, rest, MINIKUBE);
    }
    case 'gcloud': {
      const rest = behind('builds', 'submit');
      return rest?.some(({ text }) => /^(-t|--tag)(=|$)/.test(text)) === true
        ? plainBuild(program, rest, GCLOUD)
        : null;
    }
    default:
      return null;
  }
}

/** The words behind a verb, options in front of it passed; null where it is another. */
export function wordsBehind(
  words: readonly CommandWord[],
  verb: readonly string[],
): readonly CommandWord[] | null {
  const first = words.findIndex(({ text }) => text === verb[0]);
  const isVerb =
    first >= 0 && first <= MOST_OPTIONS && verb.every((word, index) => words[first + index]?.text === word);
  return isVerb ? words.slice(first + verb.length) : null;
}

const MOST_OPTIONS = 8;

/** An option with its value; `-x value`, `--x=value`. */
interface Option {
  readonly name: string;
  readonly value: CommandWord;
}

interface Options {
  readonly options: readonly Option[];
  readonly switches: ReadonlySet<string>;
  readonly plain: readonly CommandWord[];
}

/** Words told apart; an option takes the next word unless it is a switch. */
function optionsOf(words: readonly CommandWord[], isSwitch: (name: string) => boolean): Options {
  const options: Option[] = [];
  const switches = new Set<string>();
  const plain: CommandWord[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) continue;
    const match = /^--?([A-Za-z][\w-]*)(=)?/.exec(word.text);
    const name = match?.[1];
    if (match === null || name === undefined) plain.push(word);
    else if (match[2] === '=') options.push({ name, value: wordFrom(word, match[0].length) });
    else if (isSwitch(name)) switches.add(name);
    else {
      const value = words[++at];
      if (value !== undefined) options.push({ name, value });
    }
  }
  return { options, switches, plain };
}

/** What stands in the words of another word's place. */
class Said {
  readonly words: CommandWord[];
  readonly #at: CommandWord;

  constructor(at: CommandWord) {
    this.#at = at;
    this.words = [this.word('docker'), this.word('build')];
  }

  word(text: string): CommandWord {
    return wordAt(text, this.#at.at);
  }

  option(name: string, value?: CommandWord): void {
    this.words.push(this.word(name), ...(value === undefined ? [] : [value]));
  }
}

// ---- builders with options like Docker's ---------------------------------------------------------------

/** How a builder calls the options of `docker build`. */
interface Dialect {
  readonly names: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  /** It pushes what it builds. */
  readonly pushes: boolean;
}

const AZURE: Dialect = {
  names: new Map([
    ['file', '--file'],
    ['f', '--file'],
    ['image', '--tag'],
    ['t', '--tag'],
    ['build-arg', '--build-arg'],
    ['secret-build-arg', '--build-arg'],
    ['target', '--target'],
  ]),
  switches: new Set(['no-format', 'no-logs', 'no-wait', 'no-push', 'debug', 'verbose', 'only-show-errors']),
  pushes: true,
};
const MINIKUBE: Dialect = {
  names: new Map([
    ['file', '--file'],
    ['f', '--file'],
    ['tag', '--tag'],
    ['t', '--tag'],
  ]),
  switches: new Set(['all', 'push']),
  pushes: false,
};
const GCLOUD: Dialect = {
  names: new Map([
    ['tag', '--tag'],
    ['t', '--tag'],
  ]),
  switches: new Set(['async', 'no-cache', 'no-source', 'quiet', 'q', 'suppress-logs']),
  pushes: true,
};

/** `--build-opt=build-arg=NAME=value` of minikube. */
const BUILD_OPTION = /^(build-arg|target)=/;

function plainBuild(
  program: CommandWord,
  words: readonly CommandWord[],
  { names, switches, pushes }: Dialect,
): readonly CommandWord[] {
  const said = new Said(program);
  const found = optionsOf(words, (name) => switches.has(name));
  for (const { name, value } of found.options) {
    const own = name === 'build-opt' ? BUILD_OPTION.exec(value.text) : null;
    const option = names.get(name);
    if (own?.[1] !== undefined) said.option(`--${own[1]}`, wordFrom(value, own[0].length));
    else if (option !== undefined) said.option(option, value);
  }
  if (pushes || found.switches.has('push')) said.option('--push');
  return [...said.words, found.plain[0] ?? said.word('.')];
}

// ---- kaniko --------------------------------------------------------------------------------------------

const KANIKO: ReadonlyMap<string, string> = new Map([
  ['dockerfile', '--file'],
  ['f', '--file'],
  ['destination', '--tag'],
  ['d', '--tag'],
  ['build-arg', '--build-arg'],
  ['target', '--target'],
  ['context', 'context'],
  ['c', 'context'],
]);

function kanikoBuild(program: CommandWord, options: readonly CommandWord[]): readonly CommandWord[] {
  const said = new Said(program);
  let context: CommandWord = said.word('.');
  let pushes = true;
  for (let at = 0; at < options.length; at++) {
    const word = options[at];
    const match = /^--?([a-z][a-z-]*)(=)?/.exec(word?.text ?? '');
    if (word === undefined || match?.[1] === undefined) continue;
    const option = KANIKO.get(match[1]);
    if (match[1] === 'no-push') pushes = false;
    if (option === undefined) continue;
    const value = match[2] === undefined ? options[++at] : wordFrom(word, match[0].length);
    if (value === undefined) continue;
    if (option === 'context') context = folderOf(value);
    else said.option(option, value);
  }
  if (pushes) said.option('--push');
  return [...said.words, context];
}

/** `dir:///workspace/x` is x of the tree. */
function folderOf(word: CommandWord): CommandWord {
  const prefix = /^(?:dir:\/\/)?\/(?:workspace|github\/workspace)\/?/.exec(word.text)?.[0];
  if (prefix === undefined) return word;
  const rest = wordFrom(word, prefix.length);
  const pieces = [{ text: `${ROOT}/`, chain: [word.at] }, ...rest.pieces];
  return { ...rest, text: `${ROOT}/${rest.text}`, pieces };
}

// ---- BuildKit ------------------------------------------------------------------------------------------

/** `buildctl build` with Docker's frontend; null where another reads the definition, or what a pipe gives it is built. */
function buildkitBuild(program: CommandWord, words: readonly CommandWord[]): readonly CommandWord[] | null {
  const { options } = optionsOf(words, (name) => name === 'no-cache');
  const all = (name: string) => options.filter((one) => one.name === name).map(({ value }) => value);
  if (all('frontend').at(-1)?.text !== 'dockerfile.v0') return null;
  const said = new Said(program);
  const folders = new Map(
    all('local').map((word) => [word.text.split('=', 1)[0] ?? '', behindEquals(word)] as const),
  );
  let file: CommandWord | undefined;
  for (const word of all('opt')) {
    const key = word.text.split('=', 1)[0] ?? '';
    const named = /^(build-arg|context):/.exec(key);
    if (key === 'filename') file = behindEquals(word);
    else if (key === 'target' || key === 'platform') said.option(`--${key}`, behindEquals(word));
    else if (named?.[1] !== undefined)
      said.option(
        named[1] === 'context' ? '--build-context' : '--build-arg',
        wordFrom(word, named[0].length),
      );
  }
  const folder = folders.get('dockerfile') ?? folders.get('context') ?? said.word('.');
  said.option('--file', joined(folder, file ?? said.word('Dockerfile')));
  for (const output of [...all('output'), ...all('o')]) sayOutput(said, output);
  return [...said.words, folders.get('context') ?? said.word('.')];
}

function behindEquals(word: CommandWord): CommandWord {
  return wordFrom(word, word.text.indexOf('=') + 1);
}

function joined(folder: CommandWord, file: CommandWord): CommandWord {
  const pieces = [...folder.pieces, { text: '/', chain: [] }, ...file.pieces];
  return { text: `${folder.text}/${file.text}`, pieces, at: folder.at };
}

/** `type=image,name=docker.io/x,push=true`. */
function sayOutput(said: Said, output: CommandWord): void {
  const name = /(?:^|,)"?name=([^",]+)/.exec(output.text);
  if (name?.[1] !== undefined) {
    const from = name.index + name[0].length - name[1].length;
    said.option('--tag', wordFrom(output, from, from + name[1].length));
  }
  if (/push=true/.test(output.text)) said.option('--push');
}
