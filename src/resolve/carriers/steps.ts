// What the steps of CI systems and services of compose build, whatever file describes them.
import type { BuildJob, BuildStepsFact } from '../../domain/index.ts';
import { joinConditions, locate } from '../../domain/index.ts';
import { formatOf } from '../../formats/index.ts';
import { Marks } from '../../formats/make/marks.ts';
import type { CarrierSources, Placed } from '../carriers.ts';
import type { FileReader } from '../files.ts';
import { Asked } from '../invocations/asked.ts';
import { BuildFiles } from '../invocations/build-files.ts';
import { NotationExpander } from '../invocations/notations.ts';
import type { StartedSteps } from '../invocations/started-steps.ts';
import { wordOf, wordValue } from '../invocations/words.ts';
import { choicesOf, placedIn, type Run, variablesIn } from './step-choices.ts';
import { filesOfCall, placedWord, StepWalk } from './step-walk.ts';
import { FoundInSteps, type SteppedBuilds } from './stepped-builds.ts';

const MOST_STEPS = 4096;

const known = new WeakMap<FileReader, SteppedBuilds>();

/** Every step of the tree, each once for every choice of its job. */
export function stepCommands(sources: CarrierSources): SteppedBuilds {
  const before = known.get(sources.reader);
  if (before !== undefined) return before;
  const found = new FoundInSteps();
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

/** Build files once more, as commands start them: with values that those give. */
export function startedSteps(started: readonly StartedSteps[], reader: FileReader): SteppedBuilds {
  const found = new FoundInSteps();
  found.steps.push(...started);
  followAll(found, reader);
  return found;
}

const MOST_STARTED = 256;

/** What was started, and what that starts in turn. */
function followAll(found: FoundInSteps, reader: FileReader): void {
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

/** What has inputs without defaults only runs where it is called. */
function needsInputs({ variables, steps }: BuildJob): boolean {
  const written = JSON.stringify(steps);
  return variables.some(({ name, value }) => value === null && written.includes(name));
}

const FORMATS = { cloudbuild: 'cloudbuild', compose: 'compose', actions: 'workflow' } as const;

function followStarted(started: StartedSteps, path: string, reader: FileReader, found: FoundInSteps): void {
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

function followJob(
  placed: Placed<BuildStepsFact>,
  job: BuildJob,
  runs: readonly Run[],
  reader: FileReader,
  found: FoundInSteps,
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

/** `images:` of Cloud Build: pushed when all is built. */
function pushesOf({ path, fact }: Placed<BuildStepsFact>, found: FoundInSteps): void {
  const names = new Map((fact.jobs[0]?.variables ?? []).map((one) => [one.name, placedIn(path, one)]));
  for (const word of fact.pushes) {
    const at = locate(path, word.span);
    const marks = new Marks();
    const text = new NotationExpander(fact.notation, marks).word(word.text, names, at);
    found.uses.push({ kind: 'push', at, image: wordValue(wordOf(marks.read(text, [at]), at), []) });
  }
}
