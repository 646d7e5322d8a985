// Workloads as kustomizations make them: other images, what patches start.
// In: workloads, kustomizations. Out: workloads.
// Not here: ConfigMaps that are generated (config-maps).
import type { KustomizationFact } from '../../domain/index.ts';
import type { FileReader } from '../files.ts';
import { imagesOf, type PlacedWorkload } from '../filled.ts';
import { renamed } from './images.ts';
import { Patched } from './patches.ts';
import { KustomizeTree } from './tree.ts';

/** The workloads with the images that kustomizations give them, patches with those of what they patch, and what JSON patches make. */
export function withKustomizations(
  workloads: readonly PlacedWorkload[],
  found: readonly { readonly path: string; readonly fact: KustomizationFact }[],
  reader: FileReader,
): readonly PlacedWorkload[] {
  if (found.length === 0) return workloads;
  const tree = new KustomizeTree(found, (path, because) => reader.cut(path, because));
  const named = workloads.map((one) => withImages(one, tree, reader));
  const patched = new Patched(tree, named, reader);
  const result = named.map((one) => patched.withImages(one));
  const all = [...result, ...patched.byOperations(), ...patched.byReplacements()];
  return all.map((one) => withVariables(one, tree));
}

/** `vars` give containers names that their commands may use, whatever their own environment. */
function withVariables(one: PlacedWorkload, tree: KustomizeTree): PlacedWorkload {
  const variables = tree.reaching(one.path).flatMap(({ fact }) => fact.variables);
  if (variables.length === 0) return one;
  const containers = one.fact.containers.map((container) => ({
    ...container,
    envFrom: [...(container.envFrom ?? []), ...variables],
  }));
  return { ...one, fact: { ...one.fact, containers } };
}

function withImages(one: PlacedWorkload, tree: KustomizeTree, reader: FileReader): PlacedWorkload {
  const by = tree.reaching(one.path);
  if (by.every(({ fact }) => fact.images.length === 0)) return one;
  const containers = one.fact.containers.map((container) => {
    const own = imagesOf(container);
    const images = renamed(own, by, (because) => reader.cut(one.path, because));
    return images.length === own.length ? container : { ...container, images };
  });
  return { ...one, fact: { ...one.fact, containers } };
}
