// Google Cloud Build: steps that build images, substitutions with their defaults, images that are pushed.
// In: a blob's text. Out: one fact of build steps.
// Not here: what a step's program does, variants of the build (resolve).
import type { BuildJob, BuildStepsFact, Fact } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { entryOf, listOf, mapOf, type YamlMap } from '../yaml/index.ts';
import { namedWordsOf, readMaps, wordsOf } from '../yaml/words.ts';
import { stepOf } from './steps.ts';

function facts(text: string): readonly Fact[] {
  const { maps, unread } = readMaps(text);
  return [...maps.flatMap((map) => buildOf(map) ?? []), ...unread];
}

function buildOf(map: YamlMap): BuildStepsFact | undefined {
  const steps = listOf(map, 'steps')?.items;
  if (steps === undefined) return undefined;
  const shared = namedWordsOf(entryOf(mapOf(map, 'options') ?? map, 'env')?.value);
  const job: BuildJob = {
    name: '',
    variables: namedWordsOf(entryOf(map, 'substitutions')?.value),
    choices: [],
    steps: steps.flatMap((step, index) => (step.kind === 'map' ? (stepOf(step, index, shared) ?? []) : [])),
  };
  return { kind: 'build-steps', notation: 'cloudbuild', jobs: [job], pushes: pushesOf(map) };
}

function pushesOf(map: YamlMap): BuildStepsFact['pushes'] {
  return wordsOf(entryOf(map, 'images')?.value);
}

export const cloudbuild: Format = {
  id: 'cloudbuild',
  version: 2,
  covers:
    'Google Cloud Build (`cloudbuild*.yaml`, `cloudbuild*.json`): steps of docker, buildx, make, kaniko, ko and shells with their folders, environment and substitutions. Buildpacks are said to be not followed.',
  profileOf: (path) => (/(^|\/)cloudbuild[^/]*\.(ya?ml|json)$/i.test(path) ? 'cloudbuild' : null),
  mayMatter: (text) => text.includes('steps'),
  facts: (text) => facts(text),
};
