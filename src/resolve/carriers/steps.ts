// What the steps of CI systems and services of compose build, whatever file describes them.
import type {
  BuildChoice,
  BuildJob,
  BuildNotation,
  BuildStep,
  BuildStepsFact,
  Condition,
  ImageUse,
  NamedWord,
  UnreadPart,
} from '../../domain/index.ts';
import { BOUNDS, folderOf, joinPath, locate } from '../../domain/index.ts';
import { Marks } from '../../formats/make/marks.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import type { CarrierSources, Placed } from '../carriers.ts';
import type { FileReader } from '../files.ts';
import { BuildFiles } from '../invocations/build-files.ts';
import type { KoCommand } from '../invocations/ko-commands.ts';
import { type Names, NotationExpander, type PlacedWord } from '../invocations/notations.ts';
import { type FoundBuild, type SubMake, type WalkResult, walkScript } from '../invocations/recipe-walk.ts';
import { type ScriptSetting, scriptCommands } from '../invocations/script.ts';
import { type BuildCommand, type CommandWord, wordOf, wordValue } from '../invocations/words.ts';

/** What steps do. */
export interface SteppedBuilds {
  readonly builds: readonly (FoundBuild & { readonly notation: BuildNotation })[];
  readonly uses: readonly ImageUse[];
  readonly makes: readonly { readonly make: SubMake; readonly environment: ReadonlyMap<string, Choice> }[];
  readonly koCommands: readonly KoCommand[];
  readonly koVersions: readonly string[];
  readonly unread: readonly UnreadPart[];
}

const MOST_STEPS = 4096;

const known = new WeakMap<FileReader, SteppedBuilds>();

/** Every step of the tree, each once for every choice of its job. */
export function stepCommands(sources: CarrierSources): SteppedBuilds {
  const before = known.get(sources.reader);
  if (before !== undefined) return before;
  const found = new Found();
  for (const placed of sources.facts('build-steps')) {
    for (const job of placed.fact.jobs)
      followJob(placed, job, choicesOf(placed, job, sources), sources, found);
    pushesOf(placed, found);
  }
  known.set(sources.reader, found);
  return found;
}

class Found implements SteppedBuilds {
  readonly builds: (FoundBuild & { readonly notation: BuildNotation })[] = [];
  readonly uses: ImageUse[] = [];
  readonly makes: { make: SubMake; environment: ReadonlyMap<string, Choice> }[] = [];
  readonly koCommands: KoCommand[] = [];
  readonly koVersions: string[] = [];
  readonly unread: UnreadPart[] = [];
  steps = 0;

  take(notation: BuildNotation, result: WalkResult, environment: () => ReadonlyMap<string, Choice>): void {
    this.builds.push(...result.builds.map((build) => ({ ...build, notation })));
    this.uses.push(...result.uses);
    this.koCommands.push(...result.koCommands);
    this.koVersions.push(...result.koVersions);
    for (const make of result.makes) this.makes.push({ make, environment: environment() });
  }
}

// ---- choices -------------------------------------------------------------------------------------------

/** Names as one run of a job sees them. */
interface Run {
  readonly when: readonly Condition[];
  readonly names: Names;
}

/** Variants of an image build stand beside the file that builds them. Source: test-infra's image-builder. */
const VARIANTS = 'variants.yaml';

function choicesOf(
  { path, fact }: Placed<BuildStepsFact>,
  job: BuildJob,
  sources: CarrierSources,
): readonly Run[] {
  const own = new Map(job.variables.map((one) => [one.name, placedIn(path, one)]));
  const mentioned = JSON.stringify([job.steps, job.variables]);
  let runs: readonly Run[] = [{ when: [], names: own }];
  for (const choice of job.choices) {
    if (choice.values.some((value) => value.some(({ name }) => mentioned.includes(name))))
      runs = chosen(runs, choice, path);
  }
  if (fact.notation !== 'cloudbuild') return runs;
  const beside = joinPath(folderOf(path), VARIANTS);
  for (const variants of sources.facts('variants')) {
    if (variants.path !== beside) continue;
    const values = variants.fact.variants.map(({ values: given }) =>
      given.map(({ name, value }) => ({ name: `_${name}`, value })),
    );
    const names = variants.fact.variants.map(({ name }) => name);
    runs = chosen(runs, { axis: VARIANTS, values }, beside, names);
  }
  return runs;
}

function chosen(
  runs: readonly Run[],
  { axis, values }: BuildChoice,
  path: string,
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
  return all.slice(0, BOUNDS.alternativesPerValue);
}

function placedIn(path: string, { value }: NamedWord): PlacedWord {
  return { path, word: value };
}

// ---- steps ---------------------------------------------------------------------------------------------

function followJob(
  placed: Placed<BuildStepsFact>,
  job: BuildJob,
  runs: readonly Run[],
  { reader }: CarrierSources,
  found: Found,
): void {
  const has = (name: string): boolean => reader.has(name);
  for (const run of runs) {
    const files = new BuildFiles(has, { steps: 0, beyond: null });
    for (const step of job.steps) {
      if (found.steps++ >= MOST_STEPS) {
        found.unread.push({ path: placed.path, because: `more than ${MOST_STEPS} steps` });
        return;
      }
      followStep(placed, job, step, run, files, has, found);
    }
  }
}

function followStep(
  { path, fact }: Placed<BuildStepsFact>,
  job: BuildJob,
  step: BuildStep,
  { names, when }: Run,
  files: BuildFiles,
  has: (name: string) => boolean,
  found: Found,
): void {
  if (step.does.kind === 'unknown') {
    found.unread.push({ path, at: locate(path, step.span), because: step.does.what });
    return;
  }
  const marks = new Marks();
  const expander = new NotationExpander(fact.notation, marks);
  const all = withEnvironment(names, step, path, fact.notation);
  const commands = commandsOf(path, step, { expander, marks, names: all, when });
  const place = locate(path, step.span);
  const written = step.folder === undefined ? '' : expander.word(step.folder.text, all, place);
  const folder = wordOf(marks.read(written, [place]), place).text;
  const environment = new Map(
    step.environment.map((one) => {
      const text = expander.value(placedIn(path, one), one.name, all, [place]);
      return [one.name, wordOf(marks.read(text, [place]), place)] as const;
    }),
  );
  const title = job.name === '' ? step.name : job.name;
  const ways = startsOf(path, fact.notation).map((start) =>
    walkScript(title, commands, joinPath(start, folder), files, environment),
  );
  const choices = (): ReadonlyMap<string, Choice> =>
    new Map([...environment].map(([name, { pieces }]) => [name, { options: [{ when, pieces }] }]));
  found.take(fact.notation, bestOf(ways, has), choices);
}

/** Where relative folders begin: the root of what is uploaded, which is the tree's or the file's own folder. */
function startsOf(path: string, notation: BuildNotation): readonly string[] {
  if (notation === 'compose') return [folderOf(path)];
  return notation === 'cloudbuild' ? [...new Set(['', folderOf(path)])] : [''];
}

function bestOf(ways: readonly WalkResult[], has: (name: string) => boolean): WalkResult {
  const score = ({ builds, makes }: WalkResult): number =>
    builds.filter(({ files }) => files.length > 0).length +
    makes.filter(({ folder, file }) => has(joinPath(folder, file ?? 'Makefile'))).length;
  return ways.reduce((best, way) => (score(way) > score(best) ? way : best));
}

/** A workflow names the environment of its steps in expressions as well. */
function withEnvironment(names: Names, step: BuildStep, path: string, notation: BuildNotation): Names {
  if (notation !== 'actions') return names;
  const environment = step.environment.map((one) => [`env.${one.name}`, placedIn(path, one)] as const);
  return new Map([...names, ...environment]);
}

interface Around {
  readonly expander: NotationExpander;
  readonly marks: Marks;
  readonly names: Names;
  readonly when: readonly Condition[];
}

function commandsOf(path: string, step: BuildStep, around: Around): readonly BuildCommand[] {
  const { expander, marks, names, when } = around;
  const place = locate(path, step.span);
  if (step.does.kind === 'script') {
    const setting: ScriptSetting = {
      marks,
      known: new Map(
        step.environment.map((one) => [
          one.name,
          expander.value(placedIn(path, one), one.name, names, [place]),
        ]),
      ),
      when,
      replaced: (text, at) => expander.shellText(text, names, at),
    };
    return scriptCommands(path, step.does.script, setting);
  }
  if (step.does.kind === 'unknown') return [];
  const words = step.does.words.map((word): CommandWord => {
    const at = locate(path, word.span);
    return wordOf(marks.read(expander.word(word.text, names, at), [at]), at);
  });
  const at = placeOfBuild(words) ?? place;
  return [{ words, at, when, writes: null, readsFrom: null, piped: false, substituted: false }];
}

/** A command that stands over many lines is shown where its program stands. */
function placeOfBuild([first]: readonly CommandWord[]): CommandWord['at'] | undefined {
  return first?.at;
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
