import type { ContainerFact, VolumeFact } from '../../domain/index.ts';
import { entriesOf, listOf, mapOf, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { containerFacts, isContainer } from './container.ts';
import type { Source } from './words.ts';

const LISTS = [
  ['initContainers', 'init'],
  ['containers', 'container'],
  ['ephemeralContainers', 'ephemeral'],
] as const;

/** What makes a mapping a pod's spec: a list of containers, of which one at least looks like one. */
export function isPodSpec(map: YamlMap, strict: boolean): boolean {
  return LISTS.some(([key]) =>
    entriesOf(map, key).some(
      ({ value }) => value.kind === 'list' && value.items.some((item) => isContainer(item, strict)),
    ),
  );
}

export function podContainers(spec: YamlMap, source: Source): readonly ContainerFact[] {
  const containers: ContainerFact[] = [];
  for (const [key, role] of LISTS) {
    for (const { value } of entriesOf(spec, key)) {
      if (value.kind !== 'list') continue;
      for (const item of value.items) {
        if (!isContainer(item, false)) continue;
        for (const fact of containerFacts(item, role, source)) containers.push(fact);
      }
    }
  }
  return containers;
}

export function podVolumes(spec: YamlMap, source: Source): readonly VolumeFact[] {
  const volumes: VolumeFact[] = [];
  for (const item of listOf(spec, 'volumes')?.items ?? []) {
    const name = textOf(item, 'name');
    if (name !== undefined) volumes.push(volumeOf(item, source.masked.restore(name), source));
  }
  return volumes;
}

function volumeOf(item: YamlNode, name: string, source: Source): VolumeFact {
  const hostPath = textOf(mapOf(item, 'hostPath'), 'path');
  if (hostPath !== undefined) return { name, source: 'host-path', hostPath: source.masked.restore(hostPath) };
  const holder = mapOf(item, 'configMap') ?? projectedConfigMap(item);
  const configMap = textOf(holder, 'name');
  if (configMap === undefined) return { name, source: 'other' };
  const mode = fileMode(textOf(holder, 'defaultMode'));
  const volume = { name, source: 'config-map', configMap: source.masked.restore(configMap) } as const;
  return mode === undefined ? volume : { ...volume, defaultMode: mode };
}

function projectedConfigMap(item: YamlNode): YamlMap | undefined {
  const sources = listOf(mapOf(item, 'projected'), 'sources')?.items ?? [];
  return sources.map((one) => mapOf(one, 'configMap')).find((map) => map !== undefined);
}

/** YAML writes modes in octal (`0755`, `0o755`), JSON in decimal. */
function fileMode(text: string | undefined): number | undefined {
  const octal = /^0o?([0-7]{1,6})$/.exec(text ?? '')?.[1];
  if (octal !== undefined) return Number.parseInt(octal, 8);
  return /^\d{1,6}$/.test(text ?? '') ? Number(text) : undefined;
}
