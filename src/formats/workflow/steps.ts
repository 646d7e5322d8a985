import type { BuildAction, BuildStep, NamedWord, Word } from '../../domain/index.ts';
import { readShell } from '../shell/index.ts';
import { entryOf, mapOf, textOf, type YamlMap, type YamlScalar } from '../yaml/index.ts';
import { linePlacesOf, linesOf, mergedNames, namedWordsOf, wordIn, wordOf } from '../yaml/words.ts';

/** What a job gives its steps. */
export interface Surroundings {
  readonly environment: readonly NamedWord[];
  /** Where `run` steps run. */
  readonly folder?: Word;
}

/** A step that may build; undefined for others. */
export function stepOf(step: YamlMap, index: number, around: Surroundings): BuildStep | undefined {
  const does = actionOf(step);
  if (does === undefined) return undefined;
  const isRun = entryOf(step, 'run') !== undefined;
  const folder = isRun ? (wordOf(entryOf(step, 'working-directory')?.value) ?? around.folder) : undefined;
  return {
    name: textOf(step, 'name') ?? textOf(step, 'id') ?? `step ${index + 1}`,
    span: step.span,
    ...(folder === undefined ? {} : { folder }),
    environment: mergedNames(around.environment, namedWordsOf(entryOf(step, 'env')?.value)),
    does,
  };
}

/** Commands of PowerShell and cmd are read as far as they look alike. */
const SHELLS = /^(bash|sh|dash|ksh|zsh|pwsh|powershell|cmd)\b/;

function actionOf(step: YamlMap): BuildAction | undefined {
  const run = entryOf(step, 'run')?.value;
  if (run?.kind === 'scalar') {
    const shell = textOf(step, 'shell');
    if (shell !== undefined && !SHELLS.test(shell) && !shell.includes('${{')) return otherProgram(shell, run);
    const text = shell?.startsWith('p') === true ? run.text.replaceAll('`\n', '\\\n') : run.text;
    const script = readShell(text, (offset) => run.placeOf(offset));
    return { kind: 'script', script, text, lines: linePlacesOf(run) };
  }
  const uses = wordOf(entryOf(step, 'uses')?.value);
  const inputs = mapOf(step, 'with');
  if (uses === undefined) return undefined;
  switch (uses.text.replace(/@.*$/, '').toLowerCase()) {
    case 'docker/build-push-action':
      return { kind: 'words', words: dockerWords(uses, inputs) };
    case 'redhat-actions/buildah-build':
      return { kind: 'words', words: buildahWords(uses, inputs) };
    case 'docker/bake-action':
      return {
        kind: 'unknown',
        what: 'docker/bake-action builds images here, and bake files are not followed; name the Dockerfile in a docker/build-push-action step, or declare the base in the policy',
      };
    case 'ko-build/setup-ko':
    case 'imjasonh/setup-ko':
      return { kind: 'words', words: koVersionWords(uses, inputs) };
    default:
      return callOf(uses, inputs) ?? foreignOf(uses, inputs);
  }
}

const ENGINE_BUILDS = /\b(docker|podman|buildah|nerdctl|buildx)\b[^\n]{0,80}\b(build|bud|bake)\b/;

/** A program in another language, where an engine is told to build in it. */
function otherProgram(shell: string, run: YamlScalar): BuildAction | undefined {
  const found = ENGINE_BUILDS.exec(run.text);
  if (found === null) return undefined;
  const from = run.text.lastIndexOf('\n', found.index) + 1;
  const end = run.text.indexOf('\n', found.index);
  const line = wordIn(run, from, end < 0 ? run.text.length : end);
  return { kind: 'foreign', tool: { text: shell, span: line.span }, given: [line], tags: [] };
}

/** What `uses` names as a file of the same tree, with the inputs that it is given. */
export function callOf(uses: Word, inputs: YamlMap | undefined): BuildAction | undefined {
  if (!uses.text.startsWith('./')) return undefined;
  return { kind: 'calls', file: uses, inputs: namedWordsOf(inputs) };
}

const ARGUMENTS = /^(docker[-_]?)?build[-_]?(arg|argument)s?$/i;
const FILE = /^(docker|container)[-_]?file([-_]?(path|name))?$/i;
const NAMES = /^(image([-_]?(name|tags?))?|tags?|repository|destinations?|registry)$/i;
/** Actions that look at definitions and build none. */
const LOOKS =
  /lint|scan|trivy|snyk|grype|check|sonar|codeql|analy[sz]|comment|label|version|changed-files|paths-filter/i;

/** An action or workflow of somebody else that is given build arguments, or a definition and the name of an image. */
export function foreignOf(uses: Word, inputs: YamlMap | undefined): BuildAction | undefined {
  if (inputs === undefined || LOOKS.test(uses.text.replace(/@.*$/, ''))) return undefined;
  const all = inputs.entries.flatMap(({ key, value }) =>
    key.kind === 'scalar' ? [{ name: key.text, value }] : [],
  );
  const words = (pattern: RegExp) =>
    all.filter(({ name }) => pattern.test(name)).flatMap(({ value }) => linesOf(value));
  const options = all
    .flatMap(({ value }) => linesOf(value))
    .filter(({ text }) => text.includes('--build-arg'));
  const [given, files, tags] = [[...words(ARGUMENTS), ...options], words(FILE), words(NAMES)];
  if (given.length === 0 && (files.length === 0 || tags.length === 0)) return undefined;
  return { kind: 'foreign', tool: uses, given: [...files, ...given], tags };
}

/** Options of an engine as the words of its command line. */
class CommandLine {
  readonly words: Word[] = [];
  readonly #at: Word;

  constructor(at: Word, ...program: readonly string[]) {
    this.#at = at;
    for (const text of program) this.say(text);
  }

  say(text: string): void {
    this.words.push({ text, span: this.#at.span });
  }

  option(name: string, values: readonly Word[]): void {
    for (const value of values) {
      this.say(name);
      this.words.push(value);
    }
  }

  plain(word: Word | undefined, otherwise: string): void {
    this.words.push(word ?? { text: otherwise, span: this.#at.span });
  }
}

/** Lists are lines; tags may stand behind commas as well. */
const LIST = /[^\n,]+/g;

/** Where nothing else is said the context is the repository itself. */
const WORKSPACE = /^(\$\{\{\s*github\.workspace\s*\}\}|\$GITHUB_WORKSPACE|\{\{defaultContext\}\})[/:]?/;

function dockerWords(uses: Word, inputs: YamlMap | undefined): readonly Word[] {
  const line = new CommandLine(uses, 'docker', 'buildx', 'build');
  const input = (name: string) => (inputs === undefined ? undefined : entryOf(inputs, name)?.value);
  line.option('--file', pathOf(wordOf(input('file'))));
  line.option('--target', linesOf(input('target')));
  line.option('--build-arg', linesOf(input('build-args')));
  line.option('--build-context', linesOf(input('build-contexts')));
  line.option('--platform', linesOf(input('platforms')));
  line.option('--tag', linesOf(input('tags'), LIST));
  line.option('--output', linesOf(input('outputs')));
  // What an expression decides may push.
  const push = wordOf(input('push'))?.text;
  if (push !== undefined && push !== 'false') line.say('--push');
  line.plain(pathOf(wordOf(input('context')))[0], '.');
  return line.words;
}

function pathOf(word: Word | undefined): readonly Word[] {
  if (word === undefined) return [];
  const text = word.text
    .replace(WORKSPACE, '')
    .replace(/^\/+/, (slashes) => (WORKSPACE.test(word.text) ? '' : slashes));
  return [{ ...word, text: text === '' ? '.' : text }];
}

function buildahWords(uses: Word, inputs: YamlMap | undefined): readonly Word[] {
  const line = new CommandLine(uses, 'buildah', 'bud');
  const input = (name: string) => (inputs === undefined ? undefined : entryOf(inputs, name)?.value);
  const files = linesOf(input('containerfiles') ?? input('dockerfiles'));
  line.option('--file', files.slice(0, 1));
  line.option('--build-arg', linesOf(input('build-args')));
  const image = wordOf(input('image'));
  const tags = linesOf(input('tags'), /\S+/g);
  for (const tag of tags.length === 0 ? [undefined] : tags) {
    if (image === undefined) break;
    const isWhole = tag?.text.includes('/') === true;
    const named = tag === undefined ? image : isWhole ? tag : { ...image, text: `${image.text}:${tag.text}` };
    line.option('--tag', [named]);
  }
  line.plain(pathOf(wordOf(input('context')))[0], '.');
  return line.words;
}

/** The version of ko that an action installs, in the words of the command that would. */
function koVersionWords(uses: Word, inputs: YamlMap | undefined): readonly Word[] {
  const version = inputs === undefined ? undefined : wordOf(entryOf(inputs, 'version')?.value);
  const text = `github.com/ko-build/ko@${version?.text ?? 'latest'}`;
  return ['go', 'install', text].map((word) => ({ text: word, span: uses.span }));
}
