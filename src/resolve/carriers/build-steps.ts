// Invocations of steps: Cloud Build, workflows and actions, compose, jobs of a CI system.
import type { BuildNotation, Workflow } from '../../domain/index.ts';
import type { Carried, CarrierSources } from '../carriers.ts';
import type { FileReader } from '../files.ts';
import { foundIn, startedInvocations } from '../invocations/make.ts';
import { stepCommands } from './steps.ts';

const WORKFLOWS: Readonly<Record<BuildNotation, Workflow>> = {
  cloudbuild: 'cloudbuild',
  actions: 'actions',
  compose: 'compose',
  plain: 'script',
};

export function buildStepsCarrier(sources: CarrierSources): Carried {
  const { builds, uses, unread } = stepCommands(sources);
  const byNotation = Map.groupBy(builds, ({ notation }) => notation);
  const direct = [...byNotation].map(([notation, those]) =>
    foundIn(WORKFLOWS[notation], those, sources.reader, sources.definitions),
  );
  const made = stepMakes(sources);
  return {
    invocations: [...direct.flatMap(({ invocations }) => invocations), ...made.invocations],
    uses: [...uses, ...made.uses],
    declared: [],
    // What makes print they print whoever starts them.
    printed: direct.flatMap(({ printed }) => printed),
    unread: [...unread, ...made.unread],
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
