// What the steps of CI systems and services of compose build, whatever file describes them.
import type {
  BuildChoice,
  BuildJob,
  BuildNotation,
  BuildStep,
  BuildStepsFact,
  Condition,
  ImageUse,
  Location,
  NamedWord,
  Position,
  UnreadPart,
  VariantsFact,
  Word,
} from '../../domain/index.ts';
import { BOUNDS, folderOf, joinConditions, joinPath, locate } from '../../domain/index.ts';
import { formatOf } from '../../formats/index.ts';
import { ROOT, treePath } from '../../formats/make/evaluate.ts';
import { Marks } from '../../formats/make/marks.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import { placeIn } from '../../formats/shell/index.ts';
import type { CarrierSources, Placed } from '../carriers.ts';
import type { FileReader } from '../files.ts';
import { Asked } from '../invocations/asked.ts';
import { BuildFiles } from '../invocations/build-files.ts';
import { foreignBuild } from '../invocations/foreign-commands.ts';
import type { KoCommand } from '../invocations/ko-commands.ts';
import { type Names, NotationExpander, type PlacedWord } from '../invocations/notations.ts';
import {
  type FoundBuild,
  type SubMake,
  type WalkResult,
  walkProgram,
  walkScript,
} from '../invocations/recipe-walk.ts';
import { type ScriptSetting, scriptCommands } from '../invocations/script.ts';
import { plainProgram } from '../invocations/shell/programs.ts';
import type { ShellText } from '../invocations/shell/run.ts';
import type { StartedSteps } from '../invocations/started-steps.ts';
import { type BuildCommand, type CommandWord, wordFrom, wordOf, wordValue } from '../invocations/words.ts';

/** A make that a step of a file starts. */
export interface StartedMake {
  readonly make: SubMake;
  readonly environment: ReadonlyMap<string, Choice>;
  readonly from: string;
}

/** What steps do. */
export interface SteppedBuilds {
  readonly builds: readonly (FoundBuild & { readonly notation: BuildNotation })[];
  readonly uses: readonly ImageUse[];
  readonly makes: readonly StartedMake[];
  readonly koCommands: readonly KoCommand[];
  readonly koVersions: readonly string[];
  readonly unread: readonly UnreadPart[];
  /** Build files that steps start with values of their own. */
  readonly steps: readonly StartedSteps[];
}

const MOST_STEPS = 4096;

const known = new WeakMap<FileReader, SteppedBuilds>();

/** Every step of the tree, each once for every choice of its job. */
export function stepCommands(sources: CarrierSources): SteppedBuilds {
  const before = known.get(sources.reader);
  if (before !== undefined) return before;
  const found = new Found();
  const around = { reader: sources.reader, variants: sources.facts('variants') };
  const files = sources.facts('build-steps');
  const called = new Set(files.flatMap(({ fact }) => calledFiles(fact)));
  for (const placed of files) {
    for (const job of placed.fact.jobs)
      if (!called.has(placed.path) || !needsInputs(job))
        followJob(placed, job, choicesOf(placed, job, around), around.reader, found);
    pushesOf(placed, found);
  }
  followAll(found, sources.reader);
  known.set(sources.reader, found);
  return found;
}

/** What the choices of a job are looked for in. */
interface Around {
  readonly reader: FileReader;
  readonly variants: readonly Placed<VariantsFact>[];
}

/** Build files once more, as commands start them: with values that those give. */
export function startedSteps(started: readonly StartedSteps[], reader: FileReader): SteppedBuilds {
  const found = new Found();
  found.steps.push(...started);
  followAll(found, reader);
  return found;
}

const MOST_STARTED = 256;

/** What was started, and what that starts in turn. */
function followAll(found: Found, reader: FileReader): void {
  const seen = new Set<string>();
  for (const one of found.steps) {
    const { files, named, values, environment, when, variableFiles } = one;
    const given = [[...values], [...(environment ?? [])], one.buildArguments, variableFiles];
    const key = JSON.stringify([files, given, when]);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MOST_STARTED) {
      found.unread.push({ path: one.at.path, because: `more than ${MOST_STARTED} build files are started` });
      return;
    }
    const there = files.filter((path) => reader.has(path));
    for (const path of named ? there : there.slice(0, 1)) followStarted(one, path, reader, found);
  }
}

/** Files of the tree that steps call. */
function calledFiles({ jobs }: BuildStepsFact): readonly string[] {
  return jobs.flatMap(({ steps }) =>
    steps.flatMap(({ does }) => (does.kind === 'calls' ? filesOfCall(does.file.text) : [])),
  );
}

/** A workflow, or the folder of an action. */
function filesOfCall(written: string): readonly string[] {
  const path = joinPath('', written);
  return /\.ya?ml$/.test(path) ? [path] : [joinPath(path, 'action.yml'), joinPath(path, 'action.yaml')];
}

/** What has inputs without defaults only runs where it is called. */
function needsInputs({ variables, steps }: BuildJob): boolean {
  const written = JSON.stringify(steps);
  return variables.some(({ name, value }) => value === null && written.includes(name));
}

const FORMATS = { cloudbuild: 'cloudbuild', compose: 'compose', actions: 'workflow' } as const;

function followStarted(started: StartedSteps, path: string, reader: FileReader, found: Found): void {
  const { notation, values, buildArguments, environment, when } = started;
  const ofFiles = (started.variableFiles ?? []).flatMap((file) => variablesIn(file, reader));
  const given = [...ofFiles, ...[...values].map(([name, word]) => [name, placedWord(word)] as const)];
  const options = buildArguments.flatMap((word) => [{ ...word, text: '--build-arg', pieces: SAID }, word]);
  const names = [...given.map(([name]) => name), ...(environment?.keys() ?? [])];
  for (const fact of reader.read(path, FORMATS[notation])) {
    if (fact.kind !== 'build-steps') continue;
    const written = JSON.stringify(fact.jobs);
    const isOtherwise = options.length > 0 || names.some((name) => written.includes(name));
    // By its name it is read as it is.
    const isReadAnyway = formatOf(path)?.format.id === FORMATS[notation] && !fact.jobs.some(needsInputs);
    if (!isOtherwise && isReadAnyway) continue;
    const placed = { path, fact };
    for (const job of fact.jobs) {
      const runs = choicesOf(placed, job, { reader, variants: [] }).map((run) => ({
        when: joinConditions(run.when, when),
        names: new Map([...run.names, ...given]),
        options,
        ...(environment === undefined ? {} : { environment }),
      }));
      followJob(placed, job, runs, reader, found);
    }
  }
}

const SAID = [{ text: '--build-arg', chain: [] }];

/** A word of a command as a value of a file: it stands where it is decided; null where it stays open. */
function placedWord(word: CommandWord): PlacedWord {
  const at = word.pieces[0]?.chain.at(-1) ?? word.at;
  const isOpen = word.pieces.some(({ open }) => open !== undefined);
  return { path: at.path, word: isOpen ? null : { text: word.text, span: at } };
}

class Found implements SteppedBuilds {
  readonly builds: (FoundBuild & { readonly notation: BuildNotation })[] = [];
  readonly uses: ImageUse[] = [];
  readonly makes: StartedMake[] = [];
  readonly koCommands: KoCommand[] = [];
  readonly koVersions: string[] = [];
  readonly unread: UnreadPart[] = [];
  readonly steps: StartedSteps[] = [];
  count = 0;

  take(
    { path, notation }: { readonly path: string; readonly notation: BuildNotation },
    result: WalkResult,
    environment: () => ReadonlyMap<string, Choice>,
  ): void {
    this.builds.push(...result.builds.map((build) => ({ ...build, notation })));
    this.uses.push(...result.uses);
    this.koCommands.push(...result.koCommands);
    this.koVersions.push(...result.koVersions);
    this.steps.push(...result.steps);
    for (const make of result.makes)
      this.makes.push({ make, environment: make.environment ?? environment(), from: path });
  }
}

// ---- choices -------------------------------------------------------------------------------------------

/** Names as one run of a job sees them. */
interface Run {
  readonly when: readonly Condition[];
  readonly names: Names;
  /** Options that whoever starts the file adds to every build of it. */
  readonly options?: readonly CommandWord[];
  /** What its programs find in their environment besides. */
  readonly environment?: ReadonlyMap<string, CommandWord>;
}

/** Variants of an image build stand beside the file that builds them. Source: test-infra's image-builder. */
const VARIANTS = 'variants.yaml';

function choicesOf(
  { path, fact }: Placed<BuildStepsFact>,
  job: BuildJob,
  { reader, variants: allVariants }: Around,
): readonly Run[] {
  const own = new Map([
    ...(fact.notation === 'compose' ? besideOf(path, reader) : []),
    ...job.variables.map((one) => [one.name, placedIn(path, one)] as const),
  ]);
  const mentioned = JSON.stringify([job.steps, job.variables]);
  let runs: readonly Run[] = [{ when: [], names: own }];
  for (const choice of job.choices) {
    if (choice.values.some((value) => value.some(({ name }) => mentioned.includes(name))))
      runs = chosen(runs, choice, { path, reader, by: path });
  }
  if (fact.notation !== 'cloudbuild') return runs;
  const beside = joinPath(folderOf(path), VARIANTS);
  for (const variants of allVariants) {
    if (variants.path !== beside) continue;
    const values = variants.fact.variants.map(({ values: given }) =>
      given.map(({ name, value }) => ({ name: `_${name}`, value })),
    );
    const names = variants.fact.variants.map(({ name }) => name);
    runs = chosen(runs, { axis: VARIANTS, values }, { path: beside, reader, by: path }, names);
  }
  return runs;
}

/** Variables of the `.env` file beside a compose file. Source: https://docs.docker.com/compose/how-tos/environment-variables */
function besideOf(path: string, reader: FileReader): readonly (readonly [string, PlacedWord])[] {
  return variablesIn(joinPath(folderOf(path), '.env'), reader);
}

function variablesIn(path: string, reader: FileReader): readonly (readonly [string, PlacedWord])[] {
  return reader
    .read(path, 'environment-file')
    .flatMap((fact) =>
      fact.kind === 'environment-file'
        ? fact.values.map((one) => [one.name, placedIn(path, one)] as const)
        : [],
    );
}

function chosen(
  runs: readonly Run[],
  { axis, values }: BuildChoice,
  { path, reader, by }: { readonly path: string; readonly reader: FileReader; readonly by: string },
  titles: readonly string[] = [],
): readonly Run[] {
  if (values.length === 0) return runs;
  const all = runs.flatMap(({ when, names }) =>
    values.map((value, index): Run => {
      const equals = titles[index] ?? value.map((one) => one.value?.text ?? '').join(', ');
      const more = value.map((one) => [one.name, placedIn(path, one)] as const);
      return { when: [...when, { subject: axis, equals }], names: new Map([...names, ...more]) };
    }),
  );
  const most = BOUNDS.alternativesPerValue;
  if (all.length > most) reader.cut(by, `more than ${most} choices of ${axis}`);
  return all.slice(0, most);
}

function placedIn(path: string, { value }: NamedWord): PlacedWord {
  return { path, word: value };
}

// ---- steps ---------------------------------------------------------------------------------------------

function followJob(
  placed: Placed<BuildStepsFact>,
  job: BuildJob,
  runs: readonly Run[],
  reader: FileReader,
  found: Found,
): void {
  const asked = new Asked(reader);
  for (const run of runs) {
    const files = new BuildFiles((name) => asked.has(name), { steps: 0, beyond: null });
    for (const step of job.steps) {
      if (found.count++ >= MOST_STEPS) {
        found.unread.push({ path: placed.path, because: `more than ${MOST_STEPS} steps` });
        return;
      }
      new StepWalk(placed, job, step, run, { files, asked, found }).follow();
    }
  }
}

/** What a step shares with the others of its job. */
interface Shared {
  readonly files: BuildFiles;
  readonly asked: Asked;
  readonly found: Found;
}

/** One step under one choice of its job. */
class StepWalk {
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

/** `images:` of Cloud Build: pushed when all is built. */
function pushesOf({ path, fact }: Placed<BuildStepsFact>, found: Found): void {
  const names = new Map((fact.jobs[0]?.variables ?? []).map((one) => [one.name, placedIn(path, one)]));
  for (const word of fact.pushes) {
    const at = locate(path, word.span);
    const marks = new Marks();
    const text = new NotationExpander(fact.notation, marks).word(word.text, names, at);
    found.uses.push({ kind: 'push', at, image: wordValue(wordOf(marks.read(text, [at]), at), []) });
  }
}
