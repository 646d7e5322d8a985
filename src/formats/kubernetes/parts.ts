import type { ContainerFact } from '../../domain/index.ts';
import { LineTable, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { containerFacts } from './container.ts';
import { containersIn, type FoundContainer } from './containers.ts';
import { maskTemplate } from './mask.ts';
import type { Source } from './words.ts';

/** Lists of a pod that hold containers, by their names. */
export type PodList = 'containers' | 'initContainers';

/** A part of an object that is no object itself, as a patch holds it: one or more containers of a list, or what has a pod's spec in it. */
export function containersOfPart(
  node: YamlNode,
  list: PodList | null,
  text: string,
): readonly ContainerFact[] {
  const source: Source = { text, masked: maskTemplate(text), lines: new LineTable(text) };
  const found = list === null ? below(node) : members(node, list);
  return found.flatMap(({ map, role, name }) => containerFacts(map, { role, name }, source));
}

function members(node: YamlNode, list: PodList): readonly FoundContainer[] {
  const role = list === 'containers' ? 'container' : 'init';
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.flatMap((one) => (one.kind === 'map' ? [{ map: one, role, name: '' }] : []));
}

const DEEPEST = 8;

function below(node: YamlNode, depth = 0): readonly FoundContainer[] {
  if (node.kind !== 'map' || depth > DEEPEST) return [];
  const { containers } = containersIn(node as YamlMap, { podOnly: true, strict: false });
  return [...containers, ...node.entries.flatMap(({ value }) => below(value, depth + 1))];
}
