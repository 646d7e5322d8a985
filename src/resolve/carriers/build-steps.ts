// Invocations of steps: Cloud Build, workflows and actions, compose, jobs of a CI system.
import type { BuildNotation, Workflow } from '../../domain/index.ts';
import type { Carried, CarrierSources } from '../carriers.ts';
import type { FileReader } from '../files.ts';
import { foundIn, startedInvocations } from '../invocations/make.ts';
import type { StartedSteps } from '../invocations/started-steps.ts';
import { startedSteps, stepCommands } from './steps.ts';

const WORKFLOWS: Readonly<Record<BuildNotation, Workflow>> = {
  cloudbuild: 'cloudbuild',
  actions: 'actions',
  compose: 'compose',
  plain: 'script',
};

/** What build files of steps build as commands start them. */
export function startedStepInvocations(
  started: readonly StartedSteps[],
  reader: FileReader,
  definitions: readonly string[],
): Pick<Carried, 'invocations' | 'unread'> {
  if (started.length === 0) return { invocations: [], unread: [] };
  const { builds, unread } = startedSteps(started, reader);
  const byNotation = Map.groupBy(builds, ({ notation }) => notation);
  return {
    invocations: [...byNotation].flatMap(
      ([notation, those]) => foundIn(WORKFLOWS[notation], those, reader, definitions).invocations,
    ),
    unread,
  };
}

export function buildStepsCarrier(sources: CarrierSources): Carried {
  const { builds, uses, unread } = stepCommands(sources);
  const byNotation = Map.groupBy(builds, ({ notation }) => notation);
  const direct = [...byNotation].map(([notation, those]) =>
    foundIn(WORKFLOWS[notation], those, sources.reader, sources.definitions),
  );
  const made = stepMakes(sources);
  const started = startedStepInvocations(made.steps, sources.reader, sources.definitions);
  return {
    invocations: [
      ...direct.flatMap(({ invocations }) => invocations),
      ...made.invocations,
      ...started.invocations,
    ],
    unfound: [...direct, made].flatMap(({ unfound }) => unfound),
    uses: [...uses, ...made.uses],
    declared: [],
    // What makes print they print whoever starts them.
    printed: direct.flatMap(({ printed }) => printed),
    unread: [...unread, ...made.unread, ...started.unread],
  };
}

const known = new WeakMap<FileReader, ReturnType<typeof startedInvocations>>();

/** What makefiles build as steps start them. */
export function stepMakes(sources: CarrierSources): ReturnType<typeof startedInvocations> {
  const before = known.get(sources.reader);
  if (before !== undefined) return before;
  const makefiles = sources.facts('program').map(({ path }) => path);
  const { makes } = stepCommands(sources);
  const made = startedInvocations(makes, sources.reader, makefiles, sources.definitions);
  known.set(sources.reader, made);
  return made;
}
