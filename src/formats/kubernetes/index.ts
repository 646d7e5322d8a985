// Kubernetes manifests: YAML streams, JSON, and templates of either.
// In: text and the profile of its path. Out: workloads with what each container starts, ConfigMaps and Secrets that hold scripts.
// Not here: which image is whose, what an image holds, values that a template gets.
import type { Format } from '../format.ts';
import { manifestFacts } from './facts.ts';
import { mayHoldFacts } from './prefilter.ts';
import { profileOf } from './profile.ts';

export { containersOfPart, type PodList } from './parts.ts';

export const kubernetes: Format = {
  id: 'kubernetes',
  version: 6,
  covers:
    'Manifests in YAML and JSON (`*.yaml`, `*.yml`, `*.json`, `*.manifest`) and templates of them (Helm, Go templates, Jinja): every object with a pod template, in lists and custom resources too, other places where such resources keep containers (`sidecars`, `container`, `script`), steps of Tekton with their scripts, and scripts in ConfigMaps, Secrets and what kustomize generates. Not read: schemas, jobs of a CI system (Prow), manifests inside other text and in ConfigMaps.',
  profileOf,
  mayMatter: mayHoldFacts,
  facts: manifestFacts,
};
