// Invocations of steps: Cloud Build, workflows and actions, compose, jobs of a CI system.
import type { BuildNotation, Workflow } from '../../domain/index.ts';
import type { Carried, CarrierSources } from '../carriers.ts';
import { startedInvocations } from '../invocations/make.ts';
import { invocationsOf } from '../invocations/merge.ts';
import { stepCommands } from './steps.ts';

const WORKFLOWS: Readonly<Record<BuildNotation, Workflow>> = {
  cloudbuild: 'cloudbuild',
  actions: 'actions',
  compose: 'compose',
  plain: 'script',
};

export function buildStepsCarrier(sources: CarrierSources): Carried {
  const { builds, uses, makes, unread } = stepCommands(sources);
  const byNotation = Map.groupBy(builds, ({ notation }) => notation);
  const direct = [...byNotation].flatMap(([notation, those]) =>
    invocationsOf(WORKFLOWS[notation], those, sources.definitions),
  );
  const makefiles = sources.facts('program').map(({ path }) => path);
  const made = startedInvocations(makes, sources.reader, makefiles, sources.definitions);
  return {
    invocations: [...direct, ...made.invocations],
    uses: [...uses, ...made.uses],
    declared: [],
    unread,
  };
}
