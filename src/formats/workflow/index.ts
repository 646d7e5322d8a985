// Workflows and composite actions of GitHub: steps that build images.
// In: a blob's text. Out: one fact of build steps.
// Not here: reusable workflows of other repositories, what actions other than those that build do.
import type { BuildJob, Fact } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { entryOf, listOf, mapOf, nodeAt, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { childrenOf, linesOf, mergedNames, namedWordsOf, readMaps, wordOf } from '../yaml/words.ts';
import { choicesOf } from './matrix.ts';
import { callOf, foreignOf, type Surroundings, stepOf } from './steps.ts';

function facts(text: string): readonly Fact[] {
  const { maps, unread } = readMaps(text);
  const built = maps.map((map): Fact => {
    const jobs = mapOf(map, 'runs') === undefined ? jobsOf(map) : [actionOf(map)];
    return {
      kind: 'build-steps',
      notation: 'actions',
      jobs: jobs.filter(({ steps }) => steps.length > 0),
      pushes: [],
    };
  });
  return [...built.filter((fact) => fact.kind === 'build-steps' && fact.jobs.length > 0), ...unread];
}

function jobsOf(map: YamlMap): readonly BuildJob[] {
  const inputs = inputsOf(nodeAt(nodeAt(map, 'on'), 'workflow_call'));
  const dispatched = inputsOf(nodeAt(nodeAt(map, 'on'), 'workflow_dispatch'));
  const around = surroundings(map, { environment: [] });
  return childrenOf(map, 'jobs').flatMap(({ name, node }): readonly BuildJob[] => {
    if (node.kind !== 'map') return [];
    const called = calledBy(name, node);
    return [
      {
        name,
        variables: [...mergedNames(dispatched, inputs), ...metadataOf(node)],
        choices: choicesOf(node),
        steps: [...called, ...stepsOf(node, surroundings(node, around))],
      },
    ];
  });
}

/** A reusable workflow that a job runs instead of steps. */
function calledBy(name: string, job: YamlMap): BuildJob['steps'] {
  const uses = wordOf(nodeAt(job, 'uses'));
  const inputs = mapOf(job, 'with');
  const does = uses === undefined ? undefined : (callOf(uses, inputs) ?? foreignOf(uses, inputs));
  return does === undefined ? [] : [{ name, span: job.span, environment: [], does }];
}

/** A composite action. */
function actionOf(map: YamlMap): BuildJob {
  const steps = stepsOf(mapOf(map, 'runs'), { environment: [] });
  return { name: textOf(map, 'name') ?? 'action', variables: inputsOf(map), choices: [], steps };
}

function stepsOf(node: YamlMap | undefined, around: Surroundings): BuildJob['steps'] {
  const items = listOf(node, 'steps')?.items ?? [];
  return items.flatMap((step, index) => (step.kind === 'map' ? (stepOf(step, index, around) ?? []) : []));
}

/** `docker/metadata-action` makes tags of image names: its outputs stand for the first of them. */
function metadataOf(job: YamlMap): BuildJob['variables'] {
  const steps = listOf(job, 'steps')?.items ?? [];
  return steps.flatMap((step) => {
    const id = textOf(step, 'id');
    const isMetadata = textOf(step, 'uses')?.toLowerCase().startsWith('docker/metadata-action') === true;
    const [image] = linesOf(nodeAt(nodeAt(step, 'with'), 'images'), /[^\n,]+/g);
    if (!isMetadata || id === undefined || image === undefined || image.text.includes('=')) return [];
    return [{ name: `steps.${id}.outputs.tags`, value: image }];
  });
}

function surroundings(map: YamlMap, outer: Surroundings): Surroundings {
  const folder = wordOf(nodeAt(nodeAt(nodeAt(map, 'defaults'), 'run'), 'working-directory')) ?? outer.folder;
  const environment = mergedNames(outer.environment, namedWordsOf(entryOf(map, 'env')?.value));
  return folder === undefined ? { environment } : { environment, folder };
}

/** Inputs with their defaults. */
function inputsOf(node: YamlNode | undefined): BuildJob['variables'] {
  if (node?.kind !== 'map') return [];
  return childrenOf(node, 'inputs').map(({ name, node: input }) => ({
    name: `inputs.${name}`,
    value: wordOf(nodeAt(input, 'default')) ?? null,
  }));
}

const MATTERS =
  /docker|podman|buildah|nerdctl|kaniko|buildctl|crane|\bko\b|\bmake\b|\.sh\b|build[-_]?arg|uses:[ \t]*["']?\.\/|gcloud|earthly|minikube|\bpack\b/i;

export const workflow: Format = {
  id: 'workflow',
  version: 3,
  covers:
    'Workflows and composite actions of GitHub: `run` steps that build images, `docker/build-push-action`, `redhat-actions/buildah-build`, with environment, inputs and matrix values; composite actions and reusable workflows of the same repository with what they are given. `docker/bake-action` is said to be not followed, and so are actions and workflows of others that are given build arguments or a Dockerfile.',
  profileOf(path) {
    if (/(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return 'workflow';
    return /(^|\/)action\.ya?ml$/.test(path) ? 'action' : null;
  },
  mayMatter: (text, profile) =>
    MATTERS.test(text) && (profile === 'workflow' ? text.includes('jobs') : /\bruns\b/.test(text)),
  facts: (text) => facts(text),
};
