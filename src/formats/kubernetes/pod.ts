import type { VolumeFact } from '../../domain/index.ts';
import { entryOf, listOf, mapOf, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import type { Source } from './words.ts';

/** The volumes of a pod's spec; a projected one for each of its sources. */
export function podVolumes(spec: YamlMap, source: Source): readonly VolumeFact[] {
  const volumes: VolumeFact[] = [];
  for (const item of listOf(spec, 'volumes')?.items ?? []) {
    const name = textOf(item, 'name');
    if (name !== undefined) volumes.push(...volumesOf(item, source.masked.restore(name), source));
  }
  return volumes;
}

function volumesOf(item: YamlNode, name: string, source: Source): readonly VolumeFact[] {
  const hostPath = textOf(mapOf(item, 'hostPath'), 'path');
  if (hostPath !== undefined)
    return [{ name, source: 'host-path', hostPath: source.masked.restore(hostPath) }];
  const projected = mapOf(item, 'projected');
  const mode = textOf(projected, 'defaultMode');
  const items = projected === undefined ? [item] : (listOf(projected, 'sources')?.items ?? []);
  const found = items.flatMap((one) => holderVolume(one, name, mode, source));
  return found.length === 0 ? [{ name, source: 'other' }] : found;
}

/** A ConfigMap is named by `name`; a Secret by `secretName`, in a projected volume by `name` too. */
function holderVolume(
  node: YamlNode,
  name: string,
  outerMode: string | undefined,
  source: Source,
): readonly VolumeFact[] {
  const configMap = mapOf(node, 'configMap');
  const holder = configMap ?? mapOf(node, 'secret');
  const object = textOf(holder, 'name') ?? textOf(holder, 'secretName');
  if (object === undefined) return [];
  const mode = fileMode(textOf(holder, 'defaultMode') ?? outerMode);
  const items = itemsOf(holder, source);
  return [
    {
      name,
      source: configMap === undefined ? 'secret' : 'config-map',
      configMap: source.masked.restore(object),
      ...(mode === undefined ? {} : { defaultMode: mode }),
      ...(items === undefined ? {} : { items }),
    },
  ];
}

function itemsOf(
  holder: YamlMap | undefined,
  { masked }: Source,
): readonly { readonly key: string; readonly path: string }[] | undefined {
  if (holder === undefined || entryOf(holder, 'items') === undefined) return undefined;
  return (listOf(holder, 'items')?.items ?? []).flatMap((item) => {
    const key = textOf(item, 'key');
    const path = textOf(item, 'path');
    return key === undefined || path === undefined
      ? []
      : [{ key: masked.restore(key), path: masked.restore(path) }];
  });
}

/** YAML writes modes in octal (`0755`, `0o755`), JSON in decimal. */
function fileMode(text: string | undefined): number | undefined {
  const octal = /^0o?([0-7]{1,6})$/.exec(text ?? '')?.[1];
  if (octal !== undefined) return Number.parseInt(octal, 8);
  return /^\d{1,6}$/.test(text ?? '') ? Number(text) : undefined;
}
