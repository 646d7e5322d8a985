// One step of a CI system or service of compose, followed as its runner would.
import type {
  BuildJob,
  BuildNotation,
  BuildStep,
  BuildStepsFact,
  Condition,
  Location,
  NamedWord,
  Position,
  Word,
} from '../../domain/index.ts';
import { folderOf, joinPath, locate } from '../../domain/index.ts';
import { ROOT, treePath } from '../../formats/make/evaluate.ts';
import { Marks } from '../../formats/make/marks.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import { placeIn } from '../../formats/shell/index.ts';
import type { Placed } from '../carriers.ts';
import type { Asked } from '../invocations/asked.ts';
import type { BuildFiles } from '../invocations/build-files.ts';
import { foreignBuild } from '../invocations/foreign-commands.ts';
import { type Names, NotationExpander, type PlacedWord } from '../invocations/notations.ts';
import { type WalkResult, walkProgram, walkScript } from '../invocations/recipe-walk.ts';
import { type ScriptSetting, scriptCommands } from '../invocations/script.ts';
import { plainProgram } from '../invocations/shell/programs.ts';
import type { ShellText } from '../invocations/shell/run.ts';
import { type BuildCommand, type CommandWord, wordFrom, wordOf } from '../invocations/words.ts';
import { placedIn, type Run } from './step-choices.ts';
import type { FoundInSteps } from './stepped-builds.ts';

/** What a step shares with the others of its job. */
export interface Shared {
  readonly files: BuildFiles;
  readonly asked: Asked;
  readonly found: FoundInSteps;
}

/** One step under one choice of its job. */
export class StepWalk {
  readonly #path: string;
  readonly #notation: BuildNotation;
  readonly #title: string;
  readonly #step: BuildStep;
  readonly #when: readonly Condition[];
  readonly #names: Names;
  readonly #options: readonly CommandWord[];
  readonly #shared: Shared;
  readonly #place: Location;
  readonly #marks = new Marks();
  readonly #expander: NotationExpander;
  readonly #environment: ReadonlyMap<string, CommandWord>;

  constructor(
    { path, fact }: Placed<BuildStepsFact>,
    job: BuildJob,
    step: BuildStep,
    { names, when, options = [], environment = new Map() }: Run,
    shared: Shared,
  ) {
    this.#path = path;
    this.#notation = fact.notation;
    this.#title = job.name === '' ? step.name : job.name;
    this.#step = step;
    this.#when = when;
    this.#options = options;
    const inherited = [...environment].map(([name, word]) => [`env.${name}`, placedWord(word)] as const);
    const outer = new Map([...inherited, ...names]);
    this.#names = withEnvironment(outer, step, path, fact.notation);
    this.#shared = shared;
    this.#place = locate(path, step.span);
    this.#expander = new NotationExpander(fact.notation, this.#marks);
    const own = step.environment.map((one) => [one.name, this.#valueOf(one)] as const);
    this.#environment = new Map([...environment, ...own]);
  }

  follow(): void {
    const { found, asked } = this.#shared;
    const { does, folder: written } = this.#step;
    if (does.kind === 'unknown') {
      found.unread.push({ path: this.#path, at: this.#place, because: does.what });
      return;
    }
    if (does.kind === 'calls') this.#call(does);
    if (does.kind === 'foreign') this.#foreign(does);
    if (does.kind === 'calls' || does.kind === 'foreign') return;
    const folder = written === undefined ? '' : this.#word(written).text;
    const ways = startsOf(this.#path, this.#notation).map((start) => {
      const from = joinPath(start, folder);
      return does.kind === 'words' ? this.#command(does.words, from) : this.#script(does, from);
    });
    const environment = () =>
      new Map([...this.#environment].map(([name, word]) => [name, this.#choiceOf(word)]));
    found.take(
      { path: this.#path, notation: this.#notation },
      bestOf(ways, (name) => asked.has(name)),
      environment,
    );
  }

  #valueOf(named: NamedWord): CommandWord {
    const chain = [this.#place];
    const text = this.#expander.value(placedIn(this.#path, named), named.name, this.#names, chain);
    return wordOf(this.#marks.read(text, chain), this.#place);
  }

  /** What it is given is known only here. */
  #call({ file, inputs }: Extract<BuildStep['does'], { kind: 'calls' }>): void {
    this.#shared.found.steps.push({
      notation: 'actions',
      files: filesOfCall(file.text),
      named: false,
      values: new Map(inputs.map((one) => [`inputs.${one.name}`, this.#valueOf(one)])),
      buildArguments: [],
      environment: this.#environment,
      at: locate(this.#path, file.span),
      when: this.#when,
    });
  }

  #foreign({ tool, given, tags }: Extract<BuildStep['does'], { kind: 'foreign' }>): void {
    const decides = given
      .map((word) => this.#word(word).text)
      .join(' ')
      .slice(0, 200);
    const names = tags.map((word) => this.#word(word));
    const name = tool.text.replace(/@.*$/, '');
    const build = foreignBuild(
      { tool: name, names, pushes: false, decides },
      {
        rule: this.#title,
        at: locate(this.#path, tool.span),
        when: this.#when,
      },
    );
    this.#shared.found.builds.push({ ...build, notation: this.#notation });
  }

  #word(word: Word): CommandWord {
    const at = locate(this.#path, word.span);
    return wordOf(this.#marks.read(this.#expander.word(word.text, this.#names, at), [at]), at);
  }

  #choiceOf({ pieces }: CommandWord): Choice {
    return { options: [{ when: this.#when, pieces }] };
  }

  #command(written: readonly Word[], folder: string): WalkResult {
    const words = [...written.map((word) => this.#word(word)), ...this.#options];
    // A command that stands over many lines is shown where its program stands.
    const at = words[0]?.at ?? this.#place;
    const ran = this.#startedScript(words, folder, at);
    if (ran !== null) return ran;
    const plain = { writes: null, readsFrom: null, piped: false, substituted: false };
    const command: BuildCommand = { words, at, when: this.#when, ...plain };
    return walkScript(this.#title, [command], folder, this.#shared.files, this.#environment);
  }

  /** A script of the tree, run as the shell would that is given these words; null for any other program. */
  #startedScript(words: readonly CommandWord[], folder: string, at: Location): WalkResult | null {
    const own = words.map(inWorkspace);
    const { index, scriptIndex } = plainProgram(own.map(({ text }) => text));
    const program = own[scriptIndex ?? index]?.text ?? '';
    if (scriptIndex === null && !/\/|\.(sh|bash)$/.test(program)) return null;
    if (this.#shared.asked.script(treePath(folder, program)) === undefined) return null;
    const quoted = own.map(
      ({ pieces }) => `"${pieces.map((piece) => this.#marks.writePiece(piece)).join('')}"`,
    );
    return this.#walk({ path: this.#path, text: quoted.join(' '), place: () => at }, folder);
  }

  /** As a shell would; what it cannot parse is read as far as it goes. */
  #script(does: Script, folder: string): WalkResult {
    return (
      this.#walk(this.#shellText(does), folder) ??
      walkScript(this.#title, this.#simpleCommands(does), folder, this.#shared.files, this.#environment)
    );
  }

  #walk(text: ShellText, folder: string): WalkResult | null {
    const { files, asked, found } = this.#shared;
    const followed = walkProgram(text, folder, files, {
      environment: new Map([...this.#environment].map(([name, word]) => [name, this.#choiceOf(word)])),
      script: (path) => asked.script(path),
      marks: this.#marks,
      rule: this.#title,
      when: this.#when,
    });
    if (followed === null) return null;
    if (followed.beyond !== null) found.unread.push({ path: this.#path, because: followed.beyond });
    return followed.result;
  }

  /** The text with what the file's own notation puts in, line by line. */
  #shellText({ text, lines }: Script): ShellText {
    const written = text
      .split('\n')
      .map((line, index) => this.#expander.shellText(line, this.#names, this.#at(lines, index)));
    const joined = written.join('\n');
    const place = placeIn(joined);
    return { path: this.#path, text: joined, place: (offset) => this.#at(lines, place(offset).line - 1) };
  }

  #at(lines: readonly Position[], index: number): Location {
    const start = lines[index] ?? this.#place.start;
    return locate(this.#path, { start, end: { line: start.line, column: start.column + 1 } });
  }

  #simpleCommands({ script }: Script): readonly BuildCommand[] {
    const setting: ScriptSetting = {
      marks: this.#marks,
      known: new Map([...this.#environment].map(([name, { pieces }]) => [name, this.#marks.write(pieces)])),
      when: this.#when,
      replaced: (text, at) => this.#expander.shellText(text, this.#names, at),
    };
    return scriptCommands(this.#path, script, setting);
  }
}

/** `/workspace/x` is x of the tree. Source: https://cloud.google.com/build/docs/build-config-file-schema#dir */
function inWorkspace(word: CommandWord): CommandWord {
  const prefix = /^\/workspace\//.exec(word.text)?.[0];
  if (prefix === undefined) return word;
  const pieces = [{ text: `${ROOT}/`, chain: [word.at] }, ...wordFrom(word, prefix.length).pieces];
  return wordOf(pieces, word.at);
}

type Script = Extract<BuildStep['does'], { kind: 'script' }>;

/** Where relative folders begin: the root of what is uploaded, which is the tree's or the file's own folder. */
function startsOf(path: string, notation: BuildNotation): readonly string[] {
  if (notation === 'compose') return [folderOf(path)];
  return notation === 'cloudbuild' ? [...new Set(['', folderOf(path)])] : [''];
}

function bestOf(ways: readonly WalkResult[], has: (name: string) => boolean): WalkResult {
  const score = ({ builds, makes }: WalkResult): number =>
    builds.filter(({ files }) => files.some(({ source }) => source !== '')).length +
    makes.filter(({ folder, file }) => has(joinPath(folder, file ?? 'Makefile'))).length;
  return ways.reduce((best, way) => (score(way) > score(best) ? way : best));
}

/** A workflow names the environment of its steps in expressions as well. */
function withEnvironment(names: Names, step: BuildStep, path: string, notation: BuildNotation): Names {
  if (notation !== 'actions') return names;
  const environment = step.environment.map((one) => [`env.${one.name}`, placedIn(path, one)] as const);
  return new Map([...names, ...environment]);
}

/** A word of a command as a value of a file: it stands where it is decided; null where it stays open. */
export function placedWord(word: CommandWord): PlacedWord {
  const at = word.pieces[0]?.chain.at(-1) ?? word.at;
  const isOpen = word.pieces.some(({ open }) => open !== undefined);
  return { path: at.path, word: isOpen ? null : { text: word.text, span: at } };
}

/** A workflow, or the folder of an action. */
export function filesOfCall(written: string): readonly string[] {
  const path = joinPath('', written);
  return /\.ya?ml$/.test(path) ? [path] : [joinPath(path, 'action.yml'), joinPath(path, 'action.yaml')];
}
